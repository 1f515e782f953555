"""The numbers of the chapter on numerical stability, by ways that are dumber than the chapter's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch

from texsor.execute import Stored
from texsor.records import from_json
from texsor.verdicts import DECLARED, VERDICT, Declared, Verdict

Chapters = Callable[[str], Stored]
DTYPES = [torch.float16, torch.bfloat16, torch.float32]
V = 50257


@pytest.fixture
def stored(chapter: Chapters) -> Stored:
    """What the chapter's cells left behind."""
    return chapter("understanding/stability")


def value(stored: Stored, name: str) -> Any:
    """The value that the chapter recorded under a name."""
    return stored.values()[name][0]


def verdicts(stored: Stored, *, wanted: bool) -> dict[str, Verdict]:
    """The checks that were to hold, or those that were to fail, by formula."""
    found = [from_json(Verdict, record) for record in stored.records(VERDICT)]
    return {verdict.name: verdict for verdict in found if verdict.wanted == wanted}


def shown(stored: Stored) -> str:
    """Everything that the cells show as text, without spaces: infinities and NaN are no recorded values."""
    data = (output.get("data", {}) for cell in stored.notebook.cells for output in cell.get("outputs", ()))
    return re.sub(r"\s+", "", "".join(one.get("text/plain", "") for one in data))


def exact_losses(logits: list[list[float]], targets: list[int]) -> list[float]:
    """Each position's loss from Python's own floats: the logits of the test are harmless."""
    return [math.log(sum(map(math.exp, row))) - row[t] for row, t in zip(logits, targets, strict=True)]


def factors_left(p: float, dtype: torch.dtype) -> int:
    """How many factors p a product can have before the dtype's nearest number is 0."""
    product, count = p, 0
    while float(torch.tensor(product, dtype=dtype)):
        product, count = product * p, count + 1
    return count


def test_every_formula_is_proved(stored: Stored) -> None:
    """Each declared formula holds in value and gradient, on two sets of leaves."""
    proved = verdicts(stored, wanted=True)
    names = [from_json(Declared, record).name for record in stored.records(DECLARED)]
    assert len(names) >= 7
    for name in names:
        assert (proved[name].holds, proved[name].value_only) == (True, ""), name
    assert [term.proved for term in proved["log-sum-exp"].terms] == [True] * 7


def test_formulas_beyond_float64_say_so(stored: Stored) -> None:
    """The product of a thousand probabilities and the sum of exponentials overflow as they are written."""
    proved = verdicts(stored, wanted=True)
    assert [member.overflows for member in proved["product-to-sum"].members] == [True, False]
    assert not proved["log-sum-exp"].members[0].overflows


def test_the_two_reds_are_red_for_different_reasons(stored: Stored) -> None:
    """An epsilon is another formula; a bad order is the same formula, and only bfloat16's rounding differs."""
    red = verdicts(stored, wanted=False)
    assert sorted(red) == ["log-softmax", "shifted-loss"]
    (epsilon,) = red["shifted-loss"].members
    assert epsilon.value_error > 1
    for order in red["log-softmax"].members:
        assert order.value_error < 1e-10
        assert order.gradient_error is not None
        assert order.gradient_error < 1e-10
        assert order.recorded_error == pytest.approx(math.log(2), rel=1e-6)  # log-probability 0 instead of -log 2


def test_largest_exponents(stored: Stored) -> None:
    """No number of 16 bits above the limit, and no float32 a thousandth above it, has a finite exponential."""
    limits = value(stored, "limits")
    patterns = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16)
    for limit, dtype in zip(limits, DTYPES[:2], strict=False):
        numbers = patterns.view(dtype)
        fitting = [z for z in numbers[numbers.isfinite()].tolist() if z < 700 and math.exp(z) <= torch.finfo(dtype).max]
        assert limit == max(fitting)
    assert limits[2] == pytest.approx(math.log(torch.finfo(torch.float32).max), abs=3e-4)


def test_factors_before_the_product_is_zero(stored: Stored) -> None:
    """Multiplying one by one gives the counts that the chapter gets at once."""
    counts = value(stored, "counts")
    assert counts == [[factors_left(p, dtype) for dtype in DTYPES] for p in (1 / V, 0.5, 0.9)]


def test_total_of_a_thousand_losses(stored: Stored) -> None:
    """The sum of the logarithms is what Python's floats make of the same logits."""
    torch.manual_seed(123)
    logits, targets = torch.randn(1024, 50), torch.randint(50, (1024,))
    assert value(stored, "total") == pytest.approx(sum(exact_losses(logits.tolist(), targets.tolist())), rel=1e-5)


def test_losses_and_slopes(stored: Stored) -> None:
    """From logits the slope is ŷ - 1; from probabilities it is lost before the loss; with epsilon it is nothing."""
    p = [1 / (1 + math.exp(gap)) for gap in (5, 90, 200)]
    assert value(stored, "losses") == pytest.approx([-math.log(one) for one in p], rel=1e-6)
    assert value(stored, "logits_slope") == pytest.approx([one - 1 for one in p], rel=1e-6)
    from_probas = f"((tensor([{-math.log(p[0]):.4f},90.0000,inf]),tensor([{p[0] - 1:.4f},nan,nan])),"
    assert from_probas in shown(stored)
    assert value(stored, "epsilon_losses") == pytest.approx([-math.log(one + 1e-8) for one in p], rel=1e-6)
    assert value(stored, "cap") == pytest.approx(-math.log(1e-8), rel=1e-6)
    assert [abs(one) < 1e-30 for one in value(stored, "epsilon_slope")] == [False, True, True]


def test_errors_of_the_three_dtypes(stored: Stored) -> None:
    """Two subtractions stay within a dtype's spacing; one loses everything in 16 bits and digits in float32."""
    worst, lost = value(stored, "worst"), value(stored, "lost")
    for error, dtype in zip(worst, DTYPES, strict=True):
        assert torch.finfo(dtype).eps / 20 < error < torch.finfo(dtype).eps
    assert lost[:2] == [1.0, 1.0]
    assert 1e-5 < lost[2] < 1e-3
    assert value(stored, "raised_error") < 1e-5 < value(stored, "low_error")


def test_sum_of_equal_exponentials_overflows_early(stored: Stored) -> None:
    """In float16 a vocabulary of equal logits overflows where V e^z is 65504."""
    limit = value(stored, "sum_limit")
    assert math.exp(limit) * V == pytest.approx(65504, rel=1e-5)
