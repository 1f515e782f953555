"""Mutants: every slip of a kind is made once, and each can be told from the formula."""

from __future__ import annotations

import pytest
import torch

from texsor.check import evaluate, mutants
from texsor.errors import Location, TexsorError
from texsor.formula import parse, strip

LOSS = r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i} = -\log \hat{y}_{n, t_n}"
MEAN = r"L = \frac{1}{N}\sum_{n=1}^{N} \ell_n"
SOFTMAX = r"\hat{y}_{n,i} = \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}}"
EVERYTHING = (
    r"L = \mathbb{1}[s \le t] A B^\top - \sqrt{x} + \max(0, x^2) \exp(x) e^{-x} \ln x \lg x \tan x \cdot 0.5"
    r" \prod_i \min_j w_{i,j + 1} + \log_2 (3 - \arg\max_i v_i) + \operatorname{mean}_{i,j} (w_{i,j} + s^{-2})"
)


def changed(latex: str) -> dict[str, str]:
    """The mutants of a formula: name to note."""
    return {mutant.name: mutant.note for mutant in mutants(parse(latex))}


@pytest.mark.parametrize(
    ("latex", "name", "note"),
    [
        (r"L = -x", "drop-minus@4", "-x → x"),
        (r"L = x", "negate@4", "x → -x"),
        (r"L = a + b", "plus-to-minus@4", "a + b → a - b"),
        (r"L = a - b", "minus-to-plus@4", "a - b → a + b"),
        (r"L = a - b", "swap-operands@4", "a - b → b - a"),
        (r"L = a - b", "drop-right-term@4", "a - b → a"),
        (r"L = a - b", "drop-left-term@4", "a - b → -b"),
        (r"L = a + b", "drop-left-term@4", "a + b → b"),
        (r"L = e^x", "negate-exponent@4", "e^{x} → e^{-x}"),
        (r"L = e^{-x}", "drop-minus@4", "e^{-x} → e^{x}"),
        (r"L = \exp(x)", "negate-exponent@4", r"\exp (x) → \exp (-(x))"),
        (r"L = e^x", "drop-exp@4", "e^{x} → x"),
        (r"L = e^x", "exp-base-2@4", "e^{x} → 2^{x}"),
        (r"L = x^2", "drop-power@4", "x^{2} → x"),
        (r"L = x^2", "plus-one@6", "2 → 3"),
        (r"L = x^2", "minus-one@6", "2 → 1"),
        (r"L = 0.5 x", "minus-one@4", "0.5 → (0.5 - 1)"),
        (r"L = \sum_i x_i", "sum-to-mean@4", r"\sum_{i} x_{i} → \operatorname{mean}_{i} x_{i}"),
        (r"L = \sum_i x_i", "sum-to-prod@4", r"\sum_{i} x_{i} → \prod_{i} x_{i}"),
        (r"L = \sum_i x_i", "sum-to-max@4", r"\sum_{i} x_{i} → \max_{i} x_{i}"),
        (r"L = \sum_i x_i", "drop-sum@4", r"\sum_{i} x_{i} → x_{i}"),
        (r"L = \operatorname{mean}_i x_i", "mean-to-sum@4", r"\operatorname{mean}_{i} x_{i} → \sum_{i} x_{i}"),
        (r"L = \arg\max_i x_i", "argmax-to-argmin@4", r"\arg\max_{i} x_{i} → \arg\min_{i} x_{i}"),
        (r"L = \max(a, b)", "max-to-min@4", r"\max(a, b) → \min(a, b)"),
        (r"L = \max(a, b)", "only-argument-2@4", r"\max(a, b) → b"),
        (r"L = \sum_{i,j} x_{i,j}", "drop-index-under-sign@4", r"\sum_{i,j} x_{i,j} → \sum_{j} x_{i,j}"),
        (r"L_n = \sum_i x_{n,i}", "run-over-n@6", r"\sum_{i} x_{n,i} → \sum_{n} x_{n,i}"),
        (r"L = \sum_{i=1}^{V} x_i", "drop-bounds@4", r"\sum_{i=1}^{V} x_{i} → \sum_{i} x_{i}"),
        (r"L = \sum_{i=1}^{V} x_i", "lower-plus-one@4", r"\sum_{i=1}^{V} x_{i} → \sum_{i=2}^{V} x_{i}"),
        (r"L = \sum_{i=a}^{V} x_i", "lower-minus-one@4", r"\sum_{i=a}^{V} x_{i} → \sum_{i=(a - 1)}^{V} x_{i}"),
        (r"L = \sum_{i=1}^{V} x_i", "upper-minus-one@4", r"\sum_{i=1}^{V} x_{i} → \sum_{i=1}^{V - 1} x_{i}"),
        (r"L_n = x_{n,t_n}", "swap-indices@6", r"x_{n,t_{n}} → x_{t_{n},n}"),
        (r"L_n = x_{n,t_n}", "gather-to-index@6", r"x_{n,t_{n}} → x_{n,n}"),
        (r"L_n = x_{n,t_n}", "shift-gather@6", r"x_{n,t_{n}} → x_{n,t_{n} + 1}"),
        (r"L_n = \sum_i x_{n,i}", "change-index@13", r"x_{n,i} → x_{i,i}"),
        (r"L = \log x", "log-base-2@4", r"\log x → \log_{2} x"),
        (r"L = \log_2 x", "drop-log-base@4", r"\log_{2} x → \log x"),
        (r"L = \log x", "drop-log@4", r"\log x → x"),
        (r"L = \log x", "log-to-exp@4", r"\log x → \exp x"),
        (r"L = \sqrt{x}", "drop-root@4", r"\sqrt{x} → x"),
        (r"L = A^\top B", "drop-transpose@4", r"A^{\top} → A"),
        (r"L = A B", "swap-factors@4", "A B → B A"),
        (r"L = a b c", "drop-factor@4#2", "a b c → a c"),
        (r"L = \frac{a}{b}", "swap-operands@4", r"\frac{a}{b} → \frac{b}{a}"),
        (r"L = \frac{a}{b}", "drop-denominator@4", r"\frac{a}{b} → a"),
        (r"L = \frac{a}{b}", "drop-numerator@4", r"\frac{a}{b} → \frac{1}{b}"),
        (r"L = \mathbb{1}[a = b]", "change-condition@15", r"a = b → a \ne b"),
        (r"L = \mathbb{1}[a < b]", "change-condition@15", r"a < b → a \le b"),
        (r"L = y_i \log p_i", "change-symbol@4", "y_{i} → p_{i}"),
        (r"\sum_i p_i = 1", "drop-sum@0", r"\sum_{i} p_{i} → p_{i}"),
    ],
)
def test_a_slip_of_each_kind(latex: str, name: str, note: str) -> None:
    """The name says what was changed and where, the note shows it."""
    assert changed(latex)[name] == note


