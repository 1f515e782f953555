"""Cross-entropy from logits: softmax, log and negative log-likelihood in one numerically safe step."""

from torch import Tensor

from lmloss.losses.log_sum_exp import log_softmax
from lmloss.losses.options import cross_entropy_with_options, is_soft
from lmloss.losses.reduction import Reduction, reduce
from lmloss.shapes import check_floating, check_targets, check_tensor


def cross_entropy(  # noqa: PLR0913 - the options are torch's, and independent of each other
    logits: Tensor,
    targets: Tensor,
    reduction: Reduction = "mean",
    *,
    ignore_index: int | None = None,
    weight: Tensor | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
) -> Tensor:
    r"""Compute the loss of predicting `targets` from `logits` (logits, not probabilities).

    Formula:
        .. math:: L = -\frac{1}{N} \sum_{n} \log \frac{e^{z_{n,t_n}}}{\sum_{i} e^{z_{n,i}}}

        where :math:`N` = ``targets.numel()``

        .. math:: L = -\sum_{n} \log \frac{e^{z_{n,t_n}}}{\sum_{i} e^{z_{n,i}}}

        with ``reduction="sum"``

        .. math:: \ell_n = -\log \frac{e^{z_{n,t_n}}}{\sum_{i} e^{z_{n,i}}}

        with ``reduction="none"``

        The options change it one step at a time: see `divide_by_temperature`, `smooth_targets`, `soft_losses` and
        `weighted_mean`.

    Shape:
        logits: (B, T, V) or (N, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        targets: (B, T) or (N,) int64, t, ids in 0 … V - 1. Or, as soft targets, a distribution for each position: the
            shape of logits, floating, in [0, 1], each row sums to 1.
        reduction: "mean", in nats a token; "sum", in nats; "none", in nats, one a position.
        ignore_index: the id that stands for "no target here", inside the vocabulary or not; such a position costs 0
            and is not counted by the mean. None: every position counts.
        weight: (V,) floating, one weight a class, at least 0. The mean then divides by the sum of the weights of the
            targets; with soft targets, by N, because no class is the target.
        label_smoothing: float in [0, 1], the share of each target that is spread evenly over all classes.
        temperature: float above 0, by which logits are divided first.
        result: () for "mean" and "sum", the shape of the positions for "none"; dtype of logits. The mean is NaN, with
            gradient 0, where every position is ignored.

    Raises:
        DTypeError: logits that are not floating; class ids that are not int64; an ignore_index that is not an int.
        ShapeError: targets that fit neither form; weights that are not (V,).
        TargetError: a target outside 0 … V - 1 that is not the ignore_index.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf among the logits, at ignored positions too.
        DomainError: an unknown reduction; soft targets that are no distributions, or that come with an ignore_index;
            a negative weight; a share outside [0, 1]; a temperature that is not above 0.

    Source:
        Radford et al. 2018, "Improving Language Understanding by Generative Pre-Training", eq. (1); the training
        objective that Radford et al. 2019 (GPT-2) keeps.

    Divergence:
        torch.nn.functional.cross_entropy gives the same value and gradient, but
        wants the classes in the second place, (N, V) or (N, V, T); here they are last, as the model returns them;
        ignores targets of -100 unasked, where here a target outside the vocabulary is an error unless it is named;
        takes any numbers for soft targets and negative weights, and has no temperature;
        gives NaN where a class of target or weight 0 is masked with -inf, and 0 here, since 0 · log 0 = 0;
        adds up half precision in half precision, so that its mean may be inf where the mean here is finite, and rounds
        less before that, because its steps are one operation.
        Probabilities passed as logits are legal numbers and give a wrong loss, not an error, there and here.

    Example:
        >>> import torch
        >>> cross_entropy(torch.zeros(2, 3, 8), torch.zeros(2, 3, dtype=torch.int64))
        tensor(2.0794)
    """
    check_floating(logits, "cross_entropy(logits)")
    check_tensor(targets, "cross_entropy(targets)")
    plain = ignore_index is None and weight is None and label_smoothing == 0 and temperature == 1
    if not plain or is_soft(targets, logits):
        return cross_entropy_with_options(
            logits,
            targets,
            reduction,
            ignore_index=ignore_index,
            weight=weight,
            label_smoothing=label_smoothing,
            temperature=temperature,
        )
    check_targets(targets, logits, "cross_entropy(targets)")
    *_, V = logits.shape
    flat_logits = logits.reshape(-1, V)  # (B, T, V) -> (N, V)
    flat_targets = targets.reshape(-1)  # (B, T) -> (N,)
    log_probas = log_softmax(flat_logits)  # (N, V)
    losses = -log_probas.gather(-1, flat_targets.unsqueeze(-1)).squeeze(-1)  # (N,)
    return reduce(losses.reshape(targets.shape), reduction, "cross_entropy(reduction)")
