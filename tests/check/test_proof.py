"""What a proof finds: in value and gradient, on the chapter's leaves and on others."""

from __future__ import annotations

import time

import pytest
import torch

from texsor.check.api import check
from texsor.check.proof import prove, same_as_code
from texsor.check.sides import Claim
from texsor.errors import Invalid, NotSupported
from texsor.formula import parse
from texsor.trace import Recorder

LOSS = r"\ell_n = -\log \hat{y}_{n,t_n}"
SUM = r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}"
PICK = "out = -p.gather(-1, t.unsqueeze(-1)).log()"
CLOSE = 1e-10


def proved_in_full(proof) -> bool:
    """Whether value and gradient agree on both sets of leaves."""
    return proof.verdict.holds and not proof.verdict.value_only and all(
        max(m.value_error, m.gradient_error, m.random_value_error, m.random_gradient_error) <= CLOSE
        for m in proof.verdict.members
    )  # fmt: skip


def test_a_picked_loss_is_proved_under_no_grad(seeded) -> None:
    """Values and gradients of the literal formula and the replayed code agree on both sets of leaves."""
    seeded.run(PICK)
    proof = seeded.prove(LOSS, "out", yhat="p", t="t")
    assert proved_in_full(proof)
    rows = [
        -float(torch.log(row[place].double())) for row, place in zip(seeded.names["p"], seeded.names["t"], strict=True)
    ]
    assert proof.verdict.members[0].value.values == pytest.approx(rows, rel=1e-14)
    assert proof.verdict.leaves == ("float32(4, 5)",)
    assert proof.verdict.code.shape == (4, 1)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_the_mode_of_the_caller_does_not_matter(seeded, mode) -> None:
    """A proof made under no_grad or in inference mode has its gradients all the same."""
    seeded.run(PICK)
    claim = seeded.claim(LOSS, "out", {r"\hat{y}": "p", "t": "t"})
    with mode():
        assert proved_in_full(prove(claim))
        assert torch.get_default_dtype() is torch.float32


def test_code_that_ran_in_inference_mode(seeded) -> None:
    """Tensors that autograd refuses to touch are replayed as others are."""
    seeded.run("with torch.inference_mode():\n    q = p * 1\n    out = -q.gather(-1, t.unsqueeze(-1)).log()")
    assert proved_in_full(seeded.prove(LOSS, "out", yhat="q", t="t"))


def test_each_side_of_a_chain_is_compared(seeded) -> None:
    """A chain holds where all its sides do, and the verdict says which one does not."""
    seeded.run(PICK + "\ny = F.one_hot(t, 5)")
    where = {"y": "y", "yhat": "p", "t": "t"}
    good = seeded.prove(SUM + r" = -\log \hat{y}_{n,t_n}", "out", **where)
    assert proved_in_full(good)
    assert len(good.verdict.members) == 2
    bad = seeded.prove(SUM + r" = \log \hat{y}_{n,t_n}", "out", **where)
    assert not bad.verdict.holds
    assert [member.value_error <= CLOSE for member in bad.verdict.members] == [True, False]


def test_a_formula_without_a_left_side_compares_both_sides(seeded) -> None:
    """An identity is two claims."""
    seeded.run("out = p.log()")
    proof = seeded.prove(r"\log \hat{y}_{n,i} = -(-\log \hat{y}_{n,i})", "out", yhat="p")
    assert proved_in_full(proof)
    assert [member.latex for member in proof.verdict.members] == [r"\log \hat{y}_{n,i}", r"-(-\log \hat{y}_{n,i})"]


@pytest.mark.parametrize("epsilon", ["1e-10", "1e-9"])
def test_an_epsilon_that_float32_lets_through_is_caught(seeded, epsilon: str) -> None:
    """log(ŷ + 1e-10) is log ŷ in float32 and not in float64."""
    seeded.run(f"out = -(p + {epsilon}).gather(-1, t.unsqueeze(-1)).log()")
    proof = seeded.prove(LOSS, "out", yhat="p", t="t")
    (member,) = proof.verdict.members
    assert not proof.verdict.holds
    assert member.recorded_error <= proof.verdict.recorded_tolerance
    assert member.value_error > CLOSE


