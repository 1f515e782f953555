"""Derivatives of what code computed: taken through its recording, and proved like any formula."""

from __future__ import annotations

import pytest
import torch

from texsor.check.diagnose import diagnose
from texsor.check.mutation import judge
from texsor.errors import Invalid

SETUP = "x = torch.randn(2, 3, 4)\nW = torch.randn(4, 5)\nt = torch.tensor([[1, 0, 3], [2, 2, 4]])"
CODE = """
logits = x @ W
flat = logits.flatten(0, 1)
probas = flat.softmax(-1)
y = F.one_hot(t.flatten(), 5)
token = -(probas.log() * y).sum(-1)
loss = token.mean()
grad = (probas - y) / 6
"""
GRADIENT = r"\frac{\partial L}{\partial z_{n,i}} = \frac{1}{N} (\hat{y}_{n,i} - y_{n,i})"
BOUND = {"yhat": "probas", "y": "y", "N": "6", "L": "loss"}


@pytest.fixture
def chapter(lab):
    """A chapter that computes a loss and its gradient by hand."""
    exec(SETUP, lab.names)
    lab.run(CODE)
    return lab


def proved_in_full(proof) -> bool:
    """Whether value and gradient agree on both sets of leaves."""
    found = proof.verdict
    errors = [(m.value_error, m.gradient_error, m.random_value_error, m.random_gradient_error) for m in found.members]
    return found.holds and not found.value_only and all(max(each) <= 1e-10 for each in errors)


@pytest.mark.parametrize(
    "z",
    [
        "flat",
        "logits.flatten(0, 1)",
        "logits.reshape(6, 5)",
        "logits.transpose(0, 1).transpose(0, 1).reshape(-1, 5)",
        "torch.cat([logits[0], logits[1]])",
        "flat + 0",
    ],
)
def test_a_gradient_by_hand(chapter, z: str) -> None:
    """By a leaf, by a view of one, by a copy: both sides of the formula are the code's gradient."""
    proof = chapter.prove(GRADIENT, "grad", z=z, **BOUND)
    assert proved_in_full(proof), proof.verdict
    assert proof.verdict.leaves == ("float32(6, 5)",) if z.startswith("flat") else ("float32(2, 3, 5)",)


def test_other_orders_of_the_same_numbers(chapter) -> None:
    """A permutation that depends on the numbers, and one that does not."""
    chapter.run("turned = loss * 1\nslopes = grad.reshape(2, 3, 5).permute(2, 0, 1).contiguous()")
    where = {"L": "loss"}
    assert proved_in_full(chapter.prove(r"G = \nabla_z L", "slopes", z="logits.permute(2, 0, 1)", **where))
    assert proved_in_full(chapter.prove(r"G = \nabla_z L", "slopes", z="logits.permute(2, 0, 1).contiguous()", **where))
    chapter.run("row = torch.tensor([3.0, -1.0, 2.0]) + x[0, 0, 0] * 0\nsquares = (row * row * row).sum()")
    chapter.run("ordered = (3 * row * row)[row.argsort()]")
    found = chapter.prove(r"G = \nabla_z L", "ordered", z="row.sort().values", L="squares")
    assert all(member.value_error <= 1e-10 for member in found.verdict.members), found.verdict


@pytest.mark.parametrize(
    "z",
    ["logits.flatten(0, 1) * 2", "logits.flatten(0, 1).abs()", "flat.clone().detach() ** 1 + flat * 0 + 1e-3 * flat"],
)
def test_by_something_that_the_code_did_not_use(chapter, z: str) -> None:
    """The loss does not go through a tensor that the binding computes: refused, and not guessed."""
    with pytest.raises(Invalid, match="L does not depend on z as it is bound"):
        chapter.prove(GRADIENT, "grad", z=z, **BOUND)


@pytest.mark.parametrize(
    ("latex", "target", "where"),
    [
        (r"g_{n,i} = \frac{\partial \ell_n}{\partial z_{n,i}}", "grad * 6", {"ell": "token"}),
        (r"G = \nabla_z L", "grad", {"L": "loss"}),
        (r"g_{n,i} = \frac{\partial}{\partial z_{n,i}} \log \sum_{m,j} e^{z_{m,j}}", "flat.flatten().softmax(0)", {}),
        (
            r"L = -\frac{1}{N} \sum_n \log p_{n,t_n}, \quad p_{n,i} = \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}}, \quad "
            r"g_{n,i} = \frac{\partial L}{\partial z_{n,i}}",
            "grad",
            {"t": "t.flatten()", "N": "6"},
        ),
        (
            r"J_{i,j} = \frac{\partial p_i}{\partial z_j} = p_i (\mathbb{1}[i = j] - p_j)",
            "jacobian",
            {"p": "probas[0]"},
        ),
        (r"g_j = \frac{\partial}{\partial z_j} (\sum_i z_i^2 + L)", "mixed", {"L": "summed"}),
    ],
)
def test_derivatives_of_every_kind(chapter, latex: str, target: str, where: dict[str, str]) -> None:
    """Of a loss at each position, of an expression, through earlier equations, a whole matrix, of both at once."""
    chapter.run("row = flat[0]\np = row.softmax(0)\njacobian = torch.diag(p) - torch.outer(p, p)")
    chapter.run("summed = row.exp().sum()\nmixed = 2 * row + row.exp()")
    if "J_" in latex:
        where = {"p": "p", "z": "row"}
    elif "L" in where and where["L"] == "summed":
        where = where | {"z": "row"}
    proof = chapter.prove(latex, target, **({"z": "flat"} | where))
    assert proof.verdict.holds, proof.verdict
    assert not proof.verdict.value_only
    assert all(member.random_gradient_error <= 1e-10 for member in proof.verdict.members)


