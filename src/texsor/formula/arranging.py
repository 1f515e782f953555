"""Tokens that mean something together: lone signs and names as scripts, stacked bounds, words between conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from texsor.formula import commands
from texsor.formula.brackets import CLOSING, OPENING
from texsor.formula.source import Source
from texsor.formula.token import Token

SCRIPTS = {"SUP": "^", "SUB": "_"}
OPERANDS = ("DIGIT", "LETTER", "FRAC", "SQRT", "ACCENT", "FUNCTION", "BIG", "ONE", "NABLA")
PUNCTUATION = (("SEP", ","), ("SEP", ";"), ("DIGIT", "."))
EXTREMA = ("max", "min")
NAMES = {"SUB": (*EXTREMA, "mean", *commands.FUNCTIONS), "SUP": EXTREMA}
"""Operators whose name alone is a label: ``\\eta_{\\max}``."""


def scripted(source: Source, tokens: Sequence[Token]) -> list[Token]:
    r"""``x^*``, ``x^{+}`` and ``[x]_+``: a sign alone above or below the line is a mark, an operator a name."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        script = tokens[at]
        braced = at + 3 < len(tokens) and (tokens[at + 1].type, tokens[at + 3].type) == ("LBRACE", "RBRACE")
        sign = tokens[at + 2] if braced else tokens[at + 1] if at + 1 < len(tokens) else script
        found.append(script)
        at += 1
        if script.type not in SCRIPTS:
            continue
        if is_name(script, sign):
            found.append(Token("LETTER", rf"\mathrm{{{sign.text}}}", sign.span))
        elif is_mark(sign):
            last = tokens[at + 2] if braced else sign
            found[-1] = Token("MARK", f"{SCRIPTS[script.type]}{{{sign.text}}}", script.span.to(last.span))
            if not braced and sign.text != "*" and runs_on(sign, tokens[at + 1 : at + 2]):
                raise source.invalid(sign.span, f"TeX takes only the {sign.text} here", "write braces")
        else:
            continue
        at += 3 if braced else 1
    return found


def is_mark(token: Token) -> bool:
    """Whether a token is a sign that can stand alone above or below the line."""
    return token.type in ("SIGN", "INFIX") and token.text in ("+", "-", "*")


def is_name(script: Token, token: Token) -> bool:
    """Whether a token is an operator that names something where it stands alone as a script."""
    return token.type in ("BIG", "FUNCTION") and token.text in NAMES[script.type]


def runs_on(sign: Token, behind: Sequence[Token]) -> bool:
    """Whether an operand stands right behind a sign, as in ``x^-1``."""
    return any(token.type in OPERANDS and token.span.start == sign.span.end for token in behind)


def unstacked(source: Source, tokens: Sequence[Token]) -> list[Token]:
    r"""``\substack{a \\ b}`` is a, b."""
    found: list[Token] = []
    opened: list[str] = []
    stacking: Token | None = None
    for token in tokens:
        if stacking is not None and token.type != "LBRACE":
            raise source.invalid(stacking.span, r"\substack needs braces behind it")
        if token.type == "SUBSTACK":
            stacking = token
            continue
        kept = True
        if token.type in OPENING:
            script = bool(found) and found[-1].type in SCRIPTS
            opened.append("" if stacking is None else "script" if script else "stack")
            stacking, kept = None, opened[-1] != "stack"
        elif token.type in CLOSING:
            kept = opened.pop() != "stack"
        if kept:
            row = token.type == "ROW" and opened and opened[-1]
            found.append(Token("SEP", ",", token.span) if row else token)
    return found


def worded(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with *and* and *or* as signs wherever they stand between conditions: in brackets and in cases."""
    found, level = list[Token](), 0
    for token in tokens:
        inner = token.type in OPENING and token.text not in commands.LINES
        level += inner - (token.type in CLOSING and token.text not in commands.LINES)
        word = level > 0 and token.type == "WORD" and token.text in ("and", "or")
        found.append(Token("LOGIC", token.text, token.span) if word else token)
    return found


def sentence(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without the punctuation of the sentence behind them."""
    kept = list(tokens)
    while kept and (kept[-1].type == "QUAD" or (kept[-1].type, kept[-1].text) in PUNCTUATION):
        kept.pop()
    return kept


def cut(
    tokens: Sequence[Token], kinds: Sequence[str], wanted: Callable[[Token], bool] = lambda _: True
) -> list[list[Token]]:
    """Tokens cut at those of some kinds that stand in no brackets."""
    parts: list[list[Token]] = [[]]
    level = 0
    for token in tokens:
        level += (token.type in OPENING) - (token.type in CLOSING)
        if level == 0 and token.type in kinds and wanted(token):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
