"""What a reader's browser makes of it."""

from __future__ import annotations

import pytest


@pytest.fixture
def page(site, browser):
    """The chapter on a phone, in the book's theme, with scripts off."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    opened = context.new_page()
    opened.goto((site.out / "chapter.html").as_uri())
    yield opened
    context.close()


def test_cards_on_a_phone(page):
    """On a phone the table is a stack of cards as wide as the text, each cell with the name of its column."""
    cells = page.locator("table.texsor-terms td:not(.texsor-empty)")
    boxes = [cells.nth(at).bounding_box() for at in range(cells.count())]
    assert all(box["width"] > 280 and box["x"] + box["width"] <= 390 for box in boxes)
    assert page.locator("table.texsor-terms thead").is_hidden()
    assert page.locator("table.texsor-terms td .texsor-column").nth(1).is_visible()


def test_table_on_a_screen(page):
    """On a screen it is a table with a head, and no cell repeats its column's name."""
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.locator("table.texsor-terms thead").is_visible()
    assert page.locator("table.texsor-terms td .texsor-column").first.is_hidden()


def test_fold_opens_without_script(page):
    """The details of a verdict open with JavaScript off."""
    inside = page.locator(".texsor-verdict > .texsor-fold-body").first
    assert not inside.is_visible()
    page.locator(".texsor-verdict summary").first.click(position={"x": 5, "y": 10})
    assert inside.is_visible()


def test_numbers_can_be_read(page):
    """A number is of one size wherever it stands in a formula, and stands before its sign."""
    numbers = page.locator("mtext.texsor-number")
    sizes = {numbers.nth(at).evaluate("e => getComputedStyle(e).fontSize") for at in range(numbers.count())}
    assert sizes == {"11.52px"}
    log = page.locator("mi.texsor-term-2").bounding_box()
    number = numbers.nth(1).bounding_box()
    assert number["x"] + number["width"] <= log["x"] + 1
    assert number["y"] < log["y"] + log["height"] / 2
