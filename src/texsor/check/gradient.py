"""The gradient of a tensor of any shape at some leaves, as one number each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

SEED = 20250132


def gradients(value: Tensor, leaves: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Of the weighted sum of a value's elements, at each leaf; zeros where it does not depend on one."""
    if not value.requires_grad:
        return tuple(torch.zeros_like(leaf) for leaf in leaves)
    total = (value.reshape(-1) * weights_for(value)).sum()
    return torch.autograd.grad(total, list(leaves), materialize_grads=True, retain_graph=True)


def weights_for(value: Tensor) -> Tensor:
    """Random weights for a value's elements: the gradient of the weighted sum sees every one of them."""
    draw = torch.Generator().manual_seed(SEED)
    return 0.5 + torch.rand(value.numel(), generator=draw, dtype=torch.float64)
