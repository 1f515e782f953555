"""Replay against the dumber way: the same function called on float64 tensors under plain autograd."""

from contextlib import nullcontext

import pytest
import torch

from texsor.trace import Recorder, Replay, depends, leaves, recorder_for

TIGHT = {"rtol": 1e-12, "atol": 1e-14}


def plainly(function, *values):
    """Value and gradients by calling the function on float64 leaves."""
    starts = [value.detach().double().requires_grad_() for value in values]
    value = function(*starts)
    gradients = torch.autograd.grad(value.sum(), starts, materialize_grads=True, allow_unused=True)
    return value.detach(), gradients


@pytest.mark.parametrize("mode", [nullcontext, torch.no_grad, torch.inference_mode])
def test_value_and_gradient_are_autograds(program, pair, mode, doubles):
    """A replay gives the value and the gradient that autograd gives in float64, whatever mode the code ran in."""
    torch.set_default_dtype(torch.float32)
    recorder = recorder_for(program)
    with mode(), recorder:
        result = program(*pair)
    torch.set_default_dtype(torch.float64)
    replay = Replay(recorder, result, at=pair)
    replayed = replay.run()
    value, gradients = plainly(program, *pair)
    torch.testing.assert_close(replayed.value.detach(), value, **TIGHT)
    for ours, theirs in zip(replayed.gradients(), gradients, strict=True):
        torch.testing.assert_close(ours, theirs, **TIGHT)


def test_other_leaves_may_be_put_in(program, pair, doubles):
    """A replay on new random leaves of the same shapes gives what the function gives on them."""
    torch.set_default_dtype(torch.float32)
    recorder = recorder_for(program)
    with recorder:
        result = program(*pair)
    torch.set_default_dtype(torch.float64)
    others = [torch.randn(3, 4), torch.randn(3, 4)]
    replayed = Replay(recorder, result, at=pair).run(others)
    value, gradients = plainly(program, *others)
    torch.testing.assert_close(replayed.value.detach(), value, **TIGHT)
    for ours, theirs in zip(replayed.gradients(), gradients, strict=True):
        torch.testing.assert_close(ours, theirs, **TIGHT)


def test_a_cast_to_half_is_replayed_in_float64(notebook):
    """What the code rounds to half precision the replay keeps exact: a formula knows no element types."""
    notebook.unrecorded("x = torch.tensor([0.1, 0.2])")
    notebook.run("1", "y = torch.softmax(x.half().bfloat16(), -1, dtype=torch.float32)")
    value = Replay(notebook.recorder, notebook["y"]).run().value
    torch.testing.assert_close(value.detach(), torch.softmax(notebook["x"].double(), -1), **TIGHT)


def test_detach_does_not_cut_the_gradient(notebook):
    """Like code under no_grad, detached code is still a function of its input."""
    notebook.unrecorded("x = torch.tensor([3.0])")
    notebook.run("1", "y = x.detach() ** 2")
    assert Replay(notebook.recorder, notebook["y"]).run().gradients()[0].item() == 6.0


def test_weights_choose_the_gradient(notebook):
    """The gradient is that of the weighted sum of the target's elements."""
    notebook.unrecorded("x = torch.tensor([1.0, 2.0])")
    notebook.run("1", "y = x ** 2")
    replayed = Replay(notebook.recorder, notebook["y"]).run()
    assert replayed.gradients(torch.tensor([10.0, 100.0]))[0].tolist() == [20.0, 400.0]


def test_the_walk_crosses_cells(notebook):
    """A target in one cell is replayed from a leaf that an earlier cell read."""
    notebook.unrecorded("x = torch.tensor([0.5, 2.0])")
    notebook.run("1", "y = x.exp()")
    notebook.run("2", "z = y.log().sum()")
    assert Replay(notebook.recorder, notebook["z"]).run().gradients()[0].tolist() == pytest.approx([1.0, 1.0])