def test_an_offset_without_a_slope_on_the_chapters_own_leaves_is_caught(seeded) -> None:
    """Neither gradients nor random leaves see what is added to tiny probabilities alone; the value does."""
    seeded.names["p"][0, 0] = 1e-7
    seeded.run("out = -p.gather(-1, t.unsqueeze(-1)).log() + 1e-8 * (p.gather(-1, t.unsqueeze(-1)) < 1e-6)")
    proof = seeded.prove(LOSS, "out", yhat="p", t="t")
    (member,) = proof.verdict.members
    assert max(member.gradient_error, member.random_value_error, member.random_gradient_error) <= CLOSE
    assert member.recorded_error <= proof.verdict.recorded_tolerance
    assert not proof.verdict.holds


def test_an_accident_of_the_chapters_numbers_is_caught(seeded) -> None:
    """Where all weights are one, their product is their sum over n; not on random leaves."""
    seeded.run("w = torch.ones(4)")
    seeded.run("out = w * w")
    proof = seeded.prove(r"r_n = w_n", "out", w="w")
    (member,) = proof.verdict.members
    assert member.value_error == 0
    assert not proof.verdict.holds


@pytest.mark.parametrize("grad", [False, True])
@pytest.mark.parametrize(
    "code",
    [
        "-p.detach().gather(-1, t[:, None]).log()",
        "-p.gather(-1, t[:, None]).detach().log()",
        "-p.detach().flatten().reshape(4, 5)[range(4), t].log()",
        "-p.data[range(4), t].log()",
        "-(p + p.detach()).div(2).gather(-1, t[:, None]).log()",
        "p.sum(-1) - (p.sum(-1) + p[range(4), t].log()).detach()",
    ],
)
def test_a_wrong_gradient_with_a_right_value_is_caught(seeded, code: str, grad: bool) -> None:
    """Detached code and a straight-through trick compute the value, and not the slope, with gradients on or off."""
    seeded.run(f"out = {code}", grad=grad)
    proof = seeded.prove(LOSS, "out", yhat="p", t="t")
    (member,) = proof.verdict.members
    assert not proof.verdict.holds
    assert max(member.value_error, member.random_value_error) <= CLOSE
    assert min(member.gradient_error, member.random_gradient_error) > 0.1


def test_a_detached_tensor_may_be_a_leaf(seeded) -> None:
    """What both sides begin with counts, however it came about; so does a result that is only shown detached."""
    seeded.run("q = p.detach()\nrows = q.flatten(0, 0)")
    seeded.run("out = -q.gather(-1, t[:, None]).log()")
    for bound in ("q", "q.view(4, 5)", "q * 1", "p.detach()", "rows"):
        assert proved_in_full(seeded.prove(LOSS, "out.detach()", yhat=bound, t="t"))
    assert not seeded.prove(LOSS, "out", yhat="p", t="t").verdict.holds


def test_a_constant_may_be_detached(seeded) -> None:
    """Softmax subtracts a detached maximum: it cancels, in the slope too."""
    seeded.run("m = z.detach().amax(-1, keepdim=True)\ne = (z - m).exp()\nout = e / e.sum(-1, keepdim=True)")
    assert proved_in_full(seeded.prove(SOFTMAX, "out", z="z"))


def test_several_leaves_each_have_their_gradient(seeded) -> None:
    """A slip in the gradient at one of three leaves is enough; here in value too."""
    seeded.run("w = torch.ones(4) * 2\nb = torch.ones(5)")
    seeded.run("out = (z + b) * w[:, None]\nwrong = (z + b.sort().values) * w[:, None]")
    where = {"z": "z", "b": "b", "w": "w"}
    latex = r"r_{n,i} = (z_{n,i} + b_i) w_n"
    assert proved_in_full(seeded.prove(latex, "out", **where))
    assert not seeded.prove(latex, "wrong", **where).verdict.holds


def test_a_check_of_the_input_does_not_cost_the_proof(seeded) -> None:
    """Code that looks at a number and raises on a bad one is replayed and compared in full."""
    seeded.run("if not 0 <= p.min().item() <= p.max().item() <= 1:\n    raise ValueError\n" + PICK)
    assert proved_in_full(seeded.prove(LOSS, "out", yhat="p", t="t"))


def test_a_check_of_the_input_does_not_hide_a_slip(seeded) -> None:
    """Validation is no excuse: the epsilon behind it is still caught in float64."""
    seeded.run("assert p.max().item() <= 1\nout = -(p + 1e-10).gather(-1, t.unsqueeze(-1)).log()")
    proof = seeded.prove(LOSS, "out", yhat="p", t="t")
    assert not proof.verdict.holds
    assert not proof.verdict.value_only


