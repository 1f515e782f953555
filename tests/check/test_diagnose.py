"""What a failed check says of the code."""

from __future__ import annotations

import pytest
import torch

from texsor.check.diagnose import diagnose
from texsor.check.proof import Proof

SOFTMAX = r"q_{n,i} = \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}}"
SUM = r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}"


def said(proof: Proof) -> str:
    """The diagnosis of a proof that failed."""
    assert not proof.verdict.holds
    return diagnose(proof)


def test_a_sum_for_a_mean_has_the_ratio_of_the_axis(seeded) -> None:
    """The ratio is the size of the axis, by its name, and the mutant that matches is named too."""
    seeded.run("ell = z[0]\nout = ell.sum()")
    assert said(seeded.prove(r"L = \frac{1}{N} \sum_n \ell_n", "out", ell="ell", N="5")) == (
        "code / formula = 5, the size of axis n: the code sums, the formula averages?; "
        r"the code computes \frac{1}{N} \sum_{n} \ell_{n} → \sum_{n} \ell_{n}"
    )


def test_a_mean_for_a_sum_has_the_inverse_ratio(seeded) -> None:
    """The other way round."""
    seeded.run("out = z[0].mean()")
    assert said(seeded.prove(r"L = \sum_i z_i", "out", z="z[0]")).startswith(
        "formula / code = 5, the size of axis i: the formula sums, the code averages?"
    )


def test_a_sign(seeded) -> None:
    """A ratio of minus one is called a sign; zeros on both sides do not hide it."""
    seeded.names["z"][0, 0] = 0
    seeded.run("out = -z")
    assert said(seeded.prove(r"r_{n,i} = z_{n,i}", "out", z="z")) == (
        "code / formula = -1: a sign; the code computes z_{n,i} → -z_{n,i}"
    )


def test_a_ratio_without_a_name(seeded) -> None:
    """A constant factor that is no axis's size is given as a number."""
    seeded.run("out = z * 1.75")
    assert said(seeded.prove(r"r_{n,i} = z_{n,i}", "out", z="z")) == "code / formula = 1.75, everywhere"


def test_code_that_computes_zero(seeded) -> None:
    """Nothing over something is a ratio like another, and no division by it is tried."""
    seeded.run("out = z * 0")
    assert said(seeded.prove(r"r_{n,i} = z_{n,i}", "out", z="z")) == "code / formula = 0, everywhere"


@pytest.mark.parametrize(
    ("latex", "code", "note"),
    [
        (SUM, "(y * p.log()).sum(-1)", r"→ \sum_{i} y_{n,i} \log \hat{y}_{n,i}"),
        (SUM, "-(y * p.log()).mean(-1)", r"\sum_{i} y_{n,i} \log \hat{y}_{n,i} → \operatorname{mean}_{i}"),
        (SUM, "-p.log().sum(-1)", r"y_{n,i} \log \hat{y}_{n,i} → \log \hat{y}_{n,i}"),
        (SUM, "-(y * p).sum(-1)", r"\log \hat{y}_{n,i} → \hat{y}_{n,i}"),
        (SUM, "-(y * p.log2()).sum(-1)", r"\log \hat{y}_{n,i} → \log_{2} \hat{y}_{n,i}"),
        (SUM, "-(y * p.log10()).sum(-1)", r"\log \hat{y}_{n,i} → \log_{10} \hat{y}_{n,i}"),
        (SUM, "-(p * p.log()).sum(-1)", r"y_{n,i} → \hat{y}_{n,i}"),
        (r"\ell_n = -\log \hat{y}_{n,t_n}", "p.gather(-1, t[:, None]).log()", r"-\log \hat{y}_{n,t_{n}} → \log"),
        (SOFTMAX, "z.exp()", r"→ e^{z_{n,i}}"),
        (SOFTMAX, "z.exp() / z.exp().mean(-1, keepdim=True)", "mean"),
        (SOFTMAX, "z.exp() / (-z).exp().sum(-1, True)", "e^{z_{n,j}} → e^{-z_{n,j}}"),
        (r"P = e^{z_0}", "z[0] ** 0 * 2 ** z[0]", "e^{z_{0}} → 2^{z_{0}}"),
        (r"m_n = \max_i z_{n,i}", "z.min(-1).values", r"\max_{i} z_{n,i} → \min_{i} z_{n,i}"),
        (r"d_n = z_{n,t_n} - x_n", "z[range(4), t] + z[:, 0]", "- x_{n} → z_{n,t_{n}} + x_{n}"),
    ],
)  # fmt: skip
def test_the_mutant_that_the_code_computes_is_named(seeded, latex: str, code: str, note: str) -> None:
    """Each common slip in the code is found in the formula's mutants and said as a change of the formula."""
    seeded.names["y"] = torch.rand(4, 5)
    if latex.startswith("P"):
        seeded.names["z"] = torch.tensor([0.5, 0.25])
    seeded.run(f"out = {code}")
    used = {"y": "y", "yhat": "p", "z": "z", "t": "t", "x": "z[:, 0]" if "x" in latex else "1"}
    text = said(seeded.prove(latex, "out", **used))
    assert "the code computes " in text
    assert note in text


