"""What cannot be evaluated is refused at the symbol that is to blame, before anything large is computed."""

from __future__ import annotations

import pytest
import torch

from texsor.check import evaluate
from texsor.errors import Invalid, Location, NotSupported, TexsorError
from texsor.formula import Formula, Source, parse
from texsor.formula.nodes import Hole

X = torch.ones(3)
M = torch.ones(2, 3)
T = torch.tensor([0, 2])


@pytest.mark.parametrize(
    ("latex", "where", "kind", "column", "words"),
    [
        ("L = x", {}, Invalid, 5, "x is bound to nothing"),
        ("L = x_i", {"y": X}, Invalid, 5, "x is bound to nothing"),
        (r"L_n = x_{n,t_n}", {"x": M}, Invalid, 12, "t is bound to nothing"),
        (r"L_n = x_{n,t}", {"x": M}, Invalid, 12, "the index t is free on the right side only"),
        ("L = x", {"x": [1, 2]}, Invalid, 5, r"x is bound to list, which is no tensor"),
        ("L = x", {"x": "1"}, Invalid, 5, "x is bound to str, which is no tensor"),
        ("L = x", {"x": torch.tensor(1j)}, NotSupported, 5, "x is bound to a tensor of torch.complex64"),
        ("L = x", {"x": torch.ones(1).to_sparse()}, NotSupported, 5, "x is bound to a tensor"),
        (r"L = \sum_i x_{i}", {"x": M}, Invalid, 12, r"x has 2 axes \(2, 3\), and x_{i} names 1"),
        (r"L = \sum_i x_i y_i", {"x": X, "y": torch.ones(4)}, Invalid, 18, "i runs over 3 values in x"),
        (r"a_i = x_i = y_i", {"x": X, "y": torch.ones(4)}, Invalid, 15, "i runs over 3 values in x"),
        ("L = x_i", {"x": X}, Invalid, 7, "the index i is free on the right side only"),
        ("L_i = 1", {}, Invalid, 3, "nothing says how far i runs"),
        (r"L = \sum_i 1", {}, Invalid, 10, "nothing says how far i runs"),
        (r"L = \sum_{i=1}^{N} x_i", {"x": X, "N": 2}, Invalid, 11, "i runs from 1 to 2, which is 2 values, and over 3"),
        (r"L = \sum_{i=1}^{N+1} x_i", {"x": X}, Invalid, 17, "N is bound to nothing"),
        (r"L = \sum_{i=0}^{N} x_i", {"x": X}, Invalid, 17, "N is bound to nothing"),
        (r"L = \sum_{i=5}^{2} 1", {}, Invalid, 11, "i runs from 5 to 2, which is -2 values"),
        (r"L = \sum_{i=1}^{N} x_i + \sum_{n=1}^{N} t_n", {"x": X, "t": T}, Invalid, 38, "N is the length of two"),
        (r"L = \sum_{i=1}^{N} x_i", {"x": X, "N": 2.5}, Invalid, 17, "N stands in a bound and is 2.5"),
        (r"L = \sum_{i=1}^{N} x_i", {"x": X, "N": M}, Invalid, 17, "N stands in a bound and is no single number"),
        (r"L = \sum_{i=1}^{x_i} x_i", {"x": X}, Invalid, 17, "x stands in a bound and is no single number"),
        (r"L = \sum_{i=1}^{3/2} x_i", {"x": X}, Invalid, 17, "the bound 3 / 2 is 3/2, no whole number"),
        (r"L = \sum_{i=1}^{3/0} x_i", {"x": X}, Invalid, 17, "the bound divides by zero"),
        (r"L = \sum_{i=1}^{\log 3} x_i", {"x": X}, NotSupported, 17, "a bound is made of numbers"),
        (r"L = \sum_j \sum_{i=1}^{j} x_i y_j", {"x": X, "y": X}, NotSupported, 24, "a bound that varies with j"),
        (r"L = \sum_i \sum_i x_i", {"x": X}, Invalid, 17, "i runs under a sign, and is an index already"),
        (r"L = \sum_{i,i} x_i", {"x": X}, Invalid, 13, "i runs under a sign, and is an index already"),
        (r"L = \sum_t x_t", {"x": X, "t": 1}, Invalid, 10, "t runs under a sign, and is bound to a tensor"),
        (r"L_t = x_t", {"x": X, "t": 1}, Invalid, 3, "t names an axis, and is bound to a tensor"),
        (r"L_{i,i} = x_i", {"x": X}, Invalid, 1, "the left side names an axis twice"),
        (r"L_{2i} = x_i", {"x": X}, NotSupported, 1, "the left side names its axes by plain letters only"),
        (r"L = \sum_{i=1} i x_i", {"x": X}, Invalid, 20, "i is a position in one place and a number"),
        (r"L = \sum_i \mathbb{1}[i = 2] x_i", {"x": X}, Invalid, 32, "i is a position in one place and a number"),
        (r"L = \sum_i \mathbb{1}[x_i = i]", {"x": X}, Invalid, 29, "i is a position in one place and a number"),
        (r"L_i = x_{i} y_{i - 0.5}", {"x": X, "y": X}, NotSupported, 16, "a subscript is an index, an integer tensor"),
        (r"L_i = x_{2i} + x_i", {"x": X}, NotSupported, 10, "a subscript is an index, an integer tensor"),
        (r"L_i = x_{i + f} + x_i", {"x": X, "f": 0.5}, NotSupported, 10, "a subscript is an index"),
        (r"L_i = x_{i + g} + x_i", {"x": X}, Invalid, 14, "g is bound to nothing"),
        (r"L = x_2", {"x": X}, Invalid, 7, "the subscript 2 does not say whether counting"),
        (r"L_n = x_{f_n}", {"x": X, "f": torch.ones(2)}, Invalid, 10, "f stands in a subscript and holds"),
        (r"L_i = x_{i + 1} - x_i", {"x": X}, Invalid, 10, r"i \+ 1 says position 3, and x \(axis 1\) has"),
        (r"L_n = x_{t_n}", {"x": X, "t": torch.tensor([0, -1])}, Invalid, 10, "t_{n} says position -1"),
        (r"L = A B", {"A": M, "B": M}, Invalid, 5, r"arrays of shapes \(2, 3\) and \(2, 3\) have no matrix product"),
        (r"L = A B", {"A": torch.ones(4, 2, 3), "B": torch.ones(5, 3, 2)}, Invalid, 5, "batches of shapes"),
        (r"L = A \times A", {"A": M}, Invalid, 5, r"\\times between two arrays could mean several products"),
        (r"L = A + x", {"A": M, "x": torch.ones(2)}, Invalid, 5, r"arrays of shapes \(2, 3\) and \(2,\) do not fit"),
        (r"L = x^\top", {"x": X}, Invalid, 5, "a transpose needs two array axes, and there are 1"),
        (r"L = \max_i x_i", {"x": torch.ones(0)}, Invalid, 5, "an extremum of no values"),
        (r"L = \max x", {"x": torch.ones(0)}, Invalid, 5, "an extremum of no values"),
        (r"L = \arg\max_{n,i} x_{n,i}", {"x": M}, Invalid, 5, "the place of an extremum is one index"),
        (r"L = \arg\max_{i=1}^{3} 1", {}, Invalid, 5, "the place of an extremum is one index"),
        (r"L = \sum A", {"A": M}, Invalid, 5, "without an index the sign runs over one array axis"),
        (r"L = \sum_i^{3} x_i", {"x": X}, Invalid, 13, "an upper bound without a lower one"),
        (r"L_i = x_{i - j} y_j x_i", {"x": X, "y": X}, Invalid, 14, "j is bound to nothing"),
        (r"L_{i,j} = x_{i - j} x_i x_j", {"x": X}, NotSupported, 14, "a subscript is an index"),
        (r"L = \sum_{i} 2 i", {}, Invalid, 16, "i is used as a number, and nothing says where it starts"),
    ],
)  # fmt: skip
def test_refusal(latex: str, where: dict[str, object], kind: type[TexsorError], column: int, words: str) -> None:
    """The class, the column and the words."""
    with pytest.raises(kind, match=words) as caught:
        evaluate(latex, where)
    assert type(caught.value) is kind
    assert str(caught.value.where) == f"<formula>:1:{column}"
    assert "^" in str(caught.value)


