"""The leaves of a claim, and the way from them to both sides."""

from __future__ import annotations

import re

import pytest
import torch

from texsor.check.random_leaves import random_leaves
from texsor.check.sides import Claim, Sides
from texsor.formula import parse

LOSS = r"\ell_n = -\log \hat{y}_{n,t_n}"
PICK = "out = -p.gather(-1, t.unsqueeze(-1)).log()"


def shapes(sides: Sides) -> list[tuple[int, ...]]:
    """The shapes of the leaves."""
    return [leaf.shape for leaf in sides.leaves]


def test_the_leaf_is_what_both_sides_read_under_no_grad(seeded) -> None:
    """Probabilities that the code read without gradients are the leaf, and both sides move with them."""
    seeded.run(PICK)
    sides = Sides(seeded.claim(LOSS, "out", {r"\hat{y}": "p", "t": "t"}))
    (leaf,) = sides.recorded()
    assert torch.equal(leaf.detach(), seeded.names["p"].double())
    assert torch.equal(sides.code([2 * leaf]), -(2 * leaf).gather(-1, seeded.names["t"][:, None]).log())
    assert torch.equal(sides.literal(parse(LOSS), [2 * leaf]).value.tensor, sides.code([2 * leaf]).flatten())
    assert not sides.value_only


def test_names_of_earlier_cells_are_leaves_where_the_code_begins_with_them(lab) -> None:
    """What an earlier cell computed counts as given: the model behind it is not replayed."""
    lab.run("logits = torch.randn(4, 5) @ torch.randn(5, 5)\nprobas = logits.softmax(-1)")
    lab.run("out = -probas.log()")
    sides = Sides(lab.claim(r"r_{n,i} = -\log q_{n,i}", "out", {"q": "probas"}))
    assert torch.equal(sides.recorded()[0], lab.names["probas"].double())


def test_a_leaf_may_be_a_part_of_a_tensor(seeded) -> None:
    """What the bindings read of a tensor varies; the rest of it stays as it was."""
    seeded.run("out = -p[0, 1:3].log()")
    sides = Sides(seeded.claim(r"r_i = -\log q_i", "out", {"q": "p[0, 1:3]"}))
    assert shapes(sides) == [(2,)]
    assert torch.equal(sides.code([torch.tensor([0.5, 0.25])]), -torch.tensor([0.5, 0.25]).double().log())


def test_a_binding_may_make_a_new_tensor(seeded) -> None:
    """A flattened copy in the binding leads back to the tensor that the code read."""
    seeded.run("q = p.reshape(2, 2, 5)\nout = -q.gather(-1, t.reshape(2, 2, 1)).log()")
    sides = Sides(seeded.claim(LOSS, "out", {r"\hat{y}": "(q.flatten(0, 1) * 1).clone()", "t": "t"}))
    assert len(sides.leaves) == 1
    assert sides.bound_to_leaves() == {r"\hat{y}"}


def test_a_leaf_that_only_the_bindings_read_is_none(seeded) -> None:
    """One-hot y is a constant of a code that picks: only the probabilities vary."""
    seeded.run(PICK + "\ny = F.one_hot(t, 5).float()\nlost = y * 2")
    sides = Sides(seeded.claim(r"\ell_n = -\sum_i y_{n,i} \log \hat{y}_{n,i}", "out", {"y": "y", r"\hat{y}": "p"}))
    assert shapes(sides) == [(4, 5)]
    assert sides.bound_to_leaves() == {r"\hat{y}"}


def test_several_leaves(seeded) -> None:
    """Every floating tensor that both sides read is a leaf, and every binding takes those that it needs."""
    seeded.run("w = torch.ones(4)\nb = torch.zeros(5)")
    seeded.run("out = (z + b) * w[:, None]")
    sides = Sides(seeded.claim(r"r_{n,i} = (z_{n,i} + b_i) w_n", "out", {"z": "z", "b": "b", "w": "w"}))
    assert sorted(shapes(sides)) == [(4,), (4, 5), (5,)]
    assert sides.bound_to_leaves() == {"z", "b", "w"}


def test_two_bindings_may_share_a_leaf(seeded) -> None:
    """A row and the whole of one tensor move together, whichever is bound first."""
    seeded.run("row = z[0]\nout = z * z[0]")
    for where in ({"x": "row", "z": "z"}, {"z": "z", "x": "row"}):
        sides = Sides(seeded.claim(r"r_{n,i} = x_i z_{n,i}", "out", where))
        leaves = [leaf.clone().requires_grad_() for leaf in random_leaves(sides.recorded())]
        literal = sides.literal(parse(r"r_{n,i} = x_i z_{n,i}"), leaves).value.tensor
        assert torch.allclose(literal, sides.code(leaves), rtol=1e-12)
        assert not torch.allclose(literal, seeded.names["out"].double())