def test_the_side_of_a_chain_that_fails_is_the_one_that_is_explained(seeded) -> None:
    """Where the first side holds, the mutant is one of the second; where both fail, of the first."""
    seeded.run("out = z.sum(-1)\nmean = z.mean(-1)")
    where = {"z": "z"}
    chain = r"s_n = \sum_i z_{n,i} = \operatorname{mean}_i z_{n,i}"
    assert said(seeded.prove(chain, "out", **where)).endswith(r"\operatorname{mean}_{i} z_{n,i} → \sum_{i} z_{n,i}")
    both = r"s_n = \sum_i z_{n,i} = \sum_j z_{n,j}"
    assert said(seeded.prove(both, "mean", **where)).endswith(r"\sum_{i} z_{n,i} → \operatorname{mean}_{i} z_{n,i}")


def test_nothing_found_is_nothing_said(seeded) -> None:
    """A code that is no one-step mutant and no multiple has no diagnosis."""
    seeded.run("out = z.sin() + 1")
    assert said(seeded.prove(r"r_{n,i} = z_{n,i}", "out", z="z")) == ""


def test_code_that_is_nowhere_defined_has_no_ratio(seeded) -> None:
    """NaN is no multiple of anything."""
    seeded.run("out = z * float('nan')")
    assert said(seeded.prove(r"r_{n,i} = z_{n,i}", "out", z="z")) == ""


def test_another_number_of_elements_is_said_first(seeded) -> None:
    """Code that did not reduce, or reduced too much."""
    seeded.run("out = z.sum()")
    text = said(seeded.prove(r"s_n = \sum_i z_{n,i}", "out", z="z"))
    assert text.startswith("the code has 1 value(s) and the formula 4")


def test_a_slip_below_the_ratios_precision_is_still_explained_by_its_mutant(seeded) -> None:
    """The ratio is 1 to four digits; the mutant that matches in float64 is found."""
    seeded.names["c"] = torch.full((4, 5), 1e-6)
    seeded.run("out = z - c")
    text = said(seeded.prove(r"r_{n,i} = z_{n,i} + c_{n,i}", "out", z="z", c="c"))
    assert text == "the code computes z_{n,i} + c_{n,i} → z_{n,i} - c_{n,i}"


def test_a_detached_code_is_suspected(seeded) -> None:
    """Where only the gradients differ, the value has no ratio to name and no mutant."""
    seeded.run("out = z.detach() * 2")
    text = said(seeded.prove(r"r_{n,i} = 2 z_{n,i}", "out", z="z"))
    assert text == "the values agree and the gradients do not: does the code detach something?"


def test_lost_digits_are_told_from_another_formula(seeded) -> None:
    """In bfloat16 a small logarithm is rounded away beside 300: formula, gradient and code are right in float64."""
    seeded.run("big = torch.full((1, 2), -300.0, dtype=torch.bfloat16)\nout = big - big.logsumexp(-1, True)")
    latex = r"a_{n,i} = \log \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}}"
    proof = seeded.prove(latex, "out", z="big")
    assert not proof.verdict.holds
    assert diagnose(proof) == "in float64 the two agree, and in its own dtype the code loses the digits"


def test_a_formula_that_holds_has_no_diagnosis(seeded) -> None:
    """There is nothing to explain."""
    seeded.run("out = z * 2")
    assert diagnose(seeded.prove(r"r_{n,i} = 2 z_{n,i}", "out", z="z")) == ""
