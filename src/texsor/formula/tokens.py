"""LaTeX → tokens: the first pass, and the only one that knows how commands are spelled."""

from __future__ import annotations

import re

from texsor.formula import commands
from texsor.formula.arranging import scripted, unstacked, worded
from texsor.formula.bars import BETWEEN, pair_bars
from texsor.formula.brackets import check_brackets, check_digits
from texsor.formula.casing import cases
from texsor.formula.lexer import Lexer
from texsor.formula.names import fonts, letters, operators, upright, words
from texsor.formula.source import Source, Span
from texsor.formula.token import Token
from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary

PRIMES = re.compile(r"\s*(?:\\prime(?![A-Za-z])|\{\s*(?:(?:\\prime(?![A-Za-z])|')\s*)+\})")

SIMPLE = {
    "^": "SUP",
    "_": "SUB",
    "'": "PRIME",
    "{": "LBRACE",
    "}": "RBRACE",
    "(": "OPEN",
    "[": "LSQB",
    r"\{": "OPEN",
    ")": "CLOSE",
    "]": "RSQB",
    r"\}": "CLOSE",
    "+": "SIGN",
    "-": "SIGN",
    "/": "INFIX",
    "*": "INFIX",
    r"\cdot": "INFIX",
    r"\times": "INFIX",
    r"\frac": "FRAC",
    r"\sqrt": "SQRT",
    r"\odot": "INFIX",
    r"\otimes": "INFIX",
    r"\nabla": "NABLA",
    r"\substack": "SUBSTACK",
    r"\langle": "OPEN",
    r"\rangle": "CLOSE",
    r"\lfloor": "OPEN",
    r"\rfloor": "CLOSE",
    r"\lceil": "OPEN",
    r"\rceil": "CLOSE",
    r"\quad": "QUAD",
    r"\qquad": "QUAD",
    r"\\": "ROW",
    "&": "AMP",
    ".": "DIGIT",
}
"""Lexemes that are a token of their own."""


def primes(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``^\prime`` is a prime."""
    match = PRIMES.match(lexer.source.text, span.end) if text == "^" else None
    if match is None:
        return None
    lexer.at = match.end()
    return Token("PRIME", "'" * (match[0].count("\\prime") + match[0].count("'")), span.to(Span(span.end, match.end())))


def simple(_lexer: Lexer, text: str, span: Span) -> Token | None:
    """Lexemes that are a token of their own, relations and accents."""
    if text in commands.RELATIONS:
        return Token("REL", commands.RELATIONS[text], span)
    if text in commands.ACCENTS:
        return Token("ACCENT", text, span)
    if text in commands.SEPARATORS:
        return Token("SEP", commands.SEPARATORS[text], span)
    if text in commands.LOGIC:
        return Token("LOGIC", commands.LOGIC[text], span)
    if text in commands.BARS:
        return Token("BAR", " ".join(commands.BARS[text]), span)
    return Token(SIMPLE[text], text, span) if text in SIMPLE else None


def sized(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``\left(`` and ``\right)``: the bracket without its size."""
    if text not in (r"\left", r"\right", r"\middle"):
        return None
    lexer.skip()
    bracket, end = lexer.lexeme()
    if text == r"\middle":
        if bracket not in commands.BARS:
            raise lexer.source.not_yet(span.to(end), f"{text} is known before a bar only")
        return Token("SEP", BETWEEN[commands.BARS[bracket][0]], span.to(end))
    if bracket in commands.BARS:
        way = {r"\left": "<<", r"\right": ">>"}[text]
        return Token("BAR", f"{commands.BARS[bracket][0]} {way}", span.to(end))
    kind = {r"\left": ("OPEN", "LSQB"), r"\right": ("CLOSE", "RSQB")}[text]
    if SIMPLE.get(bracket) in kind:
        return Token(kind[0], f"{text} {bracket}", span.to(end))
    if bracket in commands.NOT_YET or bracket == ".":
        raise lexer.source.not_yet(span.to(end), f"{text}{bracket} is not supported yet")
    raise lexer.source.invalid(span.to(end), f"{text} needs a bracket behind it, and found {bracket}")


def environments(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``\begin{cases}`` and the like."""
    if text not in (r"\begin", r"\end"):
        return None
    name, end = lexer.braced(text, span)
    if name.strip() != "cases" and name.strip() not in commands.LINES:
        raise lexer.source.not_yet(end, f"the environment {name.strip()} is not supported yet")
    return Token(text[1:].upper(), name.strip(), end)


RULES = (primes, words, letters, simple, sized, environments, upright, fonts, operators)
"""What a lexeme may be, in the order in which it is asked."""


def tokenize(source: Source, vocabulary: Vocabulary = NO_VOCABULARY) -> list[Token]:
    """The tokens of a formula, with brackets that match."""
    tokens = Lexer(source, vocabulary, RULES).tokens()
    check_brackets(source, tokens)
    tokens = worded(unstacked(source, scripted(source, pair_bars(source, tokens))))
    tokens = cases(source, tokens)
    check_brackets(source, tokens)
    check_digits(source, tokens)
    return tokens
