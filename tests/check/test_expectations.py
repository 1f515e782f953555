"""Expectations and variances: over indices, axes, laws, conditions."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from texsor.check import evaluate

DRAW = torch.Generator().manual_seed(2)
Z = torch.randn(4, 3, generator=DRAW, dtype=torch.float64)
P = torch.rand(3, generator=DRAW, dtype=torch.float64)
P = P / P.sum()
Q = torch.rand(4, 3, generator=DRAW, dtype=torch.float64).softmax(-1)
MEANS = Z @ P


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\mathbb{E}_{n,i}[z_{n,i}]", Z.mean()),
        (r"\mathbb{E}[z_{n,i}]", Z.mean()),
        (r"\operatorname{Var}_{n,i}[z_{n,i}]", Z.var(correction=0)),
        (r"\mathbb{V}[z_{n,i}]", Z.var(correction=0)),
        (r"\sum_n \mathbb{E}_i[z_{n,i}]^2", (Z.mean(-1) ** 2).sum()),
        (r"\sum_n \mathrm{E}[z_n]", Z.mean(-1).sum()),
        (r"\sum_n \mathrm{Var}[z_n]", Z.var(-1, correction=0).sum()),
        (r"\mathbb{E}_{i \sim p}[x_i]", P @ Z[0]),
        (r"\mathbb{V}_{i \sim p}[x_i]", P @ (Z[0] - P @ Z[0]) ** 2),
        (r"\sum_n \mathbb{E}_{i \sim p}[z_{n,i}]", MEANS.sum()),
        (r"\sum_n \mathbb{V}_{i \sim p}[z_{n,i}]", ((Z - MEANS[:, None]) ** 2 @ P).sum()),
        (r"\sum_n \mathbb{E}_{i \sim q_n}[z_{n,i}]", (Q * Z).sum()),
        (r"\mathbb{E}_{i \sim p, j \sim p}[x_i x_j]", (P @ Z[0]) ** 2),
        (r"\mathbb{E}_{i \sim p}[5] + \mathbb{V}_{i \sim p}[5]", torch.tensor(5.0).double()),
        (r"\mathbb{E}_i[5 x_i^0] + \operatorname{Var}_{i=1}^{3}[5]", torch.tensor(5.0).double()),
        (r"\operatorname{Var}_{i : x_i > 0}[x_i]", Z[0][Z[0] > 0].var(correction=0)),
        (r"\mathbb{E}_{i : x_i > 0}[x_i^2]", Z[0][Z[0] > 0].square().mean()),
        (r"\mathbb{E}_{i \in S}[x_i]", Z[0][[0, 2]].mean()),
        (r"\sum_i (x_i - \mathbb{E}[x])^2 / 3 - \mathrm{Var}[x]", torch.tensor(0.0).double()),
    ],
)
def test_expectation(latex: str, expected: Tensor) -> None:
    """Against torch."""
    where = {"z": Z, "x": Z[0], "p": P, "q": Q, "S": torch.tensor([2, 0])}
    torch.testing.assert_close(evaluate(f"L = {latex}", where).value.tensor, expected, rtol=1e-12, atol=1e-14)


def test_layer_norm() -> None:
    """As papers write it, for each row, and as torch does it."""
    latex = r"y_n = \frac{x_n - \mathrm{E}[x_n]}{\sqrt{\mathrm{Var}[x_n] + \epsilon}} * \gamma + \beta"
    where = {"x": Z, r"\epsilon": 1e-5, r"\gamma": P, r"\beta": Z[1]}
    expected = torch.nn.functional.layer_norm(Z, (3,), P, Z[1], 1e-5)
    torch.testing.assert_close(evaluate(latex, where).value.tensor, expected)


def test_the_mean_over_a_law_is_one_of_the_fixed_numbers() -> None:
    """Probabilities are used as they are bound: what does not add up to one is no mean, and is not made one."""
    found = evaluate(r"L = \mathbb{E}_{i \sim p}[x_i]", {"x": Z[0], "p": 2 * P}).value.tensor
    torch.testing.assert_close(found, 2 * (P @ Z[0]))
