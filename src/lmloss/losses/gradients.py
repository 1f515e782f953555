"""Gradients in closed form: what autograd would find, written down."""

import torch
from torch import Tensor

from lmloss.losses.one_hot import one_hot
from lmloss.losses.options import check_soft, is_soft
from lmloss.losses.reduction import Reduction, check_reduction
from lmloss.losses.softmax import softmax
from lmloss.losses.temperature import divide_by_temperature
from lmloss.shapes import check_distribution, check_floating, check_targets, check_tensor


def softmax_jacobian(probas: Tensor) -> Tensor:
    r"""Say how each probability changes with each logit.

    Formula:
        .. math:: J_{n,i,j} = \hat{y}_{n,i} \left(\mathbb{1}[i = j] - \hat{y}_{n,j}\right)

    Shape:
        probas: (…, V) float64, float32, bfloat16 or float16, ŷ, each row sums to 1, no unit.
        result: (…, V, V) of the same dtype, J: the derivative of probability i by logit j; symmetric.

    Raises:
        DTypeError: probabilities that are no floating tensor.
        ShapeError: no axis, or an empty one.
        DomainError: a value outside [0, 1], or a row that does not sum to 1.

    Source:
        Bridle 1990, "Training Stochastic Model Recognition Algorithms as Networks".

    Example:
        >>> softmax_jacobian(torch.tensor([0.5, 0.5]))
        tensor([[ 0.2500, -0.2500],
                [-0.2500,  0.2500]])
    """
    check_distribution(probas, "softmax_jacobian(probas)")
    return torch.diag_embed(probas) - probas.unsqueeze(-1) * probas.unsqueeze(-2)  # (…, V, V)


def cross_entropy_gradient(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    r"""Give the gradient of `cross_entropy` at the logits: what was predicted minus what was true.

    Formula:
        .. math:: G_{n,i} = \frac{1}{N} \left(\hat{y}_{n,i} - y_{n,i}\right)

        With reduction "sum" the factor 1/N is left out; so it is with "none", where row n is the gradient of the loss
        of position n.

        where :math:`\hat{y}` = ``softmax(logits.flatten(0, -2))``,
        :math:`y` = ``one_hot(targets.flatten(), logits.shape[-1], logits.dtype)``
        and :math:`N` = ``targets.numel()``

    Shape:
        logits: (B, T, V) or (N, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        targets: (B, T) or (N,) int64, t, ids in 0 … V - 1; or a distribution for each position, the shape of logits.
        reduction: that of the loss.
        result: the shape and dtype of logits, G, in nats a unit of logit.

    Raises:
        as `cross_entropy`.

    Source:
        Bridle 1990, as `softmax_jacobian`.

    Example:
        >>> cross_entropy_gradient(torch.zeros(1, 4), torch.tensor([2]))
        tensor([[ 0.2500,  0.2500, -0.7500,  0.2500]])
    """
    return _gradient(logits, targets, 1.0, reduction, "cross_entropy_gradient")


def cross_entropy_gradient_with_temperature(
    logits: Tensor, targets: Tensor, temperature: float, reduction: Reduction = "mean"
) -> Tensor:
    r"""Give the gradient of `cross_entropy` with a temperature at the logits as they were before the division.

    Formula:
        .. math:: G_{n,i} = \frac{1}{\tau N} \left(\hat{y}_{n,i} - y_{n,i}\right)

        where :math:`\hat{y}` = ``softmax(logits.flatten(0, -2) / temperature)``,
        :math:`y` = ``one_hot(targets.flatten(), logits.shape[-1], logits.dtype)``,
        :math:`N` = ``targets.numel()`` and :math:`\tau` = ``temperature``

    Shape:
        logits: (B, T, V) or (N, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        targets: (B, T) or (N,) int64, t, ids in 0 … V - 1; or a distribution for each position, the shape of logits.
        temperature: float, τ, above 0, no unit.
        reduction: that of the loss.
        result: the shape and dtype of logits, G, in nats a unit of logit.

    Raises:
        as `cross_entropy`.

    Source:
        Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network", eq. (2).

    Example:
        >>> cross_entropy_gradient_with_temperature(torch.zeros(1, 4), torch.tensor([2]), temperature=2.0)
        tensor([[ 0.1250,  0.1250, -0.3750,  0.1250]])
    """
    return _gradient(logits, targets, temperature, reduction, "cross_entropy_gradient_with_temperature")


def _gradient(logits: Tensor, targets: Tensor, temperature: float, reduction: Reduction, function: str) -> Tensor:
    check_floating(logits, f"{function}(logits)")
    check_tensor(targets, f"{function}(targets)")
    check_reduction(reduction, f"{function}(reduction)")
    *_, V = logits.shape
    if is_soft(targets, logits):
        check_soft(targets, logits, f"{function}(targets)")
        y = targets.to(logits.dtype)  # (B, T, V)
    else:
        check_targets(targets, logits, f"{function}(targets)")
        y = one_hot(targets, V, logits.dtype)  # (B, T, V)
    probas = softmax(divide_by_temperature(logits, temperature, function))  # (B, T, V)
    N = logits.numel() // V if reduction == "mean" else 1
    return (probas - y) / (temperature * N)  # (B, T, V)
