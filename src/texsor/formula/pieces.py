"""The entries of a row before it is known what belongs to what: factors, signs, digits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from texsor.formula.bracketing import closed, named
from texsor.formula.conditions import is_condition
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Group,
    Indexed,
    Node,
    Number,
    Power,
    Product,
    Symbol,
    Transpose,
)
from texsor.formula.scripts import Script, raised
from texsor.formula.source import Source, Span
from texsor.formula.vocabulary import Vocabulary


@dataclass(frozen=True)
class Piece:
    """One entry of a row, before it is known what belongs to what."""

    kind: str
    """``factor``, ``digit``, ``function``, ``big``, ``one``, ``list``, ``infix``, ``nabla`` or ``derive``."""
    span: Span
    """Where it stands, scripts included."""
    text: str = ""
    """The digit, operator or sign."""
    node: Node | None = None
    """The finished node of a factor."""
    entries: tuple[Node, ...] = ()
    """What a bracketed list holds."""
    marks: tuple[str, ...] = ()
    """What stands between them."""
    sub: Script | None = None
    """The subscript, until it is known what it means."""
    sup: Script | None = None
    """The superscript, likewise."""
    head: Span = field(default=Span(0, 0))
    """The glyphs without scripts."""


def multiply(factors: list[Node], signs: list[str]) -> Node:
    """A product, or the factor alone."""
    if len(factors) == 1:
        return factors[0]
    span = factors[0].span.to(factors[-1].span)
    return Product(tuple(factors), tuple(signs), span=span, head=span)


def join_digits(source: Source, vocabulary: Vocabulary, pieces: list[Piece]) -> list[Piece]:
    """Digits in a row are one numeral, which takes the last one's power."""
    joined: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if piece.kind == "digit":
            run.append(piece)
        if run and (piece.kind != "digit" or piece.sub or piece.sup):
            joined.append(numeral(source, vocabulary, run))
            run = []
        if piece.kind != "digit":
            joined.append(piece)
    return [*joined, numeral(source, vocabulary, run)] if run else joined


def numeral(source: Source, vocabulary: Vocabulary, run: list[Piece]) -> Piece:
    """The numeral of some digits."""
    head = run[0].head.to(run[-1].head)
    text = "".join(piece.text for piece in run)
    if text.count(".") > 1 or not text[0].isdigit() or not text[-1].isdigit():
        raise source.invalid(head, f"{text} is no number", "write 0.5; leave out a full stop behind the formula")
    span = run[0].span.to(run[-1].span)
    node = raised(source, vocabulary, Number(text, span=head, head=head), run[-1].sub, run[-1].sup)
    return Piece("factor", span, node=node)


def core(node: Node) -> Node:
    """What an expression is without the powers, transposes and indices around it."""
    while isinstance(node, (Power, Transpose, Indexed)):
        node = node.base if isinstance(node, Power) else node.operand if isinstance(node, Transpose) else node.body
    return node


def rescripted(source: Source, scripted: Node, new: Node) -> Node:
    """The same powers, transposes and indices around another core; refuses those that it cannot have."""
    match scripted:
        case Power():
            inner = rescripted(source, scripted.base, new)
            made: Node = replace(scripted, base=inner, span=inner.span.to(scripted.span))
            clear = closed(inner) and not named(made)
        case Transpose():
            inner = rescripted(source, scripted.operand, new)
            made, clear = replace(scripted, operand=inner, span=inner.span.to(scripted.span)), closed(inner)
        case Indexed():
            inner = rescripted(source, scripted.body, new)
            made = replace(scripted, body=inner, span=inner.span.to(scripted.span))
            clear = isinstance(inner, (Group, Arguments, Apply))
        case _:
            return new
    if not clear:
        raise source.invalid(scripted.span, "it is not clear what this belongs to", "write round brackets")
    return made


def bracket_of(source: Source, vocabulary: Vocabulary, piece: Piece | None) -> Node | None:
    """The node of a piece that is printed brackets, scripts included; None for any other."""
    if piece is None:
        return None
    said = any(map(is_condition, piece.entries))
    if piece.kind == "list" and not said and ":" not in piece.marks:
        listed = Arguments(piece.entries, piece.text, piece.marks, span=piece.head, head=piece.head)
        return raised(source, vocabulary, listed, piece.sub, piece.sup)
    node = piece.node
    return node if piece.kind == "factor" and node is not None and isinstance(core(node), Group) else None


def enumerated(node: Arguments) -> Symbol | None:
    r"""The array that ``l_1, \dots, l_N`` lists; None for any other list."""
    symbols = [entry for entry in node.entries if isinstance(entry, Symbol) and entry.name != r"\dots"]
    dots = [entry for entry in node.entries if entry == Symbol(r"\dots")]
    between = len(dots) == 1 and node.entries[0] is not dots[0] and node.entries[-1] is not dots[0]
    if not between or len(symbols) < 2 or len(symbols) + 1 != len(node.entries) or set(node.marks) != {","}:
        return None
    rows = {(symbol.name, symbol.label, symbol.superscript, symbol.indices[:-1]) for symbol in symbols}
    if len(rows) > 1 or not all(symbol.indices for symbol in symbols):
        return None
    return replace(symbols[0], indices=symbols[0].indices[:-1], span=node.span, head=node.span)
