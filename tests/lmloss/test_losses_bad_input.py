"""What the losses refuse. Each message says what, where, got and what to do."""

import math

import pytest
import torch

from lmloss.errors import DomainError, DTypeError, NonFiniteError, ShapeError, TargetError
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
    token_losses,
)

OF_LOGITS = [softmax, naive_softmax, log_softmax, naive_log_softmax, log_sum_exp, naive_log_sum_exp]
NAN, INF = math.nan, math.inf


@pytest.fixture
def logits():
    """Logits of 2 · 3 positions and 4 classes."""
    return torch.zeros(2, 3, 4)


@pytest.fixture
def targets():
    """A target for each of them."""
    return torch.zeros(2, 3, dtype=torch.int64)


@pytest.mark.parametrize("function", OF_LOGITS)
@pytest.mark.parametrize("row", [[NAN, 0.0], [INF, 0.0], [-INF, -INF]], ids=["nan", "inf", "all masked"])
def test_logits_that_are_no_numbers(function, row):
    """NaN, +inf and a row of nothing but masks are refused, with the function, the row and the value."""
    logits = torch.tensor([[0.0, 0.0], row])
    message = rf"{function.__name__}\(logits\): logits are numbers.*maximum is {row[0]} at \(1, 0\); look for"
    with pytest.raises(NonFiniteError, match=message):
        function(logits)


@pytest.mark.parametrize("bad", [NAN, INF])
def test_cross_entropy_refuses_logits_that_are_no_numbers(logits, targets, bad):
    """One NaN or +inf among the logits stops cross-entropy, whatever the targets are."""
    logits[1, 2, 3] = bad
    with pytest.raises(NonFiniteError, match=rf"maximum is {bad} at \(5, 0\)"):
        cross_entropy(logits, targets)


@pytest.mark.parametrize("function", OF_LOGITS)
def test_logits_that_are_not_floating(function):
    """Integer logits, complex logits and lists are refused before any arithmetic."""
    for bad in (torch.zeros(2, 3, dtype=torch.int64), torch.zeros(2, 3, dtype=torch.complex64)):
        with pytest.raises(
            DTypeError, match=r"\(logits\): scores and probabilities are floating point, got shape \(2, 3\)"
        ):
            function(bad)
    with pytest.raises(DTypeError, match=r"\(logits\): a tensor is needed, got a list; wrap it"):
        function([[0.0, 1.0]])


@pytest.mark.parametrize("function", OF_LOGITS)
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 0)])
def test_empty_logits(function, shape):
    """Logits without an axis, without a row or without a class are refused."""
    with pytest.raises(ShapeError, match=r"\(logits\): the last axis holds the V classes and no axis is empty"):
        function(torch.zeros(shape))


@pytest.mark.parametrize("loss", [cross_entropy, nll_by_hand, token_losses])
@pytest.mark.parametrize("shape", [(3, 2), (2, 4), (6,), (2, 3, 1), (2,), ()])
def test_targets_of_another_shape(loss, shape):
    """Targets must have the shape of the scores without the last axis; both shapes are in the message."""
    message = r"targets have the shape of the scores without the last axis, got targets with shape .* \(2, 3, 4\)"
    with pytest.raises(ShapeError, match=message):
        loss(torch.full((2, 3, 4), 0.25), torch.zeros(shape, dtype=torch.int64))


@pytest.mark.parametrize("loss", [cross_entropy, nll_by_hand])
@pytest.mark.parametrize("positions", [(), (2, 3, 4)])
def test_scores_with_too_few_or_too_many_axes(loss, positions):
    """Scores are (B, T, V) or (N, V); the message says how to flatten others."""
    with pytest.raises(ShapeError, match=r"scores are \(B, T, V\) or \(N, V\).*; use logits.flatten"):
        loss(torch.full((*positions, 5), 0.2), torch.zeros(positions, dtype=torch.int64))


@pytest.mark.parametrize("loss", [cross_entropy, nll_by_hand])
@pytest.mark.parametrize("dtype", [torch.float32, torch.int32, torch.bool])
def test_targets_that_are_not_int64(loss, dtype):
    """Float targets, and any other that are not int64, are refused with the way to convert them."""
    with pytest.raises(DTypeError, match=r"\(targets\): targets are token ids, int64, got shape .*; convert .* \.long"):
        loss(torch.full((6, 4), 0.25), torch.zeros(6, dtype=dtype))


@pytest.mark.parametrize("loss", [cross_entropy, nll_by_hand])
def test_targets_that_are_no_tensor(loss):
    """A list of targets is refused with the way to make a tensor of it."""
    with pytest.raises(DTypeError, match=r"\(targets\): a tensor is needed, got a list"):
        loss(torch.full((2, 4), 0.25), [0, 1])


@pytest.mark.parametrize("loss", [cross_entropy, nll_by_hand])
@pytest.mark.parametrize("bad", [-1, -100, 4, 50257])
def test_targets_outside_the_vocabulary(loss, targets, bad):
    """A target below 0 or from V on is refused with its value and place; torch's -100 is no exception."""
    targets[1, 2] = bad
    with pytest.raises(TargetError, match=rf"lies in the vocabulary 0 … 3, got {bad} at \(1, 2\); drop positions"):
        loss(torch.full((2, 3, 4), 0.25), targets)


@pytest.mark.parametrize("values", [[2.0, -1.0], [0.5, -0.5], [0.0, 1.1], [NAN, 0.5]])
def test_probabilities_outside_0_1(values):
    """Logits, or anything else outside [0, 1], passed as probabilities are refused."""
    with pytest.raises(DomainError, match=r"token_losses\(probas\): probabilities lie in \[0, 1\].*; apply softmax"):
        token_losses(torch.tensor([values]), torch.tensor([0]))


def test_probabilities_a_rounding_step_above_1():
    """A probability that rounding put just above 1 is accepted."""
    above = torch.tensor([[1 + 2 * torch.finfo(torch.float32).eps, 0.0]])
    assert token_losses(above, torch.tensor([0])).item() == pytest.approx(0, abs=1e-6)


def test_unknown_reduction(logits, targets):
    """A reduction that is not mean, sum or none is refused by its name."""
    with pytest.raises(DomainError, match=r"reduction is mean, sum or none, got 'average'; choose one"):
        cross_entropy(logits, targets, reduction="average")


def test_one_hot_refuses():
    """Float targets, an integer dtype, no classes, a fractional V and a target outside are refused."""
    t = torch.tensor([0, 2])
    with pytest.raises(DTypeError, match=r"one_hot\(targets\): targets are token ids, int64"):
        one_hot(t.float(), 3)
    with pytest.raises(DTypeError, match=r"one_hot\(dtype\): y is a distribution, floating point, got torch.int64"):
        one_hot(t, 3, dtype=torch.int64)
    with pytest.raises(DomainError, match=r"one_hot\(V\): at least 1 is needed, got 0"):
        one_hot(t, 0)
    with pytest.raises(DTypeError, match=r"one_hot\(V\): a whole number is needed, got 3.0"):
        one_hot(t, 3.0)
    with pytest.raises(TargetError, match=r"vocabulary 0 … 1, got 2 at \(1,\)"):
        one_hot(t, 2)