def test_an_intermediate_tensor_can_be_a_leaf(notebook):
    """Named as a leaf, a computed tensor ends the walk, and the gradient is taken there."""
    notebook.unrecorded("x = torch.tensor([0.25, 0.75])")
    notebook.run("1", "probas = x * 2\nloss = -probas.log().sum()")
    replay = Replay(notebook.recorder, notebook["loss"], at=[notebook["probas"]])
    assert replay.operations == 3
    assert replay.run().gradients()[0].tolist() == pytest.approx([-2.0, -1 / 1.5])


@pytest.mark.parametrize("view", ["probas.flatten()", "probas.t()", "probas[1:]"])
def test_a_view_of_what_the_code_read_can_be_a_leaf(notebook, view, doubles):
    """A leaf named through another view of the same memory gets the gradient of its own elements."""
    torch.set_default_dtype(torch.float32)
    notebook.unrecorded("x = torch.rand(2, 3)")
    notebook.run("1", "probas = x * 2\nloss = (probas.log() * torch.arange(6.0).view(2, 3)).sum()")
    notebook.unrecorded(f"leaf = {view}")
    replay = Replay(notebook.recorder, notebook["loss"], at=[notebook["leaf"]])
    ramp = torch.arange(6.0).view(2, 3)
    expected = eval(view, {"probas": ramp}) / notebook["leaf"].double()
    torch.testing.assert_close(replay.run().gradients()[0], expected, **TIGHT)


def test_replays_can_share_their_leaves(notebook):
    """A float64 leaf that requires a gradient is used as it is, so that two targets stay functions of one tensor."""
    notebook.unrecorded("x = torch.tensor([2.0])")
    notebook.run("1", "a = x * 3\nb = x ** 2")
    leaf = torch.tensor([5.0], dtype=torch.float64, requires_grad=True)
    a, b = (Replay(notebook.recorder, notebook[name], at=[notebook["x"]]).run([leaf]) for name in "ab")
    assert torch.autograd.grad((a.value * b.value).sum(), leaf)[0].item() == 9 * 25.0


def test_leaves_are_what_nothing_computed(notebook):
    """The leaves of a target are the floating tensors that were there before, and those drawn at random, in order."""
    notebook.unrecorded("x = torch.ones(2, 3)\nt = torch.tensor([0, 1])")
    notebook.run("1", "w = torch.randn(3, 4)\ny = torch.zeros(4)\nz = (x @ w + y).gather(1, t[:, None])")
    found = leaves(notebook.recorder, notebook["z"])
    assert [(leaf.shape, str(leaf.line)) for leaf in found] == [((2, 3), "None"), ((3, 4), "1:1")]


def test_since_makes_earlier_results_leaves(notebook):
    """Seen from a mark, what was computed before it is given."""
    notebook.unrecorded("x = torch.ones(2)")
    notebook.run("1", "y = x.exp()")
    mark = notebook.recorder.mark()
    notebook.run("2", "z = y.view(2, 1).log().flatten()")
    (leaf,) = leaves(notebook.recorder, notebook["z"], since=mark)
    assert leaf.ref == notebook.recorder.locate(notebook["y"])
    replay = Replay(notebook.recorder, notebook["z"], since=mark)
    assert replay.operations == 3  # two views and the log
    assert replay.run().value.tolist() == pytest.approx([1.0, 1.0])


def test_a_target_that_nothing_computed_is_its_own_leaf(notebook):
    """A tensor that was only read is replayed as itself, with gradient one."""
    notebook.unrecorded("x = torch.tensor([3.0])")
    notebook.run("1", "y = x + 1")
    replayed = Replay(notebook.recorder, notebook["x"]).run()
    assert replayed.value.item() == 3.0
    assert replayed.gradients()[0].item() == 1.0


