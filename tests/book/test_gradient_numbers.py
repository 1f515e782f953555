"""The numbers of the chapter on the gradient, by ways that are dumber than the chapter's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import pytest

from texsor.execute import Stored
from texsor.records import from_json
from texsor.verdicts import DECLARED, VERDICT, Declared, Verdict

Chapters = Callable[[str], Stored]

LOGITS, TARGET = [3.0, 2.0, 1.0, 0.0, -1.0], 1
PROBABILITIES = (7.454046e-05, 3.106058e-05, 1.156279e-05, 1.033667e-05, 5.677593e-05, 4.755931e-06)
"""What the targets of the seed's six positions get, as published."""
V, STEPS = 50257, 15
CONSTANT = {"target-slope"}
"""Derivatives that no tensor moves: there is no gradient of theirs to compare."""


@pytest.fixture
def stored(chapter: Chapters) -> Stored:
    """What the chapter's cells left behind."""
    return chapter("understanding/gradient")


def value(stored: Stored, name: str) -> object:
    """The value that the chapter recorded under a name."""
    return stored.values()[name][0]


def verdicts(stored: Stored) -> list[Verdict]:
    """What the checks of the chapter found."""
    return [from_json(Verdict, record) for record in stored.records(VERDICT)]


def shown(stored: Stored) -> str:
    """Everything that the cells show as text, without spaces."""
    data = (output.get("data", {}) for cell in stored.notebook.cells for output in cell.get("outputs", ()))
    return re.sub(r"\s+", "", "".join(one.get("text/plain", "") for one in data))


def loss(logits: list[float]) -> float:
    """The loss of the five tokens, from Python's own floats."""
    return math.log(sum(map(math.exp, logits))) - logits[TARGET]


def slopes(function: Callable[[list[float]], float], h: float = 1e-6) -> Iterator[float]:
    """The change of a function by each logit, one nudge up and one down."""
    for i in range(len(LOGITS)):
        up, down = ([z + sign * h * (i == j) for j, z in enumerate(LOGITS)] for sign in (1, -1))
        yield (function(up) - function(down)) / (2 * h)


def squared_error(logits: list[float]) -> float:
    """Half the squared distance between prediction and target, from Python's own floats."""
    total = sum(map(math.exp, logits))
    return sum((math.exp(z) / total - (i == TARGET)) ** 2 for i, z in enumerate(logits)) / 2


def path(step: Callable[[float], float]) -> list[float]:
    """The mean loss while each target's log-odds grow by step(p) a step, all other tokens taken as one that stays."""
    odds, losses = [math.log(p / (1 - p)) for p in PROBABILITIES], []
    for _ in range(STEPS + 1):
        losses.append(sum(math.log1p(math.exp(-m)) for m in odds) / len(odds))
        odds = [m + step(1 / (1 + math.exp(-m))) for m in odds]
    return losses


def test_every_formula_is_proved(stored: Stored) -> None:
    """Each declared formula holds, in value and gradient on two sets of leaves unless it is a constant."""
    proved = {found.name: found for found in verdicts(stored) if found.wanted}
    names = [from_json(Declared, record).name for record in stored.records(DECLARED)]
    assert len(names) >= 15
    for name in names:
        assert proved[name].holds, name
        assert bool(proved[name].value_only) is (name in CONSTANT), (name, proved[name].value_only)
        for member in proved[name].members:
            errors = [member.value_error, member.gradient_error, member.random_value_error]
            assert name in CONSTANT or max(errors) <= 1e-10, (name, errors)


def test_the_gradient_of_the_seed_is_mapped_whole(stored: Stored) -> None:
    """The four terms of the formula are proved by four lines, autograd's among them."""
    (found,) = [verdict for verdict in verdicts(stored) if verdict.name == "token-gradient"]
    assert [term.proved for term in found.terms] == [True] * 4
    assert any("leaf.grad" in term.code for term in found.terms)
    assert not found.unpaired


def test_forgetting_to_divide_goes_red_with_its_reason(stored: Stored) -> None:
    """The one wrong check lacks 1/N, and its diagnosis names the ratio and the axis."""
    (red,) = [verdict for verdict in verdicts(stored) if not verdict.wanted]
    assert (red.name, red.holds) == ("mean-gradient", False)
    assert "6, the size of axis n" in red.diagnosis


def test_slopes_of_the_five_logits(stored: Stored) -> None:
    """The slopes are prediction minus target, and are what nudging Python's floats gives."""
    total = sum(map(math.exp, LOGITS))
    closed = [math.exp(z) / total - (i == TARGET) for i, z in enumerate(LOGITS)]
    assert value(stored, "slopes") == pytest.approx(closed, abs=1e-7)
    assert value(stored, "slopes") == pytest.approx(list(slopes(loss)), abs=1e-7)


def test_one_step_of_the_five_logits(stored: Stored) -> None:
    """A step of a tenth of the gradient lowers the loss to what Python's floats say."""
    gradient = list(slopes(loss))
    stepped = [z - 0.1 * g for z, g in zip(LOGITS, gradient, strict=True)]
    assert value(stored, "loss") == pytest.approx(loss(LOGITS), abs=1e-6)
    assert value(stored, "after") == pytest.approx(loss(stepped), abs=1e-6)
    assert value(stored, "predicted") == pytest.approx(0.1 * sum(g * g for g in gradient), abs=1e-6)


def test_the_squared_error_slopes_that_the_reader_sees(stored: Stored) -> None:
    """The gradient of the squared error, as printed, is what nudging Python's floats gives."""
    printed = ",".join(f"{slope:.4f}" for slope in slopes(squared_error))
    assert shown(stored).count(printed) >= 2


def test_target_gradients_of_the_seed(stored: Stored) -> None:
    """At each target the gradient is the published probability minus one, and the other tokens' make up for it."""
    expected = [p - 1 for p in PROBABILITIES]
    assert value(stored, "targets") == pytest.approx(expected, abs=1.3e-7, rel=0)
    assert value(stored, "up") == pytest.approx([-g for g in expected], abs=1e-5, rel=0)
    assert value(stored, "slope") == pytest.approx(expected[0], abs=1e-6, rel=0)
    assert value(stored, "typical") == pytest.approx(-sum(expected) / (6 * (V - 1)), rel=1e-5)


def test_fifteen_steps_from_the_published_probabilities(stored: Stored) -> None:
    """Both descents are those of six log-odds alone: 50,256 other tokens hardly move."""
    assert value(stored, "log_path") == pytest.approx(path(lambda p: 1 - p), abs=3e-3)
    slow = path(lambda p: p * (1 - p) ** 2)
    assert value(stored, "squared_drop") == pytest.approx(slow[0] - slow[-1], rel=2e-2)
