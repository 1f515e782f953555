"""What does not count has no slope, however steep it is: no NaN comes back from a branch that is not taken."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from texsor.check import evaluate

X = torch.tensor([0.0, -1.0, 1.0, 4.0, 1000.0], dtype=torch.float64)
STEEP = {
    r"\sqrt{x_i}": lambda x: x.sqrt(),
    r"x_i^{0.5}": lambda x: x**0.5,
    r"x_i^{-1}": lambda x: 1 / x,
    r"\frac{1}{x_i}": lambda x: 1 / x,
    r"\log x_i": lambda x: x.log(),
    r"\log_2 \sqrt{x_i}": lambda x: x.sqrt().log2(),
    r"\mathrm{sqrt}(x_i)": lambda x: x.sqrt(),
    r"\arcsin (x_i / 2)": lambda x: torch.arcsin(x / 2),
    r"\arccos (x_i / 2)": lambda x: torch.arccos(x / 2),
}
"""Functions whose slope is infinite, or is none, somewhere in X."""
WAYS = {
    "case": r"L = \sum_i \begin{{cases}} {} & x_i > 0.5 \land x_i < 1.5 \\ 0 & \text{{otherwise}} \end{{cases}}",
    "condition": r"L = \sum_{{i : x_i > 0.5 \land x_i < 1.5}} {}",
    "mean": r"L = \operatorname{{mean}}_{{i : x_i > 0.5 \land x_i < 1.5}} {}",
    "largest": r"L = \max_{{i : x_i > 0.5 \land x_i < 1.5}} {}",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("latex", STEEP)
def test_only_what_counts_has_a_slope(latex: str, way: str) -> None:
    """The gradient is that of the one number that counts."""
    x = X.clone().requires_grad_()
    value = evaluate(WAYS[way].format(latex), {"x": x}).value.tensor
    one = torch.ones((), dtype=torch.float64, requires_grad=True)
    expected = STEEP[latex](one)
    torch.testing.assert_close(value, expected)
    (slope,) = torch.autograd.grad(value, x, create_graph=True)
    (wanted,) = torch.autograd.grad(expected, one, create_graph=True)
    torch.testing.assert_close(slope, torch.tensor([0, 0, wanted.item(), 0, 0], dtype=torch.float64))
    (second,) = torch.autograd.grad(slope.sum(), x)
    (curve,) = torch.autograd.grad(wanted, one)
    torch.testing.assert_close(second, torch.tensor([0, 0, curve.item(), 0, 0], dtype=torch.float64))


def test_an_exponent_that_varies() -> None:
    """Where a base is negative a power has no slope at its exponent: left out, it does not count."""
    power = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    value = evaluate(r"L = \sum_{i : x_i > 2} x_i^{p}", {"x": X[:4], "p": power}).value.tensor
    torch.testing.assert_close(
        torch.autograd.grad(value, power)[0],
        torch.tensor(2 * 4.0).log().double() * 0 + 2 * torch.tensor(4.0).log().double(),
    )


def test_what_counts_keeps_its_infinite_slope() -> None:
    """At 0 itself the slope of a root is infinite, and says so."""
    x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    value = evaluate(r"L = \sum_i \sqrt{x_i}", {"x": x}).value.tensor
    assert torch.autograd.grad(value, x)[0].tolist() == [torch.inf]


def test_a_zero_beside_it_takes_no_slope_away() -> None:
    """Where one number has an infinite slope that does not count, the others keep theirs, second ones too."""
    x = torch.tensor([4.0, 0.0], dtype=torch.float64, requires_grad=True)
    y = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    value = evaluate(r"L = \sum_i y_i \log x_i", {"x": x, "y": y}).value.tensor
    (slope,) = torch.autograd.grad(value, x, create_graph=True)
    assert slope.tolist() == [0, 0]
    assert torch.autograd.grad(slope.sum(), y)[0].tolist() == [0.25, 0]


def test_a_factor_of_zero_keeps_its_slope() -> None:
    """Of y √x the slope at y is √x also where y is 0, and of that the slope at x."""
    x = torch.tensor([4.0, 9.0], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([0.0, 1.0], dtype=torch.float64, requires_grad=True)
    value = evaluate(r"L = \sum_i y_i \log x_i + \sum_i \frac{y_i}{x_i}", {"x": x, "y": y}).value.tensor
    (slope,) = torch.autograd.grad(value, x, create_graph=True)
    (mixed,) = torch.autograd.grad(slope.sum(), y)
    torch.testing.assert_close(mixed, (1 / x - 1 / x**2).detach())


@pytest.mark.parametrize("latex", [r"\lVert x \rVert", r"\lVert x \rVert_1", r"|x_0|", r"\lVert x \rVert_3"])
def test_a_norm_at_zero(latex: str) -> None:
    """It has a corner there, and torch's slope of 0."""
    x = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.grad(evaluate(f"L = {latex}", {"x": x}).value.tensor, x)[0].tolist() == [0, 0]


def slope(latex: str, x: Tensor) -> Tensor:
    """The gradient of a formula's value."""
    return torch.autograd.grad(evaluate(latex, {"x": x}).value.tensor.sum(), x)[0]


@pytest.mark.parametrize(
    "latex",
    [
        r"L = \sum_{i \ne j} x_i x_j^2",
        r"L = \operatorname{Var}_i[x_i] + \operatorname{Var}_{i : x_i > 0}[x_i^2]",
        r"L = \mathbb{E}_{i \sim x}[\log x_i] + \mathbb{V}_{i \sim x}[x_i]",
        r"L = \lVert x \rVert_3 + \lVert x - 1 \rVert_1 + \langle x, x^2 \rangle",
        r"L_i = \begin{cases} x_i^2 & x_i > 0.5 \\ e^{x_i} & \text{otherwise} \end{cases}",
        r"L = x x^\top x",
        r"L_i = \mathrm{softmax}(x)_i + \sigma(x_i) + [x_i - 0.3]_+",
        r"L = \prod_{i : x_i < 3} x_i + \max_{i : x_i < 1} x_i + x \otimes x^2",
    ],
)
def test_slopes_of_every_new_kind_are_those_of_differences(latex: str) -> None:
    """The gradient is what central differences of the value say."""
    x = torch.tensor([0.2, 0.9, 2.5], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: evaluate(latex, {"x": x}).value.tensor, (x,))
