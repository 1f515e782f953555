"""Lark's tree → our tree, from the leaves up and without recursion: no depth of input can exhaust the stack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from lark import Token, Tree

from texsor.formula.fold import Piece, Row
from texsor.formula.nodes import Compare, Fraction, Group, Hole, Minus, Negate, Node, Number, Plus, Root, Symbol
from texsor.formula.scripts import Script, accented, primed, raised
from texsor.formula.source import Source, Span


@dataclass(frozen=True)
class Entries:
    """What stands between commas."""

    parts: tuple[Node, ...]
    """The parts; none where nothing stands there."""


@dataclass(frozen=True)
class Mark:
    """One script of an atom."""

    sign: Token
    """``_``, ``^`` or a prime."""
    script: Script | None = None
    """What it holds; None for a prime."""


Made = Node | Piece | Entries | Mark | Script | Token | None


class Builder:
    """One method for each rule of the grammar."""

    def __init__(self, source: Source, *, holes: bool) -> None:
        self.source = source
        self.holes = holes

    def build(self, tree: Tree[Token]) -> Node:
        """The finished tree."""
        made: dict[int, Made] = {}
        for part in tree.iter_subtrees():
            entries = [made[id(child)] if isinstance(child, Tree) else child for child in part.children]
            made[id(part)] = getattr(self, f"on_{part.data}")(*entries)
        return cast(Node, made[id(tree)])

    def on_start(self, entries: Entries) -> Node:
        """The whole formula."""
        if len(entries.parts) > 1:
            remedy = "declare each by itself; leave out a comma behind the formula"
            raise self.source.not_yet(entries.parts[1].span, "several formulas in one are not supported yet", remedy)
        return entries.parts[0]

    def on_list(self, *chains: Node | None) -> Entries:
        """Parts between commas."""
        if len(chains) == 1 and chains[0] is None:
            return Entries(())
        given = [chain for chain in chains if chain is not None]
        if len(given) < len(chains):
            where = given[0].span if given else Span(0, len(self.source.text))
            raise self.source.invalid(where, "nothing stands beside a comma here", "leave the comma out")
        return Entries(tuple(given))

    def on_chain(self, first: Node | None, *rest: Token | Node | None) -> Node | None:
        """Parts with relations between them."""
        if not rest:
            return first
        relations = [token for token in rest[::2] if isinstance(token, Token)]
        operands = [self.beside(first, relations[0])]
        operands += [self.beside(node, sign) for node, sign in zip(rest[1::2], relations, strict=True)]
        span = operands[0].span.to(operands[-1].span)
        texts = tuple(str(token) for token in relations)
        return Compare(tuple(operands), texts, span=span, head=span_of(relations[0]))

    def on_sum(self, first: Node | None, *rest: Token | Node | None) -> Node | None:
        """Terms with + and − between them; a leading − negates the first."""
        node = first
        for sign, term in zip(rest[::2], rest[1::2], strict=True):
            head = span_of(sign)
            right = self.beside(term, sign)
            if node is None and sign == "-":
                node = Negate(right, span=head.to(right.span), head=head)
                continue
            if node is None and not self.holes:
                raise self.source.not_yet(head, "a leading + is not supported", "leave it out")
            left = node or Hole(span=Span(head.start, head.start))
            made = Plus if sign == "+" else Minus
            node = made(left, right, span=left.span.to(right.span), head=head)
        return node

    def beside(self, node: Made, sign: Made) -> Node:
        """An operand, which must be there unless a term is read."""
        if isinstance(node, Node):
            return node
        span = span_of(sign)
        if self.holes:
            return Hole(span=Span(span.end, span.end))
        remedy = "write what belongs there; brackets, if it is a negated term" if sign in ("+", "-") else None
        raise self.source.invalid(span, f"{self.source.slice(span)} lacks an operand", remedy)

    def on_product(self, *pieces: Piece) -> Node | None:
        """A row; None where it is empty."""
        return Row(self.source, list(pieces), holes=self.holes).product() if pieces else None

    def on_infix(self, sign: Token) -> Piece:
        """A written product or quotient sign."""
        return Piece("infix", span_of(sign), str(sign), head=span_of(sign))

    def on_plain(self, token: Token) -> Piece:
        """One token by itself."""
        span = span_of(token)
        if token.type == "LETTER":
            return Piece("factor", span, node=Symbol(str(token), span=span, head=span), head=span)
        return Piece(token.type.lower(), span, str(token), head=span)

    def on_braces(self, opening: Token, entries: Entries, closing: Token) -> Piece:
        """Braces, which are not printed."""
        span = span_of(opening).to(span_of(closing))
        if len(entries.parts) != 1 or isinstance(entries.parts[0], Compare):
            raise self.source.invalid(span, "braces around a factor hold one expression")
        node = entries.parts[0]
        if isinstance(node, Number):
            # {1}{2} is printed as 12, and read as it is printed.
            return Piece("digit", span, node.text, head=span)
        return Piece("factor", span, "{", node=node, head=span)

    def on_brackets(self, opening: Token, entries: Entries, closing: Token) -> Piece:
        """Printed brackets."""
        span = span_of(opening).to(span_of(closing))
        bracket = str(opening).rpartition(" ")[2]
        if not entries.parts:
            raise self.source.invalid(span, "there is nothing in the brackets")
        node = entries.parts[0]
        if len(entries.parts) > 1 or isinstance(node, Compare):
            return Piece("list", span, bracket, entries=entries.parts, head=span)
        return Piece("factor", span, node=Group(node, bracket, span=span, head=span), head=span)

    def on_frac(self, sign: Token, above: Script, below: Script) -> Piece:
        """A fraction."""
        over, under = self.one(sign, above), self.one(sign, below)
        span = span_of(sign).to(below.span)
        return Piece("factor", span, node=Fraction(over, under, span=span, head=span_of(sign)), head=span)

    def on_root(self, sign: Token, *rest: Token | Entries | Script) -> Piece:
        """A root, with its degree where one is written."""
        degree = next(
            (self.one(sign, Script(part.parts, span_of(sign))) for part in rest if isinstance(part, Entries)), None
        )
        under = next(part for part in rest if isinstance(part, Script))
        span = span_of(sign).to(under.span)
        node = Root(self.one(sign, under), degree, span=span, head=span_of(sign))
        return Piece("factor", span, node=node, head=span)

    def on_accent(self, sign: Token, under: Script) -> Piece:
        """A mark over a letter."""
        span = span_of(sign).to(under.span)
        return Piece("factor", span, node=accented(self.source, str(sign), under.entries, span), head=span)

    def one(self, sign: Token, argument: Script) -> Node:
        """A command's argument, which is one expression."""
        if len(argument.entries) != 1 or isinstance(argument.entries[0], Compare):
            raise self.source.invalid(span_of(sign), f"{sign} needs one expression in each pair of braces")
        return argument.entries[0]

    def on_argument(self, first: Token | Piece, entries: Entries | None = None, closing: Token | None = None) -> Script:
        """What a command or script takes: something in braces, or one token."""
        if isinstance(first, Piece):
            return Script((Row(self.source, [first], holes=self.holes).product(),), first.span)
        return Script(entries.parts if entries else (), span_of(first).to(span_of(closing)))

    def on_script(self, sign: Token, argument: Script | None = None) -> Mark:
        """A subscript, superscript or prime."""
        if argument is None:
            return Mark(sign)
        if not argument.entries:
            raise self.source.invalid(span_of(sign), f"nothing stands behind {sign}", "write it in braces")
        return Mark(sign, replace(argument, span=span_of(sign).to(argument.span)))

    def on_scripted(self, piece: Piece, *marks: Mark) -> Piece:
        """An atom with what stands above and below it."""
        for mark in marks:
            if mark.script is None:
                node = primed(self.source, self.factor(piece, mark), str(mark.sign), span_of(mark.sign))
                piece = replace(piece, node=node)
        piece = replace(piece, sub=self.script(marks, "SUB"), sup=self.script(marks, "SUP"))
        spans = [piece.span, *(mark.script.span if mark.script else span_of(mark.sign) for mark in marks)]
        piece = replace(piece, span=piece.span.to(max(spans, key=lambda span: span.end)))
        if not marks or piece.node is None:
            return piece
        return replace(piece, node=raised(self.source, piece.node, piece.sub, piece.sup), sub=None, sup=None, text="")

    def script(self, marks: tuple[Mark, ...], kind: str) -> Script | None:
        """The one script of its kind."""
        found = [mark for mark in marks if mark.sign.type == kind]
        if len(found) > 1:
            where = "below" if kind == "SUB" else "above"
            raise self.source.invalid(span_of(found[1].sign), f"something stands {where} the line already")
        return found[0].script if found else None

    def factor(self, piece: Piece, mark: Mark) -> Node:
        """The node that a prime stands behind."""
        if piece.node is None:
            raise self.source.not_yet(span_of(mark.sign), "a prime is known directly behind a symbol only")
        return piece.node


def span_of(token: Made) -> Span:
    """Where a token stands."""
    if isinstance(token, Token) and token.start_pos is not None and token.end_pos is not None:
        return Span(token.start_pos, token.end_pos)
    raise TypeError(f"{token!r} is no token")
