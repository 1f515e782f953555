"""What is lit, as it looks: in both schemes, in forced colours, on paper, on a phone, and without JavaScript."""

from __future__ import annotations

import pytest

STYLE = """e => {
    const style = getComputedStyle(e);
    return {outline: `${style.outlineStyle} ${style.outlineColor}`, back: style.backgroundColor, ink: style.color,
            bar: style.boxShadow};
}"""
LOG = 'a.texsor-button[data-texsor-term="loss:2"]'


def style(page, part):
    """The style that the browser computes."""
    return page.locator(part).evaluate(STYLE)


def luminance(color: str) -> float:
    """A colour's relative luminance."""
    parts = [float(part) / 255 for part in color[color.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = ((part / 12.92) if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours are apart."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_not_by_colour_alone(opened, theme):
    """In both schemes what is lit has a line round it, a bar beside it and a filled number that can be read."""
    with opened(theme=theme) as page:
        page.locator(LOG).click()
        page.locator("article h1").hover()
        for part in ("tr#texsor-row-loss-2", "#texsor-in-2-2", 'math [data-texsor-term="loss:2"]'):
            assert style(page, part)["outline"].startswith("solid")
        assert style(page, "#texsor-row-loss-2 td >> nth=0")["bar"] != "none"
        assert style(page, "#texsor-in-2-2")["bar"] != "none"
        for part in (LOG, "#texsor-in-2-2 a", "#texsor-row-loss-2 a.texsor-link"):
            badge = style(page, part)
            assert contrast(badge["back"], badge["ink"]) >= 4.5, part
        digits = style(page, "#texsor-row-loss-2 a.texsor-link .texsor-number")
        assert digits["ink"] == style(page, "#texsor-row-loss-2 a.texsor-link")["ink"]
        number = style(page, 'math [data-texsor-term="loss:2"] .texsor-number')
        assert contrast(number["back"], number["ink"]) >= 4.5


def test_forced_colours(opened):
    """Where the system forces its colours, the line and the filled number stay."""
    with opened(forced_colors="active") as page:
        page.locator(LOG).click()
        page.locator("article h1").hover()
        assert style(page, "tr#texsor-row-loss-2")["outline"].startswith("solid")
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<i id=paper style=background:Canvas></i>')")
        paper = style(page, "#paper")["back"]
        for part in (LOG, "#texsor-row-loss-2 a.texsor-link", 'math [data-texsor-term="loss:2"] .texsor-number'):
            badge = style(page, part)
            assert badge["back"] != paper, part
            assert contrast(badge["back"], badge["ink"]) >= 3, part


def test_nothing_is_lit_on_paper(opened, lit):
    """Printed, a page has no lit term and no buttons."""
    with opened() as page:
        page.locator(LOG).click()
        page.emulate_media(media="print")
        assert lit(page) == []
        assert page.locator(".texsor-buttons").first.is_hidden()


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves(opened, width):
    """Lighting a term moves nothing on the page, and the page never gets wider than the window."""
    boxes = """() => [...document.querySelectorAll("main *")].filter(e => !e.closest(".texsor-note"))
        .map(e => e.getBoundingClientRect()).map(box => [box.x, box.y, box.width, box.height].join())"""
    with opened(width=width) as page:
        before = page.evaluate(boxes)
        page.locator(LOG).click()
        assert page.evaluate(boxes) == before
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        note = page.locator(".texsor-note").first.bounding_box()
        assert note["x"] >= 0
        assert note["x"] + note["width"] <= width


def test_buttons_can_be_hit(opened):
    """On a phone each button is at least 24 px wide and high."""
    with opened(width=390) as page:
        for at in page.locator("a.texsor-button").all():
            box = at.bounding_box()
            assert min(box["width"], box["height"]) >= 24


def test_without_javascript(opened, lit):
    """Without JavaScript a number is a link; it leads to its row, and the row shows that it is meant; so back."""
    with opened(java_script_enabled=False) as page:
        assert page.get_by_role("button", name="항 2").count() == 0
        page.get_by_role("link", name='항 2: The & "log" of one x.').first.click()
        assert lit(page) == ["texsor-row-loss-2"]
        assert page.locator("tr#texsor-row-loss-2").evaluate("e => e.getBoundingClientRect().top > 0")
        assert style(page, "#texsor-row-loss-2 td >> nth=0")["bar"] != "none"
        page.locator("#texsor-row-loss-2 .texsor-line").click()
        assert lit(page) == ["texsor-in-2-2"]
        page.locator("#texsor-row-loss-2 a.texsor-link").click()
        assert page.url.endswith("#equation-loss")
        assert page.locator(".texsor-note").first.inner_text().strip() == ""
