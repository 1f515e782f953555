"""LaTeX → tree: the passes in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from lark import Lark, Token, UnexpectedInput
from lark.lexer import Lexer as LarkLexer

from texsor.errors import Location, TexsorError
from texsor.formula.build import Builder
from texsor.formula.depth import check_depth
from texsor.formula.equations import equations
from texsor.formula.members import arranged
from texsor.formula.nodes import Formula, Node, Power, Symbol, walk
from texsor.formula.printing import to_latex
from texsor.formula.source import Source, Span
from texsor.formula.token import Token as Lexeme
from texsor.formula.tokens import tokenize
from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary

WORD = re.compile(r"[A-Za-z]+[0-9]*(?<=..)")
"""A name of several letters that is written without a command."""


def parse(latex: str, *, where: Location | None = None, vocabulary: Vocabulary = NO_VOCABULARY) -> Formula:
    r"""Read a formula, or refuse it with its place and a caret.

    ``vocabulary`` says what its names are bound to, which decides whether ``f(x)`` is a product.

    >>> parse(r"\ell_n = -\log \hat{y}_{n,t_n}").members[0].indices[0].name
    'n'
    """
    source = Source(latex, where)
    parts = equations(source, tokenize(source, vocabulary))
    if not parts:
        raise source.invalid(Span(0, 0), "there is no formula", "write one")
    trees = [grow(source, part, vocabulary, holes=False) for part in parts]
    for tree in trees:
        check_depth(source, tree)
        check_stray(source, tree)
    return arranged(source, vocabulary, trees)


def parse_symbol(latex: str, *, where: Location | None = None) -> Symbol:
    r"""Read a lone symbol, such as a name that is bound: ``\hat{y}``, ``d_k``, ``x^{(t)}`` or ``margin``."""
    word = latex.strip()
    words = frozenset((word,)) if WORD.fullmatch(word) else frozenset()
    formula = parse(latex, where=where, vocabulary=Vocabulary(words=words))
    (member, *others) = formula.members
    if isinstance(member, Power) and isinstance(member.base, Symbol) and isinstance(member.exponent, Symbol):
        # W^Q: as a name that is bound, it is no power.
        member = replace(member.base, superscript=to_latex(member.exponent), span=member.span, head=member.span)
    if others or formula.earlier or not isinstance(member, Symbol):
        raise formula.source.invalid(member.span, "a single symbol is wanted here", r"write \hat{y}, N or d_k")
    return member


def vocabulary_of(names: Iterable[str], functions: Iterable[str] = (), positions: Iterable[str] = ()) -> Vocabulary:
    """What is known of the names that are bound; all of them, those of functions, those of whole numbers."""
    called, whole = ({name.strip() for name in group} for group in (functions, positions))
    typed = {name.strip() for name in names} | called | whole
    return Vocabulary(
        bound=frozenset(map(canonical, typed)),
        words=frozenset(name for name in typed if WORD.fullmatch(name)),
        functions=frozenset(map(canonical, called)),
        positions=frozenset(map(canonical, whole)),
    )


@lru_cache(4096)
def canonical(name: str) -> str:
    """The one spelling of a name that is bound."""
    return to_latex(parse_symbol(name))


def grow(source: Source, found: list[Lexeme], vocabulary: Vocabulary, *, holes: bool) -> Node:
    """The tree of some tokens; ``holes`` says whether operands may be missing."""
    if not found:
        raise source.invalid(Span(0, 0), "there is no formula", "write one")
    try:
        raw = grammar().parse(found)  # Feed reads tokens, not text
    except UnexpectedInput as error:
        raise unexpected(source, found, error) from None
    return Builder(source, vocabulary, holes=holes).build(raw)


class Feed(LarkLexer):
    """Hands lark the tokens that are there already."""

    def __init__(self, lexer_conf: object) -> None:
        pass

    def lex(self, data: list[Lexeme]) -> Iterator[Token]:  # type: ignore[override] # tokens, not text
        """Lark's own kind of token."""
        for token in data:
            yield Token(token.type, token.text, start_pos=token.span.start, end_pos=token.span.end)


@cache
def grammar() -> Lark:
    """The LR tables, made once."""
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer=Feed)


def unexpected(source: Source, found: list[Lexeme], error: UnexpectedInput) -> TexsorError:
    """What a token that cannot stand there means in words."""
    token = getattr(error, "token", None)
    start = token.start_pos if isinstance(token, Token) and token.type != "$END" else None
    stopped = [token for token in found if token.span.start == start]
    before = [token for token in found if start is None or token.span.start < start]
    last = before[-1] if before else None
    if last is not None and last.type in ("SUP", "SUB", "FRAC", "SQRT", "ACCENT"):
        if stopped and stopped[0].type in ("SIGN", "INFIX"):
            what = f"{stopped[0].text} alone above or below the line is not supported yet"
            return source.not_yet(stopped[0].span, what)
        return source.invalid(last.span, f"{last.text} lacks what belongs to it", "write it behind, in braces")
    if stopped and stopped[0].type == "WORD":
        remedy = "write a distinction of cases, or an indicator"
        return source.not_yet(stopped[0].span, "words are known between equations and in cases only", remedy)
    if stopped and stopped[0].type in ("SUP", "SUB", "PRIME", "MARK"):
        return source.invalid(stopped[0].span, f"{stopped[0].text} has nothing to stand on")
    if not stopped:
        return source.invalid(found[-1].span, "something is missing behind this", "write it in braces")
    span = stopped[0].span
    missing = "SIGN" not in getattr(error, "expected", ())
    what = "something is missing before" if missing else "there is no place for"
    return source.invalid(span, f"{what} {source.slice(span)}", "write it in braces" if missing else None)


def check_stray(source: Source, tree: Node) -> None:
    """Refuse signs that mean something in one place only, where they stand elsewhere."""
    for node in walk(tree):
        if isinstance(node, Symbol) and node.name in STRAY:
            what, remedy = STRAY[node.name]
            raise source.not_yet(node.span, what, remedy)


TRANSPOSES = ("a transpose is known above a name or brackets only", r"write A^{\top}")
MARKS = ("stars and daggers are known above or below a name only", r"write x^{\star}; * is a product")
STRAY = {
    r"\top": TRANSPOSES,
    r"\intercal": TRANSPOSES,
    r"\star": MARKS,
    r"\dagger": MARKS,
    r"\partial": (r"\partial is known in a first derivative only", r"write \frac{\partial L}{\partial z}"),
    r"\dots": (r"dots are known in a list such as \{l_1, \dots, l_N\} only", r"write a sum with \sum"),
}
"""Letters that are none, where they belong, and what to write."""
