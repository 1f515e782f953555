"""A row of pieces → a product: where each sign's body ends, and what each function is applied to."""

from __future__ import annotations

from dataclasses import dataclass, field

from texsor.errors import TexsorError
from texsor.formula.nodes import (
    Big,
    Call,
    Compare,
    Fraction,
    Group,
    Hole,
    Indicator,
    Node,
    Number,
    Power,
    Product,
    Transpose,
)
from texsor.formula.scripts import ATOMIC, Script, bounds_of, entries_of, exponent, raised
from texsor.formula.source import Source, Span
from texsor.formula.token import DEPTH_BUDGET

PREFIXES = ("function", "big")


@dataclass(frozen=True)
class Piece:
    """One entry of a row, before it is known what belongs to what."""

    kind: str
    """``factor``, ``digit``, ``function``, ``big``, ``one``, ``list`` or ``infix``."""
    span: Span
    """Where it stands, scripts included."""
    text: str = ""
    """The digit, operator or sign."""
    node: Node | None = None
    """The finished node of a factor."""
    entries: tuple[Node, ...] = ()
    """What a bracketed list holds."""
    sub: Script | None = None
    """The subscript, until it is known what it means."""
    sup: Script | None = None
    """The superscript, likewise."""
    head: Span = field(default=Span(0, 0))
    """The glyphs without scripts."""


