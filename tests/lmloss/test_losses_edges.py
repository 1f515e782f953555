"""Single cases of the losses that a reader would ask about."""

import math

import pytest
import torch
import torch.nn.functional as F

from lmloss.losses import (
    cross_entropy,
    log_softmax,
    log_sum_exp,
    naive_log_softmax,
    naive_log_sum_exp,
    naive_softmax,
    nll_by_hand,
    one_hot,
    softmax,
)


def test_naive_softmax_overflows_where_softmax_does_not():
    """Logits of ±1e4 give NaN when the formula is taken literally and 0, 1 when it is shifted."""
    logits = torch.tensor([[1e4, -1e4], [-1e4, -1e4]])
    assert naive_softmax(logits).isnan().tolist() == [[True, False], [True, True]]
    assert softmax(logits).tolist() == [[1.0, 0.0], [0.5, 0.5]]


def test_naive_log_sum_exp_leaves_the_range_where_log_sum_exp_does_not():
    """Logits of ±1e4 give inf and -inf when the formula is taken literally, and 1e4 and -1e4 + log 2 when shifted."""
    logits = torch.tensor([[1e4, -1e4], [-1e4, -1e4]])
    assert naive_log_sum_exp(logits).tolist() == [math.inf, -math.inf]
    assert log_sum_exp(logits).tolist() == pytest.approx([1e4, -1e4 + math.log(2)])


def test_naive_log_softmax_loses_what_log_softmax_keeps():
    """A probability that underflows has the logarithm -inf when taken literally, and its true one when shifted."""
    logits = torch.tensor([[0.0, -200.0], [1e4, -1e4], [-1e4, -1e4]])
    assert naive_log_softmax(logits)[0].tolist() == [0, -math.inf]
    assert naive_log_softmax(logits).isnan().tolist() == [[False, False], [True, False], [True, True]]
    assert log_softmax(logits)[:2].tolist() == [[0, -200], [0, -20000]]


def test_log_softmax_keeps_small_logarithms_beside_large_logits():
    """A shift by 1e4 does not round a log-probability of log 1/2 away, not even in float32."""
    torch.testing.assert_close(
        log_softmax(torch.tensor([1e4, 1e4])), torch.full((2,), math.log(0.5)), rtol=1e-7, atol=0
    )


def test_one_hot_is_float32_unless_asked():
    """A one-hot row multiplies float32 log-probabilities without a conversion."""
    assert one_hot(torch.tensor([1]), V=2).dtype == torch.float32


def test_a_masked_target_costs_infinity():
    """A target whose class is masked with -inf has probability 0 and loss inf, as in torch."""
    logits, targets = torch.tensor([[0.0, -math.inf]]), torch.tensor([1])
    assert cross_entropy(logits, targets).item() == math.inf == F.cross_entropy(logits, targets).item()
    assert nll_by_hand(softmax(logits), targets).item() == math.inf


def test_one_class_costs_nothing():
    """With a single class the prediction is certain and the loss 0."""
    assert cross_entropy(torch.tensor([[7.0]]), torch.tensor([0])).item() == 0


@pytest.mark.parametrize(
    "function", [softmax, naive_softmax, log_softmax, naive_log_softmax, log_sum_exp, naive_log_sum_exp]
)
def test_any_number_of_axes_before_the_last(function):
    """Rows are independent: (V,) gives what the same row gives inside (B, T, V)."""
    logits = torch.arange(24, dtype=torch.float64).sin().reshape(2, 3, 4)
    torch.testing.assert_close(function(logits)[1, 2], function(logits[1, 2]))


def test_arguments_are_left_as_they_were():
    """No loss changes its arguments."""
    logits, targets = torch.tensor([[1.0, 2.0]]), torch.tensor([1])
    cross_entropy(logits, targets)
    nll_by_hand(softmax(logits), targets)
    assert logits.tolist() == [[1.0, 2.0]]
    assert targets.tolist() == [1]
