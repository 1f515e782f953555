"""Conditions under signs, sets, cases: each by a loop that a reader would write."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from texsor.check import evaluate
from texsor.errors import Invalid

X = torch.tensor([1.5, -2.0, 4.0, 0.25], dtype=torch.float64)
Z = torch.tensor([[1.0, 2.0, 3.0], [0.0, 5.0, -1.0]], dtype=torch.float64)
T = torch.tensor([2, 0])
MASK = torch.tensor([1, 0, 1, 1])
KEPT = MASK > 0


def value(latex: str, **where: object) -> object:
    """The value of a formula's last member, as lists."""
    named = {"B": r"\mathcal{B}", "alpha": r"\alpha"}
    found = evaluate(latex, {named.get(name, name): given for name, given in where.items()})
    return found.value.tensor.tolist()


def pairs(holds: Callable[[int, int], bool]) -> list[tuple[int, int]]:
    """The pairs of positions of x for which something holds."""
    return [(i, j) for i in range(4) for j in range(4) if holds(i, j)]


@pytest.mark.parametrize(
    ("latex", "holds"),
    [
        (r"L = \sum_{i \ne j} x_i x_j", lambda i, j: i != j),
        (r"L = \sum_{i < j} x_i x_j", lambda i, j: i < j),
        (r"L = \sum_{1 \le i < j \le N} x_i x_j", lambda i, j: i < j),
        (r"L = \sum_{0 \le i < j < N} x_i x_j", lambda i, j: i < j),
        (r"L = \sum_{1 \le i \le j \le N} x_i x_j", lambda i, j: i <= j),
        (r"L = \sum_{i,j : i > j} x_i x_j", lambda i, j: i > j),
        (r"L = \sum_i \sum_{j \le i} x_i x_j", lambda i, j: j <= i),
        (r"L = \sum_i \sum_{1 \le j < i} x_i x_j", lambda i, j: j < i),
        (r"L = \sum_i x_i \sum_{-1 < j < i} x_j", lambda i, j: j < i),
        (r"L = \sum_{j} \sum_{i : i + 1 = j} x_i x_j", lambda i, j: i + 1 == j),
        (r"L = \sum_{i=1}^{N} \sum_{\substack{j=1 \\ j \ne i}}^{N} x_i x_j", lambda i, j: i != j),
        (r"L = \sum_i \sum_j \mathbb{1}[j \ge i] x_i x_j", lambda i, j: j >= i),
        (r"L = \sum_{i,j : i < j \text{ or } i = j} x_i x_j", lambda i, j: i <= j),
        (r"L = \sum_{i,j : i < j \land x_i > 0} x_i x_j", lambda i, j: i < j and X[i] > 0),
    ],
)
def test_pairs_of_positions(latex: str, holds: Callable[[int, int], bool]) -> None:
    """Every way to say which pairs count."""
    assert value(latex, x=X, N=4) == pytest.approx(math.fsum(float(X[i] * X[j]) for i, j in pairs(holds)))


def test_an_extremum_over_pairs() -> None:
    """Some pairs count, though for some positions there is none."""
    chosen = [float(X[i] * X[j]) for i, j in pairs(lambda i, j: i < j)]
    assert value(r"L = \max_{i < j} x_i x_j", x=X) == max(chosen)
    assert value(r"L = \min_{i,j : i < j} x_i x_j", x=X) == min(chosen)
    with pytest.raises(Invalid, match="an extremum of no values"):
        value(r"L_i = \max_{j : j < i} x_i x_j", x=X)


def test_a_letter_at_the_end_of_a_chain_is_the_length() -> None:
    """Nothing is bound to N: it is the axis's length, here and elsewhere in the formula."""
    expected = math.fsum(float(X[i] * X[j]) for i, j in pairs(lambda i, j: i < j))
    assert value(r"L = \frac{1}{N} \sum_{1 \le i < j \le N} x_i x_j", x=X) == pytest.approx(expected / 4)
    assert value(r"L = \frac{1}{N} \sum_{0 \le i < j < N} x_i x_j", x=X) == pytest.approx(expected / 4)
    with pytest.raises(Invalid, match="N is bound to nothing"):
        value(r"L = \sum_{0 \le i < j \le N} x_i x_j", x=X)


