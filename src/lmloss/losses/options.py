"""What `cross_entropy` does when it is asked for more than the plain loss: one step a function."""

import torch
from torch import Tensor

from lmloss.errors import DomainError, DTypeError, ShapeError
from lmloss.losses.label_smoothing import smooth_targets
from lmloss.losses.log_sum_exp import log_softmax
from lmloss.losses.one_hot import one_hot
from lmloss.losses.reduction import Reduction, reduce, weighted_mean
from lmloss.losses.temperature import divide_by_temperature
from lmloss.losses.weighted import class_losses, soft_losses
from lmloss.shapes import (
    check_distribution,
    check_floating,
    check_positions,
    check_same_shape,
    check_targets,
    shape_of,
)

WHERE = "cross_entropy"


def cross_entropy_with_options(  # noqa: PLR0913 - the options are independent of each other
    logits: Tensor,
    targets: Tensor,
    reduction: Reduction,
    *,
    ignore_index: int | None,
    weight: Tensor | None,
    label_smoothing: float,
    temperature: float,
) -> Tensor:
    """Compute what `lmloss.losses.cross_entropy` documents, all options together.

    Raises:
        as `cross_entropy`.
    """
    *_, V = logits.shape
    log_probas = log_softmax(divide_by_temperature(logits, temperature, WHERE)).reshape(-1, V)  # (N, V)
    class_weights = weights_of_classes(weight, logits)  # (V,)
    if is_soft(targets, logits):
        check_soft(targets, logits, f"{WHERE}(targets)")
        if ignore_index is not None:
            got, remedy = f"{ignore_index} with soft targets", "leave these positions out before the loss"
            raise DomainError("ignore_index is a class id", f"{WHERE}(ignore_index)", got, remedy)
        y = smooth_targets(targets.to(logits.dtype), label_smoothing, WHERE).reshape(-1, V)  # (N, V)
        losses = soft_losses(log_probas, y, class_weights)  # (N,)
        return reduce(losses.reshape(targets.shape[:-1]), reduction, f"{WHERE}(reduction)")

    ignored = ignored_positions(targets, ignore_index)  # (B, T) or (N,)
    class_ids = targets.masked_fill(ignored, 0)  # any class will do: its loss is dropped below
    check_targets(class_ids, logits, f"{WHERE}(targets)")
    if label_smoothing == 0:
        losses = class_losses(log_probas, class_ids.reshape(-1), class_weights)  # (N,)
    else:
        y = smooth_targets(one_hot(class_ids.reshape(-1), V, logits.dtype), label_smoothing, WHERE)  # (N, V)
        losses = soft_losses(log_probas, y, class_weights)  # (N,)
    losses = losses.reshape(targets.shape).masked_fill(ignored, 0.0)
    if reduction == "mean":
        return weighted_mean(losses, class_weights[class_ids].masked_fill(ignored, 0.0))
    return reduce(losses, reduction, f"{WHERE}(reduction)")


def is_soft(targets: Tensor, logits: Tensor) -> bool:
    """Whether the targets are distributions, one number a class, and not class ids of a wrong dtype."""
    return targets.is_floating_point() and targets.dim() == logits.dim()


def check_soft(targets: Tensor, logits: Tensor, where: str) -> None:
    """Refuse soft targets that are not one distribution a position."""
    check_positions(logits, where)
    check_same_shape(logits, targets, where)
    check_distribution(targets, where)


def ignored_positions(targets: Tensor, ignore_index: int | None) -> Tensor:
    """Say for each position whether its target is the id that stands for no target: bool, the shape of targets.

    Raises:
        DTypeError: an index that is not an int.
    """
    if ignore_index is None:
        return torch.zeros_like(targets, dtype=torch.bool)
    # bool is an int to Python; as an id it would be a slip.
    if isinstance(ignore_index, bool) or not isinstance(ignore_index, int):
        remedy = "pass an int, such as -100"
        raise DTypeError("a class id is an int", f"{WHERE}(ignore_index)", f"{ignore_index!r}", remedy)
    return targets == ignore_index


def weights_of_classes(weight: Tensor | None, logits: Tensor) -> Tensor:
    """Give the weight of each class, (V,) in the dtype of the logits: ones unless weights are given.

    Raises:
        DTypeError: weights that are no floating tensor.
        ShapeError: weights that are not one a class.
        DomainError: a weight that is negative, infinite or NaN.
    """
    *_, V = logits.shape
    if weight is None:
        return torch.ones(V, dtype=logits.dtype, device=logits.device)
    where = f"{WHERE}(weight)"
    check_floating(weight, where)
    if weight.shape != (V,):
        raise ShapeError(f"each of the {V} classes has one weight", where, shape_of(weight), f"pass shape ({V},)")
    if not (weight.isfinite().all() and (weight >= 0).all()):
        got = f"values from {weight.min().item()} to {weight.max().item()}"
        raise DomainError("a weight is a number of at least 0", where, got, "pass 0 for a class that does not count")
    return weight.to(logits.dtype)
