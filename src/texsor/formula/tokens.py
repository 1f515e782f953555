"""LaTeX → tokens: the first pass, and the only one that knows how commands are spelled."""

from __future__ import annotations

import re

from texsor.formula import commands
from texsor.formula.brackets import check_brackets, check_digits
from texsor.formula.source import Source, Span
from texsor.formula.token import TOKEN_BUDGET, Token

LEXEME = re.compile(r"\\[A-Za-z]+\*?|\\[\s\S]|:=|[\s\S]|\\")
PRIMES = re.compile(r"\s*(?:\\prime(?![A-Za-z])|\{\s*(?:(?:\\prime(?![A-Za-z])|')\s*)+\})")
SPACE = re.compile(r"\s*")
UPRIGHT_BODY = re.compile(r"\\(?:mathrm|text|textrm|operatorname|textnormal)\*?\s*\{([^{}]*)\}")
THIN = re.compile(r"\\[,;:! ]")

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
    ",": "COMMA",
    "+": "SIGN",
    "-": "SIGN",
    "/": "INFIX",
    "*": "INFIX",
    r"\cdot": "INFIX",
    r"\times": "INFIX",
    r"\frac": "FRAC",
    r"\sqrt": "SQRT",
    ".": "DIGIT",
}
"""Lexemes that are a token of their own."""


class Lexer:
    """Reads one formula."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.at = 0

    def tokens(self) -> list[Token]:
        """All tokens; refuses what it does not know, and more than the budget."""
        found: list[Token] = []
        while self.at < len(self.source.text):
            token = self.next()
            if token is not None:
                found.append(token)
            if len(found) > TOKEN_BUDGET:
                remedy = "split it into several formulas"
                raise self.source.invalid(found[-1].span, f"the formula has more than {TOKEN_BUDGET} tokens", remedy)
        return found

    def lexeme(self) -> tuple[str, Span]:
        """The next command or character."""
        match = LEXEME.match(self.source.text, self.at)
        if match is None:
            raise self.source.invalid(Span(self.at, self.at), "the formula ends here and something was to come")
        text, self.at = match[0], match.end()
        starred = text.endswith("*") and text not in commands.UPRIGHT and len(text) > 1
        if starred:
            text, self.at = text[:-1], self.at - 1
        return commands.SPELLINGS.get(text, text), Span(match.start(), self.at)

    def skip(self) -> None:
        """Pass over white space."""
        match = SPACE.match(self.source.text, self.at)
        self.at = match.end() if match else self.at

    def next(self) -> Token | None:
        """The next token; None for what only spaces or sizes."""
        text, span = self.lexeme()
        if text.isspace() or text in commands.SPACING:
            return None
        for rule in RULES:
            token = rule(self, text, span)
            if token is not None:
                return token
        raise self.refusal(text, span)

    def refusal(self, text: str, span: Span) -> Exception:
        """Why a lexeme is not taken."""
        if text in commands.NOT_YET:
            return self.source.not_yet(span, f"{commands.NOT_YET[text]} ({text}) are not supported yet")
        if text in commands.FORBIDDEN or text == "\\":
            remedy = commands.FORBIDDEN.get(text, "write a command behind the backslash")
            return self.source.invalid(span, f"{text} does not belong in a formula", remedy)
        if text in commands.TYPED:
            return self.source.not_yet(span, f"{text} is no LaTeX", f"write {commands.TYPED[text]}")
        if text.startswith("\\"):
            return self.source.not_yet(span, f"the command {text} is not known")
        return self.source.not_yet(span, f"the character {text!r} is not known", "write the LaTeX command for it")


def primes(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``^\prime`` is a prime."""
    match = PRIMES.match(lexer.source.text, span.end) if text == "^" else None
    if match is None:
        return None
    lexer.at = match.end()
    return Token("PRIME", "'" * (match[0].count("\\prime") + match[0].count("'")), span.to(Span(span.end, match.end())))