@pytest.mark.parametrize(
    ("sign", "by_hand"),
    [
        (r"\sum", sum),
        (r"\prod", math.prod),
        (r"\max", max),
        (r"\min", min),
        (r"\operatorname{mean}", lambda found: sum(found) / len(found)),
        (r"\mathbb{E}", lambda found: sum(found) / len(found)),
        (r"\operatorname{Var}", lambda found: sum((x - sum(found) / len(found)) ** 2 for x in found) / len(found)),
        (r"\arg\max", lambda found: X.tolist().index(max(found))),
        (r"\arg\min", lambda found: X.tolist().index(min(found))),
    ],
)
@pytest.mark.parametrize(
    "condition", [r"n : m_n = 1", r"n \in S", r"n \in M", r"n : m_n > 0 \land n \ne k", r"m_n = 1"]
)
def test_every_sign_with_every_kind_of_condition(sign: str, by_hand: Callable[[list[float]], float], condition) -> None:
    """A sign over chosen values is that sign over a list of them, where they do not stand side by side too."""
    positions = [0, 2] if "k" in condition else [0, 2, 3]
    where = {"m": MASK, "S": torch.tensor([3, 0, 2]), "M": KEPT, "k": 3}
    found = value(rf"L = {sign}_{{{condition}}} [x_n]", x=X, **where)
    assert found == pytest.approx(by_hand([float(X[at]) for at in positions]))


def test_an_extremum_of_infinities_stands_where_one_counts() -> None:
    """What does not count is behind what counts, even where that is −∞."""
    x = torch.tensor([1.0, -torch.inf, -torch.inf])
    assert value(r"p = \arg\max_{n : m_n = 0} x_n", x=x, m=torch.tensor([1, 1, 0])) == 2
    assert value(r"p = \arg\min_{n : m_n = 0} x_n", x=-x, m=torch.tensor([1, 1, 0])) == 2


def test_the_condition_may_vary_where_the_body_does_not() -> None:
    """Indices of the condition are the result's."""
    assert value(r"c_k = \sum_{n : t_n = k} y_n 0^{p_k}", t=T, y=torch.ones(2), p=torch.zeros(3)) == [1, 0, 1]
    assert value(r"c = \max_{n : m_n = 1} 5", m=MASK) == 5
    assert value(r"c_i = \operatorname{mean}_{n : m_n = 1} z_{n,i}", m=torch.tensor([1, 0]), z=Z) == Z[0].tolist()


def test_arrays_under_a_condition() -> None:
    """Rows are chosen like numbers."""
    where = {"z": Z, "m": torch.tensor([0, 1])}
    assert value(r"s = \sum_{n : m_n = 1} z_n", **where) == Z[1].tolist()
    assert value(r"s = \operatorname{mean}_{n : m_n = 1} z_n", **where) == Z[1].tolist()
    assert value(r"s = \max_{n : m_n = 1} z_n", **where) == Z[1].tolist()


def test_a_gather_in_a_condition() -> None:
    """The largest logit beside the target's."""
    assert value(r"b_n = \max_{j \ne t_n} z_{n,j}", z=Z, t=T) == [2, 5]


def test_sets_are_counted_and_looked_in() -> None:
    """Bars count a set; membership is a condition like another."""
    where = {"x": X, "S": torch.tensor([3, 0]), "M": KEPT, "t": torch.tensor([0, 1, 2, 3])}
    assert value(r"L = \frac{1}{|S|} \sum_{i \in S} x_i", **where) == pytest.approx((1.5 + 0.25) / 2)
    assert value(r"L = \frac{1}{|M|} \sum_{i \in M} x_i", **where) == pytest.approx((1.5 + 4 + 0.25) / 3)
    assert value(r"L = \sum_i \mathbb{1}[i \notin S] x_i", **where) == pytest.approx(2)
    assert value(r"L = \sum_n \mathbb{1}[t_n \in S]", **where) == 2
    assert value(r"L = \sum_{n : t_n \in S} x_n", **where) == pytest.approx(1.75)
    assert value(r"L_n = \mathbb{1}[t_n \in M]", **where) == [1, 0, 1, 1]


