"""Causal self-attention: each position takes a weighted mean of itself and those before it."""

import math

import torch
from torch import Tensor, nn

from lmloss.gpt2.config import GPT2Config


class CausalSelfAttention(nn.Module):
    r"""Multi-head attention in which no position sees a later one.

    Formula:
        .. math::

            o_{s,r} = \sum_{c \le r} \frac{e^{q_{s,r} \cdot k_{s,c} / \sqrt{K}}}
                                         {\sum_{j \le r} e^{q_{s,r} \cdot k_{s,j} / \sqrt{K}}} v_{s,c}

        where

        - :math:`q` = ``self._split(self.query(x)).flatten(0, 1)``,
        - :math:`k` = ``self._split(self.key(x)).flatten(0, 1)``,
        - :math:`v` = ``self._split(self.value(x)).flatten(0, 1)``,
        - :math:`K` = ``x.shape[-1] // self.heads``,
        - :math:`o` = ``self._split(result).flatten(0, 1)``, once `projection` is the identity.

        s counts the heads of all texts; r, c and j are positions.

    Shape:
        x: (B, T, D) floating, one vector a position, no unit. A head has the width K = D / H; q, k and v are linear
            functions of x.
        result: (B, T, D) of the same dtype.

    Source:
        Vaswani et al. 2017, "Attention Is All You Need", eq. (1) and section 3.2.3 (the mask).

    Divergence:
        The released GPT-2 has a bias on query, key and value. The published numbers of the book need none.

    Example:
        >>> _ = torch.manual_seed(0)
        >>> attention = CausalSelfAttention(GPT2Config(width=8, heads=2)).eval()
        >>> attention(torch.zeros(2, 3, 8)).shape
        torch.Size([2, 3, 8])
    """

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        D = config.width
        self.heads = config.heads
        # The order of these four lines is the order in which they draw from the generator: part of the seed.
        self.query = nn.Linear(D, D, bias=False)
        self.key = nn.Linear(D, D, bias=False)
        self.value = nn.Linear(D, D, bias=False)
        self.projection = nn.Linear(D, D)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Mix the positions of x, (B, T, D) → (B, T, D)."""
        B, T, D = x.shape
        q, k, v = (self._split(linear(x)) for linear in (self.query, self.key, self.value))  # each (B, H, T, K)
        scores = q @ k.transpose(-2, -1) / math.sqrt(D // self.heads)  # (B, H, T, T)
        later = torch.ones(T, T, dtype=torch.bool, device=x.device).triu(diagonal=1)  # (T, T)
        weights = scores.masked_fill(later, float("-inf")).softmax(dim=-1)  # (B, H, T, T)
        mixed = self.dropout(weights) @ v  # (B, H, T, K)
        joined = mixed.transpose(1, 2).reshape(B, T, D)  # (B, T, D)
        out: Tensor = self.projection(joined)  # (B, T, D)
        return out

    def _split(self, x: Tensor) -> Tensor:
        B, T, D = x.shape
        return x.view(B, T, self.heads, D // self.heads).transpose(1, 2)  # (B, H, T, K)
