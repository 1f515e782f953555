"""Formulas in a real browser, with JavaScript off."""

from __future__ import annotations

import shutil
from importlib.resources import files

import pytest


def show(page, folder):
    """Open the page and wait for its font: Playwright's "networkidle" never comes for some pages opened from files."""
    page.goto((folder / "index.html").as_uri())
    for _ in range(100):
        if page.evaluate("[...document.fonts].some(f => f.family.includes('Texsor Math') && f.status == 'loaded')"):
            return
        page.wait_for_timeout(100)
    pytest.fail("the math font did not load in ten seconds")


@pytest.fixture(params=[1440, 390])
def page(request, site, browser):
    """The page, at the width of a desk and of a phone; a request to another host fails the test."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, site.folder)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_formulas_have_boxes_in_the_math_font(page):
    """Each formula takes room, and the font that draws its letters is the site's own."""
    for formula in page.locator("math").all():
        box = formula.bounding_box()
        assert box["width"] > 5
        assert box["height"] > 5
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
    letters = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "math mi, math mo"})["nodeIds"]
    assert letters
    for letter in letters:
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": letter})["fonts"]
        assert {(font["familyName"], font["isCustomFont"]) for font in fonts} <= {("Texsor Math", True)}


def test_wide_formula_scrolls_in_its_own_box(page):
    """A formula wider than the page scrolls by itself, and the page never sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for box in (".texsor-wide", "#equation-wide .texsor-formula"):
        assert page.locator(box).evaluate("e => e.scrollWidth > e.clientWidth")


def test_what_scrolls_takes_the_focus(page):
    """Every box that scrolls can be reached with the keyboard."""
    unreachable = """[...document.querySelectorAll('.texsor-formula, .texsor-inline')]
        .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline' && e.tabIndex < 0)
        .map(e => e.textContent)"""
    assert page.evaluate(unreachable) == []


def test_number_stands_at_the_right_of_its_formula(page):
    """The number is right of the formula and within the page, and a short formula is in the middle of the line."""
    line = page.locator("#equation-short").bounding_box()
    formula = page.locator("#equation-short .texsor-formula").bounding_box()
    number = page.locator("#equation-short .eqno").bounding_box()
    assert formula["x"] + formula["width"] <= number["x"] + 1
    assert number["x"] + number["width"] <= line["x"] + line["width"] + 1
    middle = formula["x"] + formula["width"] / 2
    assert middle == pytest.approx(line["x"] + line["width"] / 2, abs=2)


def test_long_inline_formula_keeps_to_its_baseline(page):
    """A formula in a line stands on the line, scrolling or not."""
    bottoms = page.evaluate("[...document.querySelectorAll('p math')].map(m => m.getBoundingClientRect().bottom)")
    boxes = page.evaluate("[...document.querySelectorAll('p .math')].map(m => m.getBoundingClientRect().height)")
    assert all(height < 40 for height in boxes), boxes
    assert bottoms


def test_cut_font_draws_as_the_whole_one(page, site, tmp_path):
    """The font that was cut to the page sets every part of every formula where the committed font sets it."""
    places = "[...document.querySelectorAll('math *')].map(e => JSON.stringify(e.getBoundingClientRect()))"
    with_cut_font = page.evaluate(places)
    whole = tmp_path / "whole"
    shutil.copytree(site.folder, whole)
    font = files("texsor.site").joinpath("static/texsor-math.woff2").read_bytes()
    (whole / "_static/texsor-math.woff2").write_bytes(font)
    show(page, whole)
    assert page.evaluate(places) == with_cut_font
