"""One loss a file, in plain PyTorch that a reader can copy. All logarithms are natural: losses are in nats."""

from lmloss.losses.cross_entropy import cross_entropy
from lmloss.losses.entropy import distribution_cross_entropy, entropy, kl_divergence
from lmloss.losses.gradients import (
    cross_entropy_gradient,
    cross_entropy_gradient_with_temperature,
    softmax_jacobian,
)
from lmloss.losses.label_smoothing import smooth_targets
from lmloss.losses.log_sum_exp import log_softmax, log_sum_exp, naive_log_softmax, naive_log_sum_exp
from lmloss.losses.nll import nll_by_hand, token_losses
from lmloss.losses.one_hot import one_hot
from lmloss.losses.reduction import weighted_mean
from lmloss.losses.softmax import naive_softmax, softmax
from lmloss.losses.temperature import divide_by_temperature
from lmloss.losses.weighted import class_losses, soft_losses

__all__ = [
    "class_losses",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_gradient_with_temperature",
    "distribution_cross_entropy",
    "divide_by_temperature",
    "entropy",
    "kl_divergence",
    "log_softmax",
    "log_sum_exp",
    "naive_log_softmax",
    "naive_log_sum_exp",
    "naive_softmax",
    "nll_by_hand",
    "one_hot",
    "smooth_targets",
    "soft_losses",
    "softmax",
    "softmax_jacobian",
    "token_losses",
    "weighted_mean",
]