class Row:
    """Folds one row; ``holes`` says whether operands may be missing, as they may in a term."""

    def __init__(self, source: Source, pieces: list[Piece], *, holes: bool) -> None:
        self.source = source
        self.pieces = join_digits(source, pieces)
        self.holes = holes
        self.at = 0
        prefixes = [piece for piece in pieces if piece.kind in PREFIXES]
        if len(prefixes) > DEPTH_BUDGET:
            raise source.invalid(prefixes[-1].span, f"more than {DEPTH_BUDGET} operators in one another")

    def peek(self) -> Piece | None:
        """The next piece, if there is one."""
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def product(self) -> Node:
        """All that is left of the row."""
        factors, signs, sign = [self.operand()], list[str](), ""
        while (piece := self.peek()) is not None:
            sign = ""
            if piece.kind == "infix":
                self.at += 1
                sign = piece.text
            elif signs and signs[-1] == "/" and piece.kind != "big":
                raise self.ambiguous(piece, "whether this is below the slash", r"write \frac, or brackets")
            operand = self.operand(piece if sign else None)
            if sign == "/":
                factors, signs = [self.divide(factors, signs, operand, piece)], ["/"]
            else:
                factors, signs = [*factors, operand], [*[s for s in signs if s != "/"], sign]
        return multiply(factors, [s for s in signs if s != "/"])

    def divide(self, factors: list[Node], signs: list[str], below: Node, slash: Piece) -> Node:
        """Everything so far over the next factor."""
        above = multiply(factors, [s for s in signs if s != "/"])
        return Fraction(above, below, slash=True, span=above.span.to(below.span), head=slash.span)

    def operand(self, after: Piece | None = None) -> Node:
        """One factor, with all that a prefix operator takes."""
        piece = self.peek()
        if piece is None or piece.kind == "infix":
            return self.missing(after or piece)
        self.at += 1
        match piece.kind:
            case "factor" if piece.node is not None:
                return self.visible(piece, piece.node)
            case "big":
                return self.big(piece)
            case "function":
                return self.call(piece)
            case "one":
                return self.indicator(piece)
            case "list":
                raise self.source.not_yet(piece.span, "a list or a condition in brackets is not known here")
            case _:
                raise self.source.not_yet(piece.span, f"{piece.text} is not known here")

    def missing(self, piece: Piece | None) -> Node:
        """An operand that is not there."""
        span = piece.span if piece else Span(0, 0)
        if self.holes:
            return Hole(span=Span(span.end, span.end))
        raise self.source.invalid(span, f"{self.source.slice(span)} lacks what belongs beside it")

    def visible(self, piece: Piece, node: Node) -> Node:
        """Refuse braces that would change the meaning without being printed."""
        closed = isinstance(node, ATOMIC) or (isinstance(node, Fraction) and not node.slash)
        if piece.text == "{" and len(self.pieces) > 1 and not closed:
            raise self.source.invalid(piece.span, "braces are not printed", "write round brackets")
        return node

    def big(self, piece: Piece) -> Node:
        r"""A sum and the like, with its body; ``\max(a, b)`` is a function."""
        following = self.peek()
        if piece.text in ("max", "min") and not piece.sub and following and following.kind == "list":
            self.at += 1
            if piece.sup or following.sub or following.sup:
                raise self.ambiguous(following, "what is raised", "write brackets around all")
            return Call(piece.text, following.entries, span=piece.span.to(following.span), head=piece.head)
        bounds = bounds_of(self.source, piece.sub, piece.sup)
        empty = following is None or following.kind == "infix"
        body = self.missing(piece) if empty else self.product()
        return Big(piece.text, bounds, body, span=piece.span.to(body.span), head=piece.head)

    def call(self, piece: Piece) -> Node:
        """A function with its argument, its base and its power."""
        base = None
        if piece.sub is not None:
            if piece.text != "log":
                raise self.source.not_yet(piece.sub.span, f"an index on {piece.text} is not known")
            (base,) = entries_of(self.source, piece.sub, 1)
        argument = self.argument(piece)
        node = Call(piece.text, (argument,), base, span=piece.span.to(argument.span), head=piece.head)
        if piece.sup is None:
            return node
        power = exponent(self.source, piece.sup)
        if not isinstance(power, Number):
            raise self.source.not_yet(piece.sup.span, f"only a numeral is known as a power of {piece.text}")
        return Power(node, power, span=node.span, head=piece.sup.span)

    def argument(self, piece: Piece) -> Node:
        """What a function is applied to; refuses where readers would disagree."""
        first = self.peek()
        if first is None or first.kind == "infix":
            return self.missing(piece)
        argument = self.operand()
        if first.kind in PREFIXES or isinstance(argument, (Group, Hole)):
            return argument
        raised = argument.base if isinstance(argument, Power) else argument
        raised = argument.operand if isinstance(argument, Transpose) else raised
        if raised is not argument and isinstance(raised, Group):
            raise self.ambiguous(first, f"whether the power is taken before {piece.text}", "write brackets around all")
        factors = [argument]
        while (following := self.peek()) is not None and following.kind not in PREFIXES:
            slash = following.kind == "infix" and following.text == "/"
            if following.kind == "infix" and not slash:
                break
            if slash or not isinstance(argument, Number):
                raise self.ambiguous(following, f"whether {piece.text} ends before this", "write brackets")
            factors.append(self.operand())
        return multiply(factors, [""] * (len(factors) - 1))

    def indicator(self, piece: Piece) -> Node:
        """A condition that counts as one or zero."""
        held = piece
        if piece.sub is None and (following := self.peek()) is not None and following.kind == "list" and not piece.sup:
            self.at += 1
            held = following
        entries = piece.sub.entries if piece.sub else held.entries
        if len(entries) != 1 or not isinstance(entries[0], Compare):
            remedy = rf"write {piece.text}[i = j]"
            raise self.source.invalid(piece.span, f"{piece.text} needs one condition in brackets", remedy)
        bracket = "_" if piece.sub else held.text
        node = Indicator(entries[0], piece.text, bracket, span=piece.span.to(held.span), head=piece.head)
        return raised(self.source, node, None if piece.sub else held.sub, held.sup)

    def ambiguous(self, piece: Piece, what: str, remedy: str) -> TexsorError:
        """What readers would take differently."""
        return self.source.invalid(piece.span, f"it is not clear {what}", remedy)


def multiply(factors: list[Node], signs: list[str]) -> Node:
    """A product, or the factor alone."""
    if len(factors) == 1:
        return factors[0]
    span = factors[0].span.to(factors[-1].span)
    return Product(tuple(factors), tuple(signs), span=span, head=span)


def join_digits(source: Source, pieces: list[Piece]) -> list[Piece]:
    """Digits in a row are one numeral, which takes the last one's power."""
    joined: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if piece.kind == "digit":
            run.append(piece)
        if run and (piece.kind != "digit" or piece.sub or piece.sup):
            joined.append(numeral(source, run))
            run = []
        if piece.kind != "digit":
            joined.append(piece)
    return [*joined, numeral(source, run)] if run else joined


def numeral(source: Source, run: list[Piece]) -> Piece:
    """The numeral of some digits."""
    head = run[0].head.to(run[-1].head)
    text = "".join(piece.text for piece in run)
    if text.count(".") > 1 or not text[0].isdigit() or not text[-1].isdigit():
        raise source.invalid(head, f"{text} is no number", "write 0.5; leave out a full stop behind the formula")
    span = run[0].span.to(run[-1].span)
    node = raised(source, Number(text, span=head, head=head), run[-1].sub, run[-1].sup)
    return Piece("factor", span, node=node)
