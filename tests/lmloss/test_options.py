"""cross_entropy with its options, against plain Python loops and against torch, in value and gradient."""

import math
from dataclasses import dataclass, replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss.losses import cross_entropy, divide_by_temperature, one_hot, smooth_targets, softmax

LIGHT = settings(deadline=None, max_examples=60)
REDUCTIONS = st.sampled_from(["mean", "sum", "none"])

# What a result may differ by from exact arithmetic on the same, already rounded numbers: (relative, absolute).
TOLERANCE = {
    torch.float64: (1e-12, 1e-12),
    torch.float32: (3e-6, 3e-6),
    torch.float16: (1e-2, 2e-2),
    torch.bfloat16: (8e-2, 1e-1),
}


@dataclass(frozen=True)
class Case:
    """Arguments of cross_entropy, temperature aside, which torch lacks."""

    logits: torch.Tensor
    targets: torch.Tensor
    ignore_index: int | None
    weight: torch.Tensor | None
    label_smoothing: float

    @property
    def soft(self):
        """Whether the targets are distributions."""
        return self.targets.is_floating_point()

    @property
    def options(self):
        """The keyword arguments, as cross_entropy takes them."""
        return {
            "ignore_index": self.ignore_index,
            "weight": self.weight,
            "label_smoothing": self.label_smoothing,
        }


@st.composite
def cases(draw, dtypes=(torch.float64,)):
    """Logits (N, V) or (B, T, V), ±1e4 and masks among them, with class ids or soft targets and any options.

    A masked class is one that torch can cope with: it has a weight, and no soft target says 0 of it.
    """
    dtype = draw(st.sampled_from(dtypes))
    positions = draw(st.sampled_from([(1,), (4,), (1, 1), (2, 3)]))
    N, V = math.prod(positions), draw(st.integers(1, 5))
    soft = draw(st.booleans())
    edges = [0.0, 1e4, -1e4] if soft else [0.0, 1e4, -1e4, -math.inf]
    row = st.lists(st.floats(-20, 20) | st.sampled_from(edges), min_size=V, max_size=V)
    rows = draw(st.lists(row.filter(lambda row: max(row) > -math.inf), min_size=N, max_size=N))
    weights = st.lists(st.sampled_from([0.25, 0.5, 1.0, 2.0]), min_size=V, max_size=V)
    weight = draw(st.none() | weights)
    ignore_index = None
    if soft:
        parts = draw(st.lists(st.lists(st.integers(0, 8), min_size=V, max_size=V).filter(any), min_size=N, max_size=N))
        targets = torch.tensor([[part / sum(row) for part in row] for row in parts], dtype=torch.float64).to(dtype)
        targets = targets.reshape(*positions, V)
    else:
        ids = [draw(st.sampled_from([i for i, z in enumerate(row) if z > -math.inf])) for row in rows]
        ignore_index = draw(st.none() | st.sampled_from([-100, 0, V]))
        if ignore_index is not None:
            ids = [draw(st.sampled_from([i, ignore_index])) for i in ids]
        targets = torch.tensor(ids).reshape(positions)
    return Case(
        logits=torch.tensor(rows, dtype=torch.float64).to(dtype).reshape(*positions, V),
        targets=targets,
        ignore_index=ignore_index,
        weight=None if weight is None else torch.tensor(weight, dtype=dtype),
        label_smoothing=draw(st.sampled_from([0.0, 0.125, 1.0])),
    )


def torchs(case, logits, targets, reduction):
    """torch.nn.functional.cross_entropy with the same arguments, positions flattened."""
    V = logits.shape[-1]
    flat = targets.reshape(-1, V) if case.soft else targets.reshape(-1)
    options = case.options | {"ignore_index": -100 if case.ignore_index is None else case.ignore_index}
    return F.cross_entropy(logits.reshape(-1, V), flat, reduction=reduction, **options)


def by_loop(case):
    """One loss and one count a position, one number at a time: what the docstring says."""
    V = case.logits.shape[-1]
    weight = [1.0] * V if case.weight is None else case.weight.tolist()
    rows = case.logits.double().reshape(-1, V).tolist()
    targets = case.targets.reshape(-1, V).tolist() if case.soft else case.targets.reshape(-1).tolist()
    losses, counts = [], []
    for row, target in zip(rows, targets, strict=True):
        if not case.soft and target == case.ignore_index:
            losses.append(0.0)
            counts.append(0.0)
            continue
        top = max(row)
        tail = math.log(math.fsum(math.exp(z - top) for z in row))
        y = target if case.soft else [float(i == target) for i in range(V)]
        y = [(1 - case.label_smoothing) * part + case.label_smoothing / V for part in y]
        terms = [-w * part * (z - top - tail) for w, part, z in zip(weight, y, row, strict=True) if w * part > 0]
        losses.append(math.fsum(terms))
        counts.append(1.0 if case.soft else weight[target])
    return losses, counts


def close(got, expected, dtype):
    """Compare with exact arithmetic, within the tolerance of the dtype that was computed in."""
    relative, absolute = TOLERANCE[dtype]
    expected = torch.as_tensor(expected, dtype=torch.float64).reshape(got.shape)
    torch.testing.assert_close(got.double(), expected, rtol=relative, atol=absolute, equal_nan=True)


