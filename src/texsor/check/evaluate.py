"""A formula's value, computed literally in float64 from what its symbols are bound to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import torch

from texsor.check.compare import TOLERANCE, relative_error
from texsor.check.evaluate_arithmetic import Arithmetic
from texsor.check.evaluate_bindings import Bindings, bare, vocabulary
from texsor.check.evaluate_derivative import attached
from texsor.check.evaluate_memory import check_memory
from texsor.check.evaluate_plan import Env, Plan, Way
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
    beyond: bool = False
    """Whether float64 cannot hold it: what uses these numbers would compute with an infinity or 0 instead."""


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
    earlier: tuple[Evaluation, ...] = ()
    """The equations that this one uses, in the order in which they were evaluated."""

    @property
    def value(self) -> Named:
        """The last member's value."""
        return self.members[-1].value

    def at(self, node: Node) -> Named:
        """The value of a sub-expression, with its indices as named axes in the order in which they appear."""
        for evaluation in (*self.earlier, self):
            env = environment(evaluation.plan, node)
            if env is not None:
                with torch.set_grad_enabled(wants_grad(evaluation.plan)):
                    return run(evaluation.plan, node, env, None)
        what = f"{to_latex(node)} is no part of this formula"
        raise Invalid(what, remedy="pass a node of the formula that was evaluated")


def evaluate(
    formula: Formula | str,
    where: Mapping[str, object],
    *,
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    ways: Mapping[str, Way] | None = None,
) -> Evaluation:
    r"""Compute every member of a formula from what its symbols are bound to: tensors, numbers, functions.

    ``ways`` say of which tensors the variables of derivatives are rearrangements.

    >>> where = {"y": torch.tensor([0, 1]), r"\hat{y}": torch.tensor([0.5, 0.5])}
    >>> round(evaluate(r"L = -\sum_i y_i \log \hat{y}_i", where).value.tensor.item(), 4)
    0.6931
    """
    formula = understood(formula, where)
    known, done = attached(formula, where), list[Evaluation]()
    for members in formula.earlier:
        part = replace(formula, members=members, earlier=(), assigned=False)
        done.append(evaluate_one(part, known, memory_limit_bytes, ways))
        known |= defined(done[-1])
    return replace(evaluate_one(formula, known, memory_limit_bytes, ways), earlier=tuple(done))


def understood(formula: Formula | str, where: Mapping[str, object]) -> Formula:
    """A formula as it reads with these bindings: the same one, where it was read so already."""
    words = vocabulary(where)
    if isinstance(formula, str):
        return parse(formula, vocabulary=words)
    if formula.vocabulary == words:
        return formula
    again = parse(formula.latex, where=formula.where, vocabulary=words)
    return formula if again == formula else again


def evaluate_one(
    formula: Formula, where: Mapping[str, object], limit_bytes: int, ways: Mapping[str, Way] | None
) -> Evaluation:
    """The members of one equation."""
    bindings = Bindings(formula, where)
    made = plan(formula, bindings, ways)
    check_memory(made, limit_bytes)
    axes = tuple(made.free)
    skipped = len(formula.members) - len(made.evaluated)
    with torch.set_grad_enabled(wants_grad(made)):
        members = tuple(
            Member(node, number, run(made, node, made.free, axes))
            for number, node in enumerate(made.evaluated, start=skipped + 1)
        )
    return Evaluation(formula, axes, members, made)


def defined(evaluation: Evaluation) -> dict[str, object]:
    """What an equation adds to what is bound; refuses members that differ, since nothing else compares them."""
    first, *others = evaluation.members
    source = evaluation.formula.source
    for other in others:
        if relative_error(other.value.tensor, first.value.tensor) > TOLERANCE:
            what = f"{first.latex} and {other.latex} are said to be equal here, and are not"
            raise source.invalid(other.node.span, what, "check this equation by itself")
    left = evaluation.plan.left
    if left is None:
        return {}
    if first.value.beyond:
        what = f"float64 cannot hold {to_latex(left)} here, and another equation goes on from it"
        raise source.invalid(left.span, what, "write both in one equation, where magnitudes are kept")
    return {to_latex(left) if evaluation.plan.whole else bare(left): first.value.tensor}


def wants_grad(made: Plan) -> bool:
    """Whether any bound tensor asks for gradients; under ``no_grad`` it still gets them."""
    return any(isinstance(given, torch.Tensor) and given.requires_grad for given in made.bindings.objects.values())


def run(made: Plan, node: Node, env: Env, axes: tuple[str, ...] | None) -> Named:
    """A node's value: as written, and once more with scales if that ran over or under."""
    literal = Arithmetic(scaled=False)
    value = finish(Walker(made, literal).value(node, env), env, axes)
    if not literal.stray:
        return value
    kept = finish(Walker(made, Arithmetic(scaled=True)).value(node, env), env, axes)
    same = torch.allclose(value.tensor.detach(), kept.tensor.detach(), rtol=1e-9, atol=0, equal_nan=True)
    return Named(kept.tensor, kept.axes, not same, kept.beyond)


def finish(value: Value, env: Env, axes: tuple[str, ...] | None) -> Named:
    """The numbers themselves, on the axes that are wanted."""
    tensor = value.data if value.scale is None and not value.data.is_floating_point() else plain(value).data
    beyond = value.scale is not None and lost(value.data.detach(), tensor.detach())
    if axes is None:
        return Named(tensor, value.names, beyond=beyond)
    order = [value.names.index(name) for name in axes if name in value.names]
    tensor = tensor.permute([*order, *range(len(value.names), tensor.dim())])
    for at, name in enumerate(axes):
        if name not in value.names:
            tensor = tensor.unsqueeze(at)
    sizes = [env[name].size or 0 for name in axes]
    return Named(tensor.expand([*sizes, *tensor.shape[len(axes) :]]), axes, beyond=beyond)


def lost(exact: torch.Tensor, tensor: torch.Tensor) -> bool:
    """Whether a number that is neither 0 nor infinite, but for its scale, is one of them in float64."""
    return bool((exact.isfinite() & (exact != 0) & (~tensor.isfinite() | (tensor == 0))).any())


def environment(made: Plan, node: Node) -> Env | None:
    """The indices that a sub-expression sees; None where it is no part of the formula."""
    for member in made.formula.members:
        found = search(made, member, node, made.free)
        if found is not None:
            return found
    return None


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
