"""How far two tensors are apart, and how far they may be."""

from __future__ import annotations

import sys
from math import inf, isfinite

import torch
from torch import Tensor

TOLERANCE = 1e-10
"""float64 against float64: sums of 50,257 terms in another order differ by about 1e-15 of the largest value."""

RECORDED = {
    torch.float64: 1e-9,
    torch.float32: 2e-5,  # 2^-23 is 1.2e-7; a sum of 50,257 terms loses up to two digits of it
    torch.float16: 1e-2,  # 2^-10 is 9.8e-4
    torch.bfloat16: 8e-2,  # 2^-7 is 7.8e-3
}
"""What the code computed in its own dtype, against float64."""


def recorded_tolerance(dtype: torch.dtype) -> float:
    """The largest relative error that passes for code in a dtype; integers and truth values must be equal."""
    return RECORDED.get(dtype, 0.0)


def relative_error(found: Tensor, wanted: Tensor) -> float:
    """Largest difference, relative to the largest finite value wanted; infinite where shapes or infinities differ.

    Row-major reshapes and axes of size 1 do not count: a formula has (N,) where code has (B, T). NaN is like NaN, and
    against zeros the difference itself counts.
    """
    if found.numel() != wanted.numel():
        return inf
    if found.numel() == 0:
        return 0.0
    a, b = (_numbers(side) for side in (found, wanted))
    gap, size = _gap(a, b)
    if not isfinite(gap + size):
        finite = b.isfinite()
        if not torch.equal(a.isfinite(), finite) or not torch.equal(a[~finite].nan_to_num(), b[~finite].nan_to_num()):
            return inf
        gap, size = _gap(a[finite], b[finite]) if finite.any() else (0.0, 0.0)
    error = gap if size == 0 else gap / size
    return error or _beyond_float64(found, wanted)


def _numbers(side: Tensor) -> Tensor:
    # To the CPU first: Apple's GPUs have no float64.
    return side.detach().reshape(-1).cpu().to(torch.float64)


def _gap(a: Tensor, b: Tensor) -> tuple[float, float]:
    """The largest difference, and the largest value wanted."""
    return float((a - b).abs_().max()), float(b.abs().max())


def _beyond_float64(found: Tensor, wanted: Tensor) -> float:
    """Two whole numbers above 2^53 may be one in float64: they are still not the same."""
    if found.is_floating_point() or wanted.is_floating_point():
        return 0.0
    same = torch.equal(found.reshape(-1).cpu().long(), wanted.reshape(-1).cpu().long())
    return 0.0 if same else sys.float_info.min
