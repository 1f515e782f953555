"""What a recording says, and that it changes nothing."""

from textwrap import dedent

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from texsor.errors import Invalid
from texsor.records import SourceLine
from texsor.trace import Recorder, recorder_for, trace, unrecorded


def assert_trace(found, expected):
    """Compare a trace with its inline text."""
    assert str(found) == dedent(expected).strip()


def bits(tensor):
    """The bytes of a tensor, so that NaN and -0.0 count."""
    return tensor.detach().reshape(-1).contiguous().view(torch.uint8).tolist()


@pytest.mark.parametrize("inference", [False, True])
def test_recorded_results_are_bit_identical(program, pair, inference):
    """A recorded program gives the same bits, strides and generator state as an unrecorded one."""
    with torch.inference_mode(inference):
        plain, state = program(*pair), torch.get_rng_state()
        recorded, _ = trace(program, *pair)
    assert bits(recorded) == bits(plain)
    assert recorded.stride() == plain.stride()
    assert torch.equal(torch.get_rng_state(), state)


def training(seed):
    """Train a small network with dropout for two steps."""
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 2)]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(torch.randn(5, 4)), torch.randint(2, (5,))).backward()
        optimizer.step()
    values = [*model.parameters(), *model.buffers(), *(parameter.grad for parameter in model.parameters())]
    return values, torch.get_rng_state()


@pytest.mark.parametrize("seed", [0, 1])
def test_training_is_bit_identical(seed):
    """Draws, gradients, optimizer steps and running statistics are the same to the bit when recorded."""
    plain, plain_state = training(seed)
    (recorded, state), _ = trace(training, seed)
    assert torch.equal(state, plain_state)
    assert [bits(tensor) for tensor in recorded] == [bits(tensor) for tensor in plain]


OPERATIONS = [
    "exp_",
    "neg",
    "t",
    "relu_",
    "cumsum0",
    "half",
    "float",
    "select",
    "add",
    "fill",
    "clone",
    "expand",
    "sort",
]


def apply(name, x):
    """Run one step of a random program."""
    steps = {
        "cumsum0": lambda: x.cumsum(0),
        "select": lambda: x.narrow(0, 0, max(1, x.shape[0] - 1)),
        "add": lambda: x.add_(1),
        "fill": lambda: (x[0].fill_(float("nan")), x)[1],
        "expand": lambda: x.unsqueeze(0).expand(2, *x.shape).clone().reshape(-1, x.shape[-1]),
        "sort": lambda: x.sort(dim=-1).values,
    }
    return steps[name]() if name in steps else getattr(x, name)()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(OPERATIONS), max_size=6), st.lists(st.floats(width=32), min_size=6, max_size=6))
def test_random_programs_are_bit_identical(names, numbers):
    """Any sequence of views, in-place changes and casts gives the same bits when recorded, special values included."""

    def run():
        x = torch.tensor(numbers).view(2, 3).clone()
        for name in names:
            x = apply(name, x)
        return x

    plain = run()
    recorded, _ = trace(run)
    assert bits(recorded) == bits(plain)


def test_each_operation_lands_on_its_line(notebook):
    """Operations are listed under the cell line that ran them, with shapes, types and how often."""
    notebook.unrecorded("x = torch.ones(2, 3)")
    found = notebook.run("loss", "y = x.exp()\n\nfor _ in range(5):\n    y = y * 2\nz = y.sum().long()")
    assert_trace(
        found,
        """
        loss:1: aten.exp.default(float32(2, 3)) -> float32(2, 3)
        loss:4: aten.mul.Tensor(float32(2, 3), other=2) -> float32(2, 3) x5
        loss:5: aten.sum.default(float32(2, 3)) -> float32()
        loss:5: aten._to_copy.default(float32(), dtype=int64) -> int64()
        """,
    )
    assert found.operations == 8


def test_one_line_on_two_shapes_is_two_calls(notebook):
    """Folding keeps shapes apart."""
    found = notebook.run("1", "for n in (1, 2, 2):\n    torch.zeros(n)")
    assert_trace(
        found,
        """
        1:2: aten.zeros.default(size=[1]) -> float32(1)
        1:2: aten.zeros.default(size=[2]) -> float32(2) x2
        """,
    )


def test_functions_of_cells_show_both_lines(notebook):
    """An operation in a cell's function is listed under the calling line and its own."""
    notebook.run("1", "def f(x):\n    return x.exp()")
    found = notebook.run("2", "a = 1\nf(torch.ones(2))")
    assert_trace(
        found,
        """
        2:2: aten.ones.default(size=[2]) -> float32(2)
        2:2 > 1:2: aten.exp.default(float32(2)) -> float32(2)
        """,
    )
    assert found.at(SourceLine("1", 2)) == found.calls[1:]


