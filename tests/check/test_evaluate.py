"""Values: the seed's formulas, lookups, contractions, sub-expressions, each a second way."""

from __future__ import annotations

import math

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from texsor.check import evaluate
from texsor.errors import Invalid, TexsorError
from texsor.formula import match, parse, walk
from texsor.formula.nodes import (
    Big,
    Formula,
)

LOSS = r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i} = -\log \hat{y}_{n, t_n}"
N, V = 6, 11


def seed(dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    """The seed's loss at a small size."""
    made = torch.Generator().manual_seed(1)
    logits = torch.randn(N, V, generator=made)
    targets = torch.randint(0, V, (N,), generator=made)
    probas = torch.softmax(logits, -1).to(dtype)
    return {"y": torch.nn.functional.one_hot(targets, V), r"\hat{y}": probas, "t": targets, "z": logits}


def test_the_seeds_loss() -> None:
    """Both members are the loss of each position, as loops give it and as torch's own function gives it."""
    where = seed(torch.float64)
    first, second = evaluate(LOSS, where).members
    loops = [-math.log(where[r"\hat{y}"][n, int(where["t"][n])]) for n in range(N)]
    assert [first.number, second.number] == [2, 3]
    assert second.latex == r"-\log \hat{y}_{n,t_{n}}"
    for member in (first, second):
        assert member.value.axes == ("n",)
        assert not member.value.overflows
        torch.testing.assert_close(member.value.tensor, torch.tensor(loops, dtype=torch.float64), rtol=1e-14, atol=0)
    torch_says = torch.nn.functional.cross_entropy(where["z"].double(), where["t"], reduction="none")
    torch.testing.assert_close(second.value.tensor, torch_says, rtol=1e-6, atol=0)


def test_an_earlier_formula_is_a_symbol() -> None:
    """ℓ flows into L, and L into the perplexity."""
    losses = evaluate(LOSS, seed()).value.tensor
    mean = evaluate(r"L = \frac{1}{N}\sum_n \ell_n", {r"\ell": losses, "N": N}).value.tensor
    perplexity = evaluate(r"\mathrm{PPL} = e^{L}", {"L": mean}).value.tensor
    assert perplexity.item() == pytest.approx(math.exp(math.fsum(losses.tolist()) / N), rel=1e-14)


def test_softmax_and_log_sum_exp() -> None:
    """The chapter's other two formulas, against loops."""
    where = seed()
    rows = where["z"].double().tolist()
    sums = [math.fsum(math.exp(value) for value in row) for row in rows]
    soft = evaluate(r"p_{n,i} = \frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}", where).value.tensor
    loops = [[math.exp(value) / total for value in row] for row, total in zip(rows, sums, strict=True)]
    torch.testing.assert_close(soft, torch.tensor(loops, dtype=torch.float64), rtol=1e-14, atol=0)
    lse = evaluate(r"\ell_n = \log \sum_j e^{z_{n,j}} - z_{n,t_n}", where).value.tensor
    expected = [math.log(total) - row[int(t)] for total, row, t in zip(sums, rows, where["t"], strict=True)]
    torch.testing.assert_close(lse, torch.tensor(expected, dtype=torch.float64), rtol=1e-13, atol=0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_precision_is_read_exactly(dtype: torch.dtype) -> None:
    """Half precision is converted first and computed with afterwards."""
    where = seed(dtype)
    loops = [-math.log(float(where[r"\hat{y}"][n, int(where["t"][n])])) for n in range(N)]
    found = evaluate(LOSS, where).value.tensor
    assert found.dtype == torch.float64
    torch.testing.assert_close(found, torch.tensor(loops, dtype=torch.float64), rtol=1e-14, atol=0)


@pytest.mark.parametrize(("positions", "classes"), [(1, 5), (4, 1), (1, 1)])
def test_one_position_and_one_class(positions: int, classes: int) -> None:
    """Axes of size 1 are axes like any other."""
    z = torch.randn(positions, classes, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    t = torch.full((positions,), classes - 1)
    where = {"y": torch.nn.functional.one_hot(t, classes), r"\hat{y}": torch.softmax(z, -1), "t": t}
    expected = torch.nn.functional.cross_entropy(z, t, reduction="none")
    for member in evaluate(LOSS, where).members:
        assert member.value.tensor.shape == (positions,)
        torch.testing.assert_close(member.value.tensor, expected, rtol=1e-12, atol=1e-15)


def test_a_sub_expression_has_its_own_axes() -> None:
    """The value of a term keeps the indices that are free in it, in the order in which they appear."""
    formula = parse(LOSS)
    where = seed(torch.float64)
    found = evaluate(formula, where)
    inner = found.at(match(r"\log \hat{y}_{n,i}", formula).node)
    assert inner.axes == ("n", "i")
    torch.testing.assert_close(inner.tensor, where[r"\hat{y}"].log())
    gathered = found.at(match(r"\hat{y}_{n,t_n}", formula).node)
    assert gathered.axes == ("n",)
    assert gathered.tensor.tolist() == [where[r"\hat{y}"][n, int(where["t"][n])].item() for n in range(N)]
    targets = found.at(match("t_n", formula).node)
    assert targets.tensor.tolist() == where["t"].tolist()
    assert found.at(formula.members[1]).tensor.tolist() == found.members[0].value.tensor.tolist()


def test_a_part_is_meant_by_identity() -> None:
    """Two parts that look alike have the values of their own places."""
    formula = parse(r"L = \sum_{i=1}^{2} i + \sum_{i=0}^{2} i")
    found = evaluate(formula, {})
    bodies = [node.body for node in walk(formula.members[1]) if isinstance(node, Big)]
    assert bodies[0] == bodies[1]
    assert [found.at(body).tensor.tolist() for body in bodies] == [[1, 2], [0, 1, 2]]


def test_a_part_of_another_formula_is_refused() -> None:
    """A node is looked up by identity: another formula's has no indices here."""
    with pytest.raises(Invalid, match=r"x_\{i\} is no part of this formula"):
        evaluate(LOSS, seed()).at(parse("x_i").members[0])


def test_members_are_all_but_the_name_that_is_defined() -> None:
    """A left side that is bound, or no symbol, has a value like any other member."""
    x = torch.tensor([0.25, 0.75])
    assert [m.number for m in evaluate(r"L = \sum_i x_i", {"x": x}).members] == [2]
    assert [m.number for m in evaluate(r"L = \sum_i x_i", {"x": x, "L": 1.0}).members] == [1, 2]
    both = evaluate(r"\sum_i x_i = 1", {"x": x})
    assert [m.value.tensor.item() for m in both.members] == [1, 1]
    assert evaluate(r"\sum_i x_i", {"x": x}).value.tensor.item() == 1
    assert evaluate("x_i", {"x": x}).axes == ("i",)


def test_positions_stay_whole_numbers() -> None:
    """Where a maximum stands is int64, and can be looked up and compared."""
    where = {"z": torch.tensor([[1.0, 3.0, 2.0], [5.0, 4.0, 0.0]]), "t": torch.tensor([1, 2])}
    found = evaluate(r"m_n = \arg\max_i z_{n,i}", where).value.tensor
    assert (found.dtype, found.tolist()) == (torch.int64, [1, 0])
    picked = evaluate(r"m_n = z_{n,\arg\max_i z_{n,i}} = \max_i z_{n,i}", where)
    assert [member.value.tensor.tolist() for member in picked.members] == [[3, 5], [3, 5]]
    right = evaluate(r"a = \frac{1}{N}\sum_{n=1}^{N} \mathbb{1}[\arg\max_i z_{n,i} = t_n]", where)
    assert right.value.tensor.item() == 0.5


def test_a_gather_may_use_any_axes() -> None:
    """Lookups combine indices, lookups of lookups, shifts, brackets and 0."""
    x = torch.arange(24.0).reshape(2, 3, 4)
    where = {"x": x, "t": torch.tensor([2, 1]), "u": torch.tensor([0, 1, 0]), "k": 1, "b": torch.tensor([True, False])}
    found = evaluate(
        "r_{n,i} = x_{n,t_n,i + 1} + x_{u_{t_n},(u_k),0} + x_{b_n,t_n - k,k} - 0 z_i", where | {"z": torch.zeros(3)}
    )
    loops = [
        [float(x[n, [2, 1][n], i + 1] + x[[0, 1, 0][[2, 1][n]], 1, 0] + x[1 - n, [2, 1][n] - 1, 1]) for i in range(3)]
        for n in range(2)
    ]
    assert found.value.tensor.tolist() == loops


@pytest.mark.parametrize(
    ("latex", "axes", "expected"),
    [
        (r"\sum_i x_{n,i}", ("n",), [6, 15]),
        (r"x_{n,i + 1} - 0 v_i = 1 v_i", ("n", "i"), None),
        (r"\mathbb{1}[i = t_n] + 0 x_{n,i}", ("i", "n"), [[0, 0], [0, 1], [1, 0]]),
        (r"v_{t_n}", ("n",), [2, 1]),
        (r"\sum x_{n,i} + v_i - v_i", ("i",), [5, 7, 9]),
        (r"L_n = \sum_i \mathbb{1}[(i) - 1 = u_n] x_{n,i}", ("n",), [2, 6]),
        (r"L_n = \sum_i \mathbb{1}[i = \arg\max_j x_{n,j}] i_i", ("n",), None),
        (r"L_n = \sum_i \mathbb{1}[i = \arg\max_j x_{n,j}] x_{n,i}", ("n",), [3, 6]),
        (r"L_n = \sum_i \mathbb{1}[1 < x_{n,i} \le 4]", ("n",), [2, 1]),
        (r"L = \max_{i=1}^{2 k} c + \prod_{i=1}^{k} c", (), [20]),
        (r"L = \sum_{i=1} v_i + \sum_{i=0}^{5 - k/2} 1", (), [8]),
        (r"L = \sum_n v_{w_n}", (), [0]),
        (r"L_i = v_{i} \sum_{j=1}^{V} v_j = v_i \sum_{k=0}^{V - 1} v_k", ("i",), [0, 3, 6]),
    ],
)
def test_indices_in_every_place(latex: str, axes: tuple[str, ...], expected: list[object] | None) -> None:
    """Free indices without a left side, shifts, conditions, bounds that are computed: by hand."""
    where = {
        "x": torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        "v": torch.tensor([0.0, 1.0, 2.0]),
        "t": torch.tensor([2, 1]),
        "u": torch.tensor([0, 1]),
        "w": torch.zeros(0, dtype=torch.int64),
        "c": 4,
    }
    if "k" in latex and "j" not in latex:
        where["k"] = 2
    if expected is None:
        with pytest.raises(TexsorError):
            evaluate(latex, where)
        return
    found = evaluate(latex, where).value
    assert found.axes == axes
    assert found.tensor.tolist() == (expected if axes else expected[0])


def test_contraction_does_not_make_the_product() -> None:
    """A matrix product in indices is contracted; the numbers are those of the matrix product."""
    a, b = torch.randn(40, 50, dtype=torch.float64), torch.randn(50, 60, dtype=torch.float64)
    found = evaluate(r"c_{i,j} = \sum_k (a_{i,k} b_{k,j})", {"a": a, "b": b}, memory_limit_bytes=2**19).value.tensor
    torch.testing.assert_close(found, a @ b)


class Sizes(TorchDispatchMode):
    """Notes how many numbers every operation made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[int] = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        out = func(*args, **(kwargs or {}))
        # Views are free.
        if isinstance(out, torch.Tensor) and not (out._is_view() or func.is_view):
            self.made.append(out.numel())
        return out


@pytest.mark.parametrize(
    ("latex", "large", "count"),
    [
        (r"c_{i,j} = \sum_k a_{i,k} b_{k,j}", 50_000, 0),
        (r"c_i = a_{i,t_i}", 1000, 0),
        (r"c_i = \log \sum_k e^{a_{i,k}}", 2000, 4),
        (r"c_i = -\sum_k y_{i,k} \log a_{i,k}", 2000, 6),
    ],
)
def test_few_large_arrays_are_made(latex: str, large: int, count: int) -> None:
    """A contraction makes no product, a lookup no copy, a cross entropy a few arrays of its size."""
    a = torch.rand(40, 50) + 0.5
    where = {"a": a, "b": torch.rand(50, 60), "t": torch.zeros(40, dtype=torch.int64), "y": (a > 1).long()}
    with Sizes() as sizes:
        evaluate(latex, where)
    assert sum(size >= large for size in sizes.made) <= count


def test_batches_of_matrices_under_an_index() -> None:
    """Sums of products of arrays with leading axes."""
    a, v = torch.randn(5, 2, 3, dtype=torch.float64), torch.randn(3, dtype=torch.float64)
    where = {"A": a, "v": v, "B": torch.ones(3, 2)}
    found = evaluate(r"L = A v + v B + v \cdot v", where)
    torch.testing.assert_close(found.value.tensor, a.double() @ v + v @ torch.ones(3, 2).double() + v @ v)


def test_numbers_of_every_kind_are_bound() -> None:
    """Python's numbers and 0-dimensional tensors are bound alike."""
    found = evaluate("L = a + b + c + d", {"a": 1, "b": 0.5, "c": True, "d": torch.tensor(2, dtype=torch.uint8)})
    assert found.value.tensor.item() == 4.5


def test_formula_and_text_are_the_same() -> None:
    """A parsed formula is taken as it is."""
    formula = parse("L = 1 + 1")
    found = evaluate(formula, {})
    assert isinstance(found.formula, Formula)
    assert found.formula is formula
    assert found.value.tensor.item() == 2
