"""What cannot be replayed is refused with the operation and its line."""

import pytest
import torch

from texsor.errors import Invalid, NotSupported
from texsor.trace import Replay, leaves


def replay(notebook, target="y", at="x", **options):
    """Plan a replay of one name of the notebook from another."""
    return Replay(notebook.recorder, notebook[target], at=[notebook[at]], **options)


@pytest.fixture
def ready(notebook):
    """A notebook that has ``x``."""
    notebook.unrecorded("x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])")
    return notebook


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        ("y = F.dropout(x, 0.5)", "aten.bernoulli_.float"),
        ("y = x * torch.rand_like(x)", "aten.rand_like.default"),
        ("y = x * torch.rand(2, 2)", "aten.rand.default"),
        ("y = x * torch.bernoulli(x / 4)", "aten.bernoulli.default"),
        ("y = F.scaled_dot_product_attention(x[None], x[None], x[None], dropout_p=0.5)", "aten."),
    ],
)
def test_random_operations(ready, line, operation):
    """A draw between the leaves and the target cannot be replayed."""
    ready.run("1", f"a = 1\n{line}")
    with pytest.raises(NotSupported, match=rf"^1:2: {operation}.*draws random numbers"):
        replay(ready)


def test_a_draw_that_is_named_is_a_leaf(ready):
    """Named as a leaf, what was drawn is a value like any other."""
    ready.run("1", "noise = torch.rand(2, 2)\ny = (x * noise).sum()")
    gradient = Replay(ready.recorder, ready["y"], at=[ready["noise"]]).run().gradients()[0]
    assert gradient.tolist() == ready["x"].tolist()


def test_a_draw_of_an_earlier_cell_is_given(ready):
    """Weights that an earlier cell initialised at random are constants of a later cell's function."""
    ready.run("1", "layer = torch.nn.Linear(2, 2)")
    ready.run("2", "y = layer(x).sum()")
    gradient = replay(ready).run().gradients()[0]
    torch.testing.assert_close(gradient, ready["layer"].weight.detach().double().sum(0).expand(2, 2))


def test_integer_draws_are_given(ready):
    """Positions drawn at random have no gradient and are taken as they were."""
    ready.run("1", "i = torch.randint(2, (2, 1))\ny = x.gather(1, i)")
    assert replay(ready).run().value.tolist() == ready["y"].tolist()


@pytest.mark.parametrize("off", ["F.dropout(x, 0.5, training=False)", "F.dropout(x, 0.0)"])
def test_a_dropout_that_is_off_draws_nothing(ready, off):
    """Dropout in evaluation, or of nothing, is the identity, also where inference mode shows it as one operation."""
    with torch.inference_mode():
        ready.run("1", f"y = {off} * 2")
    assert replay(ready).run().value.tolist() == [[2.0, 4.0], [6.0, 8.0]]


def test_bits_read_as_another_type(ready):
    """A view with another element type means nothing in float64."""
    ready.run("1", "y = x.view(torch.int32) + 1")
    with pytest.raises(NotSupported, match=r"^1:1: aten\.view\.dtype reads the bits of one type as another"):
        replay(ready)


def test_sparse_tensors(ready):
    """Memory that a layout cannot describe is not followed."""
    ready.run("1", "y = x.to_sparse().sum() * 2")
    with pytest.raises(NotSupported, match=r"^1:1: aten\..* works on memory that a recording cannot follow"):
        replay(ready)


def test_sparse_sources(ready):
    """A sparse tensor that was there before is refused where it is read."""
    ready.unrecorded("s = torch.eye(2).to_sparse()")
    ready.run("1", "y = torch.sparse.mm(s, x)")
    with pytest.raises(NotSupported, match="cannot follow"):
        replay(ready)
    assert ready.recorder.values(ready.recorder.lines.known()[0])[-1].tensor is not None


def test_shapes_that_depend_on_the_data(ready):
    """New leaves that lead to other shapes are refused."""
    ready.run("1", "y = x[x > 1.5]")
    with pytest.raises(NotSupported, match=r"aten\.index\.Tensor gave shape \(3,\) when recorded and \(4,\) now"):
        replay(ready).run([torch.full((2, 2), 2.0)])


def test_a_leaf_changed_after_it_was_read(ready):
    """A leaf whose value now is not the one that the target read is refused, with the line that changed it."""
    ready.run("1", "y = x.exp()\nx.add_(1)")
    with pytest.raises(NotSupported, match=r"^1:2: aten\.add_\.Tensor changed a leaf of shape \(2, 2\) in place"):
        replay(ready)


def test_the_leaves_of_a_changed_tensor_are_its_past(ready):
    """What a tensor was before the recording changed it is kept and can be replayed."""
    ready.run("1", "y = x.exp()\nx.add_(1)\nz = x * y")
    (leaf,) = leaves(ready.recorder, ready["z"])
    value = Replay(ready.recorder, ready["z"], at=[leaf]).run().value
    torch.testing.assert_close(value.float(), ready["z"], check_stride=False)


def test_a_leaf_changed_while_nothing_was_recorded(ready):
    """A change that no recording saw makes the earlier value unknown; it is never silently the new one."""
    ready.run("1", "y = x.exp()")
    ready.unrecorded("x.add_(1)")
    with pytest.raises(NotSupported, match="not kept: it was changed while nothing was recorded"):
        Replay(ready.recorder, ready["y"]).run()


