"""Cross-entropy from logits: softmax, log and negative log-likelihood in one numerically safe step."""

from typing import Literal

from torch import Tensor

from lmloss.errors import DomainError
from lmloss.losses.log_sum_exp import log_softmax
from lmloss.shapes import check_floating, check_targets

Reduction = Literal["mean", "sum", "none"]


def cross_entropy(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    r"""Compute the loss of predicting `targets` from `logits` (logits, not probabilities).

    Formula:
        .. math:: L = -\frac{1}{N} \sum_{n} \log \frac{e^{z_{n,t_n}}}{\sum_{i} e^{z_{n,i}}}

        With reduction "sum" the factor 1/N is left out; with "none" the sum over n as well.

    Shape:
        logits: (B, T, V) or (N, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        targets: (B, T) or (N,) int64, t, ids in 0 … V - 1.
        reduction: "mean", in nats a token; "sum", in nats; "none", in nats, one a position.
        result: () for "mean" and "sum", the shape of targets for "none"; dtype of logits.

    Raises:
        DTypeError: logits that are not floating; targets that are not int64.
        ShapeError: targets that do not have the shape of the logits without the last axis.
        TargetError: a target outside 0 … V - 1.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf among the logits.
        DomainError: an unknown reduction.

    Source:
        Radford et al. 2018, "Improving Language Understanding by Generative Pre-Training", eq. (1); the training
        objective that Radford et al. 2019 (GPT-2) keeps.

    Divergence:
        torch.nn.functional.cross_entropy wants (N, V) or (N, V, T), the classes in the second place; here they are
        always last, as the model returns them. No ignore_index, weights or label smoothing. Probabilities passed as
        logits are legal numbers and give a wrong loss, not an error, there and here.

    Example:
        >>> import torch
        >>> cross_entropy(torch.zeros(2, 3, 8), torch.zeros(2, 3, dtype=torch.int64))
        tensor(2.0794)
    """
    check_floating(logits, "cross_entropy(logits)")
    check_targets(targets, logits, "cross_entropy(targets)")
    *_, V = logits.shape
    flat_logits = logits.reshape(-1, V)  # (B, T, V) -> (N, V)
    flat_targets = targets.reshape(-1)  # (B, T) -> (N,)
    log_probas = log_softmax(flat_logits)  # (N, V)
    losses = -log_probas.gather(-1, flat_targets.unsqueeze(-1)).squeeze(-1)  # (N,)
    return _reduce(losses.reshape(targets.shape), reduction)


def _reduce(losses: Tensor, reduction: Reduction) -> Tensor:
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    if reduction == "none":
        return losses
    remedy = "choose one of these three"
    raise DomainError("a reduction is mean, sum or none", "cross_entropy(reduction)", repr(reduction), remedy)
