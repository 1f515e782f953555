"""Arrays without subscripts: rows and columns, norms, inner and outer products, expressions with an index."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from texsor.check import evaluate
from texsor.errors import Invalid

DRAW = torch.Generator().manual_seed(4)
A = torch.randn(3, 3, generator=DRAW, dtype=torch.float64)
B = torch.randn(3, 2, generator=DRAW, dtype=torch.float64)
X = torch.randn(3, generator=DRAW, dtype=torch.float64)
Y = torch.randn(3, generator=DRAW, dtype=torch.float64)
ROWS = torch.randn(5, 3, generator=DRAW, dtype=torch.float64)
WHERE = {"A": A, "B": B, "x": X, "y": Y, "r": ROWS, "c": 2.0}


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"x^\top y", X @ Y),
        (r"x y", X @ Y),
        (r"x \cdot y", X @ Y),
        (r"\langle x, y \rangle", X @ Y),
        (r"\langle A, A \rangle", (A * A).sum()),
        (r"x y^\top", torch.outer(X, Y)),
        (r"x \otimes y", torch.outer(X, Y)),
        (r"c x y^\top", 2 * torch.outer(X, Y)),
        (r"x (c y^\top)", 2 * torch.outer(X, Y)),
        (r"x (-y^\top)", -torch.outer(X, Y)),
        (r"x \frac{y^\top}{2}", torch.outer(X, Y) / 2),
        (r"x (x^\top + y^\top)", torch.outer(X, X + Y)),
        (r"x (\max(0, y^\top))", torch.outer(X, Y.clamp_min(0))),
        (r"x |y^\top|", torch.outer(X, Y.abs())),
        (r"x \tanh(y^\top)", torch.outer(X, Y.tanh())),
        (r"x \mathrm{softmax}(y^\top)", torch.outer(X, Y.softmax(0))),
        (r"x \begin{cases} y^\top & c > 1 \\ x^\top & \text{otherwise} \end{cases}", torch.outer(X, Y)),
        (r"x (\sum_n r_n^\top)", torch.outer(X, ROWS.sum(0))),
        (r"x (\operatorname{mean}_{n : n \ne k} r_n^\top)", torch.outer(X, ROWS[1:].mean(0))),
        (r"x y^\top A", torch.outer(X, Y) @ A),
        (r"x y^\top x", X * (Y @ X)),
        (r"x^\top A y", X @ A @ Y),
        (r"x^\top (A y)", X @ A @ Y),
        (r"(x^\top A) y", X @ A @ Y),
        (r"(A x)^\top y", A @ X @ Y),
        (r"(x^\top A)^\top", X @ A),
        (r"x^\top A A^\top x", X @ A @ A.T @ X),
        (r"x A", X @ A),
        (r"x A + y", X @ A + Y),
        (r"A^\top A x", A.T @ A @ X),
        (r"A \odot A * A", A**3),
        (r"(x^\top)^\top y^\top", torch.outer(X, Y)),
        (r"\sum_n r_n r_n^\top", ROWS.T @ ROWS),
        (r"\sum_n r_n \otimes r_n", ROWS.T @ ROWS),
        (r"r A^\top", ROWS @ A.T),
        (r"(A B)^\top", (A @ B).T),
        (r"\mathrm{tr}(A A^\top)", (A * A).sum()),
    ],
)
def test_rows_and_columns(latex: str, expected: Tensor) -> None:
    """A vector stands, its transpose lies, and arithmetic number by number changes neither."""
    torch.testing.assert_close(evaluate(f"L = {latex}", WHERE | {"k": 0}).value.tensor, expected)


def test_rows_of_a_tensor_are_vectors() -> None:
    """Fewer subscripts than axes leave one for each index."""
    found = evaluate(r"s_{n,m} = r_n^\top A r_m = \langle r_n, A r_m \rangle", WHERE)
    for member in found.members:
        torch.testing.assert_close(member.value.tensor, ROWS @ A @ ROWS.T)
    outer = evaluate(r"o_n = r_n r_n^\top", WHERE).value
    torch.testing.assert_close(outer.tensor, torch.einsum("ni,nj->nij", ROWS, ROWS))
    assert outer.axes == ("n",)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"(A B)_{i,j}", A @ B),
        (r"(A^\top)_{i,j} + B_{i,j} - B_{i,j} 1^{B_{i,j}} + 0 B_{i,j}", None),
        (r"(A B)_{i,t_j}", (A @ B)[:, [1, 0]]),
        (r"(A + x x^\top)_{i,j} B_{j,j}^0", None),
        (r"(x A)_i B_{i,j}", (X @ A)[:, None] * B),
    ],
)
def test_an_index_on_brackets(latex: str, expected: Tensor | None) -> None:
    """The expression is computed, then its elements are taken; sizes come from its shape."""
    where = WHERE | {"t": torch.tensor([1, 0])}
    if expected is None:
        with pytest.raises(Invalid):
            evaluate(f"L_{{i,j}} = {latex}", where)
        return
    torch.testing.assert_close(evaluate(f"L_{{i,j}} = {latex} + 0 B_{{i,j}}", where).value.tensor, expected)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"p_{n,i} = \mathrm{softmax}(r_n)_i", ROWS.softmax(-1)),
        (r"p_{n,i} = \mathrm{softmax}(r A)_{n,i}", (ROWS @ A).softmax(-1)),
        (r"p_{n,i} = (r^2 - 1)_{n,i}", ROWS**2 - 1),
        (r"p_{i,n} = (r^\top)_{i,n}", ROWS.T),
        (r"p_{n,i} = (c \cdot r)_{n,i}", 2 * ROWS),
        (r"p_{n,i} = (\pi r)_{n,i}", math.pi * ROWS),
    ],
)
def test_the_shape_of_an_expression_says_how_far_its_index_runs(latex: str, expected: Tensor) -> None:
    """Nothing else needs to name the axis."""
    torch.testing.assert_close(evaluate(latex, WHERE).value.tensor, expected)


@pytest.mark.parametrize(
    "latex", [r"p_i = f(x)_i", r"p_i = (A y^\top)_i", r"p_i = (x y x)_i", r"p_i = \mathrm{tr}(A)_i"]
)
def test_where_only_computing_it_tells(latex: str) -> None:
    """Then the index needs an axis elsewhere."""
    with pytest.raises(Invalid, match="nothing says how far i runs"):
        evaluate(latex, WHERE | {"f": torch.exp})


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\lVert x \rVert", X.norm()),
        (r"\lVert x \rVert_1", X.abs().sum()),
        (r"\lVert x \rVert_p^p", X.abs().pow(3).sum()),
        (r"\lVert x \rVert_\infty", X.abs().max()),
        (r"\lVert x \rVert_0", torch.tensor(3.0).double()),
        (r"\lVert x \rVert_F", X.norm()),
        (r"\lVert A \rVert_F^2", (A * A).sum()),
        (r"\lVert c - 5 \rVert", torch.tensor(3.0).double()),
        (r"\lVert 0 c \rVert_0", torch.tensor(0.0).double()),
        (r"\sum_n \lVert r_n - x \rVert^2", (ROWS - X).square().sum()),
        (r"\sum_n \lVert r_n - x \rVert_1", (ROWS - X).abs().sum()),
        (r"\max_n \lVert r_n \rVert", ROWS.norm(dim=-1).max()),
    ],
)
def test_norms(latex: str, expected: Tensor) -> None:
    """Of a vector any order, of a matrix Frobenius', of a number its absolute value."""
    torch.testing.assert_close(evaluate(f"L = {latex}", WHERE | {"p": 3}).value.tensor, expected)


