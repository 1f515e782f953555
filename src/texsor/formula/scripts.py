"""What an index or a power means, by what it stands on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from texsor.formula.nodes import (
    Bound,
    Compare,
    Group,
    Indicator,
    Node,
    Number,
    Power,
    Product,
    Root,
    Symbol,
    Transpose,
)
from texsor.formula.source import Source, Span

TRANSPOSED = frozenset((r"\top", r"\intercal", r"\mathsf{T}", r"\mathrm{T}"))
UPRIGHT = r"\mathrm{"
ATOMIC = (Symbol, Number, Group, Root, Indicator)
"""What a power or a factor beside it cannot tear apart."""


@dataclass(frozen=True)
class Script:
    """Something above or below the line."""

    entries: tuple[Node, ...]
    """Its parts between commas."""
    span: Span
    """Where it stands, with its ``_`` or ``^``."""


def entries_of(source: Source, script: Script, count: int) -> tuple[Node, ...]:
    """The parts of a script, which must be so many and no conditions."""
    for entry in script.entries:
        if isinstance(entry, Compare):
            raise source.not_yet(entry.span, "a condition is not known here")
    if len(script.entries) != count:
        raise source.not_yet(script.span, f"{count} part is wanted here, and found {len(script.entries)}")
    return script.entries


def exponent(source: Source, script: Script) -> Node:
    """What is above the line."""
    return entries_of(source, script, 1)[0]


def raised(source: Source, node: Node, sub: Script | None, sup: Script | None) -> Node:
    """A node with what stands below and above it."""
    if sub is not None:
        node = indexed(source, node, sub)
    if sup is None:
        return node
    power = exponent(source, sup)
    span = node.span.to(sup.span)
    if isinstance(power, Symbol) and power.name in TRANSPOSED and not power.indices:
        return Transpose(node, span=span, head=sup.span)
    if not isinstance(node, ATOMIC):
        raise source.invalid(sup.span, "it is not clear what is raised", "write round brackets")
    if isinstance(node, Symbol) and node.name != "e" and is_name(power):
        raise source.not_yet(sup.span, "a superscript that is part of the name is not supported yet")
    head = node.head if isinstance(node, Symbol) and node.name == "e" else sup.span
    return Power(node, power, span=span, head=head)


def is_name(power: Node) -> bool:
    r"""Whether a superscript reads as part of a name: ``x^{(t)}``, ``y^{\mathrm{LS}}``."""
    return isinstance(power, Group) or (isinstance(power, Symbol) and power.name.startswith(UPRIGHT))


def indexed(source: Source, node: Node, sub: Script) -> Node:
    """A symbol with its indices, and with the upright part that belongs to its name."""
    if isinstance(node, Number):
        raise source.invalid(sub.span, "a number has no index")
    if not isinstance(node, Symbol):
        raise source.not_yet(sub.span, "an index on an expression is not supported yet", "give it a name of its own")
    if node.indices or node.label:
        raise source.invalid(sub.span, "two indices on one symbol", "separate them by commas in one index")
    labels, indices = list[Node](), list[Node]()
    for entry in sub.entries:
        if isinstance(entry, Compare):
            raise source.not_yet(entry.span, "a condition is not known in an index")
        for part in split(entry):
            upright = isinstance(part, Symbol) and part.name.startswith(UPRIGHT) and not part.indices
            (labels if upright else indices).append(part)
    if len(labels) > 1:
        raise source.not_yet(sub.span, "two upright indices on one symbol are not supported yet")
    label = labels[0].name if labels and isinstance(labels[0], Symbol) else ""
    span = node.span.to(sub.span)
    return replace(node, label=label, indices=tuple(indices), span=span, head=span)


def split(entry: Node) -> tuple[Node, ...]:
    r"""``W_{ij}`` has two indices; ``2i`` is one."""
    row = isinstance(entry, Product) and not any(entry.signs) and all(isinstance(f, Symbol) for f in entry.factors)
    return entry.factors if row and isinstance(entry, Product) else (entry,)


def primed(source: Source, node: Node, marks: str, span: Span) -> Node:
    """A symbol with a prime, which belongs to its name."""
    if not isinstance(node, Symbol) or node.indices:
        raise source.not_yet(span, "a prime is known directly behind a symbol only")
    return replace(node, name=node.name + marks, span=node.span.to(span), head=node.span.to(span))


def accented(source: Source, accent: str, entries: tuple[Node, ...], span: Span) -> Symbol:
    """A symbol under a hat, bar or tilde, which belongs to its name."""
    node = entries[0] if len(entries) == 1 else None
    if not isinstance(node, Symbol) or node.indices or node.label:
        raise source.not_yet(span, f"{accent} is known over a single symbol only", r"write \hat{y}_{i}")
    return replace(node, name=f"{accent}{{{node.name}}}", span=span, head=span)


def bounds_of(source: Source, sub: Script | None, sup: Script | None) -> tuple[Bound, ...]:
    """The indices under a sign, and their ranges."""
    if sub is None:
        if sup is not None:
            raise source.invalid(sup.span, "an upper bound without an index", "write which index runs below the sign")
        return ()
    bounds = [bound for entry in sub.entries for bound in bound_of(source, entry)]
    if sup is None:
        return tuple(bounds)
    if len(bounds) > 1:
        raise source.not_yet(sup.span, "an upper bound for several indices is not supported yet")
    return (replace(bounds[0], upper=exponent(source, sup), span=bounds[0].span.to(sup.span)),)


def bound_of(source: Source, entry: Node) -> list[Bound]:
    """One entry under a sign: ``i``, ``i=1``, or ``ij`` for two."""
    if isinstance(entry, Compare):
        if entry.relations != ("=",):
            raise source.not_yet(entry.span, "conditions under a sign are not supported yet", "write an indicator")
        index, lower = entry.operands
        return [Bound(index_of(source, index), lower, span=entry.span, head=entry.span)]
    return [Bound(index_of(source, part), span=part.span, head=part.span) for part in split(entry)]


def index_of(source: Source, node: Node) -> Symbol:
    """An index is a plain letter."""
    if isinstance(node, Symbol) and not node.indices and not node.label:
        return node
    raise source.not_yet(node.span, "only a plain letter can run under a sign")
