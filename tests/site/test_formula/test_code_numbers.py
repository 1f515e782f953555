"""A cell's source: checks are not shown, comments that name terms show their numbers."""

from __future__ import annotations

import html
import re

import pytest

from texsor.site.code_numbers import with_numbers


def sources(page: str) -> list[str]:
    """The text of each code block, as a reader copies it."""
    blocks = re.findall(r'<div class="highlight-[^"]*".*?<pre>(.*?)</pre>', page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]*>", "", block)).strip() for block in blocks]


def test_comments_become_numbers(site):
    """A comment that names a term shows its number, a shape in it stays, and the check is gone."""
    (source,) = sources(site.page("chapter"))
    assert source.splitlines() == [
        "picked = p.gather(-1, t)   # ③",
        "logs = picked.log()        # (N,)  ②",
        "losses = -logs             # ①",
    ]


def test_code_stays_highlighted_and_lines_have_ids(site):
    """The code is highlighted as before, and every line of a cell with terms can be linked to."""
    page = site.page("chapter")
    assert 'id="texsor-in-2-1"' in page
    assert re.search(r'<span class="c1"># \(N,\)  <a [^>]*>②</a></span>', page)


def test_cell_of_checks_shows_no_source(book, make):
    """A cell of nothing but checks shows the verdict alone."""
    cell = "\n```{code-cell}\n%check --fails loss losses\n\n%check other  losses\n```\n"
    made = book(make.page(f"\n# T\n{cell}"))
    made.verdicts["loss"] = make.verdict(terms=(), holds=False, wanted=False)
    page = made.build().page()
    assert sources(page) == []
    assert page.count("texsor-verdict ") == 2


def test_line_above_a_check_keeps_its_id(book, make):
    """A check in the middle of a cell leaves the numbers and links of the lines under it right."""
    moved = make.chapter.replace("losses = -logs", "%check early logs\nlosses = -logs")
    made = book(moved + make.table)
    made.verdicts["loss"] = make.verdict(terms=(make.term("-", 4), *make.terms()[1:]))
    page = made.build().page()
    assert sources(page)[0].splitlines()[2] == "losses = -logs             # ①"
    assert 'href="#texsor-in-2-3"' in page


@pytest.mark.parametrize(
    ("line", "numbers", "shown"),
    [
        ("a = b  # (2, 3), (2, 3) \\log", [1], "a = b  # (2, 3), (2, 3)  ①"),
        ("a = b  # (N, V) -> (N,) \\sum", [1], "a = b  # (N, V) -> (N,)  ①"),
        ("a = b  # () -", [1], "a = b  # ()  ①"),
        ("a = b  # -; \\log", [2, 1, 1], "a = b  # ①②"),
        ("a = b  # (x - y)^2", [1], "a = b  # (x - y)  ①"),
        ("c = d  # -", [1], "c = d  # -"),
        ("a = b", [1], "a = b"),
    ],
)
def test_comment(line, numbers, shown):
    """Shapes stay and terms become numbers; a line that is not the recorded one stays as it is."""
    assert with_numbers(line, "a = b", numbers) == shown
