"""Lark's tree → our tree, from the leaves up and without recursion: no depth of input can exhaust the stack."""

from __future__ import annotations

from typing import cast

from lark import Token, Tree

from texsor.formula.build_atoms import Atoms, Entries, Mark, span_of
from texsor.formula.depth import check_depth
from texsor.formula.fold import Row
from texsor.formula.nodes import Compare, Hole, Logic, Minus, Negate, Node, Plus
from texsor.formula.pieces import Piece
from texsor.formula.scripts import Script
from texsor.formula.source import Span

Made = Node | Piece | Entries | Mark | Script | Token | None


class Builder(Atoms):
    """One method for each rule of the grammar."""

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
            remedy = "declare each by itself, or write several equations with = in each"
            raise self.source.not_yet(entries.parts[1].span, "a list is no formula", remedy)
        return entries.parts[0]

    def on_list(self, first: Node | None, *rest: Token | Node | None) -> Entries:
        """Parts with commas, or other separators, between them."""
        parts = [first, *rest[1::2]]
        if parts == [None]:
            return Entries(())
        given = [part for part in parts if isinstance(part, Node)]
        if len(given) < len(parts):
            span = span_of(rest[max(2 * parts.index(None) - 2, 0)])
            raise self.source.invalid(span, f"nothing stands beside {self.source.slice(span)} here", "leave it out")
        for part in given:
            check_depth(self.source, part)
        return Entries(tuple(given), tuple(str(mark) for mark in rest[::2]))

    def on_joined(self, first: Node | None, *rest: Token | Node | None) -> Node | None:
        """Conditions with a word between them; and binds tighter than or."""
        if not rest:
            return first
        words = [token for token in rest[::2] if isinstance(token, Token)]
        found = [self.beside(first, words[0])]
        found += [self.beside(node, word) for node, word in zip(rest[1::2], words, strict=True)]
        for node in found:
            if not isinstance(node, Compare):
                raise self.source.invalid(node.span, f"{words[0]} joins conditions, and this is none")
        either: list[list[Node]] = [[found[0]]]
        for word, node in zip(words, found[1:], strict=True):
            if word == "or":
                either.append([node])
            else:
                either[-1].append(node)
        return self.logic("or", [self.logic("and", group) for group in either])

    def logic(self, word: str, conditions: list[Node]) -> Node:
        """Several conditions as one."""
        span = conditions[0].span.to(conditions[-1].span)
        return Logic(word, tuple(conditions), span=span, head=span) if len(conditions) > 1 else conditions[0]

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
        return Row(self.source, list(pieces), self.vocabulary, holes=self.holes).product() if pieces else None