@LIGHT
@given(cases(dtypes=tuple(TOLERANCE)))
def test_every_option_is_its_formula(case):
    """Losses, their sum and their weighted mean are what a loop gives, in every dtype, which the result keeps."""
    losses, counts = by_loop(case)
    dtype = case.logits.dtype
    total, count = sum(losses), sum(counts)
    got = cross_entropy(case.logits, case.targets, "none", **case.options)
    close(got, losses, dtype)
    assert got.dtype == dtype
    if dtype != torch.float16 or total < 6e4:  # float16 ends at 65504
        close(cross_entropy(case.logits, case.targets, "sum", **case.options), total, dtype)
    close(cross_entropy(case.logits, case.targets, **case.options), total / count if count else math.nan, dtype)


@LIGHT
@given(cases(), REDUCTIONS)
def test_every_option_is_torchs(case, reduction):
    """Value and gradient, at the logits and at soft targets, are torch's; all ignored (NaN) and ±1e4 included."""
    ours, theirs = (
        (case.logits.clone().requires_grad_(), case.targets.clone().requires_grad_(case.soft)) for _ in range(2)
    )
    loss, expected = cross_entropy(*ours, reduction, **case.options), torchs(case, *theirs, reduction)
    torch.testing.assert_close(loss, expected.reshape(loss.shape), rtol=1e-12, atol=1e-12, equal_nan=True)
    loss.sum().backward()
    expected.sum().backward()
    for one, other in zip(ours, theirs, strict=True):
        if other.grad is not None:
            torch.testing.assert_close(one.grad, other.grad, rtol=1e-10, atol=1e-12, equal_nan=True)


@LIGHT
@given(cases(dtypes=(torch.float16, torch.bfloat16)))
def test_half_precision_is_torchs(case):
    """In half precision losses and gradients are torch's, up to a few rounding steps of the dtype."""
    ours, theirs = (case.logits.clone().requires_grad_() for _ in range(2))
    loss = cross_entropy(ours, case.targets, "none", **case.options)
    expected = torchs(case, theirs, case.targets, "none").reshape(loss.shape)
    relative, absolute = TOLERANCE[case.logits.dtype]
    torch.testing.assert_close(loss, expected, rtol=relative, atol=absolute)
    loss.sum().backward()
    expected.sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=relative, atol=absolute)


@LIGHT
@given(cases(), st.floats(0.05, 20), REDUCTIONS)
def test_a_temperature_divides_the_logits(case, temperature, reduction):
    """With a temperature, value and gradient are those of torch on divided logits; together with any other option."""
    ours, theirs = (case.logits.clone().requires_grad_() for _ in range(2))
    loss = cross_entropy(ours, case.targets, reduction, temperature=temperature, **case.options)
    expected = torchs(case, theirs / temperature, case.targets, reduction)
    torch.testing.assert_close(loss, expected.reshape(loss.shape), rtol=1e-12, atol=1e-12, equal_nan=True)
    loss.sum().backward()
    expected.sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-10, atol=1e-12, equal_nan=True)
    assert torch.equal(divide_by_temperature(case.logits, temperature), case.logits / temperature)


@LIGHT
@given(cases(), REDUCTIONS)
def test_options_that_do_nothing(case, reduction):
    """Weights of 1 and an id that no target has give what the plain loss gives."""
    if case.soft:
        case = replace(case, targets=case.targets.argmax(-1))
    targets = case.targets.clamp(0, case.logits.shape[-1] - 1)
    plain = cross_entropy(case.logits, targets, reduction)
    ones = torch.ones(case.logits.shape[-1], dtype=torch.float64)
    for options in ({"weight": ones}, {"ignore_index": -1}):
        torch.testing.assert_close(cross_entropy(case.logits, targets, reduction, **options), plain)


@LIGHT
@given(cases(), REDUCTIONS)
def test_ignoring_is_leaving_out(case, reduction):
    """Ignored positions change the loss of the others as little as if they were not there."""
    if case.soft or case.ignore_index is None:
        return
    kept = case.targets != case.ignore_index
    if not kept.any():
        return
    options = case.options | {"ignore_index": None}
    expected = cross_entropy(case.logits[kept], case.targets[kept], reduction, **options)
    got = cross_entropy(case.logits, case.targets, reduction, **case.options)
    torch.testing.assert_close(got[kept] if reduction == "none" else got, expected, rtol=1e-12, atol=1e-13)


@given(st.integers(1, 6), st.floats(0, 1))
def test_smoothed_targets_are_distributions(V, share):
    """Smoothing keeps every row a distribution, and gives each class its share."""
    y = smooth_targets(one_hot(torch.arange(V), V, torch.float64), share)
    torch.testing.assert_close(y.sum(-1), torch.ones(V, dtype=torch.float64))
    expected = [[(1 - share) * (i == t) + share / V for i in range(V)] for t in range(V)]
    assert y.tolist() == [pytest.approx(row) for row in expected]


@LIGHT
@given(cases())
def test_class_ids_are_sure_distributions(case):
    """Soft targets that are one-hot give the loss of the class ids, masked classes included."""
    targets = case.targets.argmax(-1) if case.soft else case.targets.clamp(0, case.logits.shape[-1] - 1)
    y = one_hot(targets, case.logits.shape[-1], torch.float64)
    torch.testing.assert_close(cross_entropy(case.logits, y), cross_entropy(case.logits, targets))


def test_a_softmax_over_a_vocabulary_is_a_distribution():
    """Rounding over 50257 classes never makes a softmax too inexact for a soft target, in no dtype."""
    logits = 10 * torch.randn(2, 50257, generator=torch.Generator().manual_seed(0))
    for dtype in TOLERANCE:
        teacher = softmax(logits.to(dtype))
        assert cross_entropy(logits.double(), teacher.double()).isfinite()
        loss = cross_entropy(logits.to(dtype), teacher, "none")
        close(loss, -(teacher.double() * F.log_softmax(logits.to(dtype).double(), -1)).sum(-1), dtype)
