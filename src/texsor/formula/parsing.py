"""LaTeX → tree: the passes in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lark import Lark, Token, UnexpectedInput
from lark.lexer import Lexer as LarkLexer

from texsor.errors import Location, TexsorError
from texsor.formula.build import Builder
from texsor.formula.nodes import Compare, Formula, Node, Symbol, children
from texsor.formula.source import Source, Span
from texsor.formula.token import DEPTH_BUDGET
from texsor.formula.token import Token as Lexeme
from texsor.formula.tokens import tokenize


def parse(latex: str, *, where: Location | None = None) -> Formula:
    r"""Read a formula, or refuse it with its place and a caret.

    >>> parse(r"\ell_n = -\log \hat{y}_{n,t_n}").members[0]
    Symbol(name='\\ell', label='', indices=(Symbol(name='n', label='', indices=()),))
    """
    source = Source(latex, where)
    found = tokenize(source)
    tree = grow(source, found, holes=False)
    check_depth(source, tree)
    return Formula(members_of(source, tree), source)


def parse_symbol(latex: str, *, where: Location | None = None) -> Symbol:
    r"""Read a lone symbol, such as a name that is bound: ``\hat{y}`` or ``d_k``."""
    formula = parse(latex, where=where)
    (member, *others) = formula.members
    if others or not isinstance(member, Symbol):
        raise formula.source.invalid(member.span, "a single symbol is wanted here", r"write \hat{y}, N or d_k")
    return member


def grow(source: Source, found: list[Lexeme], *, holes: bool) -> Node:
    """The tree of some tokens; ``holes`` says whether operands may be missing."""
    if not found:
        raise source.invalid(Span(0, 0), "there is no formula", "write one")
    try:
        raw = grammar().parse(found)  # Feed reads tokens, not text
    except UnexpectedInput as error:
        raise unexpected(source, found, error) from None
    return Builder(source, holes=holes).build(raw)


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
            return source.not_yet(stopped[0].span, f"{stopped[0].text} alone above or below the line is not supported")
        return source.invalid(last.span, f"{last.text} lacks what belongs to it", "write it behind, in braces")
    if stopped and stopped[0].type in ("SUP", "SUB", "PRIME"):
        return source.invalid(stopped[0].span, f"{stopped[0].text} has nothing to stand on")
    if not stopped:
        return source.invalid(found[-1].span, "something is missing behind this", "write it in braces")
    span = stopped[0].span
    missing = "SIGN" not in getattr(error, "expected", ())
    what = "something is missing before" if missing else "there is no place for"
    return source.invalid(span, f"{what} {source.slice(span)}", "write it in braces" if missing else None)


def check_depth(source: Source, tree: Node) -> None:
    """Refuse a tree that a recursive reader could not bear; does not recurse itself."""
    pending = [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > DEPTH_BUDGET:
            remedy = "split it into several formulas"
            raise source.invalid(node.span, f"the formula is more than {DEPTH_BUDGET} levels deep", remedy)
        pending.extend((child, depth + 1) for child in children(node))


def members_of(source: Source, tree: Node) -> tuple[Node, ...]:
    """The expressions that are said to be equal."""
    if not isinstance(tree, Compare):
        return (tree,)
    if set(tree.relations) != {"="}:
        relation = next(relation for relation in tree.relations if relation != "=")
        raise source.not_yet(tree.span, f"a formula that says {relation} is not supported yet", "write an equation")
    return tree.operands
