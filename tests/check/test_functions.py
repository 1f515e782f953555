"""Functions: the known ones, registered ones, and what a user binds, called for each combination of indices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor, nn

from texsor.check import evaluate
from texsor.check.evaluate_bindings import REGISTERED
from texsor.check.evaluate_functions import register_function
from texsor.errors import Invalid, TexsorError

X = torch.tensor([-1.5, 0.0, 2.0], dtype=torch.float64)
Z = torch.randn(5, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
F = nn.functional


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Nothing that a test registers stays."""
    before = dict(REGISTERED)
    yield
    REGISTERED.clear()
    REGISTERED.update(before)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\sigma(x_i)", torch.sigmoid(X)),
        (r"\mathrm{sigmoid}(x_i)", torch.sigmoid(X)),
        (r"\Phi(x_i)", torch.distributions.Normal(0, 1).cdf(X)),
        (r"\mathrm{ReLU}(x_i)", F.relu(X)),
        (r"\mathrm{softplus}(x_i)", F.softplus(X)),
        (r"\mathrm{logsigmoid}(x_i)", F.logsigmoid(X)),
        (r"\mathrm{erf}(x_i)", torch.erf(X)),
        (r"\mathrm{sign}(x_i)", torch.sign(X)),
        (r"\mathrm{softmax}(x)_i", X.softmax(-1)),
        (r"\mathrm{logsoftmax}(x)_i", X.log_softmax(-1)),
        (r"\mathrm{logsumexp}(x) x_i^0", X.logsumexp(-1).expand(3)),
        (r"\mathrm{tr}(\mathrm{diag}(x)) x_i^0", X.sum().expand(3)),
        (r"\tanh(x_i) + \mathrm{tanh}(x_i)", 2 * torch.tanh(X)),
    ],
)
def test_known_functions(latex: str, expected: Tensor) -> None:
    """Each has torch's value."""
    torch.testing.assert_close(evaluate(rf"L_i = {latex}", {"x": X}).value.tensor, expected)


def test_a_known_name_that_is_bound_means_what_it_is_bound_to() -> None:
    """A number times brackets, a tensor looked up, or another function."""
    assert evaluate(r"L_i = \sigma (x_i + 1)", {"x": X, r"\sigma": 2.0}).value.tensor.tolist() == [-1, 2, 6]
    assert evaluate(r"L_i = \sigma(i) x_i", {"x": X, r"\sigma": X}).value.tensor.tolist() == (X * X).tolist()
    assert evaluate(r"L_i = \sigma(x_i)", {"x": X, r"\sigma": torch.neg}).value.tensor.tolist() == (-X).tolist()


def test_small_probabilities_keep_their_logarithms() -> None:
    """σ and softmax run under and their logarithms do not; ReLU's zero is a zero."""
    x = torch.tensor([1e4, -1e4, 0.0])
    first = evaluate(r"L_i = \log \sigma(x_i)", {"x": x}).value
    torch.testing.assert_close(first.tensor, F.logsigmoid(x.double()))
    assert first.overflows
    second = evaluate(r"L_i = \log \mathrm{softmax}(x)_i", {"x": x}).value
    torch.testing.assert_close(second.tensor, x.double().log_softmax(-1))
    calls = []
    where = {"x": X, "f": lambda v: calls.append(1) or v.sum()}
    latex = r"L_i = \mathrm{ReLU}(x_i) + \lfloor x_i \rfloor + \mathrm{sign}(x_i) + f(x)"
    assert not evaluate(latex, where).value.overflows
    assert len(calls) == 1, "nothing ran under, and nothing is computed twice"


def test_a_registered_function_is_known_to_every_formula() -> None:
    """A binding of the same name goes before it."""
    formula = r"L_i = \mathrm{GELU}(x_i)"
    with pytest.raises(Invalid, match="GELU} is bound to nothing"):
        evaluate(formula, {"x": X})
    register_function(r"\mathrm{GELU}", F.gelu)
    torch.testing.assert_close(evaluate(formula, {"x": X}).value.tensor, F.gelu(X))
    assert evaluate(formula, {"x": X, r"\mathrm{GELU}": torch.neg}).value.tensor.tolist() == (-X).tolist()
    assert evaluate(formula, {"x": X, r"\mathrm{GELU}": 2.0}).value.tensor.tolist() == (2 * X).tolist()
    said = evaluate(r"\mathrm{GELU}(x) = x * \Phi(x)", {"x": X})
    assert len(said.members) == 2, "what is known is no definition"


@pytest.mark.parametrize(("name", "function"), [("a + b", F.gelu), ("f", 3)])
def test_what_cannot_be_registered(name: str, function: object) -> None:
    """No name, no function."""
    with pytest.raises(TexsorError):
        register_function(name, function)  # type: ignore[arg-type]


def rows(function: Callable[[Tensor], Tensor], tensor: Tensor) -> Tensor:
    """A function row by row."""
    return torch.stack([function(row) for row in tensor.double()])


