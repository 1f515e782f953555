"""From text to training pairs: inputs, and targets that are the same tokens one place further on."""

from collections.abc import Sequence

import torch
from torch import Tensor

from lmloss.corpus import TEXTS, Text, read_text
from lmloss.errors import ShapeError, TextError
from lmloss.shapes import check_at_least, check_id_list, check_ids, check_tensor, shape_of
from lmloss.tokens import encode

__all__ = ["SEED_SENTENCES", "TEXTS", "Text", "next_token_pairs", "read_text", "seed_batch", "windows"]

SEED_SENTENCES = ("every effort moves you", "I really like chocolate")


def next_token_pairs(token_ids: Tensor) -> tuple[Tensor, Tensor]:
    r"""Split token ids into inputs and the targets one place to the right.

    Formula:
        .. math:: t_{b,n} = x_{b,n+1}

        where :math:`t` = ``result[1]``

        b counts the rows, n the positions in a row.

    Shape:
        token_ids: (…, T + 1) integer, x; two tokens a row or more.
        inputs, targets: (…, T) of the same dtype, views of token_ids.

    Raises:
        DTypeError: no tensor.
        ShapeError: no axis.
        TextError: fewer than two tokens in a row: nothing to predict.

    Source:
        Bengio et al. 2003, "A Neural Probabilistic Language Model", section 2 (the next word given those before).

    Example:
        >>> next_token_pairs(torch.tensor([[1, 2, 3, 4]]))
        (tensor([[1, 2, 3]]), tensor([[2, 3, 4]]))
    """
    where = "next_token_pairs(token_ids)"
    if check_tensor(token_ids, where).dim() == 0:
        raise ShapeError("token ids stand in a row", where, shape_of(token_ids), "pass a tensor with an axis")
    check_ids(token_ids, token_ids.dim(), where)
    if token_ids.shape[-1] < 2:
        got, remedy = shape_of(token_ids), "pass a longer text"
        raise TextError("a row has at least two tokens, one to see and one to predict", where, got, remedy)
    return token_ids[..., :-1], token_ids[..., 1:]


def seed_batch() -> tuple[Tensor, Tensor]:
    """Tokenise the book's two sentences and shift them by one.

    Shape:
        inputs, targets: (2, 3) int64, token ids.

    Example:
        >>> inputs, targets = seed_batch()
        >>> inputs.tolist(), targets.tolist()
        ([[16833, 3626, 6100], [40, 1107, 588]], [[3626, 6100, 345], [1107, 588, 11311]])
    """
    return next_token_pairs(torch.tensor([encode(sentence) for sentence in SEED_SENTENCES]))


def windows(token_ids: Sequence[int] | Tensor, context: int, stride: int) -> tuple[Tensor, Tensor]:
    """Cut one long text into training pairs with a sliding window.

    Window k starts at token k · stride. A last window that the text does not fill is dropped. With stride = context
    each token is a target at most once; a smaller stride makes windows overlap.

    Shape:
        token_ids: a sequence of int or a tensor (M,) of integers; M is at least context + 1.
        context: T, the tokens in a window, at least 1.
        stride: the tokens from one window's start to the next, at least 1.
        inputs, targets: (N, T) int64 with N = (M - T - 1) // stride + 1.

    Raises:
        DTypeError: ids, context or stride that are not integers.
        ShapeError: a tensor that does not have one axis.
        TextError: an empty text, or one shorter than context + 1 tokens.
        DomainError: context or stride below 1.

    Source:
        Radford et al. 2018, "Improving Language Understanding by Generative Pre-Training", section 3.1.

    Example:
        >>> windows([5, 6, 7, 8, 9], context=2, stride=2)
        (tensor([[5, 6], [7, 8]]), tensor([[6, 7], [8, 9]]))
    """
    where = "windows(token_ids)"
    check_at_least(1, context, "windows(context)")
    check_at_least(1, stride, "windows(stride)")
    if not isinstance(token_ids, Tensor):
        check_id_list(token_ids, where)
        token_ids = torch.tensor(token_ids, dtype=torch.int64)
    check_ids(token_ids, 1, where)
    if len(token_ids) == 0:
        raise TextError("a text has at least one token", where, "an empty text", "pass a text that is not empty")
    if len(token_ids) <= context:
        got, remedy = f"{len(token_ids)} tokens", "pass a longer text or a smaller context"
        raise TextError(f"a window needs {context} tokens and one more to predict", where, got, remedy)
    return next_token_pairs(token_ids.long().unfold(0, context + 1, stride))
