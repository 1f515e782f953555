"""Losses against plain float64 Python loops and against torch, over shapes, dtypes and edge values."""

import math
from dataclasses import dataclass

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

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

LIGHT = settings(deadline=None, max_examples=40)

# What a result may differ by from exact arithmetic on the same (already rounded) logits: (relative, absolute).
# About 8 rounding steps of the dtype; the absolute part is what exp makes of a rounded difference of logits.
TOLERANCE = {
    torch.float64: (1e-13, 1e-14),
    torch.float32: (1e-6, 1e-6),
    torch.float16: (8e-3, 4e-3),
    torch.bfloat16: (6e-2, 3e-2),
}
EDGES = [0.0, 1e4, -1e4, -math.inf]


@dataclass(frozen=True)
class Case:
    """Logits and a target for each of their rows."""

    logits: torch.Tensor
    targets: torch.Tensor

    @property
    def rows(self):
        """The logits as plain Python numbers, one list a position."""
        return self.logits.double().flatten(0, -2).tolist()


@st.composite
def cases(draw, dtypes=tuple(TOLERANCE), edges=True):
    """Logits (N, V) or (B, T, V) with targets; `edges` mixes in ±1e4 and masks."""
    positions = draw(st.sampled_from([(1,), (2,), (5,), (1, 1), (2, 3), (3, 1)]))
    V = draw(st.integers(1, 6))
    number = st.floats(-20, 20)
    number = number | st.sampled_from(EDGES) if edges else number
    row = st.lists(number, min_size=V, max_size=V).filter(lambda row: max(row) > -math.inf)
    N = math.prod(positions)
    rows = draw(st.lists(row, min_size=N, max_size=N))
    # A target is never a masked class: its loss is inf, which has its own test.
    targets = [draw(st.sampled_from([i for i, z in enumerate(row) if z > -math.inf])) for row in rows]
    logits = torch.tensor(rows, dtype=torch.float64).to(draw(st.sampled_from(dtypes)))
    return Case(logits.reshape(*positions, V), torch.tensor(targets).reshape(positions))


def loop_log_sum_exp(row):
    """Log of the sum of exponentials, one number at a time; the shift makes it representable, fsum makes it exact."""
    top = max(row)
    return top + math.log(math.fsum(math.exp(z - top) for z in row))


def loop_log_softmax(row):
    """Log-probabilities of one row, one number at a time."""
    top = max(row)
    tail = math.log(math.fsum(math.exp(z - top) for z in row))
    return [(z - top) - tail for z in row]


def close(got, expected, dtype):
    """Compare with exact arithmetic, within the tolerance of the dtype that was computed in."""
    relative, absolute = TOLERANCE[dtype]
    expected = torch.as_tensor(expected, dtype=torch.float64).reshape(got.shape)
    torch.testing.assert_close(got.double(), expected, rtol=relative, atol=absolute)


@LIGHT
@given(cases())
def test_softmax_is_the_formula(case):
    """Each probability equals e^z over the row's sum of e^z, as a plain loop computes it."""
    probas = softmax(case.logits)
    close(probas, [[math.exp(log) for log in loop_log_softmax(row)] for row in case.rows], case.logits.dtype)
    close(probas, torch.softmax(case.logits.double(), dim=-1), case.logits.dtype)
    assert probas.dtype == case.logits.dtype


@LIGHT
@given(cases())
def test_softmax_rows_are_distributions(case):
    """Probabilities are never negative, and a row of them sums to 1."""
    probas = softmax(case.logits).double()
    assert (probas >= 0).all()
    close(probas.sum(-1), torch.ones(case.targets.shape), case.logits.dtype)


@LIGHT
@given(cases(dtypes=(torch.float64,)), st.floats(-50, 50))
def test_softmax_ignores_a_shift(case, shift):
    """Adding one number to all logits of a row changes no probability."""
    torch.testing.assert_close(softmax(case.logits + shift), softmax(case.logits), rtol=1e-9, atol=1e-12)


