"""Grouped-query attention: several query heads share one key and one value head."""

import math

import torch
from torch import Tensor, nn

from lmloss.smollm2.config import SmolLM2Config
from lmloss.smollm2.rope import rotate


class GroupedQueryAttention(nn.Module):
    r"""Causal attention in which each key/value head serves a group of query heads.

    Formula:
        .. math::

            o_{s,r} = \sum_{c \le r} \frac{e^{q_{s,r} \cdot k_{s,c} / \sqrt{K}}}
                                         {\sum_{j \le r} e^{q_{s,r} \cdot k_{s,j} / \sqrt{K}}} v_{s,c}

        where

        - :math:`q` = ``rotate(self._split(self.query(x)), self.config.rope_base).flatten(0, 1)``,
        - :math:`k` = ``rotate(self._split(self.key(x)), self.config.rope_base)
          .repeat_interleave(self.config.heads // self.config.kv_heads, dim=1).flatten(0, 1)``,
        - :math:`v` = ``self._split(self.value(x))
          .repeat_interleave(self.config.heads // self.config.kv_heads, dim=1).flatten(0, 1)``,
        - :math:`K` = ``self.config.head_width``,
        - :math:`o` = ``self._split(result).flatten(0, 1)``, once `projection` is the identity.

        s counts the query heads of all texts; r, c and j are positions.

    Shape:
        x: (B, T, D) floating, one vector a position, no unit. A query head has the width K = D / H, and the key and
            value of its group; q and k are turned by their positions (`rotate`), v is not.
        result: (B, T, D) of the same dtype.

    Source:
        Ainslie et al. 2023, "GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints",
        section 2.2; Vaswani et al. 2017, "Attention Is All You Need", eq. (1).

    Example:
        >>> attention = GroupedQueryAttention(SmolLM2Config(width=8, heads=4, kv_heads=2))
        >>> attention(torch.zeros(2, 3, 8)).shape
        torch.Size([2, 3, 8])
    """

    def __init__(self, config: SmolLM2Config) -> None:
        super().__init__()
        D, G = config.width, config.kv_heads * config.head_width
        self.config = config
        self.query = nn.Linear(D, D, bias=False)
        self.key = nn.Linear(D, G, bias=False)
        self.value = nn.Linear(D, G, bias=False)
        self.projection = nn.Linear(D, D, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Mix the positions of x, (B, T, D) → (B, T, D)."""
        B, T, D = x.shape
        base, group = self.config.rope_base, self.config.heads // self.config.kv_heads
        q = rotate(self._split(self.query(x)), base)  # (B, H, T, K)
        k = rotate(self._split(self.key(x)), base).repeat_interleave(group, dim=1)  # (B, H, T, K)
        v = self._split(self.value(x)).repeat_interleave(group, dim=1)  # (B, H, T, K)
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.config.head_width)  # (B, H, T, T)
        later = torch.ones(T, T, dtype=torch.bool, device=x.device).triu(diagonal=1)  # (T, T)
        weights = scores.masked_fill(later, float("-inf")).softmax(dim=-1)  # (B, H, T, T)
        joined = (weights @ v).transpose(1, 2).reshape(B, T, D)  # (B, T, D)
        out: Tensor = self.projection(joined)  # (B, T, D)
        return out

    def _split(self, x: Tensor) -> Tensor:
        B, T, _ = x.shape
        return x.view(B, T, -1, self.config.head_width).transpose(1, 2)  # (B, heads of x, T, K)
