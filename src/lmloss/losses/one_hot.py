"""A target id written as a row of zeros with a single one."""

import torch
from torch import Tensor

from lmloss.errors import DTypeError
from lmloss.shapes import FLOATING, check_at_least, check_classes, check_tensor, shape_of


def one_hot(targets: Tensor, V: int, dtype: torch.dtype = torch.float32) -> Tensor:
    r"""Write each target as a distribution over V classes that is sure of it.

    Formula:
        .. math:: y_{n,i} = \mathbb{1}[i = t_n]

        where :math:`y` = ``result``

    Shape:
        targets: (…,) int64, t, class ids in 0 … V - 1; may be empty.
        V: int, at least 1, the number of classes.
        result: (…, V) of `dtype`, y, each row a probability distribution (no unit).

    Raises:
        DTypeError: targets that are no int64 tensor; a dtype that is not floating.
        TargetError: a target outside 0 … V - 1.
        DomainError: V below 1.

    Source:
        Bridle 1990, "Training Stochastic Model Recognition Algorithms as Networks" (targets as a 1-of-N code).

    Divergence:
        torch.nn.functional.one_hot gives int64, which cannot multiply log-probabilities in a matrix product.

    Example:
        >>> one_hot(torch.tensor([2, 0]), V=3)
        tensor([[0., 0., 1.],
                [1., 0., 0.]])
    """
    check_at_least(1, V, "one_hot(V)")
    check_tensor(targets, "one_hot(targets)")
    if targets.dtype != torch.int64:
        remedy = "convert them with .long()"
        raise DTypeError("targets are token ids, int64", "one_hot(targets)", shape_of(targets), remedy)
    if dtype not in FLOATING:
        raise DTypeError("y is a distribution, floating point", "one_hot(dtype)", f"{dtype}", "use torch.float32")
    check_classes(targets, V, "one_hot(targets)")

    i = torch.arange(V, device=targets.device)  # (V,)
    return (i == targets.unsqueeze(-1)).to(dtype)  # (…, 1) against (V,) gives (…, V)
