"""One block of SmolLM2: attention, then a gated feed-forward network, each added to what came in."""

from torch import Tensor, nn
from torch.nn.functional import silu

from lmloss.smollm2.attention import GroupedQueryAttention
from lmloss.smollm2.config import SmolLM2Config
from lmloss.smollm2.norm import RMSNorm


class FeedForward(nn.Module):
    r"""Two widening layers, of which one opens and closes the other, and one that narrows.

    Formula:
        .. math:: h_n = W_3 \left(g(W_1 x_n) \odot (W_2 x_n)\right)

        where

        - :math:`x` = ``x.flatten(0, 1)``, :math:`g` = ``silu``,
        - :math:`W_1` = ``self.gate.weight``, :math:`W_2` = ``self.widen.weight``, :math:`W_3` = ``self.narrow.weight``.

        .. math:: g(u_i) = \frac{u_i}{1 + e^{-u_i}}

        where :math:`u` = ``x.flatten()`` and :math:`g(u_i)` = ``silu(x)``

    Shape:
        x: (B, T, D) floating, no unit. Inside: (B, T, hidden).
        result: (B, T, D) of the same dtype.

    Source:
        Shazeer 2020, "GLU Variants Improve Transformer", eq. (6) (SwiGLU).

    Example:
        >>> import torch
        >>> FeedForward(SmolLM2Config(width=8, heads=2, kv_heads=1, hidden=12))(torch.zeros(2, 3, 8)).shape
        torch.Size([2, 3, 8])
    """

    def __init__(self, config: SmolLM2Config) -> None:
        super().__init__()
        self.gate = nn.Linear(config.width, config.hidden, bias=False)
        self.widen = nn.Linear(config.width, config.hidden, bias=False)
        self.narrow = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Transform each position of x, (B, T, D) → (B, T, D)."""
        opened = silu(self.gate(x)) * self.widen(x)  # (B, T, hidden)
        out: Tensor = self.narrow(opened)  # (B, T, D)
        return out


class Block(nn.Module):
    r"""A pre-norm transformer block: normalise, transform, add.

    Formula:
        .. math:: x' = x + \mathrm{Attention}(\mathrm{RMSNorm}_1(x))
        .. math:: x'' = x' + \mathrm{FeedForward}(\mathrm{RMSNorm}_2(x'))

        where

        - :math:`\mathrm{RMSNorm}_1` = ``self.norm_1``, :math:`\mathrm{Attention}` = ``self.attention``,
        - :math:`\mathrm{RMSNorm}_2` = ``self.norm_2``, :math:`\mathrm{FeedForward}` = ``self.feed_forward``.

    Shape:
        x: (B, T, D) floating, x, no unit.
        result: (B, T, D) of the same dtype.

    Source:
        Touvron et al. 2023, "LLaMA: Open and Efficient Foundation Language Models", section 2.2.

    Example:
        >>> import torch
        >>> Block(SmolLM2Config(width=8, heads=2, kv_heads=1, hidden=12))(torch.zeros(2, 3, 8)).shape
        torch.Size([2, 3, 8])
    """

    def __init__(self, config: SmolLM2Config) -> None:
        super().__init__()
        self.norm_1 = RMSNorm(config.width, config.norm_eps)
        self.attention = GroupedQueryAttention(config)
        self.norm_2 = RMSNorm(config.width, config.norm_eps)
        self.feed_forward = FeedForward(config)

    def forward(self, x: Tensor) -> Tensor:
        """Transform x, (B, T, D) → (B, T, D)."""
        x = x + self.attention(self.norm_1(x))  # (B, T, D)
        out: Tensor = x + self.feed_forward(self.norm_2(x))  # (B, T, D)
        return out