@pytest.mark.parametrize("latex", [LOSS, MEAN, SOFTMAX, EVERYTHING])
def test_mutants_are_different_formulas(latex: str) -> None:
    """No two are equal, none is the formula, all have names of their own, and the list is always the same."""
    formula = parse(latex)
    found = mutants(formula)
    trees = [tuple(strip(member) for member in mutant.formula.members) for mutant in found]
    assert len({*trees, tuple(strip(member) for member in formula.members)}) == len(found) + 1
    assert len({mutant.name for mutant in found}) == len(found) > 10
    assert found == mutants(parse(latex))


def test_the_defined_name_is_not_mutated() -> None:
    """What stands on the left is no claim about the code."""
    assert all(mutant.formula.members[0] == parse(LOSS).members[0] for mutant in mutants(parse(LOSS)))


def test_one_of_two_equal_parts_is_changed() -> None:
    """What looks like the changed part stays."""
    found = {mutant.formula.latex for mutant in mutants(parse("L = 2 x + 2 y"))}
    assert {"L = 3 x + 2 y", "L = 2 x + 3 y"} <= found
    assert "L = 3 x + 3 y" not in found


def test_one_member_is_changed_at_a_time() -> None:
    """A chain keeps its other members."""
    formula = parse(LOSS)
    for mutant in mutants(formula):
        kept = [strip(a) == strip(b) for a, b in zip(mutant.formula.members, formula.members, strict=True)]
        assert kept.count(False) == 1


def test_a_mutant_is_where_its_formula_is() -> None:
    """A refusal of a mutant names the chapter."""
    formula = parse("L = x", where=Location("a.md", 3, 1))
    assert {mutant.formula.where for mutant in mutants(formula)} == {Location("a.md", 3, 1)}


@pytest.mark.parametrize(("latex", "survivors"), [(LOSS, 0), (MEAN, 1), (SOFTMAX, 0)])
def test_mutants_can_be_told_apart(latex: str, survivors: int) -> None:
    """On random leaves every mutant is refused or has another value; only a dropped bound does not."""
    made = torch.Generator().manual_seed(3)
    n, v = 3, 4
    where = {
        "z": torch.randn(n, v, generator=made, dtype=torch.float64),
        "y": torch.rand(n, v, generator=made, dtype=torch.float64),
        r"\hat{y}": torch.rand(n, v, generator=made, dtype=torch.float64),
        r"\ell": torch.rand(n, generator=made, dtype=torch.float64),
        "t": torch.tensor([1, 3, 0]),
        "N": n,
    }
    if latex == SOFTMAX:
        del where[r"\hat{y}"]
    original = evaluate(latex, where)
    alike = []
    for mutant in mutants(parse(latex)):
        try:
            found = evaluate(mutant.formula, where)
        except TexsorError:
            continue
        pairs = zip(found.members, original.members, strict=True)
        if all(
            a.value.tensor.shape == b.value.tensor.shape and torch.allclose(a.value.tensor, b.value.tensor)
            for a, b in pairs
        ):
            alike.append(mutant.name)
    assert len(alike) == survivors, alike
