r"""Sets of positions: ``i \in S`` with S bound to positions, or to truth values, one for each position."""

from __future__ import annotations

import torch
from torch import Tensor

from texsor.check.evaluate_bindings import Bindings, bare
from texsor.check.evaluate_plan import Env, Plan
from texsor.check.evaluate_symbol import check_range
from texsor.check.evaluate_value import Value
from texsor.formula.nodes import Compare, Fenced, Formula, Node, Symbol, walk
from texsor.formula.source import Source

BELONGS = (r"\in", r"\notin")


def sets_of(formula: Formula, bindings: Bindings) -> frozenset[str]:
    """The names that stand for sets somewhere in a formula."""
    parts = [part for side in formula.members for part in walk(side) if isinstance(part, Compare)]
    right = [part.operands[1] for part in parts if part.relations[0] in BELONGS]
    names = [bindings.name_of(node) for node in right if isinstance(node, Symbol)]
    return frozenset(name for name in names if name is not None)


def check_set(source: Source, tensor: Tensor, name: str, node: Node) -> None:
    """Refuse what is no set."""
    if tensor.dim() != 1 or tensor.is_floating_point():
        what = f"{name} stands for a set and is bound to {tensor.dtype} of shape {tuple(tensor.shape)}"
        raise source.invalid(node.span, what, "bind positions, or truth values, with one axis")
    if tensor.dtype != torch.bool and tensor.unique().numel() < tensor.numel():
        raise source.invalid(node.span, f"{name} stands for a set and holds a position twice", "bind each once")


def members(plan: Plan, node: Compare, element: Value, env: Env) -> Tensor:
    """Where a position is one of the set on the right; refuses positions that there are not."""
    left, right = node.operands
    assert isinstance(right, Symbol)
    name = plan.bindings.name_of(right) or ""
    tensor = plan.bindings.tensor(name, right)
    if tensor.dtype == torch.bool:
        check_range(plan, left, element.data, tensor.shape[0], name)
        return tensor[element.data]
    if isinstance(left, Symbol) and not left.indices and bare(left) in env:
        check_range(plan, right, tensor, element.data.numel(), f"the range of {bare(left)}")
    return torch.isin(element.data, tensor)


def set_in_bars(plan: Plan, node: Fenced) -> str | None:
    """The name of the set between bars, which count it; None where something else stands there."""
    if node.kind != "abs" or not isinstance(node.body, Symbol):
        return None
    name = plan.bindings.name_of(node.body)
    return name if name in plan.sets else None


def size_of_set(tensor: Tensor) -> int:
    """How many members a set has."""
    return int(tensor.sum()) if tensor.dtype == torch.bool else tensor.numel()
