"""What stands under a sign: the indices that run, where from and to, and which values count."""

from __future__ import annotations

from dataclasses import replace

from texsor.formula.bracketing import BRACKETED
from texsor.formula.conditions import check_condition
from texsor.formula.nodes import Bound, Compare, Logic, Node, Symbol
from texsor.formula.scripts import Script, exponent, split
from texsor.formula.source import Source

SUCH_THAT = (":", r"\mid", ";")
"""What stands between the indices and the condition on them."""


def bounds_of(
    source: Source, operator: str, sub: Script | None, sup: Script | None
) -> tuple[tuple[Bound, ...], Node | None]:
    """The indices under a sign with their ranges, and the condition on them."""
    below = Below(source, drawn=operator in BRACKETED, upto=sup is not None)
    for entry, mark in zip(sub.entries if sub else (), ("", *(sub.marks if sub else ())), strict=False):
        below.such = below.such or mark in SUCH_THAT
        below.read(entry)
    condition = joined(source, below.conditions)
    if condition is not None:
        check_condition(source, condition)
    return tuple(upto(source, below.bounds, sup)), condition


class Below:
    """Reads the entries under a sign, one after the other."""

    def __init__(self, source: Source, *, drawn: bool, upto: bool) -> None:
        self.source = source
        self.drawn = drawn
        self.upto = upto
        self.such = False
        self.bounds: list[Bound] = []
        self.conditions: list[Node] = []

    def read(self, entry: Node) -> None:
        """One entry: ``i``, ``i=1``, ``ij`` for two, a letter of a set or drawn from a law, or a condition."""
        if isinstance(entry, Logic):
            self.conditions.append(entry)
        elif isinstance(entry, Compare):
            self.compare(entry)
        elif self.such or any(map(plain, self.conditions)):
            raise self.source.invalid(entry.span, "a condition is wanted here", "write m_n = 1, or another comparison")
        else:
            for part in split(entry):
                self.bind(Bound(index_of(self.source, part), span=part.span, head=part.span))

    def compare(self, entry: Compare) -> None:
        """A comparison: where an index starts, what it is drawn from, its set, or a condition."""
        index, *values = entry.operands
        runs = isinstance(index, Symbol) and is_index(index) and len(values) == 1 and not self.such
        if isinstance(index, Symbol) and runs and not self.known(index):
            bound = Bound(index, span=entry.span, head=entry.span)
            if entry.relations == ("=",) and self.starts(entry):
                self.bind(replace(bound, lower=values[0]))
                return
            if entry.relations == (r"\sim",):
                if not self.drawn:
                    raise self.source.invalid(entry.span, "only an expectation or a variance draws from a law")
                if any(other.law is None for other in self.bounds):
                    what = "it is not clear whether the letters before this are drawn from the law too"
                    raise self.source.invalid(entry.span, what, r"write x \sim p, y \sim p")
                self.bind(replace(bound, law=values[0]))
                return
            if entry.relations == (r"\in",):
                self.bind(bound)
        self.conditions.append(entry)

    def starts(self, entry: Compare) -> bool:
        r"""Whether ``k = 1`` says where k starts; behind a condition it could say that k must be 1."""
        if any(plain(condition) for condition in self.conditions) and not self.upto:
            remedy = "write what runs first, and conditions behind a colon"
            raise self.source.invalid(entry.span, "it is not clear whether this is a range or a condition", remedy)
        return True

    def known(self, index: Symbol) -> bool:
        """Whether an index runs already."""
        return any(bound.index == index for bound in self.bounds)

    def bind(self, bound: Bound) -> None:
        """One more index."""
        if self.known(bound.index):
            raise self.source.invalid(bound.span, f"{self.source.slice(bound.index.span)} runs twice under one sign")
        self.bounds.append(bound)


def plain(condition: Node) -> bool:
    """Whether a condition is more than the set of an index."""
    return not (isinstance(condition, Compare) and condition.relations == (r"\in",))


def upto(source: Source, bounds: list[Bound], sup: Script | None) -> list[Bound]:
    """The bounds with what stands above the sign; of ``i,j=1`` to N both run from 1 to N."""
    if sup is None:
        return bounds
    if not bounds:
        raise source.invalid(sup.span, "an upper bound without an index", "write which index runs below the sign")
    if any(bound.law is not None for bound in bounds):
        raise source.invalid(sup.span, "an index that is drawn from a law has no upper bound")
    upper, lower = exponent(source, sup), bounds[-1].lower
    return [replace(bound, lower=bound.lower or lower, upper=upper, span=bound.span.to(sup.span)) for bound in bounds]


def joined(source: Source, conditions: list[Node]) -> Node | None:
    """Several conditions as one."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    every: list[Node] = []
    for condition in conditions:
        if isinstance(condition, Logic) and condition.operator == "or":
            raise source.not_yet(condition.span, "or beside another condition is not supported yet")
        every += condition.operands if isinstance(condition, Logic) else [condition]
    span = every[0].span.to(every[-1].span)
    return Logic("and", tuple(every), span=span, head=span)


def is_index(node: Node) -> bool:
    """Whether something is a plain letter."""
    return isinstance(node, Symbol) and not node.indices and not node.label


def index_of(source: Source, node: Node) -> Symbol:
    """An index is a plain letter."""
    if isinstance(node, Symbol) and is_index(node):
        return node
    raise source.not_yet(node.span, "only a plain letter can run under a sign")