@LIGHT
@given(cases(edges=False))
def test_naive_softmax_is_the_formula_in_range(case):
    """Without the shift the result is the same as long as nothing overflows."""
    if case.logits.dtype == torch.float16:
        case = Case(case.logits / 4, case.targets)  # e^20 is above 65504, float16's largest number
    probas = [[math.exp(log) for log in loop_log_softmax(row)] for row in case.rows]
    close(naive_softmax(case.logits), probas, case.logits.dtype)


@LIGHT
@given(cases(edges=False, dtypes=(torch.float64, torch.float32, torch.bfloat16)))
def test_naive_logarithms_are_the_formula_in_range(case):
    """Without the shift log-sum-exp and log-softmax are the same as long as nothing leaves the range."""
    close(naive_log_sum_exp(case.logits), [loop_log_sum_exp(row) for row in case.rows], case.logits.dtype)
    expected = torch.tensor([loop_log_softmax(row) for row in case.rows], dtype=torch.float64)
    relative, absolute = TOLERANCE[case.logits.dtype]
    # A probability is rounded before its logarithm is taken: a relative error there is an absolute one here.
    got = naive_log_softmax(case.logits).double()
    torch.testing.assert_close(got, expected.reshape(got.shape), rtol=relative, atol=2 * relative + absolute)


@LIGHT
@given(cases())
def test_log_sum_exp_is_the_formula(case):
    """The logarithm of the summed exponentials agrees with a plain loop and with torch.logsumexp."""
    close(log_sum_exp(case.logits), [loop_log_sum_exp(row) for row in case.rows], case.logits.dtype)
    close(log_sum_exp(case.logits), case.logits.double().logsumexp(-1), case.logits.dtype)


@LIGHT
@given(cases())
def test_log_softmax_is_the_formula(case):
    """Log-probabilities agree with a plain loop and with torch, masked classes at -inf."""
    close(log_softmax(case.logits), [loop_log_softmax(row) for row in case.rows], case.logits.dtype)
    close(log_softmax(case.logits), F.log_softmax(case.logits.double(), dim=-1), case.logits.dtype)


@LIGHT
@given(cases())
def test_cross_entropy_is_the_formula(case):
    """All three reductions agree with a plain loop: one loss a position, their sum, their mean."""
    targets = case.targets.flatten().tolist()
    losses = [-loop_log_softmax(row)[t] for row, t in zip(case.rows, targets, strict=True)]
    dtype, N = case.logits.dtype, len(targets)
    close(cross_entropy(case.logits, case.targets, reduction="none"), losses, dtype)
    close(cross_entropy(case.logits, case.targets), math.fsum(losses) / N, dtype)
    if dtype != torch.float16:  # a sum of losses may pass 65504, float16's largest number
        close(cross_entropy(case.logits, case.targets, reduction="sum"), math.fsum(losses), dtype)


@LIGHT
@given(cases(dtypes=(torch.float64,)), st.sampled_from(["mean", "sum", "none"]))
def test_cross_entropy_is_torchs(case, reduction):
    """Value and gradient are those of torch.nn.functional.cross_entropy, masked classes and ±1e4 included."""
    ours, theirs = (case.logits.clone().requires_grad_() for _ in range(2))
    loss = cross_entropy(ours, case.targets, reduction=reduction)
    expected = F.cross_entropy(theirs.flatten(0, -2), case.targets.flatten(), reduction=reduction)
    torch.testing.assert_close(loss, expected.reshape(loss.shape), rtol=1e-12, atol=1e-13)
    loss.sum().backward()
    expected.sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-10, atol=1e-13)


