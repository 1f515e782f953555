r"""Reads a term: what an author writes to point at a part of a formula.

A term is the part itself (``\hat{y}_{n,t_n}``), or the sign that heads it with operands left out (``\log``, ``-``,
``\sum``, ``-\log``). Where it fits several different parts, more of it is written, or its number in reading order:
``- @2``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from texsor.errors import Location
from texsor.formula.nodes import Fraction, Hole, Node, Power, Root, strip
from texsor.formula.parsing import check_depth, grow
from texsor.formula.source import Source
from texsor.formula.tokens import tokenize

WHICH = re.compile(r"^(.*?)\s*@\s*([0-9]{1,4})\s*$", re.DOTALL)
BARE = {
    r"\frac": Fraction(Hole(), Hole()),
    "/": Fraction(Hole(), Hole()),
    r"\sqrt": Root(Hole()),
    "^": Power(Hole(), Hole()),
}
"""Signs that cannot be parsed without their operands."""
SEPARATOR = ";"


@dataclass(frozen=True)
class Pattern:
    """A term as its author wrote it."""

    tree: Node
    """The part that it describes; a Hole stands for anything."""
    which: int | None
    """Its number among the parts that fit, from 1, where the author wrote one."""
    source: Source
    """Its text, for carets."""


def parse_terms(text: str, *, where: Location | None = None) -> list[Pattern]:
    """The terms of a line, separated by semicolons."""
    found, start = list[Pattern](), 0
    for part in text.split(SEPARATOR):
        lead = len(part) - len(part.lstrip())
        column = ((where.column or 1) if where else 1) + start + lead
        place = Location(where.path, where.line, column) if where else None
        found.append(parse_term(part.strip(), where=place))
        start += len(part) + 1
    return found


def parse_term(text: str, *, where: Location | None = None) -> Pattern:
    r"""Read one term; operands may be left out.

    >>> parse_term(r"\log").tree
    Call(function='log', arguments=(Hole(),), base=None)
    """
    numbered = WHICH.match(text)
    body, which = (numbered[1], int(numbered[2])) if numbered else (text, None)
    source = Source(body, where)
    if body.strip() in BARE:
        return Pattern(BARE[body.strip()], which, source)
    tree = grow(source, tokenize(source), holes=True)
    check_depth(source, tree)
    return Pattern(strip(tree), which, source)
