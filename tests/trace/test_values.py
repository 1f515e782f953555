"""Which tensors a line produced, within a memory budget."""

import gc
import weakref
from typing import ClassVar

import pytest
import torch

from texsor.records import SourceLine
from texsor.trace import Replay


class Mark:
    """Something whose end can be watched."""


class Marked(torch.autograd.Function):
    """Doubles, and ties an object to its history."""

    made: ClassVar[list[Mark]] = []

    @staticmethod
    def forward(ctx, x):
        ctx.mark = Mark()
        Marked.made.append(ctx.mark)
        return x * 2


def values(notebook, line, cell="1"):
    """The tensors of a line as lists; the note where the numbers were not kept."""
    found = notebook.recorder.values(SourceLine(cell, line))
    return [value.note if value.tensor is None else value.tensor.tolist() for value in found]


def test_the_last_tensor_of_a_line_comes_last(notebook):
    """A line's tensors are its operations' results in order; the last is its value."""
    notebook.run("1", "x = torch.ones(2)\ny = -(x * 2).exp().log()")
    found = notebook.recorder.values(SourceLine("1", 2))
    assert [value.operation.split(".")[1] for value in found] == ["mul", "exp", "log", "neg"]
    assert [value.last for value in found] == [False, False, False, True]
    assert found[-1].tensor.tolist() == [-2.0, -2.0]
    assert [value.index for value in found] == sorted(value.index for value in found)


def test_a_line_that_produced_nothing_has_no_values(notebook):
    """Unknown lines and lines without tensors give nothing."""
    notebook.run("1", "x = 1")
    assert values(notebook, 1) == []
    assert notebook.recorder.lines.produced(SourceLine("1", 1)) == 0


def test_of_a_loop_the_first_and_the_last_are_kept(limited):
    """A line in a loop keeps its first tensors and its last; the others are counted."""
    notebook = limited(candidates=2)
    notebook.run("1", "for i in range(10):\n    x = torch.full((1,), i)")
    assert values(notebook, 2) == [[0], [1], [9]]
    assert notebook.recorder.lines.produced(SourceLine("1", 2)) == 10


def test_a_cell_that_runs_again_replaces_its_values(notebook):
    """A line's values are those of its latest run."""
    notebook.run("1", "x = torch.zeros(1)")
    notebook.run("1", "x = torch.ones(1)")
    assert values(notebook, 1) == [[1.0]]


def test_a_later_change_in_place_does_not_reach_back(notebook):
    """A line's tensor is what the line made, whatever was done to it later, through whichever view."""
    notebook.run("1", "x = torch.ones(2)\ny = x.view(2, 1)\ny.mul_(5)\nx[0] = 7")
    assert values(notebook, 1) == [[1.0, 1.0]]
    assert values(notebook, 2) == [[[1.0], [1.0]]]
    assert values(notebook, 3) == [[[5.0], [5.0]]]
    assert values(notebook, 4)[-1] == 7.0


def test_memory_without_a_value_is_no_value(notebook):
    """``torch.empty`` produces nothing that a term could equal."""
    notebook.run("1", "x = torch.empty(2)")
    assert values(notebook, 1) == []


def test_an_unrecorded_change_is_said(notebook):
    """A change that no recording saw is reported, not returned as the line's value."""
    notebook.run("1", "x = torch.ones(2)")
    notebook.unrecorded("x.add_(1)")
    assert values(notebook, 1) == ["a tensor's value was not kept: it was changed while nothing was recorded"]


def test_changes_in_inference_mode_are_seen_while_recorded(notebook):
    """Tensors without a version counter are followed as long as the recording runs."""
    with torch.inference_mode():
        notebook.run("1", "x = torch.ones(2)\nx.add_(1)")
        notebook.run("2", "x.add_(1)")
    assert values(notebook, 1) == [[1.0, 1.0]]
    assert values(notebook, 2) == [[2.0, 2.0]]


