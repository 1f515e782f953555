"""A row of pieces → a product: factors, quotients on the line, and names with the brackets behind them."""

from __future__ import annotations

from collections.abc import Callable

from texsor.formula.bracketing import TERMS, joins
from texsor.formula.calls import called
from texsor.formula.conditions import check_condition
from texsor.formula.nodes import Arguments, Fraction, Group, Indicator, Node, Symbol
from texsor.formula.pieces import Piece, bracket_of, core, enumerated, join_digits, multiply, rescripted
from texsor.formula.prefixes import Prefixes
from texsor.formula.scripts import raised
from texsor.formula.source import Source
from texsor.formula.token import DEPTH_BUDGET
from texsor.formula.vocabulary import Vocabulary

DEEPER = ("function", "big", "nabla", "derive")
"""Kinds of pieces that take what follows."""


class Row(Prefixes):
    """Folds one row; ``holes`` says whether operands may be missing, as they may in a term."""

    def __init__(self, source: Source, pieces: list[Piece], vocabulary: Vocabulary, *, holes: bool) -> None:
        super().__init__(source, join_digits(source, vocabulary, pieces), vocabulary, holes=holes)
        prefixes = [piece for piece in pieces if piece.kind in DEEPER]
        if len(prefixes) > DEPTH_BUDGET:
            raise source.invalid(prefixes[-1].span, f"more than {DEPTH_BUDGET} operators in one another")

    def product(self) -> Node:
        """All that is left of the row."""
        factors, signs, sliced = [self.operand()], list[str](), False
        while (piece := self.peek()) is not None:
            sign = ""
            if piece.kind == "infix":
                self.at += 1
                sign = piece.text
            elif sliced and piece.kind != "big":
                raise self.ambiguous(piece, "whether this is below the slash", r"write \frac, or brackets")
            operand = self.operand(piece if sign else None)
            sliced = sign == "/"
            if sliced:
                factors, signs = [divide(multiply(factors, signs), operand, piece)], []
            else:
                factors.append(operand)
                signs.append(sign)
        return multiply(factors, signs)

    def operand(self, after: Piece | None = None) -> Node:
        """One factor, with all that a prefix operator takes."""
        piece = self.peek()
        if piece is None or piece.kind == "infix":
            return self.missing(after or piece)
        self.at += 1
        if piece.kind == "factor" and piece.node is not None:
            return self.applied(self.visible(piece, piece.node))
        read = READERS.get(piece.kind)
        if read is None:
            raise self.source.not_yet(piece.span, f"{piece.text} is not known here")
        return read(self, piece)

    def applied(self, node: Node) -> Node:
        """A factor with the brackets behind it that are not a second factor."""
        while isinstance(node, Symbol):
            bracket = bracket_of(self.source, self.vocabulary, self.peek())
            made = called(self.source, self.vocabulary, node, bracket) if bracket is not None else None
            if made is None:
                break
            self.at += 1
            node = made
        return node

    def listed(self, piece: Piece) -> Node:
        """A list in brackets: a condition that counts, an enumeration, or what an unknown function is applied to."""
        if len(piece.entries) == 1 and piece.text == "[":
            check_condition(self.source, piece.entries[0])
            node: Node = Indicator(piece.entries[0], "", "[", span=piece.head, head=piece.head)
            return raised(self.source, self.vocabulary, node, piece.sub, piece.sup)
        found = bracket_of(self.source, self.vocabulary, piece)
        inner = core(found) if found is not None else None
        if found is not None and isinstance(inner, Arguments):
            array = enumerated(inner)
            if isinstance(self.before(), Symbol):
                whole = Group(array, inner.bracket, span=inner.span, head=inner.head) if array is not None else inner
                return rescripted(self.source, found, whole)
            if array is not None:
                return rescripted(self.source, found, array)
        raise self.source.not_yet(piece.span, "a list or a condition in brackets is not known here")

    def before(self) -> Node | None:
        """The factor that stands right before the piece that was just taken."""
        return self.pieces[self.at - 2].node if self.at > 1 else None

    def visible(self, piece: Piece, node: Node) -> Node:
        """Refuse braces that would change the meaning without being printed."""
        if piece.text == "{" and (isinstance(node, TERMS) or (len(self.pieces) > 1 and not joins(node))):
            raise self.source.invalid(piece.span, "braces are not printed", "write round brackets")
        return node


def divide(above: Node, below: Node, slash: Piece) -> Node:
    """Everything so far over the next factor."""
    return Fraction(above, below, slash=True, span=above.span.to(below.span), head=slash.span)


READERS: dict[str, Callable[[Row, Piece], Node]] = {
    "big": Row.big,
    "function": Row.call,
    "one": Row.indicator,
    "list": Row.listed,
    "nabla": Row.gradient,
    "derive": Row.derivative,
}
"""How each kind of piece is read that is more than a factor."""
