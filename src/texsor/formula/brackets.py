"""What is checked on tokens alone: brackets that match, and scripts that TeX would cut short."""

from __future__ import annotations

import re
from itertools import pairwise

from texsor.formula import commands
from texsor.formula.source import Source
from texsor.formula.token import DEPTH_BUDGET, Token

OPENING = ("OPEN", "LSQB", "LBRACE", "BEGIN")
BRACKETS = {"{": "}", **commands.BRACKETS}
CLOSING = ("CLOSE", "RSQB", "RBRACE", "END")


EXPONENT = re.compile(r"[eE][-+]?[0-9]")


def check_digits(source: Source, tokens: list[Token]) -> None:
    """Refuse ``x^10`` without braces, of which TeX raises the 1 alone, and ``1e-5``, which is 1 times e minus 5."""
    for script, first, second in zip(tokens, tokens[1:], tokens[2:], strict=False):
        apart = first.type != "DIGIT" or second.type != "DIGIT" or first.span.end != second.span.start
        if script.type in ("SUP", "SUB", "SQRT") and not apart:
            raise source.invalid(first.span, f"TeX takes only the {first.text} here", "write braces")
    for digit, letter in pairwise(tokens):
        touching = digit.type == "DIGIT" and letter.text in ("e", "E") and digit.span.end == letter.span.start
        if touching and EXPONENT.match(source.text, letter.span.start):
            remedy = r"write 10^{-5}; a product with e needs a space or \cdot"
            raise source.invalid(digit.span.to(letter.span), "it is not clear whether this is one number", remedy)


def check_brackets(source: Source, tokens: list[Token]) -> None:
    """Refuse brackets that do not match, or that are too deep."""
    opened: list[Token] = []
    for token in tokens:
        if token.type in OPENING:
            opened.append(token)
            if len(opened) > DEPTH_BUDGET:
                raise source.invalid(token.span, f"more than {DEPTH_BUDGET} brackets in one another")
        elif token.type in CLOSING:
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
    if opening not in BRACKETS and not opening.startswith(r"\left "):
        return opening  # an environment ends under the name with which it began
    sized, _, bracket = opening.rpartition(" ")
    closing = BRACKETS[bracket]
    return rf"\right {closing}" if sized else closing
