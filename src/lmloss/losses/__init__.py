"""One loss a file, in plain PyTorch that a reader can copy. All logarithms are natural: losses are in nats."""

from lmloss.losses.cross_entropy import cross_entropy
from lmloss.losses.log_sum_exp import log_softmax, log_sum_exp
from lmloss.losses.nll import nll_by_hand, token_losses
from lmloss.losses.one_hot import one_hot
from lmloss.losses.softmax import naive_softmax, softmax

__all__ = [
    "cross_entropy",
    "log_softmax",
    "log_sum_exp",
    "naive_softmax",
    "nll_by_hand",
    "one_hot",
    "softmax",
    "token_losses",
]
