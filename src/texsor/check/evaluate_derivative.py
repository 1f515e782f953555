r"""Derivatives: ``\frac{\partial L}{\partial z_i}`` and ``\nabla_z L``, taken by autograd through whatever L is."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from texsor.check.evaluate_bindings import bare
from texsor.check.evaluate_plan import Env, Plan
from texsor.check.evaluate_symbol import Compute, check_range, count, position
from texsor.check.evaluate_value import Value, align, plain, reach_of
from texsor.errors import Invalid
from texsor.formula.nodes import Derivative, Formula, walk
from texsor.formula.parsing import canonical
from texsor.formula.printing import to_latex

MOST = 4096
"""Numbers that may be differentiated in one derivative: each takes a backward pass."""


class Unrelated(Invalid):
    """A derivative of something that does not depend on its variable as that is bound."""


def differentiated(formula: Formula) -> set[str]:
    """The names by which a formula differentiates, with their indices and without."""
    sides = [side for members in formula.equations for side in members]
    found = [part.variable for side in sides for part in walk(side) if isinstance(part, Derivative)]
    return {to_latex(symbol) for symbol in found} | {bare(symbol) for symbol in found}


def attached(formula: Formula, where: Mapping[str, object]) -> dict[str, object]:
    """What symbols are bound to, with gradients asked for at the variables of derivatives, in every equation alike."""
    names = differentiated(formula)
    known = dict(where)
    for name, given in where.items():
        if names and canonical(name) in names:
            known[name] = variable(given)
    return known


def variable(given: object) -> object:
    """A floating tensor or number in float64, with gradients; one that has a history keeps it, and all else stays."""
    if isinstance(given, float):
        return torch.tensor(given, dtype=torch.float64, requires_grad=True)
    if not isinstance(given, Tensor) or not given.is_floating_point() or given.requires_grad or given.is_meta:
        return given
    device = "cpu" if given.device.type == "mps" else given.device  # Apple's GPUs have no float64
    return given.detach().to(device, torch.float64, copy=True).requires_grad_()


def differentiate(plan: Plan, compute: Compute, node: Derivative, env: Env) -> Value:
    """The derivative of each number of the operand by each of the variable that its indices name.

    An index that both have is the same in both: of the whole matrix of derivatives only that diagonal is taken.
    """
    source = plan.formula.source
    value = plain(compute(node.operand, env))
    if value.rank:
        what = f"{to_latex(node.operand)} is an array of shape {tuple(value.data.shape[len(value.names) :])}"
        raise source.invalid(node.operand.span, what, "write its indices: a derivative is taken of numbers")
    if value.data.numel() > MOST:
        what = f"{value.data.numel()} numbers are differentiated, and the limit is {MOST}"
        raise source.invalid(node.span, what, "differentiate their sum, or bind smaller tensors")
    jacobian = rows(plan, node, value)
    name = plan.bindings.name_of(node.variable) or ""
    indices = node.variable.indices if name != to_latex(node.variable) else ()
    if not value.names and not indices:
        return Value(jacobian, (), None, reach_of(jacobian))
    places = [count(plan, env[letter], raw=True) for letter in value.names]
    for axis, index in enumerate(indices):
        places.append(position(plan, compute, index, env))
        check_range(plan, index, places[-1].data, jacobian.shape[len(value.names) + axis], f"{name} (axis {axis + 1})")
    names, laid = align(*places)
    data = jacobian[tuple(found.data for found in laid)]
    return Value(data, names, None, reach_of(data))


def rows(plan: Plan, node: Derivative, value: Value) -> Tensor:
    """The derivatives of every number of a value by every number of the variable."""
    name = plan.bindings.name_of(node.variable) or ""
    found = plan.bindings.double(name, node.variable)
    way = plan.ways.get(name)
    # What is bound as float32 with a history: the history starts there, and not at its float64 copy.
    given = plan.bindings.tensor(name, node.variable)
    starts = (found, given) if way is None else (way.leaf,)
    rows_ = [gradient(number, starts) for number in value.data.reshape(-1)]
    if rows_ and all(row is None for row in rows_):
        what = f"{to_latex(node.operand)} does not depend on {name} as it is bound"
        remedy = f"bind {name} to the tensor from which the code computed it"
        source = plan.formula.source
        raise Unrelated(what, where=source.locate(node.span), excerpt=source.excerpt(node.span), remedy=remedy)
    none = torch.zeros_like(starts[0], dtype=torch.float64)
    whole = [none if row is None else row for row in rows_]
    moved = whole if way is None else [way.rearranged(row) for row in whole]
    shape = (*value.data.shape, *found.shape)
    return torch.stack(moved).reshape(shape) if moved else found.new_zeros(shape)


def gradient(number: Tensor, starts: tuple[Tensor, ...]) -> Tensor | None:
    """The gradient of one number, itself with a gradient; None where it depends on no start.

    A second start is the first one in its own precision: its gradient is that of the first, and of all that was
    computed from it elsewhere. Where there is nothing else, the first one's has more digits.
    """
    if not number.requires_grad:
        return None
    exact, *others = torch.autograd.grad(number, starts, create_graph=True, retain_graph=True, allow_unused=True)
    whole = others[0] if others else None
    if whole is None or (exact is not None and torch.equal(exact.to(whole.dtype), whole)):
        return exact
    return whole.to(torch.float64)