@pytest.mark.parametrize("tiny", [1e-200, 1e200])
def test_norms_and_products_beyond_float64(tiny: float) -> None:
    """The squares run over or under, and the logarithm of the result does not."""
    where = {"x": torch.tensor([3.0, 4.0], dtype=torch.float64) * tiny}
    exact = math.log(5) + math.log(tiny)
    for latex, expected in (
        (r"L = \log \lVert x \rVert", exact),
        (r"L = \log \lVert x \rVert_4", math.log(3**4 + 4**4) / 4 + math.log(tiny)),
        (r"L = \log \langle x, x \rangle", 2 * exact),
        (r"L = \log (x^\top x)", 2 * exact),
        (r"L = \log (x \cdot x)", 2 * exact),
        (r"L = \frac{\lVert e^{y} \rVert_2}{\lVert e^{y} \rVert_1}", math.sqrt(0.5)),
        (r"L = \log \lVert e^{y} \rVert_\infty", 1000),
        (r"L = \log \operatorname{Var}_i[e^{w_i}]", 2000 + 2 * math.log((math.e - 1) / 2)),
        (r"L = \log \mathbb{E}_{i \sim p}[e^{w_i}]", 1000 + math.log((math.e + 1) / 2)),
    ):
        found = evaluate(
            latex, where | {"y": torch.full((2,), 1000.0), "w": torch.tensor([1000.0, 1001]), "p": torch.ones(2) / 2}
        )
        assert found.value.tensor.item() == pytest.approx(expected, rel=1e-12)


def test_an_overflow_between_two_equations_is_refused() -> None:
    """What float64 cannot hold would be infinite in the next equation: in one equation its magnitude is kept."""
    z = torch.tensor([1e4, 0.0])
    one = evaluate(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", {"z": z})
    assert one.value.tensor.tolist() == [1, 0]
    with pytest.raises(Invalid, match="float64 cannot hold s here, and another equation goes on from it"):
        evaluate(r"s = \sum_j e^{z_j}, \quad p_i = \frac{e^{z_i}}{s}", {"z": z})
    kept = evaluate(r"s = \log \sum_j e^{z_j}, \quad p_i = e^{z_i - s}", {"z": z})
    assert kept.value.tensor.tolist() == [1, 0]


def test_equations_that_contradict_each_other() -> None:
    """An earlier equation with two members is checked on its own."""
    with pytest.raises(Invalid, match="are said to be equal here, and are not"):
        evaluate(r"s = x + 1 = 3, \quad p = 2 s", {"x": 1.0})
    assert evaluate(r"s = x + 1 = 2, \quad p = 2 s", {"x": 1.0}).value.tensor.item() == 4
