"""The parts of a formula that compute something of others."""

from __future__ import annotations

from dataclasses import dataclass

from texsor.formula.nodes_atoms import Arguments, Group, Node, Symbol


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
    r"""What stands between them, one fewer: nothing for juxtaposition, ``\cdot``, ``\times``, ``*``, ``\odot``…"""


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
class Apply(Node):
    r"""A function that a name is bound to, or known by: ``\mathrm{softmax}(z)``."""

    function: Symbol
    """Its name."""
    argument: Group | Arguments
    """What it is applied to, in its brackets."""


@dataclass(frozen=True)
class Indexed(Node):
    """An index on an expression: ``(AB)_{ij}``."""

    body: Node
    """What is indexed."""
    indices: tuple[Node, ...]
    """One entry for each of its array axes, in order."""


@dataclass(frozen=True)
class Fenced(Node):
    """Bars and the like around an expression, which say a function."""

    kind: str
    """A key of ``texsor.formula.commands.FENCES``: ``abs``, ``norm``, ``floor``, ``ceil`` or ``positive``."""
    body: Node
    """What stands between them."""
    order: Node | None = None
    """Which norm; None where none is written."""


@dataclass(frozen=True)
class Inner(Node):
    r"""An inner product in angle brackets: ``\langle x, y \rangle``."""

    left: Node
    """Its first argument."""
    right: Node
    """Its second."""


@dataclass(frozen=True)
class Derivative(Node):
    r"""``\frac{\partial L}{\partial z_i}``, or ``\nabla_z L``."""

    operand: Node
    """What is differentiated."""
    variable: Symbol
    """With respect to what."""
    nabla: bool = False
    r"""Whether it is written with ``\nabla``."""


@dataclass(frozen=True)
class Bound(Node):
    """An index under a sign, with its range where one is written."""

    index: Symbol
    """The index."""
    lower: Node | None = None
    """The first value."""
    upper: Node | None = None
    """The last value."""
    law: Node | None = None
    r"""The distribution that an expectation draws it from: ``p`` in ``\mathbb{E}_{i \sim p}``."""


@dataclass(frozen=True)
class Big(Node):
    """A sign that runs over an index: a sum, product, maximum, mean."""

    operator: str
    """Which: a key of ``texsor.formula.commands.BIG``."""
    bounds: tuple[Bound, ...]
    """The indices it runs over; empty where none is written."""
    body: Node
    """What it runs over: everything up to the next + or − of its level."""
    condition: Node | None = None
    r"""Which values count: ``j \ne i``; letters in it that nothing else explains run too."""