def test_a_number_that_the_code_computes_with_costs_the_gradient(seeded) -> None:
    """A tensor's number as a factor is a constant of the replay: values are compared, and the verdict says why."""
    seeded.run("out = z / z.max().item()")
    proof = seeded.prove(r"r_{n,i} = \frac{z_{n,i}}{\max_{m,j} z_{m,j}}", "out", z="z")
    assert proof.verdict.holds
    assert proof.verdict.value_only == "the code computed with a Python number, taken at In[1]:1"
    assert proof.verdict.members[0].gradient_error is None


def test_a_number_that_the_code_computes_with_does_not_hide_a_wrong_value(seeded) -> None:
    """Values are compared at the code's own precision."""
    seeded.run("out = z / z.max().item() * 1.001")
    assert not seeded.prove(r"r_{n,i} = \frac{z_{n,i}}{\max_{m,j} z_{m,j}}", "out", z="z").verdict.holds


def test_a_branch_on_a_number_costs_the_random_leaves(seeded) -> None:
    """Other leaves might take the other way: value and gradient are then compared on the chapter's own alone."""
    seeded.names["z"][0, 0] = -1
    seeded.run("out = z.clone()\nfor row in range(4):\n    if z[row, 0].item() < 0:\n        out[row] *= -1")
    latex = r"r_{n,i} = s_n z_{n,i}"
    signs = "torch.tensor([1 if row[0] >= 0 else -1 for row in z.tolist()])"
    proof = seeded.prove(latex, "out", z="z", s=signs)
    assert proved_in_full(proof)
    seeded.names["x"] = seeded.names["z"].abs() - 0.5
    seeded.run("out = x * 2 if x.sum().item() > 0 else x * 3")
    proof = seeded.prove(r"r_{n,i} = (2 + \mathbb{1}[\sum_{m,j} x_{m,j} \le 0]) x_{n,i}", "out", x="x")
    (member,) = proof.verdict.members
    assert proof.verdict.holds
    assert member.gradient_error is not None


def test_what_was_drawn_may_be_bound(seeded) -> None:
    """Noise that the formula names is a leaf like another."""
    seeded.run("noise = torch.rand(4, 5)\nout = z + noise")
    proof = seeded.prove(r"r_{n,i} = z_{n,i} + u_{n,i}", "out", z="z", u="noise")
    assert proved_in_full(proof)
    assert len(proof.verdict.leaves) == 2


def test_random_operations_are_compared_in_value(seeded) -> None:
    """Noise that the formula has only as a number cannot be replayed: the verdict names operation and line."""
    seeded.run("out = z + torch.rand(4, 5)\nu = (out - z).tolist()\nquiet = F.dropout(z, 0.0) * 2")
    proof = seeded.prove(r"r_{n,i} = z_{n,i} + u_{n,i}", "out", z="z", u="torch.tensor(u)")
    assert proof.verdict.holds
    assert proof.verdict.value_only.startswith("aten.rand.default draws random numbers")
    assert proof.verdict.value_only.endswith("(In[1]:1)")
    assert proof.verdict.members[0].gradient_error is None
    assert proved_in_full(seeded.prove(r"r_{n,i} = 2 z_{n,i}", "quiet", z="z"))


def test_in_place_code(seeded) -> None:
    """Code that changes a tensor of its own in place is a function like any other."""
    seeded.run("out = z.clone()\nout.mul_(2)\nout += 1\nout[0] = 0")
    assert not seeded.prove(r"r_{n,i} = 2 z_{n,i} + 1", "out", z="z").verdict.holds
    seeded.run("out = z.clone()\nout.mul_(2)\nout += 1")
    assert proved_in_full(seeded.prove(r"r_{n,i} = 2 z_{n,i} + 1", "out", z="z"))


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
def test_other_precisions(seeded, dtype: str) -> None:
    """The replay is float64 whatever the code computed in; the recorded value has its dtype's tolerance."""
    seeded.run(f"q = p.to(torch.{dtype})")
    seeded.run("out = -q.gather(-1, t.unsqueeze(-1)).log()\nwrong = out * 1.2")
    proof = seeded.prove(LOSS, "out", yhat="q", t="t")
    assert proved_in_full(proof)
    assert proof.verdict.code.dtype == dtype
    assert proof.verdict.leaves == (f"{dtype}(4, 5)",)
    assert not seeded.prove(LOSS, "wrong", yhat="q", t="t").verdict.holds


