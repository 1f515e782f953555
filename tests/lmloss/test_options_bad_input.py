"""What the options of cross_entropy refuse. Each message says what, where, got and what to do."""

import math

import pytest
import torch

from lmloss.errors import DomainError, DTypeError, NonFiniteError, ShapeError, TargetError
from lmloss.losses import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_gradient_with_temperature,
    divide_by_temperature,
    smooth_targets,
)

LOGITS = torch.zeros(2, 3, 4)
TARGETS = torch.zeros(2, 3, dtype=torch.int64)
SOFT = torch.full((2, 3, 4), 0.25)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.inf, math.nan])
def test_temperatures(bad):
    """A temperature that is not a positive number is refused, by the function that was called."""
    for function, call in (
        ("cross_entropy", lambda: cross_entropy(LOGITS, TARGETS, temperature=bad)),
        ("divide_by_temperature", lambda: divide_by_temperature(LOGITS, bad)),
        (
            "cross_entropy_gradient_with_temperature",
            lambda: cross_entropy_gradient_with_temperature(LOGITS, TARGETS, bad),
        ),
    ):
        message = rf"^{function}\(temperature\): a temperature is positive, got {bad}; pass a number above 0"
        with pytest.raises(DomainError, match=message):
            call()


def test_a_temperature_that_lets_logits_overflow():
    """Logits that leave the range when they are divided are refused rather than made NaN."""
    with pytest.raises(NonFiniteError, match=r"maximum is inf at \(0, 0\)"):
        cross_entropy(torch.full((1, 2), 1e30), torch.tensor([0]), temperature=1e-20)


@pytest.mark.parametrize("bad", [-0.1, 1.5, math.nan])
def test_label_smoothing(bad):
    """A share outside [0, 1] is refused, by the function that was called."""
    for function, call in (
        ("cross_entropy", lambda: cross_entropy(LOGITS, TARGETS, label_smoothing=bad)),
        ("smooth_targets", lambda: smooth_targets(SOFT, bad)),
    ):
        message = rf"^{function}\(label_smoothing\): label smoothing lies in \[0, 1\], got {bad}; pass the share"
        with pytest.raises(DomainError, match=message):
            call()


@pytest.mark.parametrize(
    ("weight", "kind", "message"),
    [
        ([1.0] * 4, DTypeError, r"a tensor is needed, got a list"),
        (torch.ones(4, dtype=torch.int64), DTypeError, r"floating point, got shape \(4,\) of int64"),
        (torch.ones(3), ShapeError, r"each of the 4 classes has one weight, got shape \(3,\) .*; pass shape \(4,\)"),
        (torch.ones(1, 4), ShapeError, r"each of the 4 classes has one weight, got shape \(1, 4\)"),
        (
            torch.tensor([1.0, -1.0, 1.0, 1.0]),
            DomainError,
            r"a number of at least 0, got values from -1.0 to 1.0; pass",
        ),
        (torch.tensor([1.0, math.inf, 1.0, 1.0]), DomainError, r"a number of at least 0, got values from 1.0 to inf"),
        (torch.tensor([1.0, math.nan, 1.0, 1.0]), DomainError, r"a number of at least 0, got values from nan to nan"),
    ],
)
def test_weights(weight, kind, message):
    """Weights are one number of at least 0 a class, in a floating tensor."""
    for targets in (TARGETS, SOFT):
        with pytest.raises(kind, match=rf"^cross_entropy\(weight\): .*{message}"):
            cross_entropy(LOGITS, targets, weight=weight)


@pytest.mark.parametrize("bad", [1.5, True, "pad", torch.tensor(0)])
def test_ignore_index_is_an_int(bad):
    """Anything but an int names no class."""
    with pytest.raises(DTypeError, match=r"^cross_entropy\(ignore_index\): a class id is an int, got .*; pass an int"):
        cross_entropy(LOGITS, TARGETS, ignore_index=bad)


