"""What an evaluation will take is estimated from sizes, before anything is made."""

from __future__ import annotations

import pytest
import torch

from texsor.check import evaluate
from texsor.errors import Invalid

N = 2000
X = torch.ones(1, dtype=torch.float64).expand(N)
WIDE = torch.ones(1, dtype=torch.float64).expand(N, N)
SQUARE = 8 * N * N
"""Bytes of one array of N by N."""


@pytest.mark.parametrize(
    "latex",
    [
        r"L = \sum_{i \ne j} x_i y_j",
        r"L_i = \max_{j \ne i} x_j",
        r"L = \mathbb{E}_{i \sim x, j \sim x}[x_i + x_j]",
        r"L = \operatorname{Var}_{i,j}[x_i + y_j]",
        r"L = \sum_{i,j} \begin{cases} x_i & i < j \\ y_j & \text{otherwise} \end{cases}",
        r"g_{i,j} = \frac{\partial}{\partial x_j} x_i^2",
        r"g_i = \frac{\partial}{\partial x_i} x_i^2",
        r"L = x y^\top",
        r"L = x \otimes y",
        r"L_{i,j} = |x_i - y_j|",
        r"L_{i,j} = f(x_i, y_j)",
        r"L = A A",
    ],
)
def test_two_letters_are_counted(latex: str) -> None:
    """A square of N numbers a side is seen, wherever it comes from."""
    where = {"x": X, "y": X, "A": WIDE, "f": torch.add}
    with pytest.raises(Invalid, match="this takes about"):
        evaluate(latex, where, memory_limit_bytes=SQUARE // 2)


@pytest.mark.parametrize(
    "latex",
    [
        r"L = \sum_{i : m_i = 1} x_i",
        r"L = \langle x, y \rangle + \lVert x \rVert + x^\top y",
        r"g = \nabla_s s^2",
        r"L_i = (x + y)_i",
        r"L = \sum_i (\lVert A_0 \rVert + x_i)",
        r"L = \mathbb{E}_{i \sim x}[y_i]",
        r"L = \mathrm{softmax}(x)",
    ],
)
def test_one_letter_is_no_square(latex: str) -> None:
    """What takes a few rows is let through where a square would not be."""
    where = {"x": X, "y": X, "m": torch.ones(N), "s": 2.0, "A": WIDE}
    assert evaluate(latex, where, memory_limit_bytes=SQUARE // 8)


def test_an_index_on_a_matrix_product_is_no_cube() -> None:
    """The product is one array, and its elements are as many."""
    A = torch.ones(100, 100)
    found = evaluate(r"L_{i,j} = (A A)_{i,j}", {"A": A}, memory_limit_bytes=8 * 100 * 100 * 20)
    assert found.value.tensor.shape == (100, 100)
    assert evaluate(r"L = \mathrm{tr}(A A^\top)", {"A": A}, memory_limit_bytes=8 * 100 * 100 * 30).value.tensor == 1e4
