"""From one loss a position to one loss."""

from typing import Literal

import torch
from torch import Tensor

from lmloss.errors import DomainError

Reduction = Literal["mean", "sum", "none"]


def reduce(losses: Tensor, reduction: Reduction, where: str) -> Tensor:
    """Take the mean or the sum of the losses, or leave them as they are; `where` says whose argument `reduction` is.

    Raises:
        DomainError: an unknown reduction.
    """
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    check_reduction(reduction, where)
    return losses


def check_reduction(reduction: str, where: str) -> None:
    """Refuse what is not one of the three reductions."""
    if reduction not in ("mean", "sum", "none"):
        remedy = "choose one of these three"
        raise DomainError("a reduction is mean, sum or none", where, repr(reduction), remedy)


def weighted_mean(losses: Tensor, weights: Tensor) -> Tensor:
    r"""Add up losses that are weighted already, and divide by the sum of the weights.

    Formula:
        .. math:: L = \frac{\sum_{n} \ell_n}{\sum_{n} w_n}

        where :math:`\ell` = ``losses`` and :math:`w` = ``weights``

    Shape:
        losses: (N,) float64, float32, bfloat16 or float16, ℓ, each times its weight, in nats.
        weights: (N,) of the same dtype, w, at least 0, no unit; 0 for a position that does not count.
        result: () of the same dtype, L, in nats a token; NaN where all weights are 0.

    Divergence:
        Half precision is added up in float32 and rounded at the end, so that the sum does not overflow before the
        division; torch.nn.functional.cross_entropy adds it up in half precision on the CPU.

    Example:
        >>> weighted_mean(torch.tensor([2.0, 12.0]), torch.tensor([1.0, 3.0]))
        tensor(3.5000)
    """
    dtype = torch.promote_types(losses.dtype, torch.float32)
    return (losses.sum(dtype=dtype) / weights.sum(dtype=dtype)).to(losses.dtype)
