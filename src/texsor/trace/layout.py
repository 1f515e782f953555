"""How a tensor lies in its storage."""

from __future__ import annotations

from typing import Any, ClassVar

import torch


class Layout:
    """How a tensor lies in its storage; equal layouts are one object, so that comparing them costs nothing."""

    __slots__ = ("device", "dtype", "offset", "shape", "stride")
    known: ClassVar[dict[tuple[object, ...], Layout]] = {}
    """Every layout met so far, by what ``of`` takes."""

    def __init__(self, shape: Any, stride: Any, offset: int, dtype: torch.dtype, device: torch.device) -> None:
        self.shape: tuple[int, ...] = tuple(shape)
        self.stride: tuple[int, ...] = tuple(stride)
        self.offset = offset
        self.dtype = dtype
        self.device = device

    @classmethod
    def of(cls, *key: Any) -> Layout:
        """Return the one layout of this shape, stride, offset, dtype and device."""
        found = cls.known.get(key)
        if found is None:
            found = cls.known[key] = cls(*key)
        return found
