"""A tensor's numbers as far as a page shows them."""

from __future__ import annotations

from torch import Tensor

from texsor.records import Value
from texsor.verdicts import Shown

MAX_SHOWN = 8
"""Numbers that a page shows of a tensor."""


def show(tensor: Tensor) -> Shown:
    """A tensor's numbers, where they are few."""
    plain = tensor.detach()
    values = _frozen(plain.tolist()) if plain.numel() <= MAX_SHOWN else None
    return Shown(tuple(plain.shape), str(plain.dtype).removeprefix("torch."), values)


def _frozen(values: list[Value] | Value) -> Value:
    return tuple(_frozen(item) for item in values) if isinstance(values, list) else values
