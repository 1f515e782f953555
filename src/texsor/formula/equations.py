"""Several equations in one formula: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Sequence

from texsor.formula import commands
from texsor.formula.arranging import cut, sentence
from texsor.formula.brackets import CLOSING, OPENING
from texsor.formula.source import Source
from texsor.formula.token import Token

CONTINUING = ("REL", "SIGN", "INFIX")
"""Tokens with which a row goes on with the one above, or says that the next one does."""
GLUE = ("QUAD", "AMP")
JOINING = ("where", "and")
"""Words between equations."""


def equations(source: Source, tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each equation; one list for a formula that is a single one."""
    inner = unwrapped(tokens)
    for token in inner:
        if token.type in ("BEGIN", "END") and token.text in commands.LINES:
            raise source.not_yet(token.span, f"{token.text} is known around a whole formula only")
    found: list[list[Token]] = []
    for row in cut(inner, ("ROW",)):
        first, *others = separated(row)
        begun = trimmed(first)
        if found and begun and goes_on(source, found[-1], first, begun):
            found[-1] += begun
        elif begun:
            found.append(begun)
        found += [kept for part in others if (kept := trimmed(part))]
    if len(found) > 1:
        check_equations(source, found)
    return [sentence([token for token in part if token.type != "QUAD"]) for part in found]


def unwrapped(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens without an environment around all of them."""
    tokens = sentence(tokens)
    while len(tokens) > 1 and tokens[0].type == "BEGIN" and tokens[0].text in commands.LINES:
        if tokens[-1].type != "END" or tokens[-1].text != tokens[0].text:
            break
        tokens = sentence(tokens[1:-1])
    return tokens


def separated(row: Sequence[Token]) -> list[list[Token]]:
    """A row cut where a comma, a gap or a word stands between two equations; else the row alone."""
    parts = [
        part
        for piece in cut(row, ("QUAD", "SEP"))
        for part in cut(piece, ("WORD",), lambda token: token.text in JOINING)
    ]
    written = [part for part in parts if outside(part)]
    whole = all(any(token.type == "REL" for token in outside(part)) for part in written)
    return parts if whole else [list(row)]


def trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without what only arranges them, and without punctuation behind."""
    level, kept = 0, list[Token]()
    for token in tokens:
        level += (token.type in OPENING) - (token.type in CLOSING)
        if level > 0 or token.type not in GLUE:
            kept.append(token)
    return sentence(kept)


def goes_on(source: Source, above: list[Token], row: list[Token], begun: list[Token]) -> bool:
    """Whether a row goes on with the equation above."""
    if above[-1].type in CONTINUING:
        return True
    if begun[0].type not in CONTINUING:
        return False
    marks = [token.type for token in outside(row) if token.type in ("AMP", "REL", *CONTINUING)]
    if begun[0].type != "SIGN" or marks[0] == "AMP" or "REL" not in marks:
        return True
    if "AMP" in marks:
        return False
    remedy = "write & before what goes on, or before the = of a new equation"
    raise source.invalid(begun[0].span, "it is not clear whether this row goes on with the one above", remedy)


def check_equations(source: Source, found: list[list[Token]]) -> None:
    """Refuse what stands among equations and is none."""
    for part in found:
        if not any(token.type == "REL" for token in outside(part)):
            span = part[0].span.to(part[-1].span)
            raise source.invalid(span, "this is no equation, and stands among equations", "write = in it, or + before")


def outside(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that stand in no brackets."""
    found, level = list[Token](), 0
    for token in tokens:
        level += token.type in OPENING
        if level == 0:
            found.append(token)
        level -= token.type in CLOSING
    return found
