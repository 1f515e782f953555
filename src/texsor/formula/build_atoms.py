"""Lark's atoms → pieces: tokens, brackets, fractions, roots, accents, cases, and what stands above and below them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from lark import Token

from texsor.formula.conditions import check_condition, is_condition
from texsor.formula.fold import Row
from texsor.formula.nodes import (
    Branch,
    Cases,
    Derivative,
    Fenced,
    Fraction,
    Group,
    Inner,
    Node,
    Number,
    Product,
    Root,
    Symbol,
)
from texsor.formula.pieces import Piece, multiply
from texsor.formula.scripts import Script, accented, marked, primed, raised
from texsor.formula.source import Source, Span
from texsor.formula.vocabulary import Vocabulary

ANGLES = {r"\langle": "inner", r"\lvert": "abs", r"\lVert": "norm", r"\lfloor": "floor", r"\lceil": "ceil"}
"""Brackets that say a function."""


@dataclass(frozen=True)
class Entries:
    """What stands between commas."""

    parts: tuple[Node, ...]
    """The parts; none where nothing stands there."""
    marks: tuple[str, ...] = ()
    """What stands between them."""


@dataclass(frozen=True)
class Mark:
    """One script of an atom."""

    sign: Token
    """``_``, ``^``, a prime or a mark."""
    script: Script | None = None
    """What it holds; None for a prime or a mark."""


class Atoms:
    """One method for each rule of the grammar that makes a piece."""

    def __init__(self, source: Source, vocabulary: Vocabulary, *, holes: bool) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.holes = holes

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
        if len(entries.parts) != 1 or is_condition(entries.parts[0]):
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
        if bracket in ANGLES:
            return self.fenced(span, bracket, entries)
        node = entries.parts[0]
        if len(entries.parts) > 1 or is_condition(node):
            return Piece("list", span, bracket, entries=entries.parts, marks=entries.marks, head=span)
        return Piece("factor", span, node=Group(node, bracket, span=span, head=span), head=span)

    def fenced(self, span: Span, bracket: str, entries: Entries) -> Piece:
        """Bars and angles, which say a function."""
        wanted = 2 if bracket == r"\langle" else 1
        if len(entries.parts) != wanted or any(map(is_condition, entries.parts)) or set(entries.marks) - {","}:
            what = "two expressions with a comma between them" if wanted == 2 else "one expression"
            raise self.source.invalid(span, f"{self.source.slice(span)} needs {what} in it")
        if wanted == 2:
            left, right = entries.parts
            return Piece("factor", span, node=Inner(left, right, span=span, head=span), head=span)
        return Piece("factor", span, node=Fenced(ANGLES[bracket], entries.parts[0], span=span, head=span), head=span)

    def on_row(self, value: Node | None, mark: Token | None = None, condition: Node | None = None) -> Branch:
        """One case."""
        if value is None:
            raise self.source.invalid(span_of(mark), "a case has no value here", "write value & condition")
        if is_condition(value):
            raise self.source.invalid(value.span, "the value of a case is an expression", "write value & condition")
        if mark is not None and mark.type == "OTHERWISE":
            return Branch(value, span=value.span.to(span_of(mark)), head=value.head)
        if condition is None or not is_condition(condition):
            where = condition.span if condition is not None else span_of(mark) if mark is not None else value.span
            raise self.source.invalid(where, "a case needs a condition here", r"write x > 0, or \text{otherwise}")
        check_condition(self.source, condition)
        return Branch(value, condition, span=value.span.to(condition.span), head=value.head)

    def on_cases(self, begin: Token, *rows: Branch | Token) -> Piece:
        """A distinction of cases."""
        branches = tuple(row for row in rows if isinstance(row, Branch))
        span = span_of(begin).to(span_of(rows[-1]))
        for branch, behind in pairwise(branches):
            if branch.condition is None:
                remedy = "otherwise belongs to the last one"
                raise self.source.invalid(behind.span, "this case is never reached", remedy)
        return Piece("factor", span, node=Cases(branches, span=span, head=span_of(begin)), head=span)

    def on_frac(self, sign: Token, above: Script, below: Script) -> Piece:
        """A fraction."""
        over, under = self.one(sign, above), self.one(sign, below)
        span = span_of(sign).to(below.span)
        if (variable := differential(self.vocabulary, under)) is not None:
            if over == Symbol(variable[0]):
                return Piece("derive", span, node=variable[1], head=span)
            if isinstance(over, Product) and over.factors[0] == Symbol(variable[0]) and not over.signs[0]:
                operand = multiply(list(over.factors[1:]), list(over.signs[1:]))
                return Piece("factor", span, node=Derivative(operand, variable[1], span=span, head=span), head=span)
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
        if len(argument.entries) != 1 or is_condition(argument.entries[0]):
            raise self.source.invalid(span_of(sign), f"{sign} needs one expression in each pair of braces")
        return argument.entries[0]

    def on_argument(self, first: Token | Piece, entries: Entries | None = None, closing: Token | None = None) -> Script:
        """What a command or script takes: something in braces, or one token."""
        if isinstance(first, Piece):
            return Script((Row(self.source, [first], self.vocabulary, holes=self.holes).product(),), first.span)
        found = entries or Entries(())
        return Script(found.parts, span_of(first).to(span_of(closing)), found.marks)

    def on_script(self, sign: Token, argument: Script | None = None) -> Mark:
        """A subscript, superscript or prime."""
        if argument is None:
            return Mark(sign)
        if not argument.entries:
            raise self.source.invalid(span_of(sign), f"nothing stands behind {sign}", "write it in braces")
        return Mark(sign, replace(argument, span=span_of(sign).to(argument.span)))

    def on_scripted(self, piece: Piece, *marks: Mark) -> Piece:
        """An atom with what stands above and below it."""
        if not marks:
            return piece
        if piece.kind == "derive":
            raise self.source.invalid(span_of(marks[0].sign), "nothing stands above or below a derivative's sign")
        self.check_twice(marks)
        for mark in marks:
            if mark.script is None:
                change = marked if mark.sign.type == "MARK" else primed
                node = change(self.source, self.factor(piece, mark), str(mark.sign), span_of(mark.sign))
                piece = replace(piece, node=node)
        spans = [piece.span, *(mark.script.span if mark.script else span_of(mark.sign) for mark in marks)]
        span = piece.span.to(max(spans, key=lambda span: span.end))
        sub, sup = self.script(marks, "SUB"), self.script(marks, "SUP")
        if piece.node is None:
            return replace(piece, sub=sub, sup=sup, span=span)
        return replace(piece, node=raised(self.source, self.vocabulary, piece.node, sub, sup), text="", span=span)

    def script(self, marks: tuple[Mark, ...], kind: str) -> Script | None:
        """The one script of its kind."""
        return next((mark.script for mark in marks if mark.sign.type == kind), None)

    def check_twice(self, marks: tuple[Mark, ...]) -> None:
        """Refuse two things below the line, or above it."""
        for kind, sign, where in (("SUB", "_", "below"), ("SUP", "^", "above")):
            found = [mark.sign for mark in marks if mark.sign.type in (kind, "MARK") and mark.sign.startswith(sign)]
            if len(found) > 1:
                remedy = "write brackets around what the second belongs to"
                raise self.source.invalid(span_of(found[1]), f"something stands {where} the line already", remedy)

    def factor(self, piece: Piece, mark: Mark) -> Node:
        """The node that a prime stands behind."""
        if piece.node is None:
            sign = "a prime" if mark.sign.type == "PRIME" else f"{mark.sign[2:-1]} alone above or below the line"
            raise self.source.not_yet(span_of(mark.sign), f"{sign} is known directly behind a symbol only")
        return piece.node


def differential(vocabulary: Vocabulary, below: Node) -> tuple[str, Symbol] | None:
    r"""What stands below a derivative: the sign and the variable of ``\partial z_i``; None for any other expression."""
    if not isinstance(below, Product) or len(below.factors) != 2 or below.signs != ("",):
        return None
    sign, variable = below.factors
    known = [r"\partial", r"\mathrm{d}", *(["d"] if vocabulary.free("d") else [])]
    if not isinstance(sign, Symbol) or not isinstance(variable, Symbol) or sign not in map(Symbol, known):
        return None
    return sign.name, variable


def span_of(token: object) -> Span:
    """Where a token stands."""
    if isinstance(token, Token) and token.start_pos is not None and token.end_pos is not None:
        return Span(token.start_pos, token.end_pos)
    raise TypeError(f"{token!r} is no token")
