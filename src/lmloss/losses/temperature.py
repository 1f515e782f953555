"""Logits made flatter or sharper before the softmax."""

import math

from torch import Tensor

from lmloss.errors import DomainError


def divide_by_temperature(logits: Tensor, temperature: float, where: str = "divide_by_temperature") -> Tensor:
    r"""Divide logits by a temperature: above 1 the distribution gets flatter, below 1 sharper.

    Formula:
        .. math:: z'_{n,i} = \frac{z_{n,i}}{\tau}

    Shape:
        logits: (N, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        temperature: float, τ, above 0, no unit.
        result: (N, V) of the same dtype, z', no unit.

    Raises:
        DomainError: a temperature that is not a positive number.

    Source:
        Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network", eq. (1).

    Example:
        >>> import torch
        >>> divide_by_temperature(torch.tensor([2.0, 0.0]), temperature=0.5)
        tensor([4., 0.])
    """
    if not 0 < temperature < math.inf:
        got, remedy = f"{temperature}", "pass a number above 0; near 0 only the largest logit is left"
        raise DomainError("a temperature is positive", f"{where}(temperature)", got, remedy)
    return logits / temperature
