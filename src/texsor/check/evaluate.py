"""A formula's value, computed literally in float64 from what its symbols are bound to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from texsor.check.evaluate_arithmetic import Arithmetic
from texsor.check.evaluate_bindings import Bindings
from texsor.check.evaluate_memory import check_memory
from texsor.check.evaluate_plan import Env, Plan
from texsor.check.evaluate_read import plan
from texsor.check.evaluate_value import Value, plain
from texsor.check.evaluate_walk import Walker
from texsor.errors import Invalid
from texsor.formula.nodes import Big, Formula, Node, children
from texsor.formula.parsing import parse
from texsor.formula.printing import to_latex

MEMORY_LIMIT_BYTES = 2 * 1024**3
"""What an evaluation may allocate unless the caller says otherwise."""


@dataclass(frozen=True)
class Named:
    """A tensor whose leading axes have names."""

    tensor: torch.Tensor
    """The numbers: float64, or int64 for positions; differentiable where a bound tensor requires gradients."""
    axes: tuple[str, ...]
    """The index of each leading axis; what follows are the axes of an array."""
    overflows: bool = False
    """Whether plain float64, computed as written, gives other numbers because it runs over or under."""


@dataclass(frozen=True)
class Member:
    """One side of a chain of equalities."""

    node: Node
    """Its tree."""
    number: int
    """Which member of the formula it is, counted from 1."""
    value: Named
    """Its value, on the axes of the result."""

    @property
    def latex(self) -> str:
        """Its text, in canonical spelling."""
        return to_latex(self.node)


@dataclass(frozen=True)
class Evaluation:
    """A formula with its members' values."""

    formula: Formula
    """What was evaluated."""
    axes: tuple[str, ...]
    """The indices of the result's axes, in order."""
    members: tuple[Member, ...]
    """Every member that has a value of its own: all but a left side that nothing is bound to."""
    plan: Plan = field(repr=False)
    """What every index means."""

    @property
    def value(self) -> Named:
        """The last member's value."""
        return self.members[-1].value

    def at(self, node: Node) -> Named:
        """The value of a sub-expression, with its indices as named axes in the order in which they appear."""
        with torch.set_grad_enabled(wants_grad(self.plan.bindings)):
            return run(self.plan, node, environment(self.plan, node), None)


def evaluate(
    formula: Formula | str, where: Mapping[str, object], *, memory_limit_bytes: int = MEMORY_LIMIT_BYTES
) -> Evaluation:
    r"""Compute every member of a formula from what its symbols are bound to.

    >>> where = {"y": torch.tensor([0, 1]), r"\hat{y}": torch.tensor([0.5, 0.5])}
    >>> round(evaluate(r"L = -\sum_i y_i \log \hat{y}_i", where).value.tensor.item(), 4)
    0.6931
    """
    formula = parse(formula) if isinstance(formula, str) else formula
    bindings = Bindings(formula, where)
    made = plan(formula, bindings)
    check_memory(made, memory_limit_bytes)
    axes = tuple(made.free)
    skipped = len(formula.members) - len(made.evaluated)
    with torch.set_grad_enabled(wants_grad(bindings)):
        members = tuple(
            Member(node, number, run(made, node, made.free, axes))
            for number, node in enumerate(made.evaluated, start=skipped + 1)
        )
    return Evaluation(formula, axes, members, made)


def wants_grad(bindings: Bindings) -> bool:
    """Whether any bound tensor asks for gradients; under ``no_grad`` it still gets them."""
    return any(isinstance(given, torch.Tensor) and given.requires_grad for given in bindings.objects.values())


def run(made: Plan, node: Node, env: Env, axes: tuple[str, ...] | None) -> Named:
    """A node's value: as written, and once more with scales if that ran over or under."""
    literal = Arithmetic(scaled=False)
    value = finish(Walker(made, literal).value(node, env), env, axes)
    if not literal.stray:
        return value
    kept = finish(Walker(made, Arithmetic(scaled=True)).value(node, env), env, axes)
    same = torch.allclose(value.tensor.detach(), kept.tensor.detach(), rtol=1e-9, atol=0, equal_nan=True)
    return Named(kept.tensor, kept.axes, overflows=not same)


def finish(value: Value, env: Env, axes: tuple[str, ...] | None) -> Named:
    """The numbers themselves, on the axes that are wanted."""
    tensor = value.data if value.scale is None and not value.data.is_floating_point() else plain(value).data
    if axes is None:
        return Named(tensor, value.names)
    order = [value.names.index(name) for name in axes if name in value.names]
    tensor = tensor.permute([*order, *range(len(value.names), tensor.dim())])
    for at, name in enumerate(axes):
        if name not in value.names:
            tensor = tensor.unsqueeze(at)
    sizes = [env[name].size or 0 for name in axes]
    return Named(tensor.expand([*sizes, *tensor.shape[len(axes) :]]), axes)


def environment(made: Plan, node: Node) -> Env:
    """The indices that a sub-expression sees."""
    for member in made.formula.members:
        found = search(made, member, node, made.free)
        if found is not None:
            return found
    raise Invalid(
        f"{to_latex(node)} is no part of this formula", remedy="pass a node of the formula that was evaluated"
    )


def search(made: Plan, tree: Node, node: Node, env: Env) -> Env | None:
    """The same below one node; the node itself is meant, not one that looks like it."""
    if tree is node:
        return env
    inner = made.inner(tree, env) if isinstance(tree, Big) and id(tree) in made.under else env
    for child in children(tree):
        found = search(made, child, node, inner)
        if found is not None:
            return found
    return None
