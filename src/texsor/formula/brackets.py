"""What is checked on tokens alone: brackets that match, and scripts that TeX would cut short."""

from __future__ import annotations

from texsor.formula import commands
from texsor.formula.source import Source
from texsor.formula.token import DEPTH_BUDGET, Token


def check_digits(source: Source, tokens: list[Token]) -> None:
    """Refuse ``x^10`` without braces, of which TeX raises the 1 alone."""
    for script, first, second in zip(tokens, tokens[1:], tokens[2:], strict=False):
        apart = first.type != "DIGIT" or second.type != "DIGIT" or first.span.end != second.span.start
        if script.type in ("SUP", "SUB") and not apart:
            raise source.invalid(first.span, f"TeX takes only the {first.text} here", "write braces")


def check_brackets(source: Source, tokens: list[Token]) -> None:
    """Refuse brackets that do not match, or that are too deep."""
    opened: list[Token] = []
    for token in tokens:
        if token.type in ("OPEN", "LSQB", "LBRACE"):
            opened.append(token)
            if len(opened) > DEPTH_BUDGET:
                raise source.invalid(token.span, f"more than {DEPTH_BUDGET} brackets in one another")
        elif token.type in ("CLOSE", "RSQB", "RBRACE"):
            close(source, opened, token)
    if opened:
        raise source.invalid(opened[-1].span, f"{source.slice(opened[-1].span)} is never closed")


def close(source: Source, opened: list[Token], token: Token) -> None:
    """Take the bracket that this one closes."""
    written = source.slice(token.span)
    if not opened:
        raise source.invalid(token.span, f"{written} closes nothing")
    last = opened.pop()
    if partner(last.text) != token.text:
        raise source.invalid(token.span, f"{source.slice(last.span)} is closed by {written}")


def partner(opening: str) -> str:
    """The bracket that closes this one."""
    sized, _, bracket = opening.rpartition(" ")
    closing = {"{": "}", **commands.BRACKETS}[bracket]
    return rf"\right {closing}" if sized else closing
