"""Root-mean-square normalisation: a layer norm without the mean and without the shift."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    r"""Divide each vector by its root mean square, then scale each coordinate.

    Formula:
        .. math:: y_{n,i} = g_i \frac{x_{n,i}}{\sqrt{\frac{1}{D} \sum_{j} x_{n,j}^2 + \epsilon}}

        where :math:`g` = ``self.scale`` and :math:`\epsilon` = ``self.eps``

    Shape:
        x: (…, D) floating, x, no unit. `scale` has the shape (D,); ε is a small number.
        result: (…, D) of the same dtype.

    Source:
        Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", eq. (4).

    Example:
        >>> RMSNorm(2, eps=0.0)(torch.tensor([3.0, 4.0])).detach()
        tensor([0.8485, 1.1314])
    """

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.scale = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise each position of x, (…, D) → (…, D)."""
        mean_square = x.square().mean(dim=-1, keepdim=True)  # (…, 1)
        return self.scale * (x / (mean_square + self.eps).sqrt())  # (…, D)