def test_other_code_is_on_no_line(notebook):
    """What runs below code that is neither cell nor library lands on the cell line above it."""
    notebook.unrecorded("def g():\n    return torch.ones(1)")
    assert [str(line) for line in notebook.run("1", "\ng()").calls[0].stack] == ["1:2"]


def test_lines_above_the_shell_are_not_looked_for(notebook):
    """The walk ends at IPython's shell: what called it is the kernel, not the reader."""
    shell = compile("def run_code(code, names):\n    exec(code, names)", "/x/IPython/core/interactiveshell.py", "exec")
    exec(shell, notebook.names)
    notebook.names["cell"] = notebook.compile("2", "torch.ones(1)")
    found = notebook.run("1", "run_code(cell, globals())")
    assert [str(line) for line in found.calls[0].stack] == ["2:1"]


def test_recursion_does_not_grow_the_stack(notebook):
    """A deep recursion keeps the calling line, the outer lines and the innermost one."""
    found = notebook.run("1", "def f(n):\n    return f(n - 1) if n else torch.ones(1)\nf(50)")
    assert [str(line) for line in found.calls[0].stack] == ["1:3", *["1:2"] * 7]


def test_library_lines_come_last(notebook, tmp_path):
    """Below the cell line stands the innermost line of a declared library, named from its root on."""
    library = tmp_path / "lib"
    library.mkdir()
    (library / "losses.py").write_text("def inner(x):\n    return x.log()\ndef outer(x):\n    return -inner(x)\n")
    notebook.recorder = Recorder(notebook.recorder._sites._is_source, [library])
    code = compile((library / "losses.py").read_text(), str(library / "losses.py"), "exec")
    exec(code, notebook.names)
    found = notebook.run("1", "outer(torch.ones(2))")
    assert_trace(
        found,
        """
        1:1: aten.ones.default(size=[2]) -> float32(2)
        1:1 > lib/losses.py:2: aten.log.default(float32(2)) -> float32(2)
        1:1 > lib/losses.py:4: aten.neg.default(float32(2)) -> float32(2)
        """,
    )


def test_backward_is_marked(notebook):
    """What autograd runs lands on the line that called backward, marked as such."""
    notebook.unrecorded("x = torch.ones(2, requires_grad=True)")
    found = notebook.run("1", "y = x.exp().sum()\ny.backward()")
    assert {(call.phase, call.stack[0].line) for call in found.calls} == {
        ("forward", 1),
        ("backward", 2),
    }
    assert "aten.mul.Tensor(float32(2), float32(2)) -> float32(2) [backward]" in str(found)


def test_kinds_of_operations(notebook):
    """Views, in-place changes, draws and numbers taken out are told apart."""
    found = notebook.run(
        "1", "x = torch.ones(2)\nv = x.view(2, 1)\nx.add_(1)\nr = torch.rand(2)\ns = x.sum().item()\nF.dropout(r, 0.5)"
    )
    kinds = {call.operation: call.kind for call in found.calls}
    assert kinds == {
        "aten.ones.default": "compute",
        "aten.view.default": "view",
        "aten.add_.Tensor": "in-place",
        "aten.rand.default": "random",
        "aten.sum.default": "compute",
        "aten._local_scalar_dense.default": "number",
        "aten.empty_like.default": "compute",
        "aten.bernoulli_.float": "random",
        "aten.div_.Scalar": "in-place",
        "aten.mul.Tensor": "compute",
    }


def test_small_values_of_the_first_runs_are_shown(notebook):
    """The numbers of small results are kept for the first runs; large and unprintable ones are not."""
    found = notebook.run(
        "1",
        "x = torch.zeros(2)\nfor i in range(9):\n    x += i\nb = torch.ones(3, 3)\n"
        "c = torch.tensor(1j) * 2\nm = torch.ones(1, device='meta')",
    )
    shown = {call.operation: call.shown for call in found.calls}
    assert shown["aten.add_.Tensor"] == (((0.0, 0.0),), ((1.0, 1.0),), ((3.0, 3.0),))
    assert shown["aten.ones.default"] in (((None,),), ((None,), (None,)))
    assert shown["aten.mul.Tensor"] == ((None,),)