def test_a_node_without_a_rule() -> None:
    """A kind of node that the visitor does not know is refused."""
    with pytest.raises(NotSupported, match="Hole cannot be evaluated yet"):
        evaluate(Formula((Hole(),), Source("?")), {})


def test_the_place_is_the_users() -> None:
    """A refusal names the chapter's line."""
    formula = parse("L = x", where=Location("chapter.md", 12, 3))
    with pytest.raises(Invalid, match=r"^chapter\.md:12:7: x is bound to nothing"):
        evaluate(formula, {"y": 1})


def test_what_is_bound_is_listed() -> None:
    """A misspelt name is found by looking at those that are bound."""
    with pytest.raises(Invalid, match=r"bound are: \\hat{y}, t"):
        evaluate("L = y", {r"\hat y": 1, "t": 2})


def test_a_name_that_is_no_symbol() -> None:
    """What is bound is a symbol."""
    with pytest.raises(Invalid, match="a single symbol is wanted"):
        evaluate("L = y", {"y + 1": 2})


def test_memory_is_refused_before_it_is_taken() -> None:
    """A formula over 10⁴ × 10⁴ × 10⁴ numbers is refused at once, though its tensors are small."""
    x = torch.ones(1, dtype=torch.float64).expand(10_000)
    with pytest.raises(Invalid, match=r"this takes about 68,669,129\.6 MiB, and the limit is 2,048\.0 MiB"):
        evaluate(r"L = \sum_i \sum_j \sum_k \log (x_i + y_j + z_k)", {"x": x, "y": x, "z": x})


def test_the_memory_limit_is_the_callers() -> None:
    """The same formula passes and fails as the limit is moved; contracted products count their factors only."""
    where = {"x": torch.ones(100, 50), "y": torch.ones(50, 100)}
    latex = r"L_{i,k} = \sum_j x_{i,j} y_{j,k}"
    evaluate(latex, where, memory_limit_bytes=600_000)
    with pytest.raises(Invalid, match="raise memory_limit_bytes"):
        evaluate(latex, where, memory_limit_bytes=100_000)


def test_the_estimate_counts_arrays_and_lookups() -> None:
    """Arrays without subscripts and looked-up rows are counted by their sizes."""
    with pytest.raises(Invalid, match="this takes about"):
        evaluate("L = A + A", {"A": torch.ones(100, 100)}, memory_limit_bytes=200_000)
    found = evaluate(r"L_n = x_{n,t_n}", {"x": torch.ones(2, 10_000), "t": T}, memory_limit_bytes=10_000)
    assert found.value.tensor.tolist() == [1, 1]
