"""Targets that are a little less sure than they say."""

from torch import Tensor

from lmloss.errors import DomainError


def smooth_targets(targets: Tensor, label_smoothing: float, where: str = "smooth_targets") -> Tensor:
    r"""Take a share ε from each distribution and spread it evenly over all V classes, its own included.

    Formula:
        .. math:: y'_{n,i} = (1 - \varepsilon) y_{n,i} + \frac{\varepsilon}{V}

        where :math:`V` = ``targets.shape[-1]``

    Shape:
        targets: (N, V) float64, float32, bfloat16 or float16, y, each row sums to 1, no unit.
        label_smoothing: float, ε, in [0, 1], no unit.
        result: (N, V) of the same dtype, y', each row sums to 1, no unit.

    Raises:
        DomainError: a share outside [0, 1].

    Source:
        Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision", section 7.

    Example:
        >>> import torch
        >>> smooth_targets(torch.tensor([[0.0, 1.0, 0.0, 0.0]]), label_smoothing=0.2)
        tensor([[0.0500, 0.8500, 0.0500, 0.0500]])
    """
    if not 0 <= label_smoothing <= 1:
        got, remedy = f"{label_smoothing}", "pass the share to spread, such as 0.1"
        raise DomainError("label smoothing lies in [0, 1]", f"{where}(label_smoothing)", got, remedy)
    *_, V = targets.shape
    return (1 - label_smoothing) * targets + label_smoothing / V