def test_printing_and_bookkeeping_are_hidden(notebook, capsys):
    """Printing a tensor, detaching it and the profiler's marks are no operations of the reader's."""
    found = notebook.run(
        "1",
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
print(x, f"{x.detach().numpy().sum():.1f}", f"{x.detach()[0]:.2f}")
optimizer = torch.optim.SGD([x], lr=0.1)
optimizer.step()
""",
    )
    assert [call.operation for call in found.calls] == ["aten.select.int"]


def test_an_exception_ends_the_recording_cleanly(notebook):
    """After a cell that raises, nothing is recorded any more and the next cell can be."""
    with pytest.raises(RuntimeError, match="size of tensor"):
        notebook.run("1", "a = torch.ones(2)\na + torch.ones(3)")
    assert not notebook.recorder.active
    assert [call.operation for call in notebook.recorder.trace.calls] == ["aten.ones.default"] * 2
    assert notebook.run("2", "torch.zeros(1)").operations == 1


def test_a_failed_change_in_place_keeps_the_value(notebook):
    """An in-place operation that raises has changed nothing, for the recording too."""
    notebook.run("1", "x = torch.ones(2)")
    with pytest.raises(RuntimeError, match="output with shape"):
        notebook.run("2", "x.add_(torch.ones(3, 2))")
    assert notebook.recorder.values(SourceLine("1", 1))[-1].tensor.tolist() == [1.0, 1.0]


def test_start_twice(notebook):
    """A recorder that records cannot be started."""
    with notebook.recorder, pytest.raises(Invalid, match="already recording"):
        notebook.recorder.start()


def test_stop_without_start(notebook):
    """A recorder that does not record cannot be stopped."""
    with pytest.raises(Invalid, match="is not recording"):
        notebook.recorder.stop()


def test_stop_pops_only_itself(notebook):
    """Where another mode was entered later, stopping is refused, and the other mode is left alone."""
    other = Recorder(lambda _: None)
    notebook.recorder.start()
    with other, pytest.raises(Invalid, match="Recorder was entered later and is still active"):
        notebook.recorder.stop()
    assert not notebook.recorder.active
    assert torch.ones(1).item() == 1.0
    notebook.recorder._active = True
    notebook.recorder.stop()


def test_a_recorder_inside_a_recorder(notebook):
    """Two recorders can be nested: each sees the operations, and neither sees the other's bookkeeping."""
    inner = Recorder(notebook.recorder._sites._is_source)
    notebook.names["inner"] = inner
    notebook.run("1", "x = torch.ones(2)\nwith inner:\n    y = x.exp()\n    y.add_(1)\nz = y + 1")
    assert [call.operation for call in inner.trace.calls] == ["aten.exp.default", "aten.add_.Tensor"]
    names = [call.operation for call in notebook.recorder.trace.calls]
    assert names == ["aten.ones.default", "aten.exp.default", "aten.add_.Tensor", "aten.add.Tensor"]


def test_unrecorded_hides_what_runs_inside(notebook):
    """Inside ``unrecorded`` no recorder sees anything."""
    with notebook.recorder, unrecorded():
        torch.ones(1)
    assert notebook.recorder.trace.calls == ()


def test_higher_order_operations_pass_through(notebook):
    """Operations that call back into Python run as if nothing recorded them, and are listed by their name."""
    cell = "x = torch.ones(2)\ny = torch.ops.higher_order.cond(x[0] > 0, lambda t: t * 2, lambda t: t * 3, (x,))"
    found = notebook.run("1", cell)
    assert notebook["y"].tolist() == [2.0, 2.0]
    assert str(found.calls[-1]) == "1:2: cond(bool(), float32(2)) -> float32(2)"


class Doubler(torch.nn.Module):
    def forward(self, x):
        return x * 2


class Tripler:
    def __call__(self, x):
        return x * 3

    def method(self, x):
        return x * 4


@pytest.mark.parametrize(
    ("function", "lines"),
    [(Doubler(), 1), (Tripler(), 1), (Tripler().method, 1), (torch.exp, 0), (lambda x: x + 1, 1)],
    ids=["module", "callable", "method", "builtin", "lambda"],
)
def test_trace_finds_the_source_of_what_is_called(function, lines):
    """The lines are those of the file that defines what was called; a builtin has none."""
    result, ran = trace(function, torch.ones(1))
    assert result.shape == (1,)
    assert [call.stack[-1].path for call in ran.calls if call.stack] == ["test_recording.py"] * lines


def test_trace_hands_on_arguments():
    """Positional and named arguments reach the function."""
    assert trace(lambda a, *, b: a - b, 5, b=3)[0] == 2


def test_limits_are_handed_on():
    """A recorder made for a function takes the recorder's limits."""
    assert recorder_for(trace, max_operations=3).tape.max_operations == 3
