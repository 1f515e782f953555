"""Every page of the built book, as files and in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = [1440, 390]


def open_page(browser: Browser, path: Path, width: int, scheme: str) -> tuple[Page, list[str]]:
    """A page in a window of its own, and every address it asked for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri(), wait_until="load")
    return page, asked


def test_every_page_says_where_its_numbers_come_from(pages: list[Path]) -> None:
    """Each page ends with a line that names the execution, or says that it has none."""
    for path in pages:
        lines = re.findall(r'<div class="texsor-provenance.*?</div>', path.read_text(encoding="utf-8"), re.DOTALL)
        assert len(lines) == 1, path
        executed = "torch 2." in lines[0] and "texsor-measured" in lines[0]
        assert executed or "실행하는 코드가 없다" in lines[0], path


def test_no_traceback_is_published(pages: list[Path]) -> None:
    """No page shows an exception or anything that a cell wrote to stderr."""
    for path in pages:
        html = path.read_text(encoding="utf-8")
        assert "Traceback" not in html, path
        assert 'class="output stderr' not in html, path


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_in_a_browser(browser: Browser, pages: list[Path], width: int, scheme: str) -> None:
    """No page asks another host for anything or scrolls sideways, and its formulas have a size."""
    for path in pages:
        page, asked = open_page(browser, path, width, scheme)
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == [], path
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0, (path, width)
        boxes = page.eval_on_selector_all("main math", "all => all.map(m => m.getBoundingClientRect().width)")
        assert all(width > 0 for width in boxes), path
        page.context.close()


def test_formulas_need_no_script(browser: Browser, site: Path) -> None:
    """With JavaScript off the formulas of the mapping chapter are there."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "book" / "loss" / "mapping.html").as_uri())
    assert page.locator(".texsor-equation math").count() >= 4
    assert page.locator(".texsor-equation math").first.bounding_box()["height"] > 10
    context.close()
