"""Cross-entropy whose classes have weights, against one class or against a whole distribution."""

from torch import Tensor


def soft_losses(log_probas: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
    r"""Give each position's loss against a target distribution, each class with its weight.

    A class that counts nothing (target or weight 0) adds nothing, even where its log-probability is -inf, because
    0 · log 0 = 0.

    Formula:
        .. math:: \ell_n = -\sum_{i} w_i y_{n,i} s_{n,i}

    Shape:
        log_probas: (N, V) float64, float32, bfloat16 or float16, s = log ŷ, s, at most 0, in nats.
        targets: (N, V) of the same dtype, y, each row sums to 1, no unit.
        weight: (V,) of the same dtype, w, at least 0, no unit.
        result: (N,) of the same dtype, ℓ, in nats.

    Source:
        Hinton, Vinyals and Dean 2015, section 2 (soft targets).

    Divergence:
        torch.nn.functional.cross_entropy gives NaN where a class that counts nothing is masked with -inf.

    Example:
        >>> import torch
        >>> half, masked = torch.tensor([[0.5, 0.5, 0.0]]), torch.tensor([[0.5, 0.5, 0.0]]).log()
        >>> soft_losses(masked, half, torch.ones(3))
        tensor([0.6931])
    """
    return -_times_log(weight * targets, log_probas).sum(dim=-1)  # (N,)


def class_losses(log_probas: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
    r"""Give each position's loss against one class, times the weight of that class.

    Formula:
        .. math:: \ell_n = -w_{t_n} s_{n,t_n}

    Shape:
        log_probas: (N, V) float64, float32, bfloat16 or float16, s = log ŷ, s, at most 0, in nats.
        targets: (N,) int64, t, ids in 0 … V - 1.
        weight: (V,) of the same dtype as log_probas, w, at least 0, no unit.
        result: (N,) of the same dtype, ℓ, in nats; 0 where the weight is 0.

    Source:
        King and Zeng 2001, "Logistic Regression in Rare Events Data" (weighting).

    Example:
        >>> import torch
        >>> log_probas, t = torch.tensor([[0.5, 0.5], [0.5, 0.5]]).log(), torch.tensor([0, 1])
        >>> class_losses(log_probas, t, weight=torch.tensor([1.0, 2.0]))
        tensor([0.6931, 1.3863])
    """
    target_log_probas = log_probas.gather(-1, targets.unsqueeze(-1)).squeeze(-1)  # (N,)
    return -_times_log(weight[targets], target_log_probas)  # (N,)


def _times_log(counts: Tensor, log_probas: Tensor) -> Tensor:
    """Multiply with logarithms so that 0 times -inf is 0, in value and gradient."""
    nothing = (counts == 0) & log_probas.isinf()
    return counts * log_probas.masked_fill(nothing, 0.0)
