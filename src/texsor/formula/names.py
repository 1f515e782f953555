"""Names among the lexemes: letters, words, upright names, letters in other fonts, operators."""

from __future__ import annotations

import re

from texsor.formula import commands
from texsor.formula.lexer import Lexer
from texsor.formula.source import Span
from texsor.formula.token import Token

UPRIGHT_BODY = re.compile(r"\\(?:mathrm|text|textrm|operatorname|textnormal)\*?\s*\{([^{}]*)\}")
EXPECTATION = r"\mathbb{E}"
UNDERSCORE = r"\_"
THIN = re.compile(r"\\[,;:! ]")
RUN = re.compile(r"([A-Za-z]+)([0-9]*)")
APPLIED = re.compile(r"\s*(?:\\left\s*|\\[bB]igg?l?\s*)?[(\[]")
"""A bracket behind a name."""
OVER = re.compile(r"\s*(?:_|(?:\\left\s*|\\[bB]igg?l?\s*)?[(\[])")
"""A bracket or an index behind a name."""


def words(lexer: Lexer, text: str, span: Span) -> Token | None:
    """A bound name of several letters, and a function that is written without its backslash."""
    inside = span.start > 0 and lexer.source.text[span.start - 1].isalpha()
    found = None if inside or not text.isalpha() else RUN.match(lexer.source.text, span.start)
    if found is None:
        return None
    for word in (found[0], found[1]):
        end = span.start + len(word)
        if word in lexer.vocabulary.words:
            lexer.at = end
            return Token("LETTER", rf"\mathrm{{{word}}}", Span(span.start, end))
        if len(word) > 1 and APPLIED.match(lexer.source.text, end):
            known = operator(word, Span(span.start, end)) or named(word, Span(span.start, end))
            if known is not None:
                lexer.at = end
                return known
    return None


def named(word: str, span: Span) -> Token | None:
    r"""The token of ``softmax`` and the like; ``tr(A)`` may be a product."""
    name = rf"\mathrm{{{word}}}"
    return Token("LETTER", name, span) if name in commands.NAMED and len(word) > 2 else None


def letters(_lexer: Lexer, text: str, span: Span) -> Token | None:
    """Single letters, digits and letters that are commands."""
    if text.isascii() and text.isalpha():
        return Token("LETTER", text, span)
    if text.isascii() and text.isdigit():
        return Token("DIGIT", text, span)
    return Token("LETTER", text, span) if text in commands.GREEK else None


def operators(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""Functions and signs with a command of their own, ``\arg\max`` included."""
    if text == r"\arg":
        lexer.skip()
        rest, end = lexer.lexeme()
        if rest not in (r"\max", r"\min"):
            raise lexer.source.not_yet(span.to(end), r"\arg is known before \max and \min only")
        return Token("BIG", f"arg{rest[1:]}", span.to(end))
    return operator(text.removeprefix("\\").replace("\\", ""), span) if text.startswith("\\") else None


def operator(name: str, span: Span) -> Token | None:
    """The token of a function or sign by its plain name, if it is one."""
    if name in commands.FUNCTIONS:
        return Token("FUNCTION", name, span)
    return Token("BIG", name, span) if name in PLAIN else None


PLAIN = frozenset(commands.BIG) - {"mean", "expectation", "variance"}
"""Signs whose name is their command."""


def upright(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``\mathrm{PPL}``, ``\text{PPL}`` and ``\operatorname{PPL}`` are one name."""
    if text not in commands.UPRIGHT:
        return None
    body, end = lexer.braced(text, span)
    nested = UPRIGHT_BODY.fullmatch(body.strip())
    name = " ".join((nested[1] if nested else body).replace(r"\_", "_").split())
    plain = THIN.sub("", name).replace(" ", "")
    if (word := commands.WORDS.get(name.strip(" ,.:"))) is not None:
        return Token("WORD", word, end)
    if plain == "mean":
        return Token("BIG", plain, end)
    if plain in commands.BIG_NAMES and OVER.match(lexer.source.text, lexer.at):
        return Token("BIG", commands.BIG_NAMES[plain], end)
    if (known := operator(plain, end)) is not None:
        return known
    if not name or not all(letter.isalnum() or letter in " -._" for letter in name):
        raise lexer.source.not_yet(end, f"a name of letters, digits and hyphens is wanted in {text}")
    return Token("LETTER", rf"\mathrm{{{name.replace('_', UNDERSCORE)}}}", end)


def fonts(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``\mathcal{L}`` and ``\mathbf{x}`` are letters of their own; ``\mathbb{1}`` is an indicator."""
    if text not in commands.FONTS:
        return None
    body, end = lexer.braced(text, span)
    name = body.strip()
    letter = f"{text}{{{name}}}"
    if letter in commands.ONES:
        return Token("ONE", letter, end)
    if letter == EXPECTATION or (letter in commands.BIG_LETTERS and OVER.match(lexer.source.text, lexer.at)):
        return Token("BIG", commands.BIG_LETTERS[letter], end)
    if text in (r"\mathit", r"\mathsf") and len(name) > 1 and name.isascii() and name.isalnum():
        return Token("LETTER", rf"\mathrm{{{name}}}", end)
    if name in commands.GREEK or (name.isascii() and name.isalpha()):
        return Token("LETTER", letter, end)
    raise lexer.source.not_yet(end, f"{text} is known around letters only")
