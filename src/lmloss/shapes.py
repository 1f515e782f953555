"""The axis letters, and the one place where arguments are checked.

    B   texts in a batch
    T   positions (tokens) in a text
    V   classes: the vocabulary; the last axis of logits and probabilities
    N   positions in all, N = B · T, once the batch is flattened; also the number of windows cut from a text
    D   width of a position's vector inside the model
    H   attention heads; each is D / H wide

Letters are 1-based only in prose. In code and in formulas an index runs from 0: a target t_n is the id itself.
Every check takes `where`, the words that the error uses to say which argument of which function was wrong.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from lmloss.errors import (
    ContextError,
    DomainError,
    DTypeError,
    NonFiniteError,
    ShapeError,
    TargetError,
    TextError,
    TokenError,
)

FLOATING = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
INTEGERS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


def shape_of(tensor: Tensor) -> str:
    """Say a tensor's shape and dtype the way every error of lmloss says it."""
    return f"shape {tuple(tensor.shape)} of {str(tensor.dtype).removeprefix('torch.')}"


def check_tensor(value: object, where: str) -> Tensor:
    """Refuse what is no tensor; return it typed as one."""
    if not isinstance(value, Tensor):
        raise DTypeError("a tensor is needed", where, f"a {type(value).__name__}", "wrap it in torch.tensor(...)")
    return value


def check_floating(values: Tensor, where: str) -> None:
    """Refuse what is not a non-empty tensor of float64, float32, bfloat16 or float16 with at least one axis."""
    check_tensor(values, where)
    if values.dtype not in FLOATING:
        remedy = "convert it with .float(), and check that it is not the targets"
        raise DTypeError("scores and probabilities are floating point", where, shape_of(values), remedy)
    if values.dim() == 0 or values.numel() == 0:
        remedy = "pass at least one position and one class"
        raise ShapeError("the last axis holds the V classes and no axis is empty", where, shape_of(values), remedy)


def check_row_max(row_max: Tensor, where: str) -> None:
    """Refuse logits whose largest value in a row is NaN, +inf or -inf.

    The maximum of a row is NaN exactly when the row has a NaN, and -inf exactly when the whole row is masked. So
    one value a row, which a stable softmax computes anyway, stands for all V of them. Single -inf are masks: allowed.
    """
    bad = ~row_max.detach().isfinite()
    if bad.any():
        first = bad.nonzero()[0]
        got = f"a row whose maximum is {row_max[tuple(first)].item()} at {tuple(first.tolist())}"
        remedy = "look for a division by zero or a learning rate too high, and leave each row one unmasked class"
        raise NonFiniteError("logits are numbers, or -inf where a class is masked", where, got, remedy)


def check_logits(logits: Tensor, where: str = "logits") -> None:
    """Refuse logits (…, V) that are not floating, are empty, or hold a NaN, +inf or a fully masked row."""
    check_floating(logits, where)
    check_row_max(logits.detach().amax(dim=-1, keepdim=True), where)


def check_probas(probas: Tensor, where: str = "probas") -> None:
    """Refuse probabilities (…, V) that are not floating, are empty, or leave [0, 1]."""
    check_floating(probas, where)
    smallest, largest = probas.detach().amin().item(), probas.detach().amax().item()
    # A few rounding steps above 1 are the division's, not the caller's. NaN fails both comparisons.
    if not (smallest >= 0 and largest <= 1 + 8 * torch.finfo(probas.dtype).eps):
        remedy = "apply softmax to logits first"
        raise DomainError("probabilities lie in [0, 1]", where, f"values from {smallest} to {largest}", remedy)


def check_distribution(probas: Tensor, where: str = "probas") -> None:
    """Refuse what is not a probability distribution in each row: values in [0, 1] that sum to 1."""
    check_probas(probas, where)
    dtype = torch.promote_types(probas.dtype, torch.float32)
    worst = (probas.detach().sum(dim=-1, dtype=dtype) - 1).abs().max().item()
    # Far above what rounding does to a softmax over any vocabulary, far below what unnormalised scores do. It may have
    # been rounded in half precision and converted since: hence at least 0.01.
    if worst > max(torch.finfo(probas.dtype).eps ** 0.5, 0.01):
        remedy = "divide each row by its sum, or apply softmax to logits"
        raise DomainError("each row is a distribution and sums to 1", where, f"a sum that is off by {worst}", remedy)


def check_same_shape(first: Tensor, second: Tensor, where: str) -> None:
    """Refuse two tensors of different shapes; `where` names the second one."""
    if first.shape != second.shape:
        got, remedy = f"{shape_of(second)} beside {shape_of(first)}", "pass one value for each value of the other"
        raise ShapeError("both have the same shape", where, got, remedy)


