"""One block of the transformer: attention, then a feed-forward network, each added to what came in."""

from torch import Tensor, nn

from lmloss.gpt2.attention import CausalSelfAttention
from lmloss.gpt2.config import GPT2Config

NORM_EPS = 1e-5


class FeedForward(nn.Module):
    r"""Two linear layers with a GELU between them, applied to each position alone.

    Formula:
        .. math:: h_n = W_2 g(W_1 x_n + b_1) + b_2

        where

        - :math:`x` = ``x.flatten(0, 1)``,
        - :math:`W_1` = ``self.widen.weight``, :math:`b_1` = ``self.widen.bias``,
        - :math:`W_2` = ``self.narrow.weight``, :math:`b_2` = ``self.narrow.bias``,
        - :math:`g` = ``self.gelu``.

        .. math:: g(u_i) = \frac{u_i}{2} \left(1 + \tanh\left(\sqrt{2 / \pi} (u_i + 0.044715 u_i^3)\right)\right)

        where :math:`u` = ``x.flatten()`` and :math:`g(u_i)` = ``self.gelu(x)``

    Shape:
        x: (B, T, D) floating, no unit. Inside: (B, T, 4 D).
        result: (B, T, D) of the same dtype.

    Source:
        Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", section 2 (the tanh form); Vaswani et al. 2017,
        eq. (2).

    Divergence:
        torch's GELU is the exact erf form unless told otherwise; GPT-2 uses tanh, and the book's numbers need it.

    Example:
        >>> import torch
        >>> FeedForward(GPT2Config(width=8, heads=2))(torch.zeros(2, 3, 8)).shape
        torch.Size([2, 3, 8])
    """

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        D = config.width
        self.widen = nn.Linear(D, 4 * D)
        self.gelu = nn.GELU(approximate="tanh")
        self.narrow = nn.Linear(4 * D, D)

    def forward(self, x: Tensor) -> Tensor:
        """Transform each position of x, (B, T, D) → (B, T, D)."""
        widened = self.gelu(self.widen(x))  # (B, T, 4 D)
        out: Tensor = self.narrow(widened)  # (B, T, D)
        return out


class Block(nn.Module):
    r"""A pre-norm transformer block: normalise, transform, add.

    Formula:
        .. math:: x' = x + \mathrm{Attention}(\mathrm{LayerNorm}_1(x))
        .. math:: x'' = x' + \mathrm{FeedForward}(\mathrm{LayerNorm}_2(x'))

        where

        - :math:`\mathrm{LayerNorm}_1` = ``self.norm_1``, :math:`\mathrm{Attention}` = ``self.attention``,
        - :math:`\mathrm{LayerNorm}_2` = ``self.norm_2``, :math:`\mathrm{FeedForward}` = ``self.feed_forward``.

    Shape:
        x: (B, T, D) floating, x, no unit.
        result: (B, T, D) of the same dtype.

    Source:
        Radford et al. 2019, section 2.3 (normalisation at the input of each sub-block); Ba, Kiros and Hinton 2016,
        "Layer Normalization", eq. (4).

    Example:
        >>> import torch
        >>> Block(GPT2Config(width=8, heads=2))(torch.zeros(2, 3, 8)).shape
        torch.Size([2, 3, 8])
    """

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        # A layer norm starts as ones and zeros and draws nothing; attention draws before the feed-forward network.
        self.norm_1 = nn.LayerNorm(config.width, eps=NORM_EPS)
        self.attention = CausalSelfAttention(config)
        self.norm_2 = nn.LayerNorm(config.width, eps=NORM_EPS)
        self.feed_forward = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Transform x, (B, T, D) → (B, T, D)."""
        x = x + self.dropout(self.attention(self.norm_1(x)))  # (B, T, D)
        out: Tensor = x + self.dropout(self.feed_forward(self.norm_2(x)))  # (B, T, D)
        return out
