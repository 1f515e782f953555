"""docs/published.md says what the tests of this folder found."""

from __future__ import annotations

import re

from published.page import BEGIN, END, PAGE, written

NUMBER = re.compile(r"\b\de[+-]\d\d\b")


def test_the_page_is_what_was_found() -> None:
    """Every row is there as it is generated now; measured errors may differ by one in their one digit."""
    text = PAGE.read_text(encoding="utf-8")
    shown, now = text.partition(BEGIN)[2].partition(END)[0], written()
    assert NUMBER.sub("#", shown) == NUMBER.sub("#", now), "run PYTHONPATH=tests python -m published.page"
    pairs = zip(NUMBER.findall(shown), NUMBER.findall(now), strict=True)
    assert [(a, b) for a, b in pairs if not 0.5 <= float(a) / float(b) <= 2] == []


def test_rows_are_whole() -> None:
    """Each row of a table has as many cells as its head: no formula's bar is taken for a cell's."""
    text = PAGE.read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert len(tables) > 2
    for rows in tables:
        assert len({len(re.split(r"(?<!\\)\|", row)) for row in rows.splitlines()}) == 1
