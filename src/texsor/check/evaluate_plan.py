"""A formula with every index resolved: which letter means what, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

from texsor.check.evaluate_bindings import Bindings
from texsor.formula.nodes import Big, Bound, Formula, Node, Symbol


@dataclass(eq=False)
class Index:
    """One index in the part of the formula where it has one meaning."""

    name: str
    """Its letter."""
    node: Node
    """Where it is introduced."""
    bound: Bound | None = None
    """What is written under its sign; None on the left side or where no bound is written."""
    size: int | None = None
    """How many values it takes; None until an axis or a bound says so."""
    sized_by: str = ""
    """Who said so."""
    origin: int | None = None
    """Its first value, if one is written."""
    position: Node | None = None
    """A place where it is a position."""
    number: Node | None = None
    """A place where it is a number."""


Env = dict[str, Index]


@dataclass
class Plan:
    """A formula with every index resolved."""

    formula: Formula
    """What is evaluated."""
    bindings: Bindings
    """What its symbols are bound to."""
    left: Symbol | None = None
    """The symbol that is being defined, if the first member is one that nothing is bound to."""
    free: Env = field(default_factory=dict)
    """The indices of the result's axes, in order."""
    under: dict[int, tuple[Index, ...]] = field(default_factory=dict)
    """The indices of each sign, by the identity of its node."""
    positional: set[int] = field(default_factory=set)
    """The conditions that compare positions, by identity."""

    @property
    def evaluated(self) -> tuple[Node, ...]:
        """The members that have a value of their own."""
        return self.formula.members[1:] if self.left is not None else self.formula.members

    def inner(self, sign: Big, env: Env) -> Env:
        """The indices that the body of a sign sees."""
        return env | {index.name: index for index in self.under[id(sign)]}
