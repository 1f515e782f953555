"""Several equations, left sides, names: what is defined, what is an axis, what is compared."""

from __future__ import annotations

import pytest
import torch

from texsor.check import evaluate
from texsor.errors import TexsorError

ADAM = r"""\begin{aligned}
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2) g_t^2 \\
    \hat{m}_t &= m_t / (1 - \beta_1^t) \\
    \hat{v}_t &= \frac{v_t}{1 - \beta_2^t} \\
    \theta_t &= \theta_{t-1} - \eta \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)
    \end{aligned}"""


def test_adam_is_torchs_adam() -> None:
    """Five equations, two of them recurrences, are one step of the optimiser."""
    torch.manual_seed(0)
    start, slope = torch.randn(5, dtype=torch.float64), torch.randn(5, dtype=torch.float64)
    parameter = start.clone().requires_grad_()
    optimiser = torch.optim.Adam([parameter], lr=0.1)
    parameter.grad = slope
    optimiser.step()
    where = {
        "m_{t-1}": torch.zeros(5), "v_{t-1}": torch.zeros(5), "g_t": slope, r"\theta_{t-1}": start, "t": 1,
        r"\beta_1": 0.9, r"\beta_2": 0.999, r"\eta": 0.1, r"\epsilon": 1e-8,
    }  # fmt: skip
    found = evaluate(ADAM, where)
    torch.testing.assert_close(found.value.tensor, parameter.detach())
    assert [each.plan.left.name for each in found.earlier if each.plan.left] == ["m", "v", r"\hat{m}", r"\hat{v}"]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"L = \sum_n \ell_n, \quad \ell_n = x_n^2", 14),
        (r"\ell_n = x_n^2, \quad L = \sum_n \ell_n", 14),
        (r"\ell_n = x_n^2 \quad \text{and} \quad L = \sum_n \ell_n", 14),
        (r"\begin{aligned} L &= \sum_n \ell_n \\ \ell_n &= s x_n \\ s &= \sum_n x_n \end{aligned}", 36),
        (r"L = \max\{l_1, \dots, l_N\}, \quad l_n = x_n^2", 9),
        (r"\ell(x, y) = L = \sum_i l_i, \quad l_n = x_n", 6),
        (r"\theta \leftarrow \theta - \sum_n x_n", -4),
        (r"m_t = m_{t-1} + \sum_t x_t", 16),
        (r"x_k' = x_k + 1", 4),
        (r"s_k = \frac{6}{\sqrt{d_k}}", 2),
    ],
)
def test_one_number(latex: str, expected: float) -> None:
    """The order of the equations does not matter, and a letter that is part of names is no axis."""
    where = {"x": torch.tensor([1.0, 2.0, 3.0]), r"\theta": 2.0, "m_{t-1}": 10.0, "d_k": 9}
    where |= {"k": 2} if "x_k" in latex else {}
    assert evaluate(latex, where).value.tensor.item() == expected


def test_an_equation_that_defines_nothing_is_checked() -> None:
    """Two sides that are both bound stand beside the result, and must agree."""
    where = {"x": torch.tensor([1.0, 2.0]), "s": 3.0}
    assert evaluate(r"s = \sum_i x_i, \quad L = 2 s", where).value.tensor.item() == 6
    with pytest.raises(TexsorError, match="are said to be equal here, and are not"):
        evaluate(r"s = \sum_i x_i, \quad L = 2 s", where | {"s": 4.0})


def test_a_letter_that_runs_and_is_part_of_a_name() -> None:
    """An index of the left side that an axis needs is an axis; a name that holds it is refused there."""
    x = torch.tensor([1.0, 2.0])
    assert evaluate("y_t = x_t + 1", {"x": x}).axes == ("t",)
    with pytest.raises(TexsorError, match="is bound as one name, and its index runs here"):
        evaluate("y_t = x_t + m_{t-1}", {"x": x, "m_{t-1}": 1.0})
    with pytest.raises(TexsorError, match="the left side names its axes by plain letters only"):
        evaluate("y_{t+1} = x_t", {"x": x})


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"a = b + 1, \quad b = a - 1", "these equations define each other in a circle"),
        (r"p_i = q_i = x_i", "q is bound to nothing"),
        (r"\ell(x) = L = q = \sum_n x_n", "q is bound to nothing"),
        (r"a \leftarrow b, \quad b \leftarrow a", "several assignments"),
    ],
)
def test_what_is_no_definition(latex: str, words: str) -> None:
    """A name in the middle of a chain is compared, so it is bound."""
    with pytest.raises(TexsorError, match=words):
        evaluate(latex, {"x": torch.ones(2)})


def test_a_part_of_an_earlier_equation_has_its_value() -> None:
    """Terms of every equation can be asked for."""
    found = evaluate(r"s = \sum_j e^{z_j}, \quad p_i = \frac{e^{z_i}}{s}", {"z": torch.zeros(3)})
    summed = found.formula.earlier[0][1]
    assert found.at(summed).tensor.item() == 3
    assert found.at(found.formula.members[1]).tensor.tolist() == pytest.approx([1 / 3] * 3)
