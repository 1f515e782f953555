"""Derivatives in formulas, against torch.autograd written by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from texsor.check import evaluate
from texsor.errors import Invalid

SUM = r"\log \sum_j e^{z_j}"


def leaf(*shape: int, seed: int = 0) -> Tensor:
    """A random float64 tensor."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def jacobian(function, z: Tensor) -> Tensor:
    """The derivatives of every number by every number."""
    return torch.autograd.functional.jacobian(function, z)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_of_an_expression(dtype: torch.dtype) -> None:
    """The variable is a plain tensor of any precision; nothing asks for gradients."""
    z = leaf(4).to(dtype)
    expected = z.double().softmax(0)
    for latex in (
        rf"g_i = \frac{{\partial}}{{\partial z_i}} {SUM}",
        rf"g_i = \frac{{\mathrm{{d}}}}{{\mathrm{{d}} z_i}} {SUM}",
        rf"g = \nabla_z {SUM}",
        rf"L = {SUM}, \quad g_i = \frac{{\partial L}}{{\partial z_i}}",
    ):
        torch.testing.assert_close(evaluate(latex, {"z": z}).value.tensor, expected)
    assert not z.requires_grad


def test_through_earlier_equations() -> None:
    """Every equation computes with the same variable, and several steps lie between."""
    z = leaf(3, 4)
    latex = r"""\begin{aligned}
        p_{n,i} &= \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}} \\ \ell_n &= -\log p_{n,t_n} \\
        g_{n,i} &= \frac{\partial \ell_n}{\partial z_{n,i}} = p_{n,i} - \mathbb{1}[i = t_n] \end{aligned}"""
    t = torch.tensor([0, 3, 1])
    found = evaluate(latex, {"z": z, "t": t})
    expected = z.softmax(-1) - torch.nn.functional.one_hot(t, 4)
    for member in found.members:
        torch.testing.assert_close(member.value.tensor, expected)


@pytest.mark.parametrize(
    ("latex", "of"),
    [
        (r"J_{i,j} = \frac{\partial}{\partial z_j} z_i^2", lambda z: z**2),
        (r"J_{i,j} = \frac{\partial}{\partial z_j} f(z)_i + 0 z_i z_j", lambda z: z.softmax(0)),
        (r"J_{i,j} = \frac{\partial}{\partial z_j} z_{t_i}", lambda z: z[[2, 2, 0]]),
    ],
)
def test_the_whole_matrix(latex: str, of) -> None:
    """Two letters give every pair."""
    z = leaf(3)
    where = {"z": z, "f": lambda v: v.softmax(0), "t": torch.tensor([2, 2, 0])}
    torch.testing.assert_close(evaluate(latex, where).value.tensor, jacobian(of, z))


def test_one_letter_gives_the_diagonal() -> None:
    """An index that both have is the same in both."""
    z = leaf(3, 3)
    full = jacobian(lambda z: z @ z, z)
    found = evaluate(r"d_{i,j} = \frac{\partial}{\partial z_{i,j}} \sum_k z_{i,k} z_{k,j}", {"z": z}).value.tensor
    torch.testing.assert_close(found, torch.einsum("ijij->ij", full))
    traced = evaluate(r"d = \sum_i \frac{\partial}{\partial z_{i,i}} z_{i,i}^3", {"z": z}).value.tensor
    torch.testing.assert_close(traced, 3 * z.diagonal().square().sum())


def test_positions_and_whole_arrays_below() -> None:
    """A gather below, fewer indices than axes, none at all."""
    z, t = leaf(2, 3), torch.tensor([2, 0])
    where = {"z": z, "t": t}
    gathered = evaluate(r"g_n = \frac{\partial}{\partial z_{n,t_n}} \sum_{m,i} z_{m,i}^2", where).value.tensor
    torch.testing.assert_close(gathered, 2 * z[[0, 1], t])
    rows = evaluate(r"g_n = \frac{\partial}{\partial z_n} \sum_{m,i} z_{m,i}^3", where).value.tensor
    torch.testing.assert_close(rows, 3 * z**2)
    every = evaluate(r"g_k = \nabla_z z_{k,0}^2 + 0 z_k", where | {"z": z[:2, :2]})
    torch.testing.assert_close(every.value.tensor, jacobian(lambda z: z[:, 0] ** 2, z[:2, :2]))


