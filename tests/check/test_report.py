"""A verdict as text."""

from __future__ import annotations

import dataclasses

import pytest
import torch

import texsor
from texsor.check.report import numbers, report
from texsor.check.shown import show

Z = torch.tensor([1.0, 2.0, 4.0])


def lines(verdict) -> list[str]:
    """The report, a fact a line."""
    return report(verdict).splitlines()


def test_a_verdict_that_holds() -> None:
    """Both numbers stand under each other, and every error beside what is allowed."""
    said = lines(texsor.check(r"s = \sum_i z_i", Z.sum, where={"z": Z}))
    assert said == [
        r"the formula holds: s = \sum_i z_i",
        "  code      value = 7",
        r"  formula   \sum_{i} z_{i} = 7",
        "            float64 value 0.0e+00, gradient 0.0e+00, random leaves 0.0e+00, 0.0e+00 (at most 1e-10); "
        "recorded 0.0e+00 (at most 2e-05)",
    ]


def test_a_verdict_that_fails() -> None:
    """It says that it should hold, and what the code computes."""
    said = lines(texsor.check(r"s = \sum_i z_i", Z.mean, where={"z": Z}))
    assert said[0] == r"the formula does NOT hold; it should: s = \sum_i z_i"
    assert said[1] == "  code      value = 2.333333"
    assert said[-1].startswith("  diagnosis: formula / code = 3, the size of axis i")


def test_a_verdict_that_should_fail() -> None:
    """A formula shown going red reads as it is wanted, and one that holds nonetheless says that it should not."""
    verdict = texsor.check(r"s = \sum_i z_i", Z.mean, where={"z": Z})
    assert lines(dataclasses.replace(verdict, wanted=False))[0] == r"the formula does NOT hold: s = \sum_i z_i"
    good = texsor.check(r"s = \sum_i z_i", Z.sum(), where={"z": Z})
    wrong = dataclasses.replace(good, wanted=False, name="total", expression="z.sum()")
    assert lines(wrong)[:2] == [r"total holds; it should not: s = \sum_i z_i", "  code      z.sum() = 7"]


def test_values_only() -> None:
    """Only the recorded error is given, and why there is no other."""
    said = lines(texsor.check(r"s = \sum_i z_i", Z.sum(), where={"z": Z}))
    assert said[3:] == [
        "            recorded 0.0e+00 (at most 2e-05)",
        "  values only: the code was not recorded",
    ]


def test_one_set_of_leaves() -> None:
    """After a branch the errors on random leaves are missing, and the reason is not called `values only`."""
    x = torch.tensor([1.0, 3.0])
    said = lines(texsor.check("r_n = x_n + 1 + 0 x_n", lambda: x + 1 if x.sum().item() > 3.9 else x, where={"x": x}))
    assert "random" in said[3]
    verdict = texsor.check("r_n = 2 x_n", lambda: x * 2, where={"x": x})
    member = dataclasses.replace(verdict.members[0], random_value_error=None, random_gradient_error=None)
    said = lines(dataclasses.replace(verdict, members=(member,), value_only="the code branches"))
    assert (
        said[3].strip() == "float64 value 0.0e+00, gradient 0.0e+00 (at most 1e-10); recorded 0.0e+00 (at most 2e-05)"
    )
    assert said[4] == "  not in full: the code branches"


def test_overflow_is_said() -> None:
    """Where float64 as written runs over."""
    big = torch.tensor([1e4, 0.0])
    latex = r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}"
    assert lines(texsor.check(latex, lambda: big.softmax(-1), where={"z": big}))[3].endswith("; overflows as written")


def test_every_side_of_a_chain_has_its_lines() -> None:
    """One line for the value, one for the errors."""
    said = lines(texsor.check(r"s = \sum_i z_i = z_0 + z_1 + z_2", Z.sum(), where={"z": Z, "z_1": 2.0, "z_2": 4.0}))
    assert [line for line in said if line.startswith("  formula")] == [
        r"  formula   \sum_{i} z_{i} = 7",
        r"  formula   z_{0} + z_{1} + z_{2} = 7",
    ]


@pytest.mark.parametrize(
    ("tensor", "text"),
    [
        (torch.tensor(1 / 3), "0.3333333"),
        (torch.tensor([1.0, float("inf")]), "[1, inf]"),
        (torch.tensor([[1, 2], [3, 50257]]), "[[1, 2], [3, 50257]]"),
        (torch.tensor([True]), "[True]"),
        (torch.tensor(0.1, dtype=torch.bfloat16), "0.1000977"),
        (torch.zeros(3, 3), "float32(3, 3)"),
        (torch.zeros(9), "float32(9,)"),
        (torch.zeros(0), "[]"),
    ],
)
def test_numbers_are_shown_where_they_are_few(tensor: torch.Tensor, text: str) -> None:
    """Seven digits; type and shape where there are more than eight numbers."""
    assert numbers(show(tensor)) == text