def test_a_bound_statistic_of_an_earlier_cell_moves_with_the_leaves(seeded) -> None:
    """The code computes the mean itself; the formula's mean, of another cell, is still the mean of the same z."""
    seeded.run("mu = z.mean(-1)")
    seeded.run("out = z - z.mean(-1, keepdim=True)")
    sides = Sides(seeded.claim(r"r_{n,i} = z_{n,i} - \mu_n", "out", {"z": "z", r"\mu": "mu"}))
    leaves = random_leaves(sides.recorded())
    literal = sides.literal(parse(r"r_{n,i} = z_{n,i} - \mu_n"), leaves).value.tensor
    assert torch.allclose(literal, sides.code(leaves), rtol=1e-12)


def test_bound_positions_move_with_the_leaves(seeded) -> None:
    """Integers that were computed from a leaf are computed anew from another."""
    seeded.run("k = p.argmax(-1)\nout = p.gather(-1, k[:, None])")
    sides = Sides(seeded.claim(r"c_n = \hat{y}_{n,k_n}", "out", {r"\hat{y}": "p", "k": "k"}))
    leaves = random_leaves(sides.recorded())
    literal = sides.literal(parse(r"c_n = \hat{y}_{n,k_n}"), leaves).value.tensor
    assert torch.equal(literal, leaves[0].max(-1).values)


@pytest.mark.parametrize(
    ("cell", "where", "reason"),
    [
        ("out = t * 2", {"t": "t"}, "bound to no floating tensor"),
        ("out = z * 2\nq = p + 0", {"z": "q"}, "reads none of the floating tensors"),
        ("out = z + torch.randn(4, 5)", {"z": "z"}, r"aten.randn.* draws random numbers.*\(In\[1\]:1\)"),
    ],
)
def test_why_only_values_can_be_compared(seeded, cell: str, where: dict[str, str], reason: str) -> None:
    """Where the code does not lead back to the bindings, the reason is kept, and nothing is bound to leaves."""
    seeded.run(cell)
    (symbol,) = where
    sides = Sides(seeded.claim(f"r_{{n,i}} = {symbol}_{{n,i}}", "out", where))
    assert re.search(reason, sides.value_only)
    assert not sides.leaves
    assert not sides.bound_to_leaves()


def test_a_binding_that_draws_is_compared_in_value(seeded) -> None:
    """A binding must be a function of the leaves."""
    seeded.run("out = z * 2")
    sides = Sides(seeded.claim("r_{n,i} = 2 z_{n,i}", "out", {"z": "z * torch.rand(4, 5).round().clamp(1)"}))
    assert "aten.rand.default draws random numbers" in sides.value_only


def test_an_earlier_draw_stays_what_it_is(seeded) -> None:
    """A bound tensor that was drawn from the leaves in an earlier cell cannot move with them."""
    seeded.run("noisy = F.dropout(z, 0.5)")
    seeded.run("out = z * 2")
    sides = Sides(seeded.claim("r_{n,i} = 2 z_{n,i} + 0 q_{n,i}", "out", {"z": "z", "q": "noisy"}))
    assert sides.bound_to_leaves() == {"z"}
    assert not sides.value_only


@pytest.mark.parametrize("recorder", [True, False])
def test_what_was_not_recorded_has_no_leaves(seeded, recorder: bool) -> None:
    """A target that no recorded operation made or read is compared in value."""
    target, z = torch.ones(4, 5), seeded.names["z"]
    sides = Sides(Claim(parse("r_{n,i} = z_{n,i}"), target, {"z": z}, seeded.recorder if recorder else None))
    assert sides.value_only == "the code was not recorded"


def test_random_leaves_stay_in_the_domain_of_the_recorded_ones() -> None:
    """Probabilities stay probabilities, positive numbers positive, masks masks; every other number changes."""
    probas = torch.tensor([0.0, 0.25, 1.0], dtype=torch.float64)
    positive = torch.tensor([0.0, 3.0, 200.0], dtype=torch.float64)
    logits = torch.tensor([-1e4, 1e4, float("-inf")], dtype=torch.float64)
    nothing = torch.tensor([float("nan")], dtype=torch.float64)
    p, q, z, none = random_leaves([probas, positive, logits, nothing])
    assert p[0] == 0
    assert ((p[1:] > 0) & (p[1:] < 1) & (p[1:] != probas[1:])).all()
    assert q[0] == 0
    assert ((q[1:] > 0) & (q[1:] != positive[1:])).all()
    assert z[2] == float("-inf")
    assert (z[:2] != logits[:2]).all()
    assert 10 < float(z[:2].detach().abs().max()) < 1e5
    assert none.isnan().all()
    assert all(leaf.requires_grad for leaf in (p, q, z))


def test_random_leaves_are_the_same_each_time_and_others_for_another_seed() -> None:
    """A check is reproducible."""
    leaf = torch.ones(3, dtype=torch.float64)
    (one,), (same,), (other,) = random_leaves([leaf]), random_leaves([leaf]), random_leaves([leaf], 1)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
