"""Single cases of the options that a reader would ask about, and where they differ from torch."""

import math

import pytest
import torch
import torch.nn.functional as F

from lmloss.losses import class_losses, cross_entropy, soft_losses, weighted_mean

INF = math.inf


def value_and_gradient(function, logits, *arguments, **options):
    """The loss, as plain numbers, and the gradient of its sum at the logits."""
    logits = logits.clone().requires_grad_()
    loss = function(logits, *arguments, **options)
    loss.sum().backward()
    return loss.tolist(), logits.grad.tolist()


@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}, {"weight": torch.tensor([1.0, 2.0, 3.0])}])
def test_all_ignored(options):
    """The mean over no position is NaN, the sum 0, each loss 0, and no gradient flows: as in torch."""
    logits, targets = torch.tensor([[1.0, 2.0, 3.0], [0.0, -INF, 0.0]]), torch.tensor([-100, -100])
    for reduction, expected in (("mean", math.nan), ("sum", 0.0), ("none", [0.0, 0.0])):
        for function in (cross_entropy, F.cross_entropy):
            loss, gradient = value_and_gradient(
                function, logits, targets, ignore_index=-100, reduction=reduction, **options
            )
            assert loss == pytest.approx(expected, nan_ok=True)
            assert gradient == [[0.0] * 3] * 2


def test_an_id_of_the_vocabulary_can_be_ignored():
    """Padding is often a token of its own: its id is ignored wherever it is the target."""
    logits, targets = torch.tensor([[0.0, 0.0], [5.0, 0.0]]), torch.tensor([1, 0])
    assert cross_entropy(logits, targets, ignore_index=0).item() == pytest.approx(math.log(2))


def test_the_weighted_mean_divides_by_the_weights_of_the_targets():
    """Two positions of loss log 2 with weights 1 and 3 have the mean log 2, not 2 log 2."""
    logits, targets, weight = torch.zeros(2, 2), torch.tensor([0, 1]), torch.tensor([1.0, 3.0])
    assert cross_entropy(logits, targets, weight=weight).item() == pytest.approx(math.log(2))
    assert cross_entropy(logits, targets, "sum", weight=weight).item() == pytest.approx(4 * math.log(2))


def test_the_weighted_mean_of_soft_targets_divides_by_the_positions():
    """With soft targets no class is the target, and the mean is over positions, as in torch."""
    logits, targets, weight = torch.zeros(2, 2), torch.eye(2), torch.tensor([1.0, 3.0])
    assert cross_entropy(logits, targets, weight=weight).item() == pytest.approx(2 * math.log(2))
    assert F.cross_entropy(logits, targets, weight=weight).item() == pytest.approx(2 * math.log(2))


def test_weights_that_are_all_zero():
    """Where no kept target has a weight, the mean is 0 / 0, as in torch."""
    logits, targets, weight = torch.zeros(2, 2), torch.tensor([0, 0]), torch.tensor([0.0, 1.0])
    assert math.isnan(cross_entropy(logits, targets, weight=weight))
    assert math.isnan(F.cross_entropy(logits, targets, weight=weight))


@pytest.mark.parametrize(
    ("targets", "options", "expected"),
    [
        (torch.tensor([[0.5, 0.5, 0.0]]), {}, math.log(2)),
        (torch.tensor([[0.5, 0.25, 0.25]]), {"weight": torch.tensor([1.0, 1.0, 0.0])}, 0.75 * math.log(2)),
        (torch.tensor([0]), {"weight": torch.tensor([3.0, 3.0, 0.0]), "label_smoothing": 0.75}, 0.75 * math.log(2)),
    ],
    ids=["target 0", "weight 0", "smoothing with weight 0"],
)
def test_a_masked_class_that_counts_nothing(targets, options, expected):
    """0 · log 0 is 0 in value and gradient, where torch says NaN: the difference that the docstring names."""
    logits = torch.tensor([[0.0, 0.0, -INF]])
    loss, gradient = value_and_gradient(cross_entropy, logits, targets, **options)
    assert loss == pytest.approx(expected)
    assert gradient[0][2] == 0
    assert math.isfinite(sum(gradient[0]))
    assert math.isnan(F.cross_entropy(logits, targets, **options))


def test_a_masked_target_of_weight_0():
    """A position whose class has weight 0 costs 0 though its class is masked; torch says NaN."""
    log_probas, targets, weight = torch.tensor([[0.0, -INF]]), torch.tensor([1]), torch.tensor([1.0, 0.0])
    assert class_losses(log_probas, targets, weight).tolist() == [0]
    assert soft_losses(log_probas, torch.tensor([[0.0, 1.0]]), weight).tolist() == [0]
    assert F.nll_loss(log_probas, targets, weight, reduction="none").isnan().all()


def test_smoothing_over_a_masked_class():
    """A class that smoothing gives a share and a mask forbids costs inf, with a finite gradient, as in torch."""
    logits, targets = torch.tensor([[1.0, 2.0, -INF]]), torch.tensor([0])
    ours = value_and_gradient(cross_entropy, logits, targets, label_smoothing=0.1)
    theirs = value_and_gradient(F.cross_entropy, logits, targets, label_smoothing=0.1)
    assert ours[0] == theirs[0] == INF
    assert ours[1][0] == pytest.approx(theirs[1][0])


def test_the_mean_of_half_precision_does_not_overflow():
    """Ten losses of 20000 have the mean 20000 in float16, plain and weighted, where torch adds up to inf first."""
    logits, targets = torch.tensor([[1e4, -1e4]] * 10, dtype=torch.float16), torch.ones(10, dtype=torch.int64)
    for options in ({}, {"ignore_index": -100}):
        assert cross_entropy(logits, targets, **options).item() == 20000
    assert F.cross_entropy(logits, targets).item() == INF


def test_many_half_precision_weights_are_counted_right():
    """3000 positions count as 3000, though float16 has no whole numbers between 2048 and 4096 that are odd."""
    losses = torch.ones(3001, dtype=torch.float16)
    assert weighted_mean(losses, torch.ones_like(losses)).item() == 1
    assert weighted_mean(losses, torch.ones_like(losses)).dtype == torch.float16


def test_one_class_with_every_option():
    """With a single class the prediction is certain whatever the options are."""
    logits = torch.tensor([[7.0], [-7.0]])
    options = {"weight": torch.tensor([2.0]), "label_smoothing": 0.5, "temperature": 3.0}
    assert cross_entropy(logits, torch.tensor([0, -1]), ignore_index=-1, **options).item() == 0
    assert cross_entropy(logits, torch.ones(2, 1), **options).item() == 0


def test_soft_targets_and_weights_of_another_dtype():
    """They are converted to the dtype of the logits, which the result keeps."""
    logits, half = torch.zeros(1, 2), torch.tensor([[0.5, 0.5]], dtype=torch.float64)
    loss = cross_entropy(logits, half, weight=torch.ones(2, dtype=torch.float64))
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(math.log(2))


def test_arguments_are_left_as_they_were():
    """No option changes its arguments."""
    logits, targets, weight = torch.tensor([[1.0, -INF]]), torch.tensor([-100]), torch.ones(2)
    cross_entropy(logits, targets, ignore_index=-100, weight=weight, label_smoothing=0.1, temperature=2.0)
    assert logits.tolist() == [[1.0, -INF]]
    assert targets.tolist() == [-100]
    assert weight.tolist() == [1.0, 1.0]
