"""What a symbol with indices is: a view of its tensor, or what is found at the positions that its subscripts say."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from texsor.check.evaluate_bindings import bare
from texsor.check.evaluate_plan import Env, Index, Plan
from texsor.check.evaluate_value import Value, align
from texsor.formula.nodes import Group, Minus, Node, Number, Plus, Symbol
from texsor.formula.printing import to_latex

Compute = Callable[[Node, Env], Value]
"""The walker's way to the value of any other node."""


def count(plan: Plan, index: Index, *, raw: bool = False) -> Value:
    """An index by itself: as a number from its written origin, else, or if ``raw``, as a position."""
    size, device = index.size or 0, plan.bindings.device
    if index.number is None or raw:
        return Value(torch.arange(size, device=device), (index.name,), None, 45.0)
    numbers = torch.arange(size, dtype=torch.float64, device=device) + (index.origin or 0)
    return Value(numbers, (index.name,), None, 45.0)


def position(plan: Plan, compute: Compute, node: Node, env: Env) -> Value:
    """The positions that a subscript says, counted from 0."""
    match node:
        case Group():
            return position(plan, compute, node.body, env)
        case Symbol() if bare(node) in env and not node.indices:
            return count(plan, env[bare(node)])
        case Symbol():
            return look_up(plan, compute, node, env, raw=True)
        case Plus() | Minus():
            shift = int(compute(node.right, env).data)
            start = position(plan, compute, node.left, env)
            return Value(start.data + (shift if isinstance(node, Plus) else -shift), start.names)
        case Number():
            return Value(torch.tensor(int(node.text), device=plan.bindings.device))
        case _:
            return compute(node, env)


def look_up(plan: Plan, compute: Compute, node: Symbol, env: Env, *, raw: bool = False) -> Value:
    """A bound symbol with its subscripts; ``raw`` keeps integers."""
    bindings = plan.bindings
    name = bindings.name_of(node) or ""
    tensor = bindings.tensor(name, node).to(torch.int64) if raw else None
    indices = node.indices if name == bare(node) else ()
    letters = [
        bare(index) for index in indices if isinstance(index, Symbol) and not index.indices and bare(index) in env
    ]
    if len(letters) == len(indices) == len(set(letters)):
        data = bindings.double(name, node) if tensor is None else tensor
        return Value(data, tuple(letters), None, bindings.reach(name, node))
    positions = [position(plan, compute, index, env) for index in indices]
    tensor = bindings.gathered(name, node) if tensor is None else tensor
    for axis, (index, found) in enumerate(zip(indices, positions, strict=True)):
        check_range(plan, index, found.data, tensor.shape[axis], f"{name} (axis {axis + 1})")
    names, laid = align(*positions)
    gathered = tensor[tuple(value.data for value in laid)]
    return Value(gathered if raw else gathered.to(torch.float64), names, None, bindings.reach(name, node))


def check_range(plan: Plan, node: Node, found: Tensor, size: int, where: str) -> None:
    """Refuse positions that the axis does not have; torch would count negative ones from the end."""
    if found.numel() == 0:
        return
    least, most = int(found.min()), int(found.max())
    if least < 0 or most >= size:
        bad = least if least < 0 else most
        what = f"{to_latex(node)} says position {bad}, and {where} has the positions 0 to {size - 1}"
        raise plan.formula.source.invalid(node.span, what, "bind positions that exist; mask what is ignored")
