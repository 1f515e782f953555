"""The parts of a formula that hold or do not, and what depends on them."""

from __future__ import annotations

from dataclasses import dataclass

from texsor.formula.nodes_atoms import Node


@dataclass(frozen=True)
class Compare(Node):
    """A condition: two or more parts with a relation between each."""

    operands: tuple[Node, ...]
    """The parts."""
    relations: tuple[str, ...]
    r"""What stands between them, one fewer: ``=``, ``\ne``, ``<``, ``\in``…"""


@dataclass(frozen=True)
class Logic(Node):
    """Conditions joined by a word."""

    operator: str
    """``and`` or ``or``."""
    operands: tuple[Node, ...]
    """The conditions."""


@dataclass(frozen=True)
class Indicator(Node):
    """One where a condition holds, else zero."""

    condition: Node
    """The condition: a `Compare` or `Logic`."""
    sign: str = r"\mathbb{1}"
    """The one, as written; empty for a condition in plain square brackets."""
    bracket: str = "["
    """The bracket around the condition; an underscore where it stands as a subscript."""


@dataclass(frozen=True)
class Branch(Node):
    """One line of a distinction of cases."""

    value: Node
    """What it comes to."""
    condition: Node | None = None
    """When; None for otherwise."""


@dataclass(frozen=True)
class Cases(Node):
    """A distinction of cases: the first line whose condition holds."""

    branches: tuple[Branch, ...]
    """Its lines."""
