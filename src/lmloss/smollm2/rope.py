"""Rotary positions: a query and a key are turned by their positions, so that their product knows the distance."""

import torch
from torch import Tensor


def rotate(x: Tensor, base: float) -> Tensor:
    r"""Turn each pair of neighbouring coordinates by an angle that grows with the position.

    The pair k of position r turns by r · base^(-2k/K): the first pair by one radian a position, later ones slower and
    slower. The product of a turned query and a turned key depends on the distance of their positions alone.

    Formula:
        .. math:: \theta_k = b^{-2 j_k / K}
        .. math:: x'_{s,r,k} = x_{s,r,k} \cos(p_r \theta_k) - y_{s,r,k} \sin(p_r \theta_k)
        .. math:: y'_{s,r,k} = x_{s,r,k} \sin(p_r \theta_k) + y_{s,r,k} \cos(p_r \theta_k)

        where

        - :math:`x` = ``x[..., 0::2].reshape(-1, T, P)``, :math:`y` = ``x[..., 1::2].reshape(-1, T, P)``: the pairs,
        - :math:`x'` = ``result[..., 0::2]``, :math:`y'` = ``result[..., 1::2]``: the same, turned,
        - :math:`j` = ``torch.arange(P)``, :math:`p` = ``torch.arange(T)``: the numbers of the pairs and the positions,
        - :math:`K` = ``2 * P``.

    Shape:
        x: (…, T, 2 P) floating, no unit; T positions r, P = K / 2 pairs k.
        base: float, b, above 0, such as 10000.
        result: (…, T, K) of the same dtype, x'.

    Source:
        Su et al. 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding", eq. (15) and (34).

    Divergence:
        Many programs turn coordinate k with coordinate k + K / 2, and store the weights of queries and keys in another
        order to match. A GGUF file stores them for neighbours, as the paper has it.

    Example:
        >>> rotate(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), base=10_000.0)
        tensor([[1.0000, 0.0000],
                [0.5403, 0.8415]])
    """
    *_, T, K = x.shape
    dtype = torch.promote_types(x.dtype, torch.float32)  # half precision has no room for the angle of a late position
    theta = base ** (-torch.arange(0, K, 2, device=x.device, dtype=dtype) / K)  # (K / 2,)
    angles = torch.arange(T, device=x.device, dtype=dtype).unsqueeze(-1) * theta  # (T, K / 2)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]  # (…, T, K / 2)
    pairs = torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1)  # (…, T, K / 2, 2)
    return pairs.flatten(-2)  # (…, T, K)
