"""Checking with no notebook in sight."""

from __future__ import annotations

import pytest
import torch

import texsor
from texsor.errors import Invalid, NotSupported
from texsor.formula import parse

LOSS = r"\ell_n = -\log \hat{y}_{n,t_n}"


@pytest.fixture
def where() -> dict[str, torch.Tensor]:
    """Probabilities and targets."""
    torch.manual_seed(0)
    return {r"\hat{y}": torch.rand(3, 4), "t": torch.tensor([0, 3, 1])}


def losses(probas: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The code under test."""
    return -probas.gather(-1, targets.unsqueeze(-1)).log()


def test_a_tensor_is_compared_in_value(where) -> None:
    """What was computed before can only be looked at; the verdict says so."""
    verdict = texsor.check(LOSS, losses(*where.values()), where=where)
    assert verdict.holds
    assert verdict.value_only == "the code was not recorded"
    assert verdict.leaves == ()
    assert not texsor.check(LOSS, losses(*where.values()) + 1e-3, where=where).holds


def test_a_function_is_compared_in_value_and_gradient(where) -> None:
    """It is run once, recorded, and replayed in float64 from the tensors of ``where``."""
    runs = []
    verdict = texsor.check(LOSS, lambda: runs.append(1) or losses(*where.values()), where=where)
    assert verdict.holds
    assert not verdict.value_only
    assert verdict.leaves == ("float32(3, 4)",)
    assert runs == [1]
    expected = [-torch.log(row[k].double()).item() for row, k in zip(*where.values(), strict=True)]
    assert verdict.members[0].value.values == pytest.approx(expected, rel=1e-14)


def test_a_failure_is_diagnosed(where) -> None:
    """The verdict of a wrong formula names what the code computes."""
    verdict = texsor.check(r"L = \sum_n \log \hat{y}_{n,t_n}", lambda: losses(*where.values()).sum(), where=where)
    assert not verdict.holds
    assert verdict.diagnosis.startswith("code / formula = -1: a sign; the code computes ")


def test_a_parsed_formula_will_do(where) -> None:
    """LaTeX or tree."""
    assert texsor.check(parse(LOSS), lambda: losses(*where.values()), where=where).holds


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_the_callers_mode_does_not_matter(where, mode) -> None:
    """Under no_grad the gradients are compared all the same."""
    with mode():
        assert not texsor.check(LOSS, lambda: losses(*where.values()), where=where).value_only


def test_a_module_is_a_function(where) -> None:
    """Anything that can be called without arguments."""

    class Losses(torch.nn.Module):
        def forward(self) -> torch.Tensor:
            return losses(*where.values())

    assert not texsor.check(LOSS, Losses(), where=where).value_only


def test_a_function_that_gives_no_tensor_is_refused() -> None:
    """The refusal says what it gave."""
    with pytest.raises(Invalid, match="the function gave float\n  to do: return the tensor to be checked"):
        texsor.check("L = x", lambda: 1.0, where={"x": 1.0})


def test_what_is_neither_tensor_nor_function_is_refused() -> None:
    """A number cannot be checked."""
    with pytest.raises(Invalid, match="float cannot be checked\n  to do: pass a tensor, or a function that gives one"):
        texsor.check("L = x", 1.0, where={"x": 1.0})


def test_a_function_that_raises_raises(where) -> None:
    """Its own exception comes through, and the recording ends."""
    with pytest.raises(IndexError, match="out of"):
        texsor.check(LOSS, lambda: where["t"][7], where=where)
    assert torch.utils._python_dispatch._get_current_dispatch_mode() is None


@pytest.mark.parametrize(
    ("latex", "where", "error", "message"),
    [
        (r"L = \foo x", {"x": 1.0}, NotSupported, r"\\foo"),
        ("L = x", {}, Invalid, "x is bound to nothing"),
        ("L_{n,i} = x_{n,i}", {"x": torch.ones(2)}, Invalid, r"x has 1 axes \(2,\), and x_{n,i} names 2"),
        (
            r"L = \sum_n x_n w_n",
            {"x": torch.ones(2), "w": torch.ones(3)},
            Invalid,
            "over 2 values in x.*and over 3 in w",
        ),
        ("L = x", {"x": "text"}, Invalid, "x is bound to str, which is no tensor"),
        ("L = ", {}, Invalid, "operand|side|formula"),
    ],
)
def test_bad_input_is_refused_with_a_caret(latex: str, where, error, message: str) -> None:
    """LaTeX that cannot be read, or evaluated with these bindings."""
    with pytest.raises(error, match=message) as caught:
        texsor.check(latex, lambda: torch.ones(()), where=where)
    assert "^" in str(caught.value)