def test_a_condition_on_numbers_that_run_over() -> None:
    """Magnitudes beyond float64 are compared all the same."""
    where = {"x": torch.tensor([1000.0, 2000.0])}
    assert value(r"L = \sum_i \mathbb{1}[e^{x_i} < e^{1500}]", **where) == 1
    assert value(r"L_i = \begin{cases} 1 & e^{x_i} \ge e^{2000} \\ 0 & \text{otherwise} \end{cases}", **where) == [0, 1]


def test_cases_take_the_first_that_holds() -> None:
    """Two lines that hold, indices in the values and in the conditions, arrays."""
    huber = r"""f_i = \begin{cases} \frac{1}{2} x_i^2, & \text{if } |x_i| < \alpha \\
        \alpha (|x_i| - \frac{1}{2} \alpha), & \text{otherwise} \end{cases}"""
    expected = torch.nn.functional.huber_loss(X, torch.zeros(4).double(), reduction="none", delta=2.0)
    assert value(huber, x=X, alpha=2.0) == pytest.approx(expected.tolist())
    assert value(r"f = \begin{cases} 1 & x > 0 \\ 2 & x > -5 \end{cases}", x=1.0) == 1
    grid = value(r"f_{i,j} = \begin{cases} x_i & i = j \\ x_i x_j & \text{otherwise} \end{cases}", x=X)
    assert grid == [[float(X[i] if i == j else X[i] * X[j]) for j in range(4)] for i in range(4)]
    assert value(r"f = \begin{cases} x & s > 1 \\ -x & \text{otherwise} \end{cases}", x=X, s=0.5) == (-X).tolist()
    elu = r"f = \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases}"
    assert value(elu, x=X, alpha=0.5) == pytest.approx(torch.nn.functional.elu(X, 0.5).tolist())


def test_a_case_keeps_its_magnitude() -> None:
    """A case beyond float64, and one that is not taken."""
    latex = r"L_i = \log \begin{cases} e^{x_i} & x_i > 0 \\ 2 & \text{otherwise} \end{cases}"
    found = evaluate(latex, {"x": torch.tensor([1000.0, -5.0])}).value
    assert found.tensor.tolist() == pytest.approx([1000, math.log(2)])
    assert found.overflows
    untaken = evaluate(r"f_i = \begin{cases} e^{x_i} & x_i < 0 \\ 1 & \text{otherwise} \end{cases}", {"x": X * 1000})
    assert untaken.value.tensor.tolist() == [1, 0, 1, 1]


@pytest.mark.parametrize("fill", [torch.nan, 1.0])
def test_a_number_for_which_no_case_holds(fill: float) -> None:
    """A gap between two lines, and NaN, for which no comparison holds."""
    x = torch.tensor([2.0, fill])
    with pytest.raises(Invalid, match="no case holds for some numbers"):
        evaluate(r"f_i = \begin{cases} 1 & x_i > 1 \\ 0 & x_i < 1 \end{cases}", {"x": x})


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.float16, torch.bfloat16])
def test_integers_and_half_precision(dtype: torch.dtype) -> None:
    """They are read exactly, and computed with in float64."""
    x = torch.tensor([1, 2, 3]).to(dtype)
    assert value(r"L = \sum_{i : x_i > 1} x_i^2", x=x) == 13
    assert value(r"L = \lVert x \rVert_2", x=x) == pytest.approx(math.sqrt(14))
    assert value(r"L = \operatorname{Var}_i[x_i]", x=x) == pytest.approx(2 / 3)
    assert value(r"L_i = \begin{cases} x_i / 2 & x_i < 3 \\ 0 & \text{otherwise} \end{cases}", x=x) == [0.5, 1, 0]
    assert value(r"L = \langle x, x \rangle", x=x) == 14
    assert value(r"L_i = \sigma(x_i)", x=x) == pytest.approx(torch.sigmoid(x.double()).tolist())