def check_targets(targets: Tensor, scores: Tensor, where: str = "targets") -> None:
    """Refuse targets that do not give each position of `scores`, (B, T, V) or (N, V), one class in 0 … V - 1."""
    *positions, V = check_tensor(scores, where).shape
    check_tensor(targets, where)
    if targets.dtype != torch.int64:
        raise DTypeError("targets are token ids, int64", where, shape_of(targets), "convert them with .long()")
    check_positions(scores, where)
    if list(targets.shape) != positions:
        got = f"targets with {shape_of(targets)} for scores with {shape_of(scores)}"
        remedy = "give each position one target: (B, T) for (B, T, V), (N,) for (N, V)"
        raise ShapeError("targets have the shape of the scores without the last axis", where, got, remedy)
    check_classes(targets, V, where)


def check_positions(scores: Tensor, where: str) -> None:
    """Refuse scores that are not (B, T, V) or (N, V)."""
    if scores.dim() not in (2, 3):
        remedy = "use logits.flatten(0, -2) and targets.flatten()"
        raise ShapeError("scores are (B, T, V) or (N, V)", where, f"scores with {shape_of(scores)}", remedy)


def check_classes(targets: Tensor, V: int, where: str) -> None:
    """Refuse a target outside 0 … V - 1, and say where the first one stands."""
    outside = (targets < 0) | (targets >= V)
    if outside.any():
        first = tuple(outside.nonzero()[0].tolist())
        got = f"{targets[first].item()} at {first}"
        remedy = "drop positions without a target, or give cross_entropy their id as ignore_index"
        raise TargetError(f"a target lies in the vocabulary 0 … {V - 1}", where, got, remedy)


def check_ids(token_ids: Tensor, axes: int, where: str) -> None:
    """Refuse what is not an integer tensor with `axes` axes."""
    check_tensor(token_ids, where)
    if token_ids.dtype not in INTEGERS:
        remedy = "convert them with .long(), and check that they are not logits"
        raise DTypeError("token ids are integers", where, shape_of(token_ids), remedy)
    if token_ids.dim() != axes:
        remedy = "flatten it with .flatten()" if axes == 1 else "add a batch axis with .unsqueeze(0)"
        raise ShapeError(f"token ids have {axes} axes here", where, shape_of(token_ids), remedy)


def check_id_list(ids: Sequence[int], where: str) -> None:
    """Refuse what is not a sequence of int."""
    if not isinstance(ids, Sequence) or isinstance(ids, str | bytes):
        remedy = "pass a list of int, such as encode gives, or an integer tensor with one axis"
        raise DTypeError("token ids come as a sequence", where, f"a {type(ids).__name__}", remedy)
    for token_id in ids:
        # bool is an int to Python; among token ids it would be a slip.
        if isinstance(token_id, bool) or not isinstance(token_id, int):
            got, remedy = f"a {type(token_id).__name__}", "flatten nested lists and convert floats to int"
            raise DTypeError("a token id is an int", where, got, remedy)


def check_vocabulary(ids: Sequence[int], vocab_size: int, where: str) -> None:
    """Refuse an id that the vocabulary does not hold."""
    for token_id in ids:
        if not 0 <= token_id < vocab_size:
            remedy = "decode with the tokenizer that made the ids"
            raise TokenError(f"a token id lies in the vocabulary 0 … {vocab_size - 1}", where, f"{token_id}", remedy)


def check_text(text: str, where: str) -> bytes:
    """Refuse what is not a str, or a str with half of a surrogate pair; return its UTF-8 bytes."""
    if not isinstance(text, str):
        raise DTypeError("a text is a str", where, f"a {type(text).__name__}", "decode bytes as UTF-8 first")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        # tiktoken would replace it silently, and the tokens would no longer be those of this text.
        got, remedy = f"{text[error.start]!r} at character {error.start}", "read the text with its true encoding"
        raise TextError("a text has no lone surrogates", where, got, remedy) from error


def check_model_input(token_ids: Tensor, vocab_size: int, context: int, where: str) -> None:
    """Refuse token ids that are not (B, T) with 1 ≤ T ≤ context, B ≥ 1 and every id in the vocabulary."""
    check_ids(token_ids, 2, where)
    if token_ids.numel() == 0:
        raise ShapeError("at least one token is needed", where, shape_of(token_ids), "pass a text that is not empty")
    if token_ids.shape[1] > context:
        remedy = "keep the last tokens with token_ids[:, -context:] or cut the text with lmloss.data.windows"
        raise ContextError(f"the model has {context} positions", where, f"{token_ids.shape[1]} tokens", remedy)
    lowest, highest = int(token_ids.amin()), int(token_ids.amax())
    if lowest < 0 or highest >= vocab_size:
        got = f"{lowest if lowest < 0 else highest}"
        remedy = "encode the text with the tokenizer that belongs to the model"
        raise TokenError(f"a token id lies in the vocabulary 0 … {vocab_size - 1}", where, got, remedy)


def check_at_least(minimum: int, value: int, where: str) -> None:
    """Refuse what is not a whole number of at least `minimum`."""
    # bool is an int to Python; True windows would be a slip, not a count.
    if isinstance(value, bool) or not isinstance(value, int):
        raise DTypeError("a whole number is needed", where, f"{value!r}", "pass an int")
    if value < minimum:
        raise DomainError(f"at least {minimum} is needed", where, f"{value}", f"pass {minimum} or more")
