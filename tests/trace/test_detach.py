"""Tensors without their history: `detach()` in the reader's code."""

from __future__ import annotations

import gc

import pytest
import torch

from texsor.trace import Replay, leaves


def slope(notebook, target: str = "y", at: str = "x", *, detach: bool = True) -> list[float]:
    """The gradient of a name's sum at another name."""
    replayed = Replay(notebook.recorder, notebook[target], at=[notebook[at]]).run(detach=detach)
    return replayed.gradients()[0].flatten().tolist()


@pytest.fixture
def three(notebook):
    """A notebook with x = 1, 2, 3."""
    notebook.unrecorded("x = torch.tensor([1.0, 2.0, 3.0])")
    return notebook


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("y = x.detach() * x", [1.0, 2.0, 3.0]),
        ("y = torch.mul(x, x.detach())", [1.0, 2.0, 3.0]),
        ("y = x.data * x", [1.0, 2.0, 3.0]),
        ("y = x.detach().view(1, 3).squeeze() * x", [1.0, 2.0, 3.0]),
        ("a, b, c = x.detach().unbind()\ny = a * x[0]", [1.0, 0.0, 0.0]),
        ("y = torch.cat([x.detach(), x * 2])", [2.0, 2.0, 2.0]),
        ("y = x.detach() + 1", [0.0, 0.0, 0.0]),
        ("d = x.detach()\nv = x.view(3, 1)\ny = v * 2", [2.0, 2.0, 2.0]),
        ("y = x.clone()\ny.mul_(x.detach())", [1.0, 2.0, 3.0]),
        ("y = x * 2\ny.detach().add_(1)", [2.0, 2.0, 2.0]),
        ("w = torch.nn.Parameter(x)\ny = w * 2", [2.0, 2.0, 2.0]),
        ("y = torch.nn.ParameterList([x]).state_dict()['0'] * 2", [2.0, 2.0, 2.0]),
        ("f'{x.detach().sum():.1f}'\nprint(x)\ny = x * 2", [2.0, 2.0, 2.0]),
    ],
)
@pytest.mark.parametrize("grad", [True, False])
def test_what_the_code_detaches_is_cut_off_where_it_is_asked_for(three, cell, expected, grad) -> None:
    """Only what is read through a detached tensor, or a view of one, has no slope; the value is the same."""
    with torch.set_grad_enabled(grad):
        three.run("1", cell)
    assert slope(three) == expected


def test_detached_code_is_a_function_unless_it_is_asked_for(three) -> None:
    """Without the option the slope is that of the function that the code computes."""
    three.run("1", "y = x.detach() * x")
    assert slope(three, detach=False) == [2.0, 4.0, 6.0]


def test_a_leaf_that_is_detached_itself_keeps_its_slope(three) -> None:
    """To detach it again cuts nothing."""
    three.run("1", "d = x.detach()\ny = d * 2")
    assert slope(three, at="d") == [2.0, 2.0, 2.0]
    three.run("2", "y = d.detach() * 2")
    assert slope(three, at="d") == [2.0, 2.0, 2.0]
    assert [leaf.detached for leaf in leaves(three.recorder, three["y"])] == [True]
    assert [leaf.detached for leaf in leaves(three.recorder, three["d"])] == [True]


def test_a_detached_tensor_is_forgotten_with_its_object(three) -> None:
    """Nothing is kept alive, and an address that is used again is not taken for it."""
    three.run("1", "d = x.detach()\nfor _ in range(100):\n    y = x.detach() + 1\n    z = x + 1")
    del three.names["d"]
    gc.collect()
    assert three.recorder.tape.detached == {}
    assert slope(three, "z") == [1.0, 1.0, 1.0]