@pytest.mark.parametrize(
    "function",
    [
        lambda v: v.softmax(0),
        lambda v: (v - v.mean()) / v.std(),
        lambda v: v if v[0] > 0 else -v,  # looks at its numbers: one by one
        lambda v: torch.tensor([float(v.sum())]),  # leaves torch: one by one
        lambda v: v.sort().values[:2],
        lambda v: v.add_(1),
        lambda v: v.float(),
        lambda v: (v > 0).any(),
    ],
)
@pytest.mark.parametrize("count", [3, 100])
def test_a_bound_function_is_called_with_each_row(function: Callable[[Tensor], Tensor], count: int) -> None:
    """Whether it is called for all at once or one by one, it gives the same, and what is bound stays as it is."""
    z = torch.randn(count, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    before = z.clone()
    found = evaluate("h_n = f(z_n)", {"z": z, "f": function}).value.tensor
    torch.testing.assert_close(found, rows(function, before.clone()).double(), rtol=1e-12, atol=1e-12)
    assert torch.equal(z, before)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("count", [2, 64])
def test_a_module_is_widened(dtype: torch.dtype, count: int) -> None:
    """A float32 module is called in float64, with its parameters; it stays as it was."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 3))
    z = torch.randn(count, 4).to(dtype)
    found = evaluate("h_n = f(z_n)", {"z": z, "f": module}).value.tensor
    assert all(parameter.dtype is torch.float32 for parameter in module.parameters())
    torch.testing.assert_close(found, module.double()(z.double()))


def test_several_arguments_with_indices_of_their_own() -> None:
    """Each has its own indices; whole numbers and truth values stay what they are."""
    where = {
        "z": Z,
        "w": X[:2],
        "t": torch.tensor([0, 3, 1, 1, 2]),
        "m": torch.tensor([True, False, True, True, False]),
        "f": lambda row, at, weight, mask: row[at] * weight if bool(mask) else row.sum() + weight,
    }
    found = evaluate(r"h_{n,k} = f(z_n, t_n, w_k, m_n)", where).value.tensor
    by_hand = [
        [float(Z[n, where["t"][n]] * w if where["m"][n] else Z[n].sum() + w) for w in X[:2]]  # type: ignore[index]
        for n in range(5)
    ]
    torch.testing.assert_close(found, torch.tensor(by_hand, dtype=torch.float64))
    dots = {"q": Z, "k": Z[:3], "f": lambda a, b: a @ b}
    torch.testing.assert_close(evaluate(r"s_{r,c} = f(q_r, k_c)", dots).value.tensor, Z @ Z[:3].T)


@pytest.mark.parametrize("count", [5, 200])
def test_slopes_go_through_a_bound_function(count: int) -> None:
    """As torch's own, first and second."""
    z = torch.randn(count, 4, dtype=torch.float64, requires_grad=True)
    value = evaluate(r"L = \sum_n f(z_n)^2", {"z": z, "f": lambda v: v.softmax(0)[0]}).value.tensor
    expected = (z.softmax(-1)[:, 0] ** 2).sum()
    (found,) = torch.autograd.grad(value, z, create_graph=True)
    (wanted,) = torch.autograd.grad(expected, z, create_graph=True)
    torch.testing.assert_close(found, wanted)
    weights = torch.randn(count, 4, dtype=torch.float64)
    second = [torch.autograd.grad((slope * weights).sum(), z)[0] for slope in (found, wanted)]
    torch.testing.assert_close(*second)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda v: v @ torch.ones(7), "the function bound to f raised RuntimeError: "),
        (lambda v: v @ torch.ones(4), "a module is bound itself, not in a lambda"),
        (lambda v: len(v) / 3, "the function bound to f gave float, and a tensor is wanted"),
        (lambda v: (v, v), "the function bound to f gave tuple, and a tensor is wanted"),
        (torch.mul, "raised TypeError"),
        (lambda v: v[v > 0], "raised RuntimeError: stack expects each tensor to be equal size"),
        (lambda v: v + torch.rand(()), "the function bound to f draws random numbers"),
        (nn.Dropout(), "a module with dropout is put into evaluation mode"),
    ],
)
@pytest.mark.parametrize("count", [3, 64])
def test_what_a_bound_function_may_not_do(function: object, words: str, count: int) -> None:
    """It raises, gives no tensor, gives arrays of several sizes, or draws: refused, with the next step."""
    z = torch.randn(count, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    state = torch.get_rng_state()
    with pytest.raises(Invalid, match=words) as caught:
        evaluate("h_n = f(z_n)", {"z": z, "f": function})
    assert "^" in str(caught.value)
    assert torch.equal(torch.get_rng_state(), state), "the chapter's own random numbers stay what they were"


def test_a_function_of_nothing() -> None:
    """Nobody knows what it would give."""
    with pytest.raises(Invalid, match="is applied to no value"):
        evaluate("h_n = f(z_n)", {"z": torch.zeros(0, 4), "f": torch.exp})


def test_many_combinations_take_one_call() -> None:
    """A function that torch can call for all is called a few times, and not once for each."""
    calls = []

    def norm(v: Tensor) -> Tensor:
        calls.append(1)
        return (v - v.mean()) / v.std()

    z = torch.randn(200, 50, 8)
    start = time.process_time()
    evaluate("h_{b,n} = f(z_{b,n})", {"z": z, "f": norm})
    assert len(calls) <= 5
    assert time.process_time() - start < 2.0
