"""What a loss in nats means in other units.

Each function takes a Python float and gives one, or takes a tensor without axes and gives one (with gradient).
"""

import math
from typing import overload

import torch
from torch import Tensor

from lmloss.errors import DomainError, ShapeError
from lmloss.shapes import check_at_least, shape_of

NATS_PER_BIT = math.log(2)


@overload
def perplexity(mean_nll_nats: float) -> float: ...
@overload
def perplexity(mean_nll_nats: Tensor) -> Tensor: ...
def perplexity(mean_nll_nats: float | Tensor) -> float | Tensor:
    r"""Turn a mean loss into the number of equally likely classes that would be as hard to guess.

    Formula:
        .. math:: P = e^{L}

    Shape:
        mean_nll_nats: a float or a tensor (), L, in nats a token, at least 0.
        result: the same kind, P, in classes, at least 1; inf where the loss is inf or e^L leaves the range.

    Raises:
        DomainError: a negative or NaN loss.
        ShapeError: a tensor with axes, such as losses that were not averaged.

    Source:
        Jelinek, Mercer, Bahl and Baker 1977, "Perplexity: a measure of the difficulty of speech recognition tasks".

    Example:
        >>> round(perplexity(math.log(50257)))
        50257
    """
    _check_nats(mean_nll_nats, "perplexity(mean_nll_nats)")
    if isinstance(mean_nll_nats, Tensor):
        return mean_nll_nats.exp()
    # torch gives inf where math.exp would raise OverflowError; the two kinds of argument must agree.
    return torch.tensor(mean_nll_nats, dtype=torch.float64).exp().item()


@overload
def bits_per_token(mean_nll_nats: float) -> float: ...
@overload
def bits_per_token(mean_nll_nats: Tensor) -> Tensor: ...
def bits_per_token(mean_nll_nats: float | Tensor) -> float | Tensor:
    r"""Turn a mean loss from nats into bits.

    Formula:
        .. math:: b = \frac{L}{\log 2}

    Shape:
        mean_nll_nats: a float or a tensor (), L, in nats a token, at least 0.
        result: the same kind, b, in bits a token.

    Raises:
        DomainError: a negative or NaN loss.
        ShapeError: a tensor with axes, such as losses that were not averaged.

    Source:
        Shannon 1948, "A Mathematical Theory of Communication", section 1 (the choice of the logarithm's base).

    Example:
        >>> bits_per_token(math.log(8))
        3.0
    """
    _check_nats(mean_nll_nats, "bits_per_token(mean_nll_nats)")
    return mean_nll_nats / NATS_PER_BIT


@overload
def bits_per_byte(total_nats: float, total_bytes: int) -> float: ...
@overload
def bits_per_byte(total_nats: Tensor, total_bytes: int) -> Tensor: ...
def bits_per_byte(total_nats: float | Tensor, total_bytes: int) -> float | Tensor:
    r"""Spread a summed loss over the bytes of the text, so that different tokenizers can be compared.

    Formula:
        .. math:: b = \frac{S}{M \log 2}

    Shape:
        total_nats: a float or a tensor (), S, the loss summed over all predicted tokens, in nats, at least 0.
        total_bytes: M, the UTF-8 length of the text of those same tokens, at least 1.
        result: the same kind as total_nats, b, in bits a byte.

    Raises:
        DomainError: a negative or NaN loss; no bytes.
        DTypeError: a number of bytes that is not an int.
        ShapeError: a tensor with axes, such as losses that were not summed.

    Source:
        Gao et al. 2020, "The Pile", section 3.1.

    Example:
        >>> bits_per_byte(math.log(2) * 12, total_bytes=6)
        2.0
    """
    _check_nats(total_nats, "bits_per_byte(total_nats)")
    check_at_least(1, total_bytes, "bits_per_byte(total_bytes)")
    return total_nats / (NATS_PER_BIT * total_bytes)


def _check_nats(nats: float | Tensor, where: str) -> None:
    if isinstance(nats, Tensor) and nats.dim() > 0:
        raise ShapeError("one loss is needed, without axes", where, shape_of(nats), "take its mean() or sum() first")
    value = nats.item() if isinstance(nats, Tensor) else nats
    if not value >= 0:
        remedy = "pass the mean or sum of -log probability, minus included"
        raise DomainError("a negative log-likelihood is at least 0", where, f"{value}", remedy)
