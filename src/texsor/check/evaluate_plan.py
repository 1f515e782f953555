"""A formula with every index resolved: which letter means what, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

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
    peers: list[Index] = field(default_factory=list)
    """The indices that it is compared with as they are: they run over the same positions."""
    beside: list[Index] = field(default_factory=list)
    """The indices that it is compared with, shifted or not: they start where it starts."""
    implied: bool = False
    """Whether it runs because a condition names it and nothing else explains it."""
    number: Node | None = None
    """A place where it is a number."""


Env = dict[str, Index]


@dataclass(frozen=True, eq=False)
class Way:
    """Where a bound tensor comes from, if it is another one with its elements in other places."""

    leaf: Tensor
    """The other tensor."""
    rearranged: Callable[[Tensor], Tensor]
    """The way from there."""


@dataclass
class Plan:
    """A formula with every index resolved."""

    formula: Formula
    """What is evaluated."""
    bindings: Bindings
    """What its symbols are bound to."""
    defines: tuple[Symbol, ...] = ()
    """The symbols that are being defined: the first members that nothing is bound to, or what an arrow sets."""
    whole: bool = False
    """Whether its indices are part of its name."""
    free: Env = field(default_factory=dict)
    """The indices of the result's axes, in order."""
    under: dict[int, tuple[Index, ...]] = field(default_factory=dict)
    """The indices of each sign, by the identity of its node."""
    positional: set[int] = field(default_factory=set)
    """The conditions that compare positions, by identity."""
    conditions: dict[int, Node] = field(default_factory=dict)
    """What must hold under each sign, by identity: the written condition without what says a range."""
    laws: dict[int, tuple[Symbol, ...]] = field(default_factory=dict)
    """The probabilities that each expectation weighs with, by identity."""
    sets: frozenset[str] = frozenset()
    r"""The names that stand for sets, on the right of ``\in``."""
    ways: Mapping[str, Way] = field(default_factory=dict)
    """For variables of derivatives that are a rearrangement of another tensor, that tensor."""

    @property
    def evaluated(self) -> tuple[Node, ...]:
        """The members that have a value of their own."""
        return self.formula.members[len(self.defines) :]

    @property
    def left(self) -> Symbol | None:
        """The symbol whose indices are the result's axes; None where nothing is defined."""
        return self.defines[-1] if self.defines else None

    def inner(self, sign: Big, env: Env) -> Env:
        """The indices that the body of a sign sees."""
        return env | {index.name: index for index in self.under[id(sign)]}
