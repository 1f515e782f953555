"""A value with named axes, and its arithmetic in float64, literally or with magnitudes kept as logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Value:
    """A number for every combination of some indices, and possibly an array behind them."""

    data: Tensor
    """The numbers, one leading axis for each name; where scaled, to be multiplied by e to the scale."""
    names: tuple[str, ...] = ()
    """The indices of the leading axes; what follows are the axes of an array."""
    scale: Tensor | None = None
    """Natural logarithm of a factor, in the same layout; None for a factor of one."""

    @property
    def rank(self) -> int:
        """How many axes the array has."""
        return self.data.dim() - len(self.names)


class ShapeError(Exception):
    """Two arrays that do not fit; the walker says where."""


def double(data: Tensor) -> Tensor:
    """Float64, whatever it was."""
    return data.to(torch.float64)


def union(values: Sequence[Value]) -> tuple[str, ...]:
    """The indices of several values, in the order in which they appear."""
    return tuple(dict.fromkeys(name for value in values for name in value.names))


def place(tensor: Tensor, names: tuple[str, ...], target: tuple[str, ...], rank: int) -> Tensor:
    """A tensor laid out along the target's indices, with so many array axes; what is missing has size 1."""
    known = [name for name in target if name in names]
    order = [names.index(name) for name in known]
    tensor = tensor.permute([*order, *range(len(names), tensor.dim())])
    lead = iter(tensor.shape[: len(known)])
    array = tensor.shape[len(known) :]
    sizes = [next(lead) if name in names else 1 for name in target]
    return tensor.reshape([*sizes, *[1] * (rank - len(array)), *array])


def align(*values: Value) -> tuple[tuple[str, ...], list[Value]]:
    """Values in one layout; arrays must have equal sizes, counted from the last axis."""
    names = union(values)
    rank = max(value.rank for value in values)
    for place_from_end in range(1, rank + 1):
        sizes = {value.data.shape[-place_from_end] for value in values if value.rank >= place_from_end}
        if len(sizes) > 1:
            shapes = " and ".join(str(tuple(value.data.shape[len(value.names) :])) for value in values)
            raise ShapeError(f"arrays of shapes {shapes} do not fit")
    return names, [lay(value, names, rank) for value in values]


def lay(value: Value, names: tuple[str, ...], rank: int) -> Value:
    """One value in a given layout."""
    scale = None if value.scale is None else place(value.scale, value.names, names, rank)
    return Value(place(value.data, value.names, names, rank), names, scale)


def plain(value: Value) -> Value:
    """The numbers themselves; too large ones become infinite."""
    if value.scale is None:
        return Value(double(value.data), value.names)
    return Value(value.data * value.scale.exp(), value.names)


def normal(value: Value) -> Value:
    """The same with every nonzero mantissa of magnitude one, so that products of many cannot run away."""
    data = double(value.data)
    size = data.detach().abs()
    size = torch.where((size == 0) | ~size.isfinite(), torch.ones_like(size), size)
    scale = size.log() if value.scale is None else size.log() + value.scale
    return Value(data / size, value.names, scale)


def scale_of(value: Value) -> Tensor:
    """The scale, zero where there is none."""
    return torch.zeros_like(value.data, dtype=torch.float64) if value.scale is None else value.scale


def common(data: Tensor, scale: Tensor, dims: list[int]) -> Tensor:
    """A shift that brings the largest scale along some axes to zero; constant, since it cancels in every gradient."""
    # A zero has no magnitude: its scale must not push the others under.
    counted = torch.where(data.detach() == 0, torch.full_like(scale, -torch.inf), scale.detach())
    top = counted.amax(dim=dims, keepdim=True)
    return torch.where(top.isfinite(), top, torch.zeros_like(top))


class SafeLog(torch.autograd.Function):
    """Logarithm whose gradient at 0 is 0 where nothing comes back: 0 · log 0 is 0, and so is its slope."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, data: Tensor) -> Tensor:
        """The logarithm."""
        ctx.save_for_backward(data)
        return data.log()

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *grads: Tensor) -> Tensor:
        """The slope, zero where the incoming gradient is."""
        (data,) = ctx.saved_tensors  # type: ignore[attr-defined] # torch's stubs do not know it
        (grad,) = grads
        return torch.where(grad == 0, torch.zeros_like(grad), grad / data)


def log(data: Tensor) -> Tensor:
    """The natural logarithm."""
    return SafeLog.apply(data)  # type: ignore[no-any-return, no-untyped-call] # torch's stubs do not know it
