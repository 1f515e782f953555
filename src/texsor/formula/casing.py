"""The rows of a distinction of cases: value, mark, condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from texsor.formula.arranging import cut, sentence
from texsor.formula.brackets import CLOSING, OPENING
from texsor.formula.source import Source
from texsor.formula.token import Token

BETWEEN = ("AMP", "WORD", "QUAD")


def cases(source: Source, tokens: Sequence[Token]) -> list[Token]:
    """The rows of each distinction of cases, with one mark between value and condition."""
    found: list[Token] = []
    begun: list[int] = []
    for token in tokens:
        found.append(token)
        if token.type == "BEGIN" and token.text == "cases":
            begun.append(len(found))
        elif token.type == "END" and token.text == "cases":
            start = begun.pop()
            inside = found[start:-1]
            found[start:] = [*rows(source, inside, token), token]
    return found


def rows(source: Source, tokens: Sequence[Token], end: Token) -> Iterator[Token]:
    """The rows between the two ends of an environment."""
    made = [row(source, part) for part in cut(tokens, ("ROW",))]
    kept = [part for part in made if part]
    if not kept:
        raise source.invalid(end.span, "a distinction of cases without a case", "write value & condition in it")
    for number, part in enumerate(kept):
        if number:
            yield Token("ROW", r"\\", part[0].span)
        yield from part


def row(source: Source, tokens: Sequence[Token]) -> list[Token]:
    """One row: a value, a mark, and a condition that may be a word."""
    tokens = sentence(tokens)
    level, between = 0, list[int]()
    for at, token in enumerate(tokens):
        level += (token.type in OPENING) - (token.type in CLOSING)
        if level == 0 and token.type in BETWEEN:
            between.append(at)
    if not between:
        return tokens
    first, last = between[0], between[-1]
    if between != list(range(first, last + 1)):
        raise source.invalid(tokens[last].span, "a case is a value and one condition", "write value & condition")
    words = [token.text for token in tokens[first : last + 1] if token.type == "WORD"]
    value, condition = sentence(tokens[:first]), tokens[last + 1 :]
    span = tokens[first].span.to(tokens[last].span)
    if "otherwise" in words:
        if condition:
            raise source.invalid(condition[0].span, "something stands behind otherwise")
        return [*value, Token("OTHERWISE", "otherwise", span)]
    return [*value, Token("THEN", "if", span), *condition]
