"""The negative log-likelihood, by hand: pick the target's probability, take its log, flip the sign, average."""

from torch import Tensor

from lmloss.shapes import check_probas, check_targets


def token_losses(probas: Tensor, targets: Tensor) -> Tensor:
    r"""Give each position's loss: minus the log of the probability that its target received.

    The sum over the vocabulary of the cross-entropy, -Σ_i y_{n,i} log ŷ_{n,i}, keeps only i = t_n, because y is
    one-hot. So there is nothing to add up: picking is the sum.

    Formula:
        .. math:: \ell_n = -\log \hat{y}_{n,t_n}

    Shape:
        probas: (B, T, V) or (N, V) float64, float32, bfloat16 or float16, ŷ, in [0, 1], no unit.
        targets: (B, T) or (N,) int64, t, ids in 0 … V - 1.
        result: shape of targets, dtype of probas, in nats; inf where the target has probability 0.

    Raises:
        DTypeError: probabilities that are not floating; targets that are not int64.
        ShapeError: targets that do not have the shape of probas without the last axis.
        TargetError: a target outside 0 … V - 1.
        DomainError: a probability outside [0, 1], such as a logit, or a NaN.

    Source:
        Bengio et al. 2003, "A Neural Probabilistic Language Model", section 2 (the penalised log-likelihood).

    Example:
        >>> import torch
        >>> token_losses(torch.tensor([[0.25, 0.75], [1.0, 0.0]]), torch.tensor([0, 0]))
        tensor([1.3863, -0.0000])
    """
    check_probas(probas, "token_losses(probas)")
    check_targets(targets, probas, "token_losses(targets)")
    target_probas = probas.gather(-1, targets.unsqueeze(-1)).squeeze(-1)  # (B, T)  \hat{y}_{n,t_n}
    log_probas = target_probas.log()  # (B, T)  \log
    return -log_probas  # (B, T)  -


def nll_by_hand(probas: Tensor, targets: Tensor) -> Tensor:
    r"""Average the losses of all positions, computed from probabilities.

    The 1/N is a mean over positions. It is not the sum over the vocabulary, which `token_losses` has already done
    by picking.

    Formula:
        .. math:: L = -\frac{1}{N} \sum_{n} \log \hat{y}_{n,t_n}

        where :math:`N` = ``targets.numel()``

    Shape:
        probas: (B, T, V) or (N, V) float64, float32, bfloat16 or float16, ŷ, in [0, 1], no unit.
        targets: (B, T) or (N,) int64, t, ids in 0 … V - 1.
        result: () of the dtype of probas, L, in nats a token.

    Raises:
        as `token_losses`.

    Source:
        Bengio et al. 2003, as `token_losses`.

    Example:
        >>> import torch
        >>> nll_by_hand(torch.tensor([[0.25, 0.75], [0.25, 0.75]]), torch.tensor([0, 0]))
        tensor(1.3863)
    """
    return token_losses(probas, targets).mean()
