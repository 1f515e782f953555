"""The tree of a formula: small frozen nodes that compare by meaning and remember where they stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace

from texsor.errors import Location
from texsor.formula.source import Source, Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Node:
    """Any part of a formula."""

    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)
    """The text of this part."""
    head: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)
    """The glyphs that a term for this part names: the Σ of a sum, the − of a difference."""


@dataclass(frozen=True)
class Number(Node):
    """A numeral."""

    text: str
    """Its digits, as written: ``12`` or ``0.5``."""


@dataclass(frozen=True)
class Symbol(Node):
    r"""A name with its indices: ``\hat{y}_{n,t_n}``."""

    name: str
    r"""The name in canonical LaTeX, accents and primes included: ``\hat{y}``, ``N``, ``\mathrm{PPL}``."""
    label: str = ""
    r"""An upright subscript that belongs to the name: ``\mathrm{CE}`` in ``L_{\mathrm{CE}}``."""
    indices: tuple[Node, ...] = ()
    """One entry for each axis, in order."""


@dataclass(frozen=True)
class Group(Node):
    """Something in printed brackets."""

    body: Node
    """What stands between them."""
    bracket: str = "("
    r"""The opening bracket: ``(``, ``[`` or ``\{``."""


@dataclass(frozen=True)
class Negate(Node):
    """A leading minus."""

    operand: Node
    """What is negated."""


@dataclass(frozen=True)
class Plus(Node):
    """A sum of two; longer ones lean to the left."""

    left: Node
    """Everything before the +."""
    right: Node
    """The term behind it."""


@dataclass(frozen=True)
class Minus(Node):
    """A difference; longer ones lean to the left."""

    left: Node
    """Everything before the −."""
    right: Node
    """The term behind it."""


@dataclass(frozen=True)
class Product(Node):
    """Factors in a row."""

    factors: tuple[Node, ...]
    """At least two, as written."""
    signs: tuple[str, ...]
    r"""What stands between them, one fewer: an empty string for juxtaposition, ``\cdot``, ``\times`` or ``*``."""


@dataclass(frozen=True)
class Fraction(Node):
    """A quotient."""

    numerator: Node
    """What is divided."""
    denominator: Node
    """What divides it."""
    slash: bool = False
    """Whether it is written on the line, with ``/``."""


@dataclass(frozen=True)
class Power(Node):
    """A power; ``e^x`` is the exponential function unless e is bound to something."""

    base: Node
    """What is raised."""
    exponent: Node
    """To which power."""


@dataclass(frozen=True)
class Transpose(Node):
    r"""``A^\top``: the last two axes change places."""

    operand: Node
    """What is transposed."""


@dataclass(frozen=True)
class Root(Node):
    """A root."""

    radicand: Node
    """What stands under the sign."""
    degree: Node | None = None
    """Which root; None for the square root."""


@dataclass(frozen=True)
class Call(Node):
    """A named function."""

    function: str
    """Its name: ``log``, ``ln``, ``exp``, ``max``…"""
    arguments: tuple[Node, ...]
    """What it is applied to."""
    base: Node | None = None
    """The base of a logarithm; None where none is written."""


@dataclass(frozen=True)
class Bound(Node):
    """An index under a sign, with its range where one is written."""

    index: Symbol
    """The index."""
    lower: Node | None = None
    """The first value."""
    upper: Node | None = None
    """The last value."""


@dataclass(frozen=True)
class Big(Node):
    """A sign that runs over an index: a sum, product, maximum, mean."""

    operator: str
    """Which: a key of ``texsor.formula.commands.BIG``."""
    bounds: tuple[Bound, ...]
    """The indices it runs over; empty where none is written."""
    body: Node
    """What it runs over: everything up to the next + or − of its level."""


@dataclass(frozen=True)
class Compare(Node):
    """A condition: two or more parts with a relation between each."""

    operands: tuple[Node, ...]
    """The parts."""
    relations: tuple[str, ...]
    r"""What stands between them, one fewer: ``=``, ``\ne``, ``<``…"""


@dataclass(frozen=True)
class Indicator(Node):
    """One where a condition holds, else zero."""

    condition: Compare
    """The condition."""
    sign: str = r"\mathbb{1}"
    """The one, as written."""
    bracket: str = "["
    """The bracket around the condition; an underscore where it stands as a subscript."""


@dataclass(frozen=True)
class Hole(Node):
    """The operand that a term leaves out; never part of a formula."""


@dataclass(frozen=True)
class Formula:
    """A parsed formula: one expression, or several that are said to be equal."""

    members: tuple[Node, ...]
    """The expressions between the equals signs."""
    source: Source = field(compare=False, repr=False)
    """Its text, for carets."""

    @property
    def latex(self) -> str:
        """The text as it was written."""
        return self.source.text

    @property
    def where(self) -> Location | None:
        """Where it was written."""
        return self.source.where


def children(node: Node) -> Iterator[Node]:
    """The parts of a node, in reading order."""
    for spec in fields(node):
        value = getattr(node, spec.name)
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
    for spec in fields(node):
        value = getattr(node, spec.name)
        if isinstance(value, Node):
            changed[spec.name] = change(value)
        elif isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
            changed[spec.name] = tuple(change(part) for part in value)
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]


def strip(node: Node) -> Node:
    """The same tree without brackets, for comparing what two spellings mean."""
    return strip(node.body) if isinstance(node, Group) else rebuild(node, strip)
