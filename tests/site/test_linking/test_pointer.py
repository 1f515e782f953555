"""Pointing at a part of a term lights up its other parts; tapping keeps them lit."""

from __future__ import annotations

import pytest

LETTER = ["a ratio:2", "a ratio:2", "mrow ratio:2", "mrow ratio:2", "texsor-in-4-1"]
"""The letter above the line of the second formula, which stands in it twice; that formula has no table."""


@pytest.fixture
def page(opened):
    """The page on a screen, with a mouse."""
    with opened() as page:
        yield page


@pytest.fixture
def phone(opened):
    """The page on a phone."""
    with opened(width=390, has_touch=True) as page:
        yield page


def glyph(page, term):
    """The first of a term's glyphs."""
    return page.locator(f'math [data-texsor-term="{term}"]').first


def button(page, term):
    """A term's button."""
    return page.locator(f'a.texsor-button[data-texsor-term="{term}"]')


@pytest.mark.parametrize(
    "part",
    [
        'math [data-texsor-term="loss:2"] mi',
        'a.texsor-button[data-texsor-term="loss:2"]',
        "#texsor-row-loss-2 td:last-child",
        "#texsor-in-2-2 .n >> nth=0",
        '#texsor-in-2-2 a[data-texsor-term="loss:2"]',
    ],
)
def test_hover_lights_the_others(page, lit, log, part):
    """Pointing at glyphs, button, row, line or the number in a line lights all of the term, and nothing else."""
    assert lit(page) == []
    page.locator(part).hover()
    assert lit(page) == log
    page.locator("article h1").hover()
    assert lit(page) == []


def test_every_place_of_a_term(page, lit):
    """A letter that a formula has twice is lit in both places; the other formula has the same numbers, and is not."""
    glyph(page, "ratio:2").hover()
    assert lit(page) == LETTER


def test_innermost_term_is_meant(page, lit):
    """Within a fraction its upper letter is meant, not the fraction; on its line the fraction."""
    glyph(page, "ratio:2").locator("mi").hover()
    assert "mrow ratio:1" not in lit(page)
    box = page.locator("mfrac.texsor-term-1").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    assert lit(page) == ["a ratio:1", "a ratio:1", "mrow ratio:1", "texsor-in-4-2"]


def test_line_of_two_terms(page, lit):
    """A line that computes two terms lights both, and a number in it only its own."""
    line = page.locator("#texsor-in-4-1")
    line.locator(".n").first.hover()
    assert {part for part in lit(page) if part.startswith("mrow")} == {"mrow ratio:2", "mrow ratio:3"}
    line.locator("a").last.hover()
    assert {part for part in lit(page) if part.startswith("mrow")} == {"mrow ratio:3"}


def test_hover_says_nothing(page):
    """Pointing announces nothing; only a press does."""
    button(page, "loss:2").hover()
    assert page.locator("[role=status]").all_inner_texts() == ["", ""]
    button(page, "loss:2").click()
    assert page.locator("[role=status]").all_inner_texts() == ['② The & "log" of one x. — logs = picked.log()', ""]


def test_press_stays_and_does_not_scroll(page, lit, log):
    """A press keeps the term lit and the page where it is; the link beside what it says leads to the row."""
    before = page.evaluate("scrollY")
    button(page, "loss:2").click()
    page.locator("article h1").hover()
    assert lit(page) == log
    assert page.evaluate("scrollY") == before
    page.get_by_role("link", name="표에서 보기").click()
    assert page.evaluate("scrollY") > before
    assert page.url.endswith("#texsor-row-loss-2")
    assert lit(page) == log


@pytest.mark.parametrize("part", ["button", "glyph"])
def test_tap(phone, lit, log, part):
    """On a phone a tap lights a term, and says what it is; the next takes that back."""
    tapped = {"button": button, "glyph": glyph}[part](phone, "loss:2")
    tapped.tap()
    assert lit(phone) == log
    assert phone.locator("[role=status]").first.inner_text().startswith("②")
    tapped.tap()
    assert lit(phone) == []
    assert phone.locator("[role=status]").first.inner_text() == ""


def test_tap_elsewhere(phone, lit):
    """A tap on nothing clears; on another term that one is lit instead."""
    button(phone, "loss:2").tap()
    button(phone, "ratio:2").tap()
    assert lit(phone) == LETTER
    assert phone.locator("[role=status]").all_inner_texts()[0] == ""
    phone.locator("article h1").tap()
    assert lit(phone) == []


def test_finger_that_scrolls(phone, lit):
    """A finger that only rests on a row, before it scrolls, lights nothing."""
    phone.locator("#texsor-row-loss-2").scroll_into_view_if_needed()
    box = phone.locator("#texsor-row-loss-2").bounding_box()
    session = phone.context.new_cdp_session(phone)
    at = {"x": box["x"] + 30, "y": box["y"] + 30}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    assert lit(phone) == []
    session.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})


def test_tap_on_a_row_or_line(phone, lit, log):
    """A row or line can be tapped too; nothing is said, for it says it itself."""
    for part in ("#texsor-row-loss-2 td >> nth=1", "#texsor-in-2-2 .n >> nth=0"):
        phone.locator(part).tap()
        assert lit(phone) == log
        assert phone.locator("[role=status]").first.inner_text() == ""
        phone.locator(part).tap()
        assert lit(phone) == []


def test_number_in_a_line_leads_to_the_row(phone, lit, log):
    """The number in a line of code is a link to the row, and what it leads to is lit."""
    phone.locator('#texsor-in-2-2 a[data-texsor-term="loss:2"]').tap()
    assert phone.url.endswith("#texsor-row-loss-2")
    assert lit(phone) == log


def test_selected_text_is_no_tap(page, lit):
    """Who drags over a row's text to copy it presses nothing."""
    page.locator("#texsor-row-loss-2").scroll_into_view_if_needed()
    box = page.locator("#texsor-row-loss-2 td p:not(.texsor-column) >> nth=1").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 8)
    page.mouse.up()
    assert page.evaluate("String(getSelection())")
    page.mouse.move(2, 2)
    assert lit(page) == []


def test_link_opens_elsewhere(page):
    """A press with a key held is the browser's own: it opens the row in another tab, and lights nothing here."""
    with page.context.expect_page():
        button(page, "loss:2").click(modifiers=["ControlOrMeta"])
    assert button(page, "loss:2").get_attribute("aria-pressed") == "false"
