"""Gradients reach the bound tensors, also where magnitudes are kept as logarithms and where 0 · log 0 stands."""

from __future__ import annotations

import pytest
import torch

from texsor.check import evaluate

SOFTMAX_LOSS = r"\ell_n = -\log \frac{e^{z_{n,t_n}}}{\sum_j e^{z_{n,j}}} = \log \sum_j e^{z_{n,j}} - z_{n,t_n}"


def leaf(*shape: int, seed: int = 0) -> torch.Tensor:
    """A random leaf that asks for gradients."""
    made = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=made, dtype=torch.float64).requires_grad_()


@pytest.mark.parametrize(
    "latex",
    [
        r"L = \sum_n \sum_i x_{n,i}^2 y_i",
        r"L = \sum_n \log \sum_i e^{x_{n,i}}",
        r"L = \sum_{n,i} \frac{x_{n,i}}{1 + y_i^2} \tanh x_{n,i}",
        r"L = \sum_n x_{n,t_n} - \max_i y_i",
        r"L = \prod_i y_i + \operatorname{mean}_{n,i} \sqrt[3]{x_{n,i}^2}",
        r"L = \sum x y + \sum_n x_{n,0}",
        r"L = \sum_{n,m} \sum_i x_{n,i} x_{m,i}",
        r"L = \sum_n \sqrt{\sum_i x_{n,i}^2} + \sum_i \max(0, y_i)",
    ],
)
def test_slopes_are_those_of_differences(latex: str) -> None:
    """The gradient is what central differences of the value say."""
    t = torch.tensor([2, 0])

    def value(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return evaluate(latex, {"x": x, "y": y, "t": t}).value.tensor

    assert torch.autograd.gradcheck(value, (leaf(2, 3), leaf(3, seed=1)))


@pytest.mark.parametrize("size", [1.0, 1e2, 1e4])
def test_scaled_slopes_are_those_of_torch(size: float) -> None:
    """Softmax of logits up to ±1e4: value and gradient are those of torch's own loss."""
    z = (leaf(4, 5).detach() * size).requires_grad_()
    t = torch.tensor([0, 4, 2, 2])
    expected = torch.nn.functional.cross_entropy(z, t, reduction="none")
    (slope,) = torch.autograd.grad(expected.sum(), z)
    for member in evaluate(SOFTMAX_LOSS, {"z": z, "t": t}).members:
        torch.testing.assert_close(member.value.tensor, expected, rtol=1e-12, atol=1e-12)
        (found,) = torch.autograd.grad(member.value.tensor.sum(), z)
        torch.testing.assert_close(found, slope, rtol=1e-10, atol=1e-12)
        assert member.value.overflows == (size > 1e3)


def test_no_slope_where_nothing_is_counted() -> None:
    """0 · log 0 has the value 0 and the slope 0, for y as for p; elsewhere both have theirs."""
    y = torch.tensor([0.0, 0.5, 0.0], dtype=torch.float64, requires_grad=True)
    p = torch.tensor([0.0, 0.25, 0.75], dtype=torch.float64, requires_grad=True)
    value = evaluate(r"L = -\sum_i y_i \log p_i", {"y": y, "p": p}).value.tensor
    assert value.item() == pytest.approx(0.5 * torch.tensor(4.0).log().item())
    slope_y, slope_p = torch.autograd.grad(value, (y, p))
    torch.testing.assert_close(slope_y, torch.tensor([0.0, 4.0, 4 / 3], dtype=torch.float64).log().nan_to_num(neginf=0))
    torch.testing.assert_close(slope_p, torch.tensor([0, -2, 0], dtype=torch.float64))


@pytest.mark.parametrize(
    "latex",
    [
        r"L = \sum_i y_i \log \frac{y_i}{p_i}",
        r"L = \sum_i y_i (\log y_i - \log p_i)",
        r"L = -\sum_i \log_2 p_i \cdot y_i",
        r"L = -\sum_i (-\log p_i) 2 y_i",
        r"L = \sum_i y_i \frac{\log p_i}{2}",
        r"L = \sum_i 2 \mathbb{1}[i = t] \ln p_i",
        r"L = \sum_i y_i \lg (1 - p_i)",
    ],
)
def test_zero_times_a_logarithm_in_every_spelling(latex: str) -> None:
    """Ratios, differences, bases and indicators around the logarithm change nothing."""
    y = torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64, requires_grad=True)
    p = torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64, requires_grad=True)
    value = evaluate(latex, {"y": y, "p": p, "t": torch.tensor(1)}).value.tensor
    assert value.isfinite()
    slopes = torch.autograd.grad(value, (y, p), allow_unused=True)
    assert all(slope is None or not slope.isnan().any() for slope in slopes)
    assert slopes[1] is not None
    assert slopes[1].abs()[1] > 0.5


def test_a_masked_logit_takes_no_slope() -> None:
    """−∞ in a softmax gives 0 and a slope of 0, in both arithmetics."""
    for size in (1.0, 1e4):
        z = torch.tensor([[0.0, size, -torch.inf]], dtype=torch.float64, requires_grad=True)
        value = evaluate(r"p_{n,i} = \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}}", {"z": z}).value
        assert value.tensor[0, 2] == 0
        assert value.overflows == (size > 1e3)
        (slope,) = torch.autograd.grad(value.tensor[0, 1], z)
        assert slope.isfinite().all()
        assert slope[0, 2] == 0


def test_no_grad_and_inference_mode_do_not_cut_the_slope() -> None:
    """A chapter under ``no_grad`` is checked all the same; tensors made in inference mode are read."""
    x = leaf(3)
    with torch.no_grad():
        value = evaluate(r"L = \sum_i x_i^2", {"x": x}).value.tensor
    torch.testing.assert_close(torch.autograd.grad(value, x)[0], 2 * x.detach())
    with torch.inference_mode():
        y = torch.ones(3, dtype=torch.float64)
    value = evaluate(r"L = \sum_i x_i y_i", {"x": x, "y": y}).value.tensor
    torch.testing.assert_close(torch.autograd.grad(value, x)[0], torch.ones(3, dtype=torch.float64))


def test_nothing_is_kept_where_no_slope_is_asked_for() -> None:
    """Without a leaf that requires gradients, nothing is kept for a backward pass."""
    assert not evaluate(r"L = \sum_i x_i^2", {"x": torch.ones(3)}).value.tensor.requires_grad


def test_a_float32_leaf_gets_its_slope_in_float32() -> None:
    """The conversion to float64 is part of the graph."""
    x = torch.ones(3, requires_grad=True)
    value = evaluate(r"L = \sum_i x_i^2", {"x": x}).value.tensor
    (slope,) = torch.autograd.grad(value, x)
    assert (slope.dtype, slope.tolist()) == (torch.float32, [2, 2, 2])