def test_ignore_index_with_soft_targets():
    """A distribution is no class id: nothing could be ignored."""
    message = r"^cross_entropy\(ignore_index\): ignore_index is a class id, got -100 with soft targets; leave these"
    with pytest.raises(DomainError, match=message):
        cross_entropy(LOGITS, SOFT, ignore_index=-100)


def test_only_the_named_target_is_ignored():
    """A target outside the vocabulary that is not the one to ignore is refused, with its place."""
    targets = TARGETS.clone()
    targets[0, 1], targets[1, 2] = -100, -1
    with pytest.raises(
        TargetError, match=r"0 … 3, got -1 at \(1, 2\); drop positions .* or give cross_entropy their id"
    ):
        cross_entropy(LOGITS, targets, ignore_index=-100)


def test_ignored_positions_have_numbers_too():
    """A NaN among the logits of an ignored position is refused; torch would give a finite loss and NaN gradients."""
    logits = LOGITS.clone()
    logits[0, 0, 0] = math.nan
    targets = TARGETS.clone()
    targets[0, 0] = -100
    with pytest.raises(NonFiniteError, match="logits are numbers"):
        cross_entropy(logits, targets, ignore_index=-100)


FROM_TARGETS = [cross_entropy, cross_entropy_gradient]


@pytest.mark.parametrize("function", FROM_TARGETS)
@pytest.mark.parametrize(
    ("targets", "kind", "message"),
    [
        (SOFT[..., :3], ShapeError, r"both have the same shape, got shape \(2, 3, 3\) .* beside shape \(2, 3, 4\)"),
        (SOFT * 2, DomainError, r"each row is a distribution and sums to 1, got a sum that is off by 1.0; divide each"),
        (SOFT - 0.5, DomainError, r"probabilities lie in \[0, 1\], got values from -0.25"),
        (SOFT * math.nan, DomainError, r"probabilities lie in \[0, 1\], got values from nan"),
        (SOFT[..., 0], DTypeError, r"targets are token ids, int64, got shape \(2, 3\) of float32"),
        ([0], DTypeError, r"a tensor is needed, got a list"),
    ],
)
def test_soft_targets(function, targets, kind, message):
    """Soft targets are one distribution a position."""
    with pytest.raises(kind, match=rf"^{function.__name__}\(targets\): {message}"):
        function(LOGITS, targets)


@pytest.mark.parametrize("function", FROM_TARGETS)
@pytest.mark.parametrize("positions", [(), (1, 2, 3)])
def test_soft_targets_with_too_few_or_too_many_axes(function, positions):
    """Scores are (B, T, V) or (N, V) with soft targets as with class ids."""
    scores = torch.full((*positions, 4), 0.25)
    with pytest.raises(ShapeError, match=r"scores are \(B, T, V\) or \(N, V\)"):
        function(scores, scores)


@pytest.mark.parametrize("options", [{}, {"ignore_index": 9}, {"weight": torch.ones(4)}, {"temperature": 2.0}])
def test_unknown_reduction(options):
    """An unknown reduction is refused with every option, for class ids and for soft targets."""
    for targets in (TARGETS, SOFT):
        if targets is SOFT and "ignore_index" in options:
            continue
        with pytest.raises(
            DomainError, match=r"^cross_entropy\(reduction\): a reduction is mean, sum or none, got 'avg'"
        ):
            cross_entropy(LOGITS, targets, "avg", **options)


@pytest.mark.parametrize("function", [cross_entropy_gradient])
def test_gradient_refuses(function):
    """The closed form takes what the loss takes and refuses what it refuses."""
    with pytest.raises(DomainError, match=r"^cross_entropy_gradient\(reduction\): a reduction is mean, sum or none"):
        function(LOGITS, TARGETS, "average")
    with pytest.raises(DTypeError, match=r"^cross_entropy_gradient\(logits\): .*floating point"):
        function(TARGETS, TARGETS)
    with pytest.raises(TargetError, match=r"^cross_entropy_gradient\(targets\): .*got 4 at \(0, 0\)"):
        function(LOGITS, TARGETS + 4)
