"""Gradients in closed form, against autograd."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss.errors import DomainError
from lmloss.losses import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_gradient_with_temperature,
    softmax,
    softmax_jacobian,
)

LIGHT = settings(deadline=None, max_examples=50)
REDUCTIONS = st.sampled_from(["mean", "sum", "none"])
TOLERANCE = {torch.float64: 1e-13, torch.float32: 1e-6, torch.float16: 3e-3, torch.bfloat16: 2e-2}


@st.composite
def cases(draw, dtypes=(torch.float64,)):
    """Logits (N, V) or (B, T, V), ±1e4 and masks among them, with class ids or soft targets."""
    positions = draw(st.sampled_from([(1,), (3,), (2, 2)]))
    N, V = math.prod(positions), draw(st.integers(1, 5))
    row = st.lists(st.floats(-20, 20) | st.sampled_from([1e4, -1e4, -math.inf]), min_size=V, max_size=V)
    rows = draw(st.lists(row.filter(lambda row: max(row) > -math.inf), min_size=N, max_size=N))
    logits = torch.tensor(rows, dtype=torch.float64).to(draw(st.sampled_from(dtypes))).reshape(*positions, V)
    if draw(st.booleans()):
        generator = torch.Generator().manual_seed(draw(st.integers(0, 9)))
        targets = softmax(torch.randn(*positions, V, dtype=torch.float64, generator=generator))
        targets = targets.masked_fill(logits.isinf(), 0)
        return logits, (targets / targets.sum(-1, keepdim=True)).to(logits.dtype)
    ids = [draw(st.sampled_from([i for i, z in enumerate(row) if z > -math.inf])) for row in rows]
    return logits, torch.tensor(ids).reshape(positions)


@LIGHT
@given(cases(tuple(TOLERANCE)), REDUCTIONS)
def test_gradient_of_cross_entropy(case, reduction):
    """What was predicted minus what was true, over N for the mean, is what autograd finds, in every dtype."""
    logits, targets = case[0].clone().requires_grad_(), case[1]
    cross_entropy(logits, targets, reduction).sum().backward()
    got = cross_entropy_gradient(case[0], targets, reduction)
    torch.testing.assert_close(got, logits.grad, rtol=10 * TOLERANCE[got.dtype], atol=TOLERANCE[got.dtype])


@LIGHT
@given(cases(), st.floats(0.05, 20), REDUCTIONS)
def test_gradient_with_temperature(case, temperature, reduction):
    """A temperature divides the gradient once more, besides flattening the prediction: autograd agrees."""
    logits, targets = case[0].clone().requires_grad_(), case[1]
    cross_entropy(logits, targets, reduction, temperature=temperature).sum().backward()
    got = cross_entropy_gradient_with_temperature(case[0], targets, temperature, reduction)
    torch.testing.assert_close(got, logits.grad, rtol=1e-10, atol=1e-13)


@LIGHT
@given(cases())
def test_jacobian_of_softmax(case):
    """Each derivative of a probability by a logit is what autograd finds, one row at a time."""
    logits, _ = case
    got = softmax_jacobian(softmax(logits)).reshape(-1, logits.shape[-1], logits.shape[-1])
    for n, row in enumerate(logits.reshape(-1, logits.shape[-1])):
        expected = torch.autograd.functional.jacobian(softmax, row)
        torch.testing.assert_close(got[n], expected, rtol=1e-10, atol=1e-13)


def test_a_jacobian_by_differences():
    """A small step of one logit moves the probabilities as the jacobian says."""
    logits, step = torch.tensor([0.3, -0.2, 1.0], dtype=torch.float64), 1e-6
    jacobian = softmax_jacobian(softmax(logits))
    for j in range(3):
        moved = torch.eye(3, dtype=torch.float64)[j] * step
        slope = (softmax(logits + moved) - softmax(logits - moved)) / (2 * step)
        torch.testing.assert_close(jacobian[:, j], slope, rtol=0, atol=1e-9)


def test_gradient_rows_sum_to_0():
    """Raising all logits of a position changes nothing, so the gradient of a row sums to 0."""
    gradient = cross_entropy_gradient(
        torch.randn(2, 3, 7, generator=torch.Generator().manual_seed(0)), torch.ones(2, 3).long()
    )
    torch.testing.assert_close(gradient.sum(-1), torch.zeros(2, 3))


def test_the_jacobian_wants_a_distribution():
    """Logits are refused: the formula holds for probabilities."""
    with pytest.raises(DomainError, match=r"^softmax_jacobian\(probas\): probabilities lie in \[0, 1\]"):
        softmax_jacobian(torch.tensor([3.0, -1.0]))
    with pytest.raises(DomainError, match=r"^softmax_jacobian\(probas\): each row is a distribution"):
        softmax_jacobian(torch.tensor([0.5, 0.1]))