@LIGHT
@given(cases(dtypes=(torch.float64,)))
def test_cross_entropy_gradient_is_probability_minus_target(case):
    """The gradient at a logit is (ŷ - y) / N, computed by a plain loop."""
    logits = case.logits.clone().requires_grad_()
    cross_entropy(logits, case.targets).backward()
    N = case.targets.numel()
    for n, (row, t) in enumerate(zip(case.rows, case.targets.flatten().tolist(), strict=True)):
        expected = [(math.exp(log) - (i == t)) / N for i, log in enumerate(loop_log_softmax(row))]
        assert logits.grad.flatten(0, -2)[n].tolist() == pytest.approx(expected, rel=1e-10, abs=1e-13)


def weighted_gradient(function, logits):
    """The gradient of Σ i · result_i. With equal weights a softmax row has gradient 0 and proves nothing."""
    logits = logits.clone().requires_grad_()
    result = function(logits)
    result = torch.where(result.isinf(), 0.0, result)  # the logarithm of a masked class is a constant -inf
    (result * torch.arange(1.0, result.shape[-1] + 1)).sum().backward()
    return logits.grad


@LIGHT
@given(cases(dtypes=(torch.float64,)))
@pytest.mark.parametrize(
    ("ours", "theirs"), [(softmax, torch.softmax), (log_softmax, torch.log_softmax), (log_sum_exp, torch.logsumexp)]
)
def test_gradients_of_the_parts_are_torchs(ours, theirs, case):
    """softmax, log_softmax and log_sum_exp have torch's gradients: the detached shift loses nothing."""
    expected = weighted_gradient(lambda logits: theirs(logits, dim=-1), case.logits)
    torch.testing.assert_close(weighted_gradient(ours, case.logits), expected, rtol=1e-9, atol=1e-12)


@LIGHT
@given(cases(edges=False))
def test_nll_by_hand_is_the_formula(case):
    """From probabilities: minus the log of the target's, one a position, and their mean."""
    probas = softmax(case.logits)
    rows, targets = probas.double().flatten(0, -2).tolist(), case.targets.flatten().tolist()
    losses = [math.inf if row[t] == 0 else -math.log(row[t]) for row, t in zip(rows, targets, strict=True)]
    close(token_losses(probas, case.targets), losses, probas.dtype)
    close(nll_by_hand(probas, case.targets), sum(losses) / len(losses), probas.dtype)


@LIGHT
@given(cases(dtypes=(torch.float64,), edges=False))
def test_by_hand_and_from_logits_agree(case):
    """Loss and gradient are the same by hand from probabilities and at once from logits."""
    by_hand, at_once = (case.logits.clone().requires_grad_() for _ in range(2))
    first, second = nll_by_hand(softmax(by_hand), case.targets), cross_entropy(at_once, case.targets)
    torch.testing.assert_close(first, second, rtol=1e-10, atol=1e-12)
    first.backward()
    second.backward()
    torch.testing.assert_close(by_hand.grad, at_once.grad, rtol=1e-8, atol=1e-12)


@LIGHT
@given(cases(dtypes=(torch.float64,), edges=False))
def test_the_sum_over_the_vocabulary_is_picking(case):
    """-Σ y log ŷ over all classes, with y one-hot, is -log ŷ at the target."""
    probas, V = softmax(case.logits), case.logits.shape[-1]
    summed = -(one_hot(case.targets, V, dtype=torch.float64) * probas.log()).sum(-1)
    torch.testing.assert_close(summed, token_losses(probas, case.targets), rtol=1e-12, atol=0)


@LIGHT
@given(cases())
def test_one_hot_is_the_formula(case):
    """A one stands where the class is the target, a zero elsewhere, in the dtype asked for."""
    V, dtype = case.logits.shape[-1], case.logits.dtype
    y = one_hot(case.targets, V, dtype=dtype)
    assert y.dtype == dtype
    assert y.flatten(0, -2).tolist() == [[float(i == t) for i in range(V)] for t in case.targets.flatten().tolist()]
    assert torch.equal(y.long(), F.one_hot(case.targets, V))
