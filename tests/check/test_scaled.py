"""Where literal float64 runs over or under: the numbers are right, and the result says so."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import torch

from texsor.check import evaluate

BIG = torch.tensor([1e4, -1e4, 9999.0], dtype=torch.float64)


def numbers(latex: str, overflows: bool = True, **where: object) -> list[float] | float:
    """The value, after a look at whether it overflows as written."""
    found = evaluate(latex, where).value
    assert found.overflows is overflows
    result: list[float] | float = found.tensor.tolist()
    return result


def test_softmax_of_large_logits() -> None:
    """The ratio of exponentials is that of their differences."""
    found = numbers(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", z=BIG)
    assert found == pytest.approx([1 / (1 + math.exp(-1)), 0, math.exp(-1) / (1 + math.exp(-1))], rel=1e-13)


def test_its_logarithm_keeps_what_float64_loses() -> None:
    """The log of a probability of e^-20000 is −20000."""
    found = numbers(r"p_i = \log \frac{\exp(z_i)}{\sum_j \exp(z_j)}", z=BIG)
    top = 1e4 + math.log1p(math.exp(-1))
    assert found == pytest.approx([1e4 - top, -1e4 - top, 9999 - top], rel=1e-12)


def test_running_under_alone_is_noticed() -> None:
    """All logits at −1e4: every exponential is 0 as written, and the softmax is uniform."""
    assert numbers(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", z=torch.full((4,), -1e4)) == [0.25] * 4


def test_a_scale_costs_no_digits() -> None:
    """What has no need of a scale of its own keeps its digits beside one that has."""
    assert numbers(r"L = \frac{0.1 e^{1000}}{0.3 e^{1000}}") == 0.1 / 0.3


def test_running_under_without_consequence_is_not_reported() -> None:
    """One exponential of many that vanishes beside the others changes no digit."""
    found = numbers(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", overflows=False, z=torch.tensor([0.0, 0.0, -800.0]))
    assert found == pytest.approx([0.5, 0.5, 0])


def test_products_of_many_probabilities() -> None:
    """A likelihood of 2000 positions, its logarithm, and its root."""
    p = torch.full((2000,), 0.25, dtype=torch.float64)
    assert numbers(r"L = -\log \prod_n p_n", p=p) == pytest.approx(2000 * math.log(4), rel=1e-13)
    assert numbers(r"L = \left( \prod_n \frac{1}{p_n} \right)^{\frac{1}{N}}", p=p, N=2000) == pytest.approx(
        4, rel=1e-12
    )
    assert numbers(r"L = \sqrt[N]{\prod_n \frac{1}{p_n}}", p=p, N=2000) == pytest.approx(4, rel=1e-12)
    assert numbers(r"L = \log \sqrt{\prod_n p_n}", p=p) == pytest.approx(1000 * math.log(0.25), rel=1e-12)
    assert numbers(r"L = \log \prod_{n=1}^{2000} c", c=0.25) == pytest.approx(2000 * math.log(0.25), rel=1e-12)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"L = \log (a a)", 2 * math.log(1e200)),
        (r"L = \log \frac{a}{b}", 2 * math.log(1e200)),
        (r"L = \log \frac{b}{a}", -2 * math.log(1e200)),
        (r"L = \log a^{3}", 3 * math.log(1e200)),
        (r"L = \log b^3", -3 * math.log(1e200)),
        (r"L = \frac{a a + 3 a a}{a a}", 4),
        (r"L = \frac{a a - 3 a a}{a a}", -2),
        (r"L = \frac{-a a}{a a}", -1),
        (r"L = \frac{a a + 1}{a a} - 1", 0),
        (r"L = \log (e^{1000} + 0 a a)", 1000),
        (r"L = \log (0 a a + e^{-1000})", -1000),
        (r"L = \log \operatorname{mean}_{i=1}^{3} e^{1000}", 1000),
        (r"L = \log \max_i e^{z_i} - \log \max(1, 2)", 1e4 - math.log(2)),
        (r"L = \log \sum_i (z_i e^{z_i})", 1e4 + math.log(1e4 + 9999 * math.exp(-1))),
        (r"L = \log \sum_{i=1}^{4} e^{1000}", 1000 + math.log(4)),
        (r"L = \frac{\cosh 1000}{\cosh 1000}", math.nan),
        (r"L = \log \min_i e^{z_i}", -1e4),
        (r"L = \arg\max_i \frac{e^{z_i}}{\sum_j e^{z_j}}", 0),
        (r"L = \log ((e^{1000} e^{1000})^\frac{1}{2})", 1000),
        (r"L = \sum_i 0 e^{z_i}", 0),
        (r"L = \log (e^{1000} a a)", 1000 + 2 * math.log(1e200)),
        (r"L = \log \frac{e^{1000}}{b a a}", 1000 - math.log(1e200)),
        (r"L = \log \max(2, e^{1000})", 1000),
        (r"L = \log \min(e^{900}, e^{1000}, 3 e^{900})", 900),
        (r"L = \log (-\max(-e^{900}, -e^{1000}))", 900),
        (r"L = \max(0, e^{-1000}, -e^{1000}) e^{1000}", 1),
        (r"L = \arg\min_i e^{z_i}", 1),
        (r"L = \log (-\min_i (-e^{z_i}))", 1e4),
    ],
)
def test_every_operation_keeps_magnitudes(latex: str, expected: float) -> None:
    """Sums, products, powers, extrema and means of numbers beyond float64."""
    found = evaluate(latex, {"a": 1e200, "b": 1e-200, "z": BIG}).value.tensor.item()
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


def test_infinities_that_are_meant_are_no_overflow() -> None:
    """Log 0, 1/0 and bound infinities are what they are."""
    where = {"x": torch.tensor([0.0, 1.0, torch.inf])}
    assert numbers(r"L_i = \log x_i", overflows=False, **where) == [-math.inf, 0, math.inf]
    assert numbers(r"L_i = 1 / x_i", overflows=False, **where) == [math.inf, 1, 0]
    assert numbers(r"L_i = e^{-x_i}", overflows=False, **where) == [1, math.exp(-1), 0]
    assert numbers(r"L_i = x_i + x_i", overflows=False, **where) == [0, 2, math.inf]


def test_a_number_too_large_to_show_is_infinite() -> None:
    """e^1000 by itself has no float64; it is no surprise that it is infinite."""
    assert numbers(r"L = e^{1000}", overflows=False) == math.inf


def test_ordinary_sizes_are_computed_as_written() -> None:
    """The literal arithmetic is used where it can be: the sum of three tenths is not 0.3."""
    assert numbers(r"L = 0.1 + 0.1 + 0.1", overflows=False) == 0.1 + 0.1 + 0.1 != 0.3


def test_an_empty_axis() -> None:
    """A sum over nothing is 0, a product 1, in both arithmetics; a mean is not a number."""
    where = {"x": torch.zeros(0, dtype=torch.float64)}
    assert numbers(r"L = \sum_i x_i", overflows=False, **where) == 0
    assert numbers(r"L = \prod_i x_i", overflows=False, **where) == 1
    assert math.isnan(numbers(r"L = \operatorname{mean}_i x_i", overflows=False, **where))  # type: ignore[arg-type]
    assert numbers(r"L = \sum_i e^{x_i} + \frac{e^{1000}}{e^{1000}}", **where) == 1


def test_exact_sums_of_scaled_numbers() -> None:
    """A sum over twenty magnitudes is the exact one, rounded."""
    powers = torch.arange(0, 1000, 50, dtype=torch.float64)
    found = numbers(r"L = \frac{\sum_i 2^{x_i}}{2^{x_k}}", overflows=False, x=powers, k=19)
    exact = sum(Fraction(2) ** int(power) for power in powers) / Fraction(2) ** 950
    assert found == pytest.approx(float(exact), rel=1e-14)
    beyond = numbers(r"L = \frac{\sum_i 2^{x_i + 900}}{2^{x_k + 900}}", x=powers, k=19)
    assert beyond == pytest.approx(float(exact), rel=1e-12)