def test_beyond_the_budget_a_tensor_is_referred_to(limited):
    """What does not fit is still found while the program holds it, and the trace says so."""
    notebook = limited(budget_bytes=100)
    trace = notebook.run("1", "x = torch.ones(100)\ny = torch.ones(2)")
    assert trace.notes == (
        "1 tensors were too large to keep within 0 MiB: they are referred to while the program holds them",
    )
    assert values(notebook, 1) == [[1.0] * 100]
    del notebook.names["x"]
    assert values(notebook, 1) == [
        "a tensor's value was not kept: 0.0 MiB were too large to keep, and the program let go of them"
    ]
    assert values(notebook, 2) == [[1.0, 1.0]]


def test_a_tensor_let_go_before_it_is_changed(limited):
    """A tensor that did not fit and was changed later is lost, with that reason."""
    notebook = limited(copy_bytes=100)
    notebook.run("1", "x = torch.ones(100)\nx.add_(1)")
    assert values(notebook, 1) == [
        "a tensor's value was not kept: it was changed in place later, and 0.0 MiB were too large to copy"
    ]
    assert values(notebook, 2) == [[2.0] * 100]


def test_the_budget_is_given_back(limited):
    """Memory that no line needs any more can be used again."""
    notebook = limited(budget_bytes=1300)
    for _ in range(20):
        assert notebook.run("1", "x = torch.ones(100) * 2").notes == ()
    assert notebook.recorder.tape.budget.used == 800


def test_a_kept_tensor_does_not_keep_its_history(notebook):
    """Keeping a line's value holds its numbers, not the graph that backward would need."""
    notebook.names["Marked"] = Marked
    notebook.run("1", "w = torch.ones(2, requires_grad=True)\ny = Marked.apply(w)")
    history = weakref.ref(Marked.made.pop())
    del notebook.names["y"]
    gc.collect()
    assert history() is None
    assert values(notebook, 2) == [[2.0, 2.0]]


def test_parameters_are_only_referred_to(notebook):
    """Recording a model's forward holds nothing of its weights."""
    notebook.unrecorded("layer = torch.nn.Linear(64, 64)\nx = torch.ones(1, 64)")
    notebook.run("1", "with torch.no_grad():\n    y = layer(x)")
    assert notebook.recorder.tape.budget.used == 2 * 64 * 4  # x and y
    weight = weakref.ref(notebook["layer"].weight)
    del notebook.names["layer"]
    gc.collect()
    assert weight() is None
    with pytest.raises(Exception, match="the program let go of them"):
        Replay(notebook.recorder, notebook["y"]).run()


def test_an_updated_parameter_keeps_what_the_forward_read(notebook):
    """An optimizer's step does not change what the loss before it was computed from."""
    notebook.unrecorded("layer = torch.nn.Linear(2, 1)\nx = torch.ones(3, 2)")
    notebook.run(
        "1",
        "optimizer = torch.optim.SGD(layer.parameters(), 0.5)\n"
        "loss = layer(x).pow(2).sum()\nloss.backward()\noptimizer.step()",
    )
    value = Replay(notebook.recorder, notebook["loss"]).run().value
    torch.testing.assert_close(value.float(), notebook["loss"])


def test_freed_storages_are_forgotten(notebook):
    """A long loop leaves no entry for storages that are gone."""
    notebook.run("1", "for _ in range(3000):\n    x = torch.ones(1)")
    assert len(notebook.recorder.tape._cells) < 2000
    assert len(notebook.recorder.tape._kept) < 2000


def test_forgotten_operations_leave_no_views(limited):
    """What is forgotten takes its views along."""
    notebook = limited(max_operations=10)
    notebook.run("1", "for _ in range(100):\n    x = torch.ones(2).view(2, 1).add_(1)")
    assert len(notebook.recorder.tape.views) < 40


def test_gradients_are_not_the_value_of_a_line(notebook):
    """What backward computes is no tensor of the line's expression."""
    notebook.run("1", "x = torch.ones(2, requires_grad=True)\n(x * 3).sum().backward()")
    assert values(notebook, 2) == [[3.0, 3.0], 6.0]


def test_what_was_drawn_is_kept_for_replay(limited):
    """Random numbers that nobody holds any more, and no line keeps, can still be replayed from."""
    notebook = limited(candidates=0)
    notebook.run("1", "y = torch.rand(2) * 2")
    value = Replay(notebook.recorder, notebook["y"]).run().value
    torch.testing.assert_close(value.float(), notebook["y"])
