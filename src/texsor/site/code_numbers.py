"""A cell's source as the page shows it: no magics that only check, and numbers for the terms that comments repeat."""

from __future__ import annotations

import re

from texsor.site.math_terms import circled
from texsor.verdicts import SHAPE

CHECK = re.compile(r"\s*%check\b")


def shown_lines(source: str) -> list[tuple[int, str]]:
    """The lines that a page shows, each with its number in the cell; empty lines at either end are left out."""
    lines = [(number, text) for number, text in enumerate(source.splitlines(), start=1) if not CHECK.match(text)]
    while lines and not lines[0][1].strip():
        lines.pop(0)
    while lines and not lines[-1][1].strip():
        lines.pop()
    return lines


def with_numbers(line: str, code: str, numbers: list[int]) -> str:
    r"""A line whose comment names terms, with their numbers instead.

    >>> with_numbers(r"b = a.log()   # (N,) \log", "b = a.log()", [2])
    'b = a.log()   # (N,)  ②'
    >>> with_numbers(r"b = a.log()   # \log; -", "b = a.log()", [2, 1])
    'b = a.log()   # ①②'
    """
    at = line.find(code) + len(code)
    before, mark, comment = line[at:].partition("#")
    if at < len(code) or not mark:
        return line
    shapes = SHAPE.match(comment)  # they stay; the terms behind them become numbers
    shape = shapes[0].strip() + "  " if shapes and shapes[0].strip() else ""
    return f"{line[:at]}{before}# {shape}{''.join(map(circled, sorted(set(numbers))))}"


def line_prefix(cell: str) -> str:
    """What the ids of a cell's lines begin with.

    >>> line_prefix("In[3]")
    'texsor-in-3'
    """
    return "texsor-" + re.sub(r"\W+", "-", cell).strip("-").lower()


def line_id(source: str, cell: str, line: int) -> str | None:
    """The id of a line of a cell on the page; None where the page does not show it."""
    for shown, (number, _) in enumerate(shown_lines(source), start=1):
        if number == line:
            return f"{line_prefix(cell)}-{shown}"
    return None
