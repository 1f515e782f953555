r"""Reads a term: what an author writes to point at a part of a formula.

A term is the part itself (``\hat{y}_{n,t_n}``), or the sign that heads it with operands left out (``\log``, ``-``,
``\sum``, ``-\log``). Where it fits several different parts, more of it is written, or its number in reading order:
``- @2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from texsor.errors import Location
from texsor.formula.depth import check_depth
from texsor.formula.equations import equations
from texsor.formula.nodes import Big, Cases, Derivative, Fenced, Fraction, Hole, Inner, Node, Power, Root, Symbol, strip
from texsor.formula.parsing import grow
from texsor.formula.source import Source, Span
from texsor.formula.tokens import tokenize
from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary

WHICH = re.compile(r"\s*[0-9]{1,4}\s*")
"""A number behind an @."""
BARE: dict[str, Node] = {
    r"\frac": Fraction(Hole(), Hole()),
    "/": Fraction(Hole(), Hole()),
    r"\sqrt": Root(Hole()),
    "^": Power(Hole(), Hole()),
    r"\nabla": Derivative(Hole(), cast(Symbol, Hole()), nabla=True),
    **dict.fromkeys(("|", r"\vert", r"\lvert"), Fenced("abs", Hole())),
    **dict.fromkeys((r"\|", r"\Vert", r"\lVert"), Fenced("norm", Hole())),
    r"\lfloor": Fenced("floor", Hole()),
    r"\lceil": Fenced("ceil", Hole()),
    r"\langle": Inner(Hole(), Hole()),
    **dict.fromkeys((r"\mathbb{E}", r"\operatorname{E}"), Big("expectation", (), Hole())),
    r"\operatorname{Var}": Big("variance", (), Hole()),
    **dict.fromkeys(("cases", r"\begin{cases}"), Cases(())),
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


def parse_terms(text: str, *, where: Location | None = None, vocabulary: Vocabulary = NO_VOCABULARY) -> list[Pattern]:
    """The terms of a line, separated by semicolons; ``vocabulary`` is that of the formula."""
    found = list[Pattern]()
    for start, part in separated(text):
        lead = len(part) - len(part.lstrip())
        column = ((where.column or 1) if where else 1) + start + lead
        place = Location(where.path, where.line, column) if where else None
        found.append(parse_term(part.strip(), where=place, vocabulary=vocabulary))
    return found


def separated(text: str) -> Iterator[tuple[int, str]]:
    """The parts between semicolons that stand in no brackets, each with its place."""
    start, level = 0, 0
    for at, letter in enumerate(text):
        level = max(0, level + (letter in "([{") - (letter in ")]}"))
        if letter == SEPARATOR and level == 0:
            yield start, text[start:at]
            start = at + 1
    yield start, text[start:]


def parse_term(text: str, *, where: Location | None = None, vocabulary: Vocabulary = NO_VOCABULARY) -> Pattern:
    r"""Read one term; operands may be left out. ``vocabulary`` is that of the formula.

    >>> parse_term(r"\log").tree
    Call(function='log', arguments=(Hole(),), base=None)
    """
    body, at, number = text.rpartition("@")
    which = int(number) if at and WHICH.fullmatch(number) else None
    source = Source(text if which is None else body.rstrip(), where)
    if source.text.strip() in BARE:
        return Pattern(BARE[source.text.strip()], which, source)
    parts = equations(source, tokenize(source, vocabulary))
    if len(parts) > 1:
        raise source.invalid(
            Span(0, len(source.text)), "a term is one part of a formula", "separate terms by semicolons"
        )
    tree = grow(source, parts[0] if parts else [], vocabulary, holes=True)
    check_depth(source, tree)
    return Pattern(strip(tree), which, source)
