"""The tree of a formula: small frozen nodes that compare by meaning and remember where they stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace

from texsor.errors import Location
from texsor.formula.nodes_atoms import Arguments, Group, Hole, Node, Number, Symbol
from texsor.formula.nodes_conditions import Branch, Cases, Compare, Indicator, Logic
from texsor.formula.nodes_operators import (
    Apply,
    Big,
    Bound,
    Call,
    Derivative,
    Fenced,
    Fraction,
    Indexed,
    Inner,
    Minus,
    Negate,
    Plus,
    Power,
    Product,
    Root,
    Transpose,
)
from texsor.formula.source import Source
from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary

__all__ = [
    "Apply",
    "Arguments",
    "Big",
    "Bound",
    "Branch",
    "Call",
    "Cases",
    "Compare",
    "Derivative",
    "Fenced",
    "Formula",
    "Fraction",
    "Group",
    "Hole",
    "Indexed",
    "Indicator",
    "Inner",
    "Logic",
    "Minus",
    "Negate",
    "Node",
    "Number",
    "Plus",
    "Power",
    "Product",
    "Root",
    "Symbol",
    "Transpose",
    "children",
    "parts_of",
    "rebuild",
    "strip",
    "walk",
]


@dataclass(frozen=True)
class Formula:
    """A parsed formula: one expression, or several that are said to be equal."""

    members: tuple[Node, ...]
    """The expressions between the equals signs, of the equation that says the result."""
    source: Source = field(compare=False, repr=False)
    """Its text, for carets."""
    earlier: tuple[tuple[Node, ...], ...] = ()
    """The members of the equations that this one uses, in the order in which they are needed."""
    assigned: bool = False
    """Whether the first member is the new value of something, written with an arrow."""
    vocabulary: Vocabulary = field(default=NO_VOCABULARY, compare=False, repr=False)
    """What was known of its names when it was read."""

    @property
    def equations(self) -> tuple[tuple[Node, ...], ...]:
        """The members of every equation, the result's last."""
        return (*self.earlier, self.members)

    @property
    def latex(self) -> str:
        """The text as it was written."""
        return self.source.text

    @property
    def where(self) -> Location | None:
        """Where it was written."""
        return self.source.where


PARTS: dict[type[Node], tuple[str, ...]] = {}
"""The fields of each kind of node that has been asked for; looking them up takes longer than all else in a walk."""


def parts_of(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node that say what it means."""
    if kind not in PARTS:
        PARTS[kind] = tuple(spec.name for spec in fields(kind) if spec.compare)
    return PARTS[kind]


def children(node: Node) -> Iterator[Node]:
    """The parts of a node, in reading order."""
    for name in parts_of(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Node))


def walk(node: Node) -> Iterator[Node]:
    """A node and everything in it, outermost first."""
    pending = [node]
    while pending:
        part = pending.pop()
        yield part
        pending.extend(reversed(list(children(part))))


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """A copy of a node whose parts went through a function."""
    changed: dict[str, object] = {}
    for name in parts_of(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            changed[name] = change(value)
        elif isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
            changed[name] = tuple(change(part) for part in value)
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]


def strip(node: Node) -> Node:
    """The same tree without brackets, for comparing what two spellings mean."""
    return strip(node.body) if isinstance(node, Group) else rebuild(node, strip)
