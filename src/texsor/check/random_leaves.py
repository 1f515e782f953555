"""Other leaves than the chapter's: what holds for its tensors by accident does not hold for these."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

SEED = 20250131


def random_leaves(recorded: Sequence[Tensor], seed: int = SEED) -> list[Tensor]:
    """Other leaves of the same shapes, in the domain that the recorded ones suggest.

    Probabilities stay in (0, 1), positive numbers positive, others are normal with the recorded spread; zeros among
    non-negative numbers and whatever is not finite (a mask) stay as they are.
    """
    draw = torch.Generator().manual_seed(seed)
    return [_random_like(leaf.detach(), draw).requires_grad_() for leaf in recorded]


def _random_like(leaf: Tensor, draw: torch.Generator) -> Tensor:
    finite = leaf[leaf.isfinite()]
    if finite.numel() == 0:
        return leaf.clone()
    normal = torch.randn(leaf.shape, generator=draw, dtype=torch.float64)
    kept = ~leaf.isfinite()
    if finite.min() < 0:
        spread = finite.std() if finite.numel() > 1 else finite.abs().max()
        other = normal * spread.clamp_min(1e-3)
    else:
        kept |= leaf == 0
        uniform = 0.02 + 0.96 * torch.rand(leaf.shape, generator=draw, dtype=torch.float64)
        other = uniform if finite.max() <= 1 else leaf.nan_to_num() * normal.mul(0.5).exp()
    return torch.where(kept, leaf, other)
