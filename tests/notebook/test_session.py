"""Recording of a notebook's cells."""

from __future__ import annotations

import sys

import pytest
import torch
from torch.utils._python_dispatch import _get_current_dispatch_mode

from texsor.errors import Invalid
from texsor.notebook.session import library_roots

MODE = """
from torch.utils._python_dispatch import TorchDispatchMode
class Mine(TorchDispatchMode):
    @classmethod
    def _should_skip_dynamo(cls):
        return False  # else PyTorch imports its compiler, which takes seconds

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))
"""
LOSS = "%%formula f\nr = \\sum_n x_n\nwhere\nx = x"


def operations(cells, path: str) -> list[str]:
    """What a cell's lines ran, as far as it was recorded."""
    return [f"{call.stack[0].line} {call.operation}" for call in cells.session.calls if call.stack[0].path == path]


def test_each_cell_is_recorded_under_its_own_name(cells) -> None:
    """Line by line, between its beginning and its end only."""
    cells.run("a = torch.ones(2)\nb = a + 1\n\nc = b * 2")
    assert operations(cells, "In[3]") == ["1 aten.ones.default", "2 aten.add.Tensor", "4 aten.mul.Tensor"]
    assert not cells.session.recorder.active
    assert _get_current_dispatch_mode() is None


@pytest.mark.parametrize(
    "failing",
    [
        "a = torch.ones(2)\nraise RuntimeError('no')",
        "a = torch.ones(2) +",
        "%nosuchmagic",
        "%%nosuchmagic\n1",
        "a = torch.ones(2)\n  b = 1",
        "raise SystemExit(1)",
        "torch.ones(2) @ torch.ones(3)",
        "%%formula\nL",
    ],
)
def test_a_cell_that_fails_leaves_the_recording_sane(cells, failing: str) -> None:
    """After an exception or a syntax error nothing records, and the next cell does as ever."""
    cells.fail(failing)
    assert not cells.session.recorder.active
    assert _get_current_dispatch_mode() is None
    cells.run("x = torch.ones(3)\ny = x.sum()")
    assert operations(cells, f"In[{cells.shell.execution_count - 1}]")[-1] == "2 aten.sum.default"
    cells.run(LOSS)
    assert cells.verdict("%check f y").holds


@pytest.mark.parametrize("source", ["", "   \n", "# nothing\n", "1 + 1", "import math\nmath.pi"])
def test_a_cell_without_torch(cells, source: str) -> None:
    """There is nothing to record, and nothing is left on."""
    before = len(cells.session.calls)
    cells.run(source)
    assert len(cells.session.calls) == before
    assert not cells.session.recorder.active
    assert cells.session.running == []


def test_recording_never_changes_a_result(bare) -> None:
    """The same cells with and without texsor give the same bits, the same gradients and the same random numbers."""
    program = """
import torch
torch.manual_seed(7)
w = torch.randn(64, 64, requires_grad=True)
x = torch.randn(8, 64)
h = torch.nn.functional.gelu(x @ w)
h.add_(torch.randn_like(h))
loss = torch.nn.functional.cross_entropy(h, torch.arange(8))
loss.backward()
found = [t.detach().clone() for t in (w.grad, x, h, loss, torch.rand(3))]
"""
    bare.run(program)
    plain = bare["found"]
    bare.run("%load_ext texsor")
    bare.run(program)
    assert all(torch.equal(a, b) for a, b in zip(plain, bare["found"], strict=True))
    bits = [[t.reshape(-1).view(torch.uint8).tolist() for t in found] for found in (plain, bare["found"])]
    assert bits[0] == bits[1]
    assert len(bare.session.calls) > 5


def test_a_check_does_not_change_what_follows(cells) -> None:
    """Neither the generator nor the default type nor the gradient mode."""
    cells.run("x = torch.ones(3)\ny = x.sum()")
    cells.run(LOSS)
    cells.run("torch.manual_seed(3)\na = torch.rand(2)")
    cells.run("torch.manual_seed(3)\n%check f y\nb = torch.rand(2)\nc = b * 2")
    assert torch.equal(cells["a"], cells["b"])
    assert cells["b"].dtype is torch.float32
    assert torch.is_grad_enabled()
    assert operations(cells, "In[6]")[-1] == "4 aten.mul.Tensor"


