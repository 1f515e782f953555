"""A value with named axes, and its arithmetic in float64, literally or with magnitudes kept as logarithms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import torch
from torch import Tensor

SAFE = 708.0
"""Natural logarithm below which float64 neither runs over nor loses digits."""
LARGE = 1e100
"""A mantissa beyond this, or below its inverse, is brought near 1."""


@dataclass(frozen=True)
class Value:
    """A number for every combination of some indices, and possibly an array behind them."""

    data: Tensor
    """The numbers, one leading axis for each name; where scaled, to be multiplied by e to the scale."""
    names: tuple[str, ...] = ()
    """The indices of the leading axes; what follows are the axes of an array."""
    scale: Tensor | None = None
    """Natural logarithm of a factor, in the same layout; None for a factor of one."""
    reach: float = 0.0
    """No finite number but 0 is larger than e to this, or smaller than e to minus this."""
    lying: bool | None = False
    r"""Whether an array of one axis lies flat, as ``x^\top`` does; a vector stands. None: it came of a vector before a
    matrix, which is a row by its place alone."""

    @property
    def rank(self) -> int:
        """How many axes the array has."""
        return self.data.dim() - len(self.names)


def laid_down(value: Value, lying: bool | None) -> Value:
    """The same vector, standing or lying; what is no vector does neither."""
    return value if lying is False or value.rank != 1 else replace(value, lying=lying)


def pose(values: Sequence[Value]) -> bool | None:
    """How vectors stand together number by number; refuses a row beside one that stands."""
    poses = {value.lying for value in values if value.rank == 1}
    if {True, False} <= poses:
        raise ShapeError("a row and a vector that stands do not fit", "transpose both or none, or write indices")
    return True if True in poses else None if None in poses else False


class ShapeError(Exception):
    """Arrays that do not fit what is done with them; the walker says where."""

    def __init__(self, what: str, remedy: str = "write indices, which say what is paired with what") -> None:
        super().__init__(what)
        self.remedy = remedy


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
    return Value(place(value.data, value.names, names, rank), names, scale, value.reach)


def plain(value: Value) -> Value:
    """The numbers themselves; too large ones become infinite."""
    if value.scale is None:
        return Value(double(value.data), value.names, None, value.reach)
    return Value(lifted(value.data, value.scale), value.names, None, inf)


def lifted(data: Tensor, scale: Tensor) -> Tensor:
    """Numbers times e to a scale; 0 stays 0, however large the scale."""
    if not bool((scale.detach() > SAFE).any()):
        return data * scale.exp()
    return data * scale.masked_fill((data.detach() == 0) & (scale.detach() > SAFE), 0.0).exp()


def tame(value: Value) -> Value:
    """The same with mantissas of which two can be multiplied; untouched, digits and all, where they are already."""
    size = value.data.detach().abs()
    if size.numel() and all(1 / LARGE <= float(end) <= LARGE for end in size.aminmax()):
        return value
    wild = ((size > LARGE) & size.isfinite()) | ((size < 1 / LARGE) & (size > 0))
    return normal(value) if bool(wild.any()) else value


def normal(value: Value) -> Value:
    """The same with every nonzero mantissa of magnitude one, so that products of many cannot run away."""
    data = double(value.data)
    size = data.detach().abs()
    size = torch.where((size == 0) | ~size.isfinite(), torch.ones_like(size), size)
    scale = size.log() if value.scale is None else size.log() + value.scale
    return Value(data / size, value.names, scale)


def reach_of(tensor: Tensor) -> float:
    """How far a tensor's numbers reach: by its type where that is enough, else by a look at them."""
    if tensor.dtype != torch.float64:
        # The largest and smallest number of float32, which half precision and integers do not exceed.
        return 104.0
    if tensor.numel() == 0:
        return 0.0
    size = tensor.detach().abs()
    least, most = (float(end) for end in size.aminmax())
    if not 0 < least <= most < inf:
        size = size[(size > 0) & (size < inf)]
        least, most = (float(end) for end in size.aminmax()) if size.numel() else (1.0, 1.0)
    return max(-math.log(least), math.log(most), 0.0)


def scale_of(value: Value) -> Tensor:
    """The scale, zero where there is none."""
    return torch.zeros_like(value.data, dtype=torch.float64) if value.scale is None else value.scale


def rank_of(data: Tensor, scale: Tensor | None) -> Tensor:
    """Numbers in the order of some others that may be beyond float64."""
    if scale is None:
        return data.detach()
    size = data.detach().abs().log() + scale.detach()
    least = size[size.isfinite()].min() if bool(size.isfinite().any()) else size.new_zeros(())
    return torch.where(size == -torch.inf, torch.zeros_like(size), data.detach().sign() * (size - least + 1))


def common(data: Tensor, scale: Tensor, dims: list[int]) -> Tensor:
    """A shift that brings the largest scale along some axes to zero; constant, since it cancels in every gradient."""
    # A zero has no magnitude: its scale must not push the others under.
    counted = torch.where(data.detach() == 0, torch.full_like(scale, -torch.inf), scale.detach())
    top = counted.amax(dim=dims, keepdim=True)
    return torch.where(top.isfinite(), top, torch.zeros_like(top))
