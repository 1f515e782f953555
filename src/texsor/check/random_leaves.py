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
    kept = ~leaf.isfinite()
    finite = leaf[~kept] if kept.any() else leaf
    if finite.numel() == 0:
        return leaf.clone()
    if finite.min() < 0:
        spread = finite.std() if finite.numel() > 1 else finite.abs().max()
        other = _normal(leaf, draw) * spread.clamp_min(1e-3)
    else:
        kept |= leaf == 0
        probable = finite.max() <= 1
        other = _uniform(leaf, draw) if probable else leaf.nan_to_num() * _normal(leaf, draw).mul(0.5).exp()
    return torch.where(kept, leaf, other)


def _normal(leaf: Tensor, draw: torch.Generator) -> Tensor:
    return torch.randn(leaf.shape, generator=draw, dtype=torch.float64)


def _uniform(leaf: Tensor, draw: torch.Generator) -> Tensor:
    return 0.02 + 0.96 * torch.rand(leaf.shape, generator=draw, dtype=torch.float64)