def test_a_cell_that_runs_another(cells) -> None:
    """A cell within a cell, as with %%capture, does not end the recording of the outer one."""
    cells.run("x = torch.ones(2)\nget_ipython().run_cell('inner = x + 1')\nget_ipython().run_cell('')\nz = x * 3")
    ran = [call.operation for call in cells.session.calls]
    assert ran[-2:] == ["aten.add.Tensor", "aten.mul.Tensor"]
    cells.run("%%capture\nk = x - 1")
    assert cells.session.calls[-1].operation == "aten.sub.Tensor"
    assert cells.session.running == []


def test_a_cell_may_be_checked_inside_another(cells) -> None:
    """The inner cell's comments and lines count."""
    cells.run("%%formula f\nr_n = -x_n\nwhere\nx = x")
    cells.run("x = torch.ones(2)")
    (verdict,) = cells.verdicts(
        "# outer\n\n\nget_ipython().run_cell('y = -x  # -\\n%check f y', store_history=True).raise_error()\n"
        "z = 1  # \\log"
    )
    assert [(term.term, term.line.line) for term in verdict.terms] == [("-", 1)]


def test_a_cell_that_is_run_again_unchanged_is_paired_again(cells) -> None:
    """A kernel gives the same code the same file name: the lines keep the name by which the recording knows them."""
    cells.run("%%formula f\nr_n = -x_n\nwhere\nx = x")
    cells.run("x = torch.ones(2)")
    source = "y = -x  # -\n%check f y"
    first, second = cells.verdict(source), cells.verdict(source)
    assert first.terms[0].proved
    assert second.terms[0].proved
    assert first.terms[0].line == second.terms[0].line


def test_leading_blank_lines_do_not_shift_the_lines(cells) -> None:
    """IPython cuts them off; comments and recording count the same way."""
    cells.run("%%formula f\nr_n = -x_n\nwhere\nx = x")
    cells.run("x = torch.ones(2)")
    verdict = cells.verdict("\n\n\ny = (\n    -x\n)  # -\n%check f y")
    assert [(term.line.line, term.proved) for term in verdict.terms] == [(3, True)]


def test_recording_can_be_paused(cells) -> None:
    """Cells of tiny operations in loops may be left out; what follows is recorded again."""
    cells.session.paused = True
    cells.run("a = torch.ones(2) + 1")
    assert operations(cells, "In[3]") == []
    cells.run("x = torch.ones(2)\ny = x.sum()")
    cells.run(LOSS)
    assert cells.verdict("%check f y").value_only == "the code was not recorded"
    cells.session.paused = False
    cells.run("y = x.sum()")
    assert not cells.verdict("%check f y").value_only


def test_loading_twice_records_once(cells) -> None:
    """A second %load_ext changes nothing; a reload starts anew with one set of hooks."""
    first = cells.session
    cells.run("%load_ext texsor")
    assert cells.session is first
    cells.run("%reload_ext texsor")
    assert cells.session is not first
    assert not first.recorder.active
    cells.run("a = torch.ones(2) + 1")
    assert [call.operation for call in cells.session.calls] == ["aten.ones.default", "aten.add.Tensor"]
    assert len(first.calls) < 20


def test_a_dispatch_mode_of_the_authors_own(cells) -> None:
    """What runs in it and behind it is recorded as ever."""
    cells.run(MODE)
    cells.run("a = torch.ones(2, 2)\nwith Mine():\n    b = a @ a\nc = b + 1")
    assert operations(cells, "In[4]")[-1] == "4 aten.add.Tensor"


def test_an_unknown_formula_is_refused_with_the_known_ones(cells) -> None:
    """The refusal lists what is declared."""
    with pytest.raises(
        Invalid, match="no formula 'g' was declared\n  to do: declare it with %%formula; declared are: none"
    ):
        cells.session.declaration("g")
    cells.run(LOSS)
    with pytest.raises(Invalid, match="declared are: f"):
        cells.session.declaration("g")


def test_outside_a_cell_there_is_no_line(cells) -> None:
    """A program that calls the magic itself is called the cell."""
    assert str(cells.session.here()) == "cell:1"
    assert cells.session.source() == ""


def test_the_packages_that_a_reader_may_look_into(tmp_path) -> None:
    """All that are importable and not installed from an index, texsor excepted."""
    for name in ("mine", "texsor"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "data").mkdir()
    assert library_roots([str(tmp_path), str(tmp_path / "absent")]) == [tmp_path / "mine"]
    roots = [root.name for root in library_roots(sys.path)]
    assert "lmloss" in roots
    assert not {"torch", "texsor", "json"} & set(roots)
