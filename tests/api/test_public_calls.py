"""The four calls that need no page."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import texsor
from texsor.check.evaluate_bindings import REGISTERED
from texsor.errors import Invalid


def test_parse_gives_a_tree_that_prints_back() -> None:
    """texsor.parse reads LaTeX."""
    assert texsor.parse(r"s = \sum_i z_i").latex == r"s = \sum_i z_i"


def test_evaluate_is_literal() -> None:
    """texsor.evaluate computes a formula from what its symbols are bound to."""
    z = torch.tensor([1.0, 2.0, 4.0])
    assert texsor.evaluate(r"s = \sum_i z_i", where={"z": z}).value.tensor.item() == 7.0


def test_check_tells_a_sum_from_a_mean() -> None:
    """texsor.check compares a formula with code in value and gradient, and names what the code computes."""
    z = torch.tensor([1.0, 2.0, 4.0])
    assert texsor.check(r"s = \sum_i z_i", z.sum, where={"z": z}).holds
    red = texsor.check(r"s = \sum_i z_i", z.mean, where={"z": z})
    assert not red.holds
    assert "3, the size of axis i" in red.diagnosis


def test_a_registered_function_is_known_to_every_formula(request) -> None:
    """texsor.register_function makes a name a function."""
    request.addfinalizer(lambda: REGISTERED.pop(r"\mathrm{Cube}", None))
    z = torch.tensor([1.0, 2.0, 4.0])
    with pytest.raises(Invalid, match="Cube} is bound to nothing"):
        texsor.evaluate(r"s = \sum_i \mathrm{Cube}(z_i)", where={"z": z})
    texsor.register_function(r"\mathrm{Cube}", lambda x: x**3)

    def cubes() -> torch.Tensor:
        return (z * z * z).sum()

    verdict = texsor.check(r"s = \sum_i \mathrm{Cube}(z_i)", cubes, where={"z": z})
    assert verdict.holds
    assert not verdict.value_only


def test_trace_lists_the_operations() -> None:
    """texsor.trace calls a function and lists what it ran."""
    result, ran = texsor.trace(lambda z: z.exp().sum(), torch.zeros(3))
    assert result.item() == 3.0
    assert [call.operation for call in ran.calls] == ["aten.exp.default", "aten.sum.default"]


def test_unknown_name() -> None:
    """Any other name is refused as Python does it."""
    with pytest.raises(AttributeError, match="no attribute 'prove'"):
        texsor.prove  # noqa: B018 - the access is what is tested


def test_importing_texsor_is_cheap() -> None:
    """`import texsor` loads neither torch nor Sphinx nor IPython."""
    code = "import texsor, sys; print([m for m in ('torch', 'sphinx', 'IPython', 'lark') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