def test_views_made_before_the_recording_share_one_leaf(notebook):
    """Memory read through several views is one leaf: all of it, as one axis."""
    notebook.unrecorded("x = torch.tensor([1.0, 2.0, 3.0, 4.0])\na, b = x[:2], x[1:3]")
    notebook.run("1", "y = (a * b).sum()")
    replay = Replay(notebook.recorder, notebook["y"])
    assert [leaf.shape for leaf in replay.leaves] == [(4,)]
    assert replay.run().gradients()[0].tolist() == [2.0, 1.0 + 3.0, 2.0, 0.0]


def test_an_unread_leaf_is_reported_and_has_no_gradient(notebook):
    """A named leaf that the target does not depend on is listed, and its gradient is zero."""
    notebook.unrecorded("x = torch.ones(2)\nw = torch.ones(3)")
    notebook.run("1", "y = x * 2\nz = w * 2")
    replay = Replay(notebook.recorder, notebook["y"], at=[notebook["x"], notebook["w"]])
    assert [leaf.shape for leaf in replay.unread] == [(3,)]
    assert replay.run().gradients()[1].tolist() == [0.0, 0.0, 0.0]
    assert not depends(notebook.recorder, notebook["y"], on=notebook["w"])
    assert depends(notebook.recorder, notebook["y"], on=notebook["x"])
    assert not depends(notebook.recorder, notebook["y"], on=torch.ones(2))


def test_a_target_without_floating_ancestors_has_zero_gradients(notebook):
    """An integer target can be replayed; nothing flows back from it."""
    notebook.unrecorded("x = torch.tensor([1.0, 5.0])")
    notebook.run("1", "y = x.argmax()")
    replayed = Replay(notebook.recorder, notebook["y"], at=[notebook["x"]]).run()
    assert replayed.value.item() == 1
    assert replayed.gradients()[0].tolist() == [0.0, 0.0]


def test_numbers_taken_out_are_reported(notebook):
    """A line that takes a Python number out of the leaf's descendants is named: the program may have branched on it."""
    notebook.unrecorded("x = torch.tensor([1.0, 5.0])")
    notebook.run("1", "y = x * 2\ns = y.max().item()\nz = y - s")
    replay = Replay(notebook.recorder, notebook["z"], at=[notebook["x"]])
    assert [str(line) for line in replay.numbers] == ["1:2"]


def test_printing_and_later_numbers_are_no_branches(notebook, capsys):
    """Printing a tensor, and numbers taken after the target was ready, are not reported."""
    notebook.unrecorded("x = torch.tensor([1.0, 5.0])")
    notebook.run("1", "y = x * 2\nprint(y, f'{y.max():.1f}')\nz = y - 1\nz.max().item()")
    assert Replay(notebook.recorder, notebook["z"], at=[notebook["x"]]).numbers == ()


def test_a_gradient_can_be_replayed(notebook):
    """What backward computed is a target like any other: its replay is the gradient in float64."""
    notebook.unrecorded("x = torch.tensor([0.3], requires_grad=True)")
    notebook.run("1", "(x ** 3).sum().backward()")
    replayed = Replay(notebook.recorder, notebook["x"].grad, at=[notebook["x"]]).run()
    x = notebook["x"].detach().double()
    torch.testing.assert_close(replayed.value.detach(), 3 * x**2, **TIGHT)
    torch.testing.assert_close(replayed.gradients()[0], 6 * x, **TIGHT)


def test_batch_norm_statistics_are_changed_in_the_replay_too(notebook):
    """Running statistics change although the operation's schema does not say so."""
    notebook.unrecorded("x = torch.tensor([[1.0], [4.0]])\nmean, var = torch.zeros(1), torch.ones(1)")
    notebook.run("1", "F.batch_norm(x, mean, var, training=True, momentum=0.5)\ny = mean * 2")
    assert Replay(notebook.recorder, notebook["y"], at=[notebook["x"]]).run().value.item() == 2.5