def test_a_change_between_cells_separates_their_reads(ready):
    """After a change that no recording saw, later reads are of a new value, which can be replayed."""
    ready.run("1", "y = x.exp()")
    ready.unrecorded("x.add_(1)")
    ready.run("2", "z = x * 2")
    assert Replay(ready.recorder, ready["z"]).run().value.tolist() == (ready["x"] * 2).tolist()
    with pytest.raises(NotSupported, match="something changed a leaf of shape"):
        replay(ready)


def test_operations_that_were_forgotten(limited):
    """Past the limit the oldest operations are forgotten, and what they made must be named."""
    notebook = limited(max_operations=2)
    notebook.unrecorded("x = torch.ones(2)")
    trace = notebook.run("1", "a = x + 1\nb = a.view(2, 1)\nc = b * 3\ny = c.exp()")
    assert trace.notes == ("2 operations were forgotten, the oldest first: 2 can be replayed",)
    with pytest.raises(NotSupported, match=r"shape \(2, 1\) was made by an operation that the recording has forgotten"):
        replay(notebook)
    assert Replay(notebook.recorder, notebook["y"], at=[notebook["b"]]).run().gradients()[0].shape == (2, 1)


def test_a_tensor_that_the_recording_never_met(ready):
    """A target from elsewhere is refused."""
    ready.run("1", "y = x + 1")
    with pytest.raises(Invalid, match=r"no recorded operation read or made this tensor of shape \(5,\)"):
        Replay(ready.recorder, torch.ones(5))


def test_a_leaf_that_is_no_number(ready):
    """Integers have no gradient."""
    ready.run("1", "t = torch.tensor([0, 1])\ny = x[t]")
    with pytest.raises(Invalid, match=r"a leaf must be floating: this one, of shape \(2,\), is int64"):
        replay(ready, at="t")


def test_leaves_that_share_memory(ready):
    """Two names for one memory would split one gradient."""
    ready.run("1", "row = x[0]\ny = row * x")
    with pytest.raises(NotSupported, match="two leaves share memory"):
        Replay(ready.recorder, ready["y"], at=[ready["x"], ready["row"]])


def test_new_leaves_of_other_shapes(ready):
    """New leaves must have the recorded shapes."""
    ready.run("1", "y = x + 1")
    with pytest.raises(Invalid, match=r"the leaves have shapes \(2, 2\); got \[\(3,\)\]"):
        replay(ready).run([torch.ones(3)])


def test_two_changes_of_one_memory_by_one_operation(ready):
    """An operation that changes one memory through two arguments has no order that a replay could follow."""
    ready.run("1", "a = x.clone()\ntorch._foreach_mul_([a[0], a[1]], 2.0)\ny = a + 0")
    with pytest.raises(NotSupported, match="changes one memory through several arguments"):
        replay(ready).run()


def test_a_calling_line_is_named_beside_the_innermost(ready):
    """For an operation inside a function of a cell both lines are given."""
    ready.run("1", "def f(x):\n    return x * torch.rand_like(x)")
    ready.run("2", "y = f(x)")
    with pytest.raises(NotSupported, match=r"^1:2: aten\.rand_like\.default \(called from 2:1\) draws"):
        replay(ready)


@pytest.mark.parametrize(
    ("line", "others", "match"),
    [
        (
            "torch.linalg.cholesky(x + x.T)",
            -torch.eye(2),
            "linalg.*cannot be replayed in float64: .*not positive-definite",
        ),
        ("x[x.long() - 3]", torch.full((2, 2), 9.0), "index.* cannot be replayed in float64: index 6 is out of bounds"),
    ],
)
def test_operations_that_fail_on_other_leaves(ready, line, others, match):
    """An operation that refuses the new numbers says so in its own words."""
    ready.unrecorded("x = torch.tensor([[3.0, 2.0], [2.0, 4.0]])")
    ready.run("1", f"y = {line}")
    with pytest.raises(NotSupported, match=match):
        replay(ready).run([others])


def test_operations_without_a_gradient(ready):
    """A function that PyTorch cannot differentiate still has a value."""
    ready.run("1", "y = torch.special.gammainc(x, x * 2)")
    replayed = replay(ready).run()
    assert replayed.value.shape == (2, 2)
    with pytest.raises(NotSupported, match=r"no gradient in float64: .*igamma.* is not implemented"):
        replayed.gradients()


def test_out_without_a_form_that_returns(ready):
    """An ``out=`` operation that exists in no other form is refused."""
    ready.run("1", "y = torch.zeros(2, 2)\ntorch.ops.aten._to_copy.out(x, out=y)")
    with pytest.raises(NotSupported, match=r"^1:2: aten\._to_copy\.out has no form that returns its result"):
        replay(ready).run()


def test_higher_order_operations(ready):
    """An operation that calls back into Python hides what it does."""
    ready.run("1", "y = torch.ops.higher_order.cond(x[0, 0] > 0, lambda t: t * 2, lambda t: t * 3, (x,))")
    with pytest.raises(NotSupported, match=r"^1:1: cond works on memory that a recording cannot follow"):
        replay(ready)


def test_what_a_mark_makes_a_leaf_must_still_be_there(ready):
    """A result from before the mark that was changed later, and is no source, must be named."""
    ready.run("1", "y = x.exp()")
    mark = ready.recorder.mark()
    ready.run("2", "z = y * 2\ny.add_(1)")
    with pytest.raises(NotSupported, match="value was not kept"):
        Replay(ready.recorder, ready["z"], since=mark).run()