def test_second_derivatives() -> None:
    """A derivative of a derivative is the Hessian."""
    z = leaf(4)
    latex = rf"H_{{i,j}} = \frac{{\partial}}{{\partial z_j}} \frac{{\partial}}{{\partial z_i}} {SUM.replace('j', 'k')}"
    torch.testing.assert_close(
        evaluate(latex, {"z": z}).value.tensor, torch.autograd.functional.hessian(lambda z: z.logsumexp(0), z)
    )


def test_a_derivative_has_slopes_of_its_own() -> None:
    """The gradient of a derivative, which a proof compares, is the second derivative."""
    z = leaf(4).requires_grad_()
    found = evaluate(rf"g_i = \frac{{\partial}}{{\partial z_i}} {SUM}", {"z": z}).value.tensor
    weights = leaf(4, seed=1)
    (slope,) = torch.autograd.grad((found * weights).sum(), z)
    torch.testing.assert_close(slope, torch.autograd.functional.hessian(lambda z: z.logsumexp(0), z.detach()) @ weights)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_of_a_bound_tensor_with_a_history(dtype: torch.dtype) -> None:
    """Autograd's own history leads from one to the other, whatever the precision of the variable."""
    z = leaf(4).to(dtype).requires_grad_()
    loss = z.logsumexp(0)
    found = evaluate(r"g_i = \frac{\partial L}{\partial z_i}", {"z": z, "L": loss}).value.tensor
    torch.testing.assert_close(found, z.detach().double().softmax(0), rtol=1e-6, atol=1e-7)
    both = evaluate(r"g_i = \frac{\partial}{\partial z_i} (L + \sum_j z_j^2)", {"z": z, "L": loss}).value.tensor
    torch.testing.assert_close(both, (z.softmax(0) + 2 * z).detach().double(), rtol=1e-6, atol=1e-6)
    alone = evaluate(r"g_i = \frac{\partial}{\partial z_i} \sum_j z_j^3", {"z": z}).value.tensor
    torch.testing.assert_close(alone, 3 * z.detach().double() ** 2, rtol=1e-15, atol=0)


def test_numbers_and_tensors_of_inference() -> None:
    """A Python number can vary, and so can what was made in inference mode."""
    assert evaluate(r"g = \frac{d}{d s} s^3", {"s": 2.0}).value.tensor.item() == 12
    with torch.inference_mode():
        z = torch.ones(2, dtype=torch.float64)
    assert evaluate(r"g = \nabla_z \sum_i z_i^2", {"z": z}).value.tensor.tolist() == [2, 2]
    with torch.no_grad():
        assert evaluate(r"g = \nabla_z \sum_i z_i^2", {"z": torch.ones(2)}).value.tensor.tolist() == [2, 2]


def test_large_logits() -> None:
    """A derivative of numbers that run over as written is taken with scales."""
    z = torch.tensor([1e4, 9999.0, -1e4], dtype=torch.float64)
    found = evaluate(rf"g_i = \frac{{\partial}}{{\partial z_i}} {SUM}", {"z": z}).value
    torch.testing.assert_close(found.tensor, z.softmax(0))
    assert found.overflows


def test_of_nothing() -> None:
    """No number above, no number below."""
    found = evaluate(r"J_{i,j} = \frac{\partial}{\partial x_j} x_i^2", {"x": torch.zeros(0)}).value.tensor
    assert found.shape == (0, 0)


def test_an_index_of_its_own_is_asked_for() -> None:
    """A letter that runs under the sum cannot be the variable's."""
    with pytest.raises(Invalid, match="i runs under a sign, and is an index already"):
        evaluate(r"g_i = \frac{\partial}{\partial z_i} \sum_i z_i^2", {"z": leaf(3)})


def test_too_many_numbers() -> None:
    """Each number above takes a pass of its own."""
    with pytest.raises(Invalid, match="5000 numbers are differentiated, and the limit is 4096"):
        evaluate(r"g_n = \frac{\partial}{\partial z_n} z_n^2", {"z": leaf(5000)})


def test_the_matrix_counts_as_memory() -> None:
    """4,000 numbers by a million are refused before they are taken."""
    where = {"z": torch.ones(1).expand(4000, 1000), "w": torch.ones(1).expand(4000)}
    with pytest.raises(Invalid, match=r"this takes about 366,\d{3}\.\d MiB"):
        evaluate(r"g_{n,i} = \frac{\partial}{\partial z_{n,i}} (w_n z_{n,0})", where)
