"""All of it with the keyboard, and what is heard of it."""

from __future__ import annotations

import pytest


@pytest.fixture
def page(opened):
    """The page, with the focus on the button of the logarithm, where a reader gets to with the tab key."""
    with opened() as page:
        page.locator("a.texsor-button").first.focus()
        page.keyboard.press("Tab")
        yield page


FOCUSED = "document.activeElement.getAttribute('data-texsor-term') || document.activeElement.textContent"


def test_tab_goes_through_the_buttons(page):
    """The tab key takes the terms in the order of their numbers, then what follows the formula."""
    order = []
    for _ in range(3):
        order.append(page.evaluate(FOCUSED))
        page.keyboard.press("Tab")
    assert order == ["loss:2", "loss:3", "loss:3"]
    assert page.evaluate("document.activeElement.closest('pre') !== null")


def test_focus_lights(page, lit, log):
    """The focus lights what pointing does, and says nothing beyond the button's name."""
    assert lit(page) == log
    assert page.locator("[role=status]").first.inner_text() == ""
    page.locator("#texsor-row-loss-1 a").first.focus()
    assert "texsor-row-loss-1" in lit(page)


def test_focus_can_be_seen_on_a_lit_button(page):
    """A lit button that has the focus shows it by another line than one that has not."""
    outline = "e => getComputedStyle(e).outlineOffset + getComputedStyle(e).outlineColor"
    focused = page.locator('a.texsor-button[data-texsor-term="loss:2"]').evaluate(outline)
    lit_only = page.locator('#texsor-in-2-2 a[data-texsor-term="loss:2"]').evaluate(outline)
    assert focused != lit_only


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_press(page, key):
    """Enter and the space bar press a button: it says that it is pressed, and what its term is; once more undoes it."""
    scrolled = page.evaluate("scrollY")
    button = page.get_by_role("button", name="항 2", pressed=False).first
    page.keyboard.press(key)
    assert button.count() == 0 or button.get_attribute("data-texsor-term") != "loss:2"
    assert page.get_by_role("button", pressed=True).get_attribute("data-texsor-term") == "loss:2"
    assert page.get_by_role("status").first.inner_text().endswith("logs = picked.log()")
    assert page.evaluate("scrollY") == scrolled
    page.keyboard.press(key)
    assert page.get_by_role("button", pressed=True).count() == 0
    assert page.get_by_role("status").first.inner_text() == ""


def test_escape_clears(page, lit):
    """Escape clears what is pressed, pointed at and focused, and the focus stays where it is."""
    page.keyboard.press("Enter")
    page.locator("#texsor-in-2-1").hover()
    page.keyboard.press("Escape")
    assert lit(page) == ["a loss:2"]  # the line of the focus itself
    assert page.evaluate(FOCUSED) == "loss:2"
    page.keyboard.press("Tab")
    assert "mrow loss:3" in lit(page)


def test_what_is_heard(page):
    """The formula is followed by a named group of buttons, each named by number and meaning."""
    snapshot = page.locator(".texsor-buttons").first.aria_snapshot()
    assert snapshot.startswith('- group "수식의 항"')
    assert 'button "항 1: Turn it round."' in snapshot
    assert r'button "항 2: The & \"log\" of one x."' in snapshot
    assert "- status" in snapshot


def test_links_back_are_named(page):
    """The number in a row says that it leads to the formula, that in a line what its term means."""
    assert page.locator("#texsor-row-loss-3 a").first.get_attribute("aria-label") == "항 3: 수식으로"
    assert page.get_by_role("link", name="항 3: The target's probability.").count() == 1


def test_nothing_hidden_takes_the_focus(page):
    """No element that takes the focus is in a formula or in anything hidden from those who hear the page."""
    assert page.locator("math :is(a, button, [tabindex]), [aria-hidden=true] :is(a, button, [tabindex])").count() == 0
