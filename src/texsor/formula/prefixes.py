"""Signs that run, functions, derivatives and indicators: what stands before its operand, and where that ends."""

from __future__ import annotations

from abc import ABC, abstractmethod

from texsor.errors import TexsorError
from texsor.formula.bounds import bounds_of
from texsor.formula.bracketing import BRACKETED, is_raised_group, sliced, swallows
from texsor.formula.conditions import check_condition, is_condition
from texsor.formula.nodes import (
    Arguments,
    Big,
    Call,
    Derivative,
    Group,
    Hole,
    Indicator,
    Node,
    Number,
    Power,
    Symbol,
)
from texsor.formula.pieces import Piece, bracket_of, core, enumerated, multiply, rescripted
from texsor.formula.scripts import entries_of, exponent, raised
from texsor.formula.source import Source, Span
from texsor.formula.vocabulary import Vocabulary

ENDING = ("function", "big", "nabla")
"""Kinds of pieces at which a function's argument ends without brackets."""


class Prefixes(ABC):
    """Reads prefix operators; ``holes`` says whether operands may be missing, as they may in a term."""

    def __init__(self, source: Source, pieces: list[Piece], vocabulary: Vocabulary, *, holes: bool) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.pieces = pieces
        self.holes = holes
        self.at = 0

    @abstractmethod
    def product(self) -> Node:
        """All that is left of the row."""

    @abstractmethod
    def operand(self, after: Piece | None = None) -> Node:
        """One factor, with all that a prefix operator takes."""

    def peek(self) -> Piece | None:
        """The next piece, if there is one."""
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def missing(self, piece: Piece | None) -> Node:
        """An operand that is not there."""
        span = piece.span if piece else Span(0, 0)
        if self.holes:
            return Hole(span=Span(span.end, span.end))
        raise self.source.invalid(span, f"{self.source.slice(span)} lacks what belongs beside it")

    def ambiguous(self, piece: Piece, what: str, remedy: str) -> TexsorError:
        """What readers would take differently."""
        return self.source.invalid(piece.span, f"it is not clear {what}", remedy)

    def big(self, piece: Piece) -> Node:
        r"""A sum and the like, with its body; ``\max(a, b)`` is a function."""
        following = self.peek()
        if piece.text in ("max", "min") and not piece.sub and following and following.kind == "list":
            return self.extremum(piece, following)
        bounds, condition = bounds_of(self.source, piece.text, piece.sub, piece.sup)
        if piece.text in BRACKETED and following is not None:
            bracket = bracket_of(self.source, self.vocabulary, following)
            if following.kind == "list":
                raise self.source.invalid(following.span, "one expression is wanted in these brackets")
            if bracket is not None and isinstance(sample := core(bracket), Group):
                self.at += 1
                self.round(piece, bracket, sample)
                span = piece.span.to(sample.span)
                node = Big(piece.text, bounds, sample.body, condition, span=span, head=piece.head)
                # It ends with its bracket; a power behind it is its own.
                return rescripted(self.source, bracket, node)
        empty = following is None or following.kind == "infix"
        body = self.missing(piece) if empty else self.product()
        return Big(piece.text, bounds, body, condition, span=piece.span.to(body.span), head=piece.head)

    def round(self, piece: Piece, bracket: Node, sample: Group) -> None:
        r"""Refuse ``\mathbb{E}(x - \mu)^2``, whose brackets may be the sign's or its body's."""
        following = self.peek()
        goes_on = following is not None and following.kind != "infix"
        if sample.bracket == "(" and (goes_on or bracket is not sample):
            remedy = "write square brackets around all that the sign is over"
            raise self.ambiguous(piece, f"whether {self.source.slice(piece.head)} ends with this bracket", remedy)

    def extremum(self, piece: Piece, listed: Piece) -> Node:
        r"""``\max(a, b)``; over what is enumerated, it runs."""
        self.at += 1
        if piece.sup is not None:
            raise self.ambiguous(listed, "what is raised", "write brackets around all")
        if any(map(is_condition, listed.entries)) or set(listed.marks) != {","}:
            raise self.source.invalid(listed.span, f"{piece.text} takes expressions with commas between them")
        span = piece.span.to(listed.head)
        array = enumerated(Arguments(listed.entries, listed.text, listed.marks, span=listed.head, head=listed.head))
        if array is None:
            node: Node = Call(piece.text, listed.entries, span=span, head=piece.head)
            return raised(self.source, self.vocabulary, node, listed.sub, listed.sup)
        if listed.sub is not None or listed.sup is not None:
            raise self.ambiguous(listed, "what is raised", "write brackets around all")
        body = Group(array, span=listed.head, head=listed.head)
        over = Big(piece.text, (), body, span=span, head=piece.head)
        # With no list it would go on over what follows.
        return over if self.peek() is None else Group(over, span=span, head=span)

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
        if isinstance(argument, (Group, Hole)) or swallows(argument):
            return argument
        if is_raised_group(argument):
            raise self.ambiguous(first, f"whether the power is taken before {piece.text}", "write brackets around all")
        factors = [argument]
        while (following := self.peek()) is not None and following.kind not in ENDING:
            slash = following.kind == "infix" and following.text == "/"
            if following.kind == "infix" and not slash:
                break
            if slash or not isinstance(argument, Number) or following.kind == "derive":
                raise self.ambiguous(following, f"whether {piece.text} ends before this", "write brackets")
            factors.append(self.operand())
        return multiply(factors, [""] * (len(factors) - 1))

    def gradient(self, piece: Piece) -> Node:
        r"""``\nabla_z L``."""
        if piece.sub is None or piece.sup is not None:
            raise self.source.not_yet(piece.span, "a gradient needs the name below it", r"write \nabla_{z} L")
        (variable,) = entries_of(self.source, piece.sub, 1)
        if not isinstance(variable, Symbol):
            raise self.source.invalid(variable.span, "a gradient is taken with respect to a symbol")
        operand = self.argument(piece)
        return Derivative(operand, variable, nabla=True, span=piece.span.to(operand.span), head=piece.span)

    def derivative(self, piece: Piece) -> Node:
        r"""A derivative of all that follows ``\frac{\partial}{\partial z}``."""
        following = self.peek()
        body = self.missing(piece) if following is None or following.kind == "infix" else self.product()
        if sliced(body):
            raise self.ambiguous(piece, "whether the quotient is differentiated", "write brackets around it")
        assert isinstance(piece.node, Symbol)
        return Derivative(body, piece.node, span=piece.span.to(body.span), head=piece.head)

    def indicator(self, piece: Piece) -> Node:
        """A condition that counts as one or zero."""
        held = piece
        if piece.sub is None and (following := self.peek()) is not None and following.kind == "list" and not piece.sup:
            self.at += 1
            held = following
        entries = piece.sub.entries if piece.sub else held.entries
        if len(entries) != 1 or not is_condition(entries[0]):
            remedy = rf"write {piece.text}[i = j]"
            raise self.source.invalid(piece.span, f"{piece.text} needs one condition in brackets", remedy)
        check_condition(self.source, entries[0])
        bracket = "_" if piece.sub else held.text
        span = piece.head.to(piece.sub.span if piece.sub else held.head)
        node = Indicator(entries[0], piece.text, bracket, span=span, head=piece.head)
        return raised(self.source, self.vocabulary, node, None if piece.sub else held.sub, held.sup)
