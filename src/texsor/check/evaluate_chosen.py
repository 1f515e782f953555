"""Which values count under a sign, and what stands for the others."""

from __future__ import annotations

from math import inf

import torch
from torch import Tensor

from texsor.check.evaluate_value import ShapeError, Value, align, double, laid_down, rank_of

NEUTRAL = {"prod": 1.0, "max": -inf, "argmax": -inf, "min": inf, "argmin": inf}
"""What a value that does not count is replaced by; 0 under any other sign."""
LARGEST = torch.finfo(torch.float64).max


def chosen(operator: str, body: Value, sizes: dict[str, int], counted: Value) -> tuple[Value, Value]:
    """Values of which only those count for which a condition holds, and how often each of them counts: once or never.

    The indices of the condition are the body's too.
    """
    lying, weights = body.lying, Value(double(counted.data != 0), counted.names)
    names, (body, counted) = align(body, counted)
    held = counted.data != 0
    if operator in ("max", "min", "argmax", "argmin"):
        check_some(held, [names.index(name) for name in sizes if name in names])
    if operator.startswith("arg"):
        # An infinity that counts is still before one that does not.
        body = Value(rank_of(double(body.data), body.scale).clamp(-LARGEST, LARGEST), names)
    lost = torch.tensor(NEUTRAL.get(operator, 0.0), dtype=torch.float64, device=body.data.device)
    scale = None if body.scale is None else torch.where(held, body.scale, torch.zeros_like(body.scale))
    kept = Value(torch.where(held, double(body.data), lost), names, scale, body.reach)
    return laid_down(kept, lying), weights


def check_some(held: Tensor, dims: list[int]) -> None:
    """Refuse an extremum of nothing."""
    for dim in sorted(dims, reverse=True):
        held = held.any(dim)
    if not bool(held.all()):
        raise ShapeError("an extremum of no values: the condition holds for none", "leave such positions out")