def test_positions_are_compared_exactly(seeded) -> None:
    """An argmax has no gradient, and is right or wrong."""
    seeded.run("out = z.argmax(-1)\nwrong = out.clone()\nwrong[0] += 1")
    proof = seeded.prove(r"k_n = \arg\max_i z_{n,i}", "out", z="z")
    assert proved_in_full(proof)
    assert proof.verdict.recorded_tolerance == 0
    assert proof.verdict.members[0].value.values == tuple(
        max(range(5), key=row.__getitem__) for row in seeded.names["z"].tolist()
    )
    assert not seeded.prove(r"k_n = \arg\max_i z_{n,i}", "wrong", z="z").verdict.holds


SOFTMAX = r"\hat{y}_{n,i} = \frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}"
FROM_LOGITS = r"\ell_n = -\log \frac{e^{z_{n,t_n}}}{\sum_{j} e^{z_{n,j}}}"


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_logits_of_ten_thousand(seeded, size: float) -> None:
    """Softmax of ±1e4 overflows float64 as written: magnitudes are kept as logarithms, and the verdict says so."""
    seeded.names["z"][:, 0] = size
    seeded.names["z"][1] = size
    seeded.run("out = z.softmax(-1)\nlosses = F.cross_entropy(z, t, reduction='none')")
    for latex, target in ((SOFTMAX, "out"), (FROM_LOGITS, "losses")):
        proof = seeded.prove(latex, target, z="z", t="t")
        assert proved_in_full(proof)
        assert proof.verdict.members[0].overflows


def test_a_naive_softmax_of_ten_thousand_is_caught(seeded) -> None:
    """Where the code really overflows, its NaN is not the formula's value."""
    seeded.names["z"][0, 0] = 1e4
    seeded.run("out = z.exp() / z.exp().sum(-1, keepdim=True)")
    proof = seeded.prove(SOFTMAX, "out", z="z")
    assert not proof.verdict.holds
    assert proof.verdict.members[0].value_error == float("inf")


def test_a_probability_of_zero_where_y_is_zero(seeded) -> None:
    """0 · log 0 is 0: the sum over all classes is still the picked one."""
    seeded.names["p"][:, 3] = 0
    seeded.run(PICK)
    seeded.names["y"] = torch.nn.functional.one_hot(seeded.names["t"], 5)
    assert proved_in_full(seeded.prove(SUM, "out", yhat="p", y="y"))
    seeded.run("lost = -(F.one_hot(t, 5) * p.log()).sum(-1)")
    assert not seeded.prove(SUM, "lost", yhat="p", y="y").verdict.holds


def test_masked_logits(seeded) -> None:
    """A logit of −∞ stays out of every set of leaves, has probability 0, and no gradient."""
    seeded.names["z"][:, 3] = float("-inf")
    seeded.run("out = z.softmax(-1)")
    proof = seeded.prove(SOFTMAX, "out", z="z")
    assert proved_in_full(proof)
    seeded.run("dropped = z.nan_to_num(neginf=0.0).softmax(-1)")
    assert not seeded.prove(SOFTMAX, "dropped", z="z").verdict.holds


def test_all_targets_ignored(seeded) -> None:
    """The mean over no position is 0/0 in the formula as in the code; their sum is 0 in both."""
    seeded.names["m"] = torch.zeros(4)
    seeded.names["none"] = torch.full((4,), -100)
    seeded.run("mean = F.cross_entropy(z, none)\nsum_ = F.cross_entropy(z, none, reduction='sum')")
    latex = r"L = \sum_n m_n \log \sum_j e^{z_{n,j}}"
    assert seeded.prove(latex, "sum_", z="z", m="m").verdict.holds
    whole = latex.replace("= ", r"= \frac{1}{\sum_n m_n} ")
    proof = seeded.prove(whole, "mean", z="z", m="m")
    assert proof.verdict.holds
    assert str(proof.verdict.members[0].value.values) == "nan"


@pytest.mark.parametrize("shape", [(4, 1), (1, 5), (1, 1)])
def test_one_class_and_one_position(lab, shape: tuple[int, int]) -> None:
    """Axes of size 1 are axes."""
    lab.names |= {"z": torch.randn(shape), "t": torch.zeros(shape[0], dtype=torch.int64)}
    lab.run("out = F.cross_entropy(z, t, reduction='none')\nmean = F.cross_entropy(z, t)")
    assert proved_in_full(lab.prove(FROM_LOGITS, "out", z="z", t="t"))
    mean = r"L = -\frac{1}{N} \sum_n \log \frac{e^{z_{n,t_n}}}{\sum_{j} e^{z_{n,j}}}"
    assert proved_in_full(lab.prove(mean, "mean", z="z", t="t", N="len(t)"))