def test_a_mean_that_is_forgotten_is_named(chapter) -> None:
    """The chapter's own most common slip: the gradient of the sum for that of the mean."""
    proof = chapter.prove(GRADIENT.replace(r"\frac{1}{N} ", ""), "grad", z="flat", **BOUND)
    assert not proof.verdict.holds
    assert "6, the size of axis n: the formula sums, the code averages?" in diagnose(proof)


def test_a_slip_in_the_code_is_found(chapter) -> None:
    """The wrong sign, the wrong factor, a detached term: red."""
    for code in ("(y - probas) / 6", "probas - y", "(probas.detach() - y) / 6", "probas / 6"):
        chapter.run(f"wrong = {code}")
        assert not chapter.prove(GRADIENT, "wrong", z="flat", **BOUND).verdict.holds, code


def test_the_mutants_of_a_derivative_are_caught(chapter) -> None:
    """Those of the right side, and those of the derivative itself."""
    found = list(judge(chapter.prove(GRADIENT, "grad", z="flat", **BOUND)))
    assert not [mutant for mutant in found if mutant.status == "survived"], found
    assert sum(mutant.status == "caught" for mutant in found) >= 5


def test_mutants_and_diagnosis_of_an_earlier_equation(chapter) -> None:
    """A slip in an equation before the last is made, and is found in the code."""
    latex = r"p_{n,i} = \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}}, \quad \ell_n = -\log p_{n,t_n}"
    proof = chapter.prove(latex, "token", z="flat", t="t.flatten()")
    assert proved_in_full(proof)
    found = list(judge(proof))
    assert any("e^{z_{n,j}} → " in mutant.note and mutant.status == "caught" for mutant in found)
    assert not [mutant for mutant in found if mutant.status == "survived"]
    chapter.run("wrong = -(flat.exp() / flat.exp().mean(-1, keepdim=True)).gather(-1, t.reshape(-1, 1)).log()")
    text = diagnose(chapter.prove(latex, "wrong", z="flat", t="t.flatten()"))
    assert r"the code computes \sum_{j} e^{z_{n,j}} → \operatorname{mean}_{j} e^{z_{n,j}}" in text


def test_an_axis_of_an_earlier_equation_is_named(chapter) -> None:
    """The size that the ratio is may belong to an index that only an earlier equation has."""
    chapter.run("row = flat[0]\nwrong = 2 * row.exp().mean()")
    text = diagnose(chapter.prove(r"s = \sum_k e^{z_k}, \quad L = 2 s", "wrong", z="row"))
    assert "formula / code = 5, the size of axis k: the formula sums, the code averages?" in text


def test_code_that_cannot_be_replayed_says_so(chapter) -> None:
    """Without a recording nothing leads from the loss to the logits: the refusal has both reasons."""
    chapter.run("drawn = (flat + torch.rand(6, 5)).softmax(-1)\nother = -drawn.log().mean()")
    with pytest.raises(Invalid, match=r"L does not depend on z.*the code cannot be replayed: .*draws random numbers"):
        chapter.prove(r"G = \nabla_z L", "other * flat", z="flat", L="other")


def test_autograd_of_the_chapter_itself(lab) -> None:
    """A chapter that keeps gradients, and calls backward, can be checked too."""
    torch.manual_seed(0)
    lab.names |= {"z": torch.randn(3, 4, requires_grad=True), "t": torch.tensor([1, 0, 3])}
    lab.run("loss = F.cross_entropy(z, t)\nloss.backward()\ngrad = z.grad", grad=True)
    latex = (
        r"\frac{\partial L}{\partial z_{n,i}} = \frac{1}{N} "
        r"(\frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}} - \mathbb{1}[i = t_n])"
    )
    proof = lab.prove(latex, "grad", z="z", L="loss", t="t", N="3")
    assert proof.verdict.holds, proof.verdict