def letters(_lexer: Lexer, text: str, span: Span) -> Token | None:
    """Single letters, digits and letters that are commands."""
    if text.isascii() and text.isalpha():
        return Token("LETTER", text, span)
    if text.isascii() and text.isdigit():
        return Token("DIGIT", text, span)
    return Token("LETTER", text, span) if text in commands.GREEK else None


def simple(_lexer: Lexer, text: str, span: Span) -> Token | None:
    """Lexemes that are a token of their own, relations and accents."""
    if text in commands.RELATIONS:
        return Token("REL", commands.RELATIONS[text], span)
    if text in commands.ACCENTS:
        return Token("ACCENT", text, span)
    return Token(SIMPLE[text], text, span) if text in SIMPLE else None


def sized(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``\left(`` and ``\right)``: the bracket without its size."""
    if text not in (r"\left", r"\right"):
        return None
    lexer.skip()
    bracket, end = lexer.lexeme()
    kind = {r"\left": ("OPEN", "LSQB"), r"\right": ("CLOSE", "RSQB")}[text]
    if SIMPLE.get(bracket) in kind:
        return Token(kind[0], f"{text} {bracket}", span.to(end))
    if bracket in commands.NOT_YET or bracket == ".":
        raise lexer.source.not_yet(span.to(end), f"{text}{bracket} is not supported yet")
    raise lexer.source.invalid(span.to(end), f"{text} needs a bracket behind it, and found {bracket}")


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
    return Token("BIG", name, span) if name in commands.BIG and name != "mean" else None


def upright(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``\mathrm{PPL}``, ``\text{PPL}`` and ``\operatorname{PPL}`` are one name."""
    if text not in commands.UPRIGHT:
        return None
    body, end = braced(lexer, text, span)
    nested = UPRIGHT_BODY.fullmatch(body.strip())
    name = " ".join((nested[1] if nested else body).split())
    plain = THIN.sub("", name).replace(" ", "")
    if plain == "mean":
        return Token("BIG", plain, end)
    if (known := operator(plain, end)) is not None:
        return known
    if not name or not all(letter.isalnum() or letter in " -." for letter in name):
        raise lexer.source.not_yet(end, f"a name of letters, digits and hyphens is wanted in {text}")
    return Token("LETTER", rf"\mathrm{{{name}}}", end)


def fonts(lexer: Lexer, text: str, span: Span) -> Token | None:
    r"""``\mathcal{L}`` and ``\mathbf{x}`` are letters of their own; ``\mathbb{1}`` is an indicator."""
    if text not in commands.FONTS:
        return None
    body, end = braced(lexer, text, span)
    name = body.strip()
    letter = f"{text}{{{name}}}"
    if letter in commands.ONES:
        return Token("ONE", letter, end)
    if name in commands.GREEK or (name.isascii() and name.isalpha()):
        return Token("LETTER", letter, end)
    raise lexer.source.not_yet(end, f"{text} is known around letters only")


def braced(lexer: Lexer, text: str, span: Span) -> tuple[str, Span]:
    """The raw text of a command's argument: what is in its braces, or one lexeme."""
    lexer.skip()
    body, end = lexer.lexeme()
    if body != "{":
        return body, span.to(end)
    start, depth = lexer.at, 1
    while depth:
        if lexer.at >= len(lexer.source.text):
            raise lexer.source.invalid(span.to(end), f"the brace behind {text} is never closed")
        body, _ = lexer.lexeme()
        depth += {"{": 1, "}": -1}.get(body, 0)
    return lexer.source.text[start : lexer.at - 1], Span(span.start, lexer.at)


RULES = (primes, letters, simple, sized, upright, fonts, operators)
"""What a lexeme may be, in the order in which it is asked."""


def tokenize(source: Source) -> list[Token]:
    """The tokens of a formula, with brackets that match."""
    tokens = Lexer(source).tokens()
    check_brackets(source, tokens)
    check_digits(source, tokens)
    return tokens