def test_an_evaluation_above_the_limit_is_refused_before_it_allocates(lab) -> None:
    """A hundred gigabytes are not asked of the machine: the refusal says how much and what to do."""
    lab.names["x"] = torch.zeros(1, 1).expand(120_000, 120_000)
    lab.run("out = x[0] + 0")
    with pytest.raises(Invalid, match=r"this takes about [\d,.]+ MiB, and the limit is 2,048.0 MiB"):
        lab.prove(r"r_i = \sum_n e^{x_{n,i}}", "out", x="x")


@pytest.mark.parametrize(
    "target",
    [torch.ones(2, dtype=torch.complex64), torch.ones(2).to_sparse(), torch.ones(2, device="meta")],
    ids=["complex", "sparse", "meta"],
)
def test_what_holds_no_real_numbers_is_refused(target: torch.Tensor) -> None:
    """There is nothing to compare."""
    with pytest.raises(NotSupported, match=r"the code computed torch\..*\n  to do: check a dense real tensor"):
        prove(Claim(parse("r_n = x_n"), target, {"x": torch.ones(2)}))


def test_another_formula_is_judged_as_the_formula_is(seeded) -> None:
    """What a check would say of a formula is what `same_as_code` says, also of one side alone."""
    seeded.run(PICK)
    proof = seeded.prove(LOSS, "out", yhat="p", t="t")
    assert same_as_code(parse(LOSS), proof)
    assert same_as_code(parse(LOSS + r" = -1 \log \hat{y}_{n,t_n}"), proof)
    chain = parse(LOSS + r" = \log \hat{y}_{n,t_n}")
    assert not same_as_code(chain, proof)
    assert same_as_code(chain, proof, only=2)
    assert not same_as_code(chain, proof, only=3)
    assert not same_as_code(parse(LOSS + " + 10^{-9}"), proof)


def test_a_value_without_a_recording_is_compared_in_value() -> None:
    """Without a recorder there is nothing to replay, and half a proof is called that."""
    z = torch.tensor([0.5, 1.5])
    proof = prove(Claim(parse("r_n = 2 z_n"), 2 * z, {"z": z}))
    assert proof.verdict.holds
    assert proof.verdict.value_only == "the code was not recorded"
    assert not prove(Claim(parse("r_n = 3 z_n"), 2 * z, {"z": z})).verdict.holds


def test_code_that_cannot_run_in_float64_is_compared_in_value(seeded) -> None:
    """The reason names the operation."""
    seeded.run("out = (p.view(torch.int32) + 0).view(torch.float32)")
    proof = seeded.prove(r"r_{n,i} = \hat{y}_{n,i}", "out", yhat="p")
    assert proof.verdict.holds
    assert "reads the bits of one type as another" in proof.verdict.value_only


def test_a_shape_that_depends_on_the_data_costs_the_random_leaves(seeded) -> None:
    """Other leaves would select another number of elements: the chapter's own are compared in value and gradient."""
    seeded.run("out = z[z > 0]")
    seeded.names["k"] = (seeded.names["z"] > 0).nonzero()
    proof = seeded.prove("r_m = z_{a_m,b_m}", "out", z="z", a="k[:, 0]", b="k[:, 1]")
    (member,) = proof.verdict.members
    assert proof.verdict.holds
    assert "it depends on the data (In[1]:1)" in proof.verdict.value_only
    assert (member.gradient_error, member.random_gradient_error) == (0, None)


def test_a_large_vocabulary_is_quick() -> None:
    """(6, 50257), in value and gradient, on two sets of leaves: 0.15 s where nothing else runs."""
    torch.manual_seed(0)
    p, t = torch.randn(6, 50257).softmax(-1), torch.arange(6)
    where = {"y": torch.nn.functional.one_hot(t, 50257), r"\hat{y}": p}
    begin = time.process_time()
    assert check(SUM, lambda: -p.gather(-1, t[:, None]).log(), where=where).holds
    assert time.process_time() - begin < 2


def test_the_recorder_is_left_alone(seeded) -> None:
    """A proof records nothing itself."""
    seeded.run(PICK)
    claim = seeded.claim(LOSS, "out", {r"\hat{y}": "p", "t": "t"})
    before = seeded.recorder.mark()
    prove(claim)
    assert seeded.recorder.mark() == before
    assert isinstance(seeded.recorder, Recorder)
