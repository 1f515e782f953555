"""What a loss in nats means in other units.

`perplexity`, `bits_per_token` and `bits_per_byte` take a Python float and give one, or take a tensor without axes and
give one (with gradient). `token_nats` and `text_bits_per_byte` take the tokens of a text.
"""

import math
from typing import overload

import torch
from torch import Tensor

from lmloss.errors import DomainError, DTypeError, ShapeError
from lmloss.losses.cross_entropy import cross_entropy
from lmloss.shapes import INTEGERS, check_at_least, check_floating, check_same_shape, check_tensor, shape_of

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
        mean_nll_nats: a float or a tensor () floating, L, in nats a token, at least 0; finite in every dtype for losses
            in [0, 11].
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
        mean_nll_nats: a float or a tensor () floating, L, in nats a token, at least 0.
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
        total_nats: a float or a tensor () floating, S, the loss summed over all predicted tokens, in nats, at least 0.
        total_bytes: int, M, the UTF-8 length of the text of those same tokens, at least 1.
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


def token_nats(logits: Tensor, targets: Tensor) -> Tensor:
    r"""Give what each token cost, in nats, before anything is averaged.

    Formula:
        .. math:: \ell_n = \log \sum_{i} e^{z_{n,i}} - z_{n,t_n}

    Shape:
        logits: (B, T, V) or (N, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        targets: (B, T) or (N,) int64, t, ids in 0 … V - 1.
        result: shape of targets, dtype of logits, ℓ, in nats.

    Raises:
        as `lmloss.losses.cross_entropy`.

    Source:
        Radford et al. 2018, as `lmloss.losses.cross_entropy`.

    Example:
        >>> token_nats(torch.zeros(1, 2, 8), torch.tensor([[3, 5]]))
        tensor([[2.0794, 2.0794]])
    """
    return cross_entropy(logits, targets, reduction="none")


def text_bits_per_byte(nats: Tensor, byte_counts: Tensor) -> Tensor:
    r"""Spread what each token of a text cost over the bytes that the tokens stand for.

    Formula:
        .. math:: b = \frac{\sum_{n} \ell_n}{\log 2 \sum_{n} m_n}

    Shape:
        nats: (…, T) float64, float32, bfloat16 or float16, ℓ, one a token, at least 0, in nats; see `token_nats`.
        byte_counts: (…, T) integer, m, of the same tokens, at least 0, in bytes; 0 for a special token.
            `lmloss.tokens.byte_counts` and `Tokenizer.byte_counts` count them. The first token of a text is given, not
            predicted: leave it out of both.
        result: () of the dtype of nats, or float32 where that is half precision; b, in bits a byte.

    Raises:
        DTypeError: losses that are not floating; bytes that are not integers.
        ShapeError: no losses, or another number of bytes than of losses.
        DomainError: a negative or NaN loss; a negative number of bytes, or none in all.

    Source:
        Gao et al. 2020, as `bits_per_byte`.

    Example:
        >>> text_bits_per_byte(torch.tensor([math.log(8), math.log(2)]), torch.tensor([3, 1]))
        tensor(1.)
    """
    check_floating(nats, "text_bits_per_byte(nats)")
    where = "text_bits_per_byte(byte_counts)"
    if check_tensor(byte_counts, where).dtype not in INTEGERS:
        raise DTypeError("bytes are counted in integers", where, shape_of(byte_counts), "pass what byte_counts gives")
    check_same_shape(nats, byte_counts, where)
    _check_nats(nats.detach().amin(), "text_bits_per_byte(nats)")
    check_at_least(0, int(byte_counts.amin()), where)
    total_nats = nats.sum(dtype=torch.promote_types(nats.dtype, torch.float32))  # half precision has no room for a sum
    return bits_per_byte(total_nats, int(byte_counts.sum()))


def _check_nats(nats: float | Tensor, where: str) -> None:
    if isinstance(nats, Tensor) and nats.dim() > 0:
        raise ShapeError("one loss is needed, without axes", where, shape_of(nats), "take its mean() or sum() first")
    value = nats.item() if isinstance(nats, Tensor) else nats
    if not value >= 0:
        remedy = "pass the mean or sum of -log probability, minus included"
        raise DomainError("a negative log-likelihood is at least 0", where, f"{value}", remedy)
