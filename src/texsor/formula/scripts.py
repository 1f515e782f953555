"""What an index or a power means, by what it stands on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from texsor.formula.bracketing import closed
from texsor.formula.conditions import is_condition
from texsor.formula.naming import is_label, is_name
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Fenced,
    Group,
    Indexed,
    Minus,
    Node,
    Number,
    Plus,
    Power,
    Product,
    Symbol,
    Transpose,
)
from texsor.formula.printing import to_latex
from texsor.formula.source import Source, Span
from texsor.formula.vocabulary import Vocabulary

TRANSPOSED = frozenset((r"\top", r"\intercal", r"\mathsf{T}", r"\mathrm{T}"))


@dataclass(frozen=True)
class Script:
    """Something above or below the line."""

    entries: tuple[Node, ...]
    """Its parts between commas."""
    span: Span
    """Where it stands, with its ``_`` or ``^``."""
    marks: tuple[str, ...] = ()
    """What stands between the parts."""


def entries_of(source: Source, script: Script, count: int) -> tuple[Node, ...]:
    """The parts of a script, which must be so many and no conditions."""
    for entry in script.entries:
        if is_condition(entry):
            raise source.not_yet(entry.span, "a condition is not known here")
    if len(script.entries) != count:
        raise source.not_yet(script.span, f"{count} part is wanted here, and found {len(script.entries)}")
    return script.entries


def exponent(source: Source, script: Script) -> Node:
    """What is above the line."""
    return entries_of(source, script, 1)[0]


def raised(source: Source, vocabulary: Vocabulary, node: Node, sub: Script | None, sup: Script | None) -> Node:
    """A node with what stands below and above it."""
    if sub is not None:
        node = indexed(source, node, sub)
    if sup is None:
        return node
    power = exponent(source, sup)
    span = node.span.to(sup.span)
    if isinstance(node, Symbol) and node.superscript:
        raise source.invalid(sup.span, "two superscripts on one symbol", "write round brackets around the symbol")
    if not closed(node) and not isinstance(node, Arguments):
        raise source.invalid(sup.span, "it is not clear what is raised", "write round brackets")
    if transposes(vocabulary, power):
        return Transpose(node, span=span, head=sup.span)
    if isinstance(node, Symbol) and node.name != "e" and (is_name(power) or isinstance(power, Symbol)):
        named = superscripted(vocabulary, replace(node, span=span, head=span), power)
        if named is not None:
            return named
        if is_name(power):
            # Only brackets say to every reader that this is a power.
            node = Group(node, span=node.span, head=node.head)
    head = node.head if isinstance(node, Symbol) and node.name == "e" else sup.span
    return Power(node, power, span=span, head=head)


def transposes(vocabulary: Vocabulary, power: Node) -> bool:
    """Whether a superscript says a transpose; an italic T does where nothing is bound to it."""
    if not isinstance(power, Symbol) or power.indices:
        return False
    return power.name in TRANSPOSED or (power.name == "T" and vocabulary.free("T"))


def superscripted(vocabulary: Vocabulary, node: Symbol, power: Node) -> Symbol | None:
    """A symbol with the superscript that is part of its name, or that is its first index; None for a power.

    What is bound decides: the name with its superscript, else the name without it and letters that run.
    """
    whole = replace(node, superscript=to_latex(power))
    names = {to_latex(whole), to_latex(replace(whole, indices=()))}
    base = {to_latex(node), to_latex(replace(node, indices=()))}
    bound = vocabulary.bound or frozenset()
    if names & bound or (is_name(power) and not base & bound):
        return whole
    if not is_name(power):
        return None
    index = power.body if isinstance(power, Group) else power
    letter = index.left if isinstance(index, (Plus, Minus)) else index
    if not vocabulary.free(to_latex(letter)):
        return None
    runs = isinstance(power, Group) and isinstance(letter, Symbol)
    return replace(node, indices=(index, *node.indices)) if runs else whole


def indexed(source: Source, node: Node, sub: Script) -> Node:
    """A symbol with its indices, and with the upright part that belongs to its name; or an indexed expression."""
    if isinstance(node, Number):
        raise source.invalid(sub.span, "a number has no index")
    span = node.span.to(sub.span)
    for entry in sub.entries:
        if is_condition(entry):
            raise source.not_yet(entry.span, "a condition is not known in an index")
    if set(sub.marks) - {","}:
        raise source.not_yet(
            sub.span, "ranges and bars in an index are not supported yet", "separate indices by commas"
        )
    if isinstance(node, Fenced) and node.kind == "norm" and node.order is None:
        return replace(node, order=entries_of(source, sub, 1)[0], span=span)
    if isinstance(node, (Group, Arguments, Apply)):
        indices = tuple(part for entry in sub.entries for part in split(entry))
        if any(map(is_label, indices)):
            raise source.invalid(sub.span, "an upright index belongs to a name, and this is none")
        return Indexed(node, indices, span=span, head=span)
    if not isinstance(node, Symbol):
        raise source.not_yet(sub.span, "an index on an expression is not supported yet", "give it a name of its own")
    if node.indices or node.label:
        raise source.invalid(sub.span, "two indices on one symbol", "separate them by commas in one index")
    return labelled(source, node, sub)


def labelled(source: Source, node: Symbol, sub: Script) -> Symbol:
    """A symbol with its indices, and with the upright part that belongs to its name."""
    parts = [part for entry in sub.entries for part in split(entry)]
    labels = [part for part in parts if is_label(part)]
    if len(labels) > 1:
        raise source.not_yet(sub.span, "two upright indices on one symbol are not supported yet")
    label = labels[0].name if labels and isinstance(labels[0], Symbol) else ""
    span = node.span.to(sub.span)
    indices = tuple(part for part in parts if not is_label(part))
    return replace(node, label=label, indices=indices, span=span, head=span)


def marked(source: Source, node: Node, mark: str, span: Span) -> Node:
    r"""A symbol with a sign above or below it, which belongs to its name; ``[x]_+`` is the positive part."""
    sign = mark[2:-1]
    whole = node.span.to(span)
    if isinstance(node, Group) and sign == "+":
        return Fenced("positive", node.body, span=whole, head=whole)
    if not isinstance(node, Symbol):
        raise source.not_yet(span, f"{sign} alone above or below the line is known directly behind a symbol only")
    if mark.startswith("^"):
        if node.superscript:
            raise source.invalid(span, "two superscripts on one symbol", "write round brackets around the symbol")
        return replace(node, superscript=sign, span=whole, head=whole)
    if node.label or node.indices:
        raise source.invalid(span, "two indices on one symbol", "separate them by commas in one index")
    return replace(node, label=sign, span=whole, head=whole)


def split(entry: Node) -> tuple[Node, ...]:
    r"""``W_{ij}`` has two indices; ``2i`` is one."""
    row = isinstance(entry, Product) and not any(entry.signs) and all(isinstance(f, Symbol) for f in entry.factors)
    return entry.factors if row and isinstance(entry, Product) else (entry,)


def primed(source: Source, node: Node, marks: str, span: Span) -> Node:
    """A symbol with a prime, which belongs to its name."""
    if not isinstance(node, Symbol) or node.indices or node.superscript:
        raise source.not_yet(span, "a prime is known directly behind a symbol only")
    return replace(node, name=node.name + marks, span=node.span.to(span), head=node.span.to(span))


def accented(source: Source, accent: str, entries: tuple[Node, ...], span: Span) -> Symbol:
    """A symbol under a hat, bar or tilde, which belongs to its name."""
    node = entries[0] if len(entries) == 1 else None
    if not isinstance(node, Symbol) or node.indices or node.label or node.superscript:
        raise source.not_yet(span, f"{accent} is known over a single symbol only", r"write \hat{y}_{i}")
    return replace(node, name=f"{accent}{{{node.name}}}", span=span, head=span)