def test_a_result_written_into_out_is_replayed(notebook):
    """``out=`` is replayed through the form that returns its result."""
    notebook.unrecorded("x = torch.tensor([1.0, 2.0])\nbuffer = torch.zeros(3)")
    notebook.run("1", "torch.mul(x, x, out=buffer[:2])\ny = buffer.sum()")
    replayed = Replay(notebook.recorder, notebook["y"], at=[notebook["x"]]).run()
    assert replayed.value.item() == 5.0
    assert replayed.gradients()[0].tolist() == [2.0, 4.0]


def test_foreach_operations_are_replayed(notebook):
    """Operations on lists of tensors change each of them."""
    notebook.unrecorded("x, w = torch.tensor([1.0]), torch.tensor([2.0])")
    notebook.run("1", "a, b = x.clone(), w.clone()\ntorch._foreach_mul_([a, b], 3.0)\ny = a * b")
    replayed = Replay(notebook.recorder, notebook["y"], at=[notebook["x"], notebook["w"]]).run()
    assert [gradient.item() for gradient in replayed.gradients()] == [18.0, 9.0]


def test_a_replay_leaves_no_trace(notebook):
    """A replay changes neither the random generator, nor the default type, nor the recording around it."""
    notebook.unrecorded("x = torch.ones(2)")
    notebook.run("1", "y = x.exp()")
    state, count = torch.get_rng_state(), notebook.recorder.mark()
    with notebook.recorder, torch.inference_mode():
        Replay(notebook.recorder, notebook["y"]).run().gradients()
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_default_dtype() is torch.float32
    assert notebook.recorder.mark() == count


def test_a_freed_address_is_not_taken_for_its_predecessor():
    """A new tensor at the address of a freed one is a new tensor."""
    recorder = recorder_for(lambda: None)
    with recorder:
        for number in range(50):
            y = torch.full((4,), float(number)) + 1
    assert Replay(recorder, y).run().value.tolist() == [50.0] * 4
    assert isinstance(recorder, Recorder)


@pytest.mark.parametrize(
    "there_and_back", ["z.view(4).view(2, 2)", "torch.ops.aten._unsafe_view(z, [2, 2])", "z.t().t()"]
)
def test_views_that_lead_back_are_no_circle(notebook, there_and_back):
    """A view with the layout of what it was made from does not hide how that was made."""
    notebook.unrecorded("x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])")
    notebook.run("1", f"z = x * 3\ny = {there_and_back}")
    assert Replay(notebook.recorder, notebook["y"], at=[notebook["x"]]).run().gradients()[0].tolist() == [[3.0] * 2] * 2


def test_complex_numbers_are_widened_too(notebook, doubles):
    """Between real leaves and a real target, complex numbers are computed in complex128."""
    torch.set_default_dtype(torch.float32)
    notebook.unrecorded("x = torch.randn(5)")
    notebook.run("1", "y = torch.fft.rfft(x).abs().sum()")
    value = Replay(notebook.recorder, notebook["y"], at=[notebook["x"]]).run().value
    torch.testing.assert_close(value.detach(), torch.fft.rfft(notebook["x"].double()).abs().sum(), **TIGHT)


def test_factories_that_write_into_out(notebook):
    """A factory's ``out=`` is replayed in the type of what it writes into."""
    notebook.unrecorded("x = torch.tensor([1.0, 2.0, 3.0])\nramp = torch.zeros(3)")
    notebook.run("1", "torch.arange(3, out=ramp)\ny = (x * ramp).sum()")
    assert Replay(notebook.recorder, notebook["y"], at=[notebook["x"]]).run().gradients()[0].tolist() == [0.0, 1.0, 2.0]


def test_a_fused_cast_is_dropped(notebook):
    """A recording from a GPU may fuse a cast from half into an operation; in float64 there is nothing to cast."""
    notebook.unrecorded("x = torch.tensor([1.0, 2.0])")
    notebook.run("1", "y = torch._softmax(x, -1, False)")
    (node,) = notebook.recorder.tape.nodes.values()
    node.args = [*node.args[:2], True]
    assert Replay(notebook.recorder, notebook["y"]).run().value.sum().item() == pytest.approx(1.0)
