"""What cannot be evaluated is refused at the symbol that is to blame, before anything large is computed."""

from __future__ import annotations

import pytest
import torch

from texsor.check import evaluate
from texsor.check.evaluate import evaluate_one
from texsor.check.evaluate_derivative import Unrelated
from texsor.errors import Invalid, Location, NotSupported, TexsorError
from texsor.formula import Formula, Source, parse
from texsor.formula.nodes import Apply, Group, Hole, Number, Symbol
from texsor.formula.vocabulary import Vocabulary

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
        (r"L = \sum_{ijk} x_{ijk}", {"x": M}, Invalid, 16, r"x has 2 axes \(2, 3\), and x_{i,j,k} names 3"),
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
        (r"L = \sum_{i,i} x_i", {"x": X}, Invalid, 13, "i runs twice under one sign"),
        (r"L = \sum_t x_t", {"x": X, "t": 1}, Invalid, 10, "t runs under a sign, and is bound to a tensor"),
        (r"L_t = x_t", {"x": X, "t": T}, Invalid, 3, "t names an axis, and is bound to a tensor"),
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
        (r"L = s^\top", {"s": 2.0}, Invalid, 5, "a transpose needs an array, and this is a number"),
        (r"L = \max_i x_i", {"x": torch.ones(0)}, Invalid, 5, "an extremum of no values"),
        (r"L = \max x", {"x": torch.ones(0)}, Invalid, 5, "an extremum of no values"),
        (r"L = \arg\max_{n,i} x_{n,i}", {"x": M}, Invalid, 5, "the place of an extremum is one index"),
        (r"L = \arg\max_{i=1}^{3} 1", {}, Invalid, 5, "the place of an extremum is one index"),
        (r"L = \sum A", {"A": M}, Invalid, 5, "without an index the sign runs over one array axis"),
        (r"L = \sum_i^{3} x_i", {"x": X}, Invalid, 13, "an upper bound without a lower one"),
        (r"L_i = x_{i - j} y_j x_i", {"x": X, "y": X}, Invalid, 14, "j is bound to nothing"),
        (r"L_{i,j} = x_{i - j} x_i x_j", {"x": X}, NotSupported, 14, "a subscript is an index"),
        (r"L = \sum_{i} 2 i", {}, Invalid, 16, "i is used as a number, and nothing says where it starts"),
        (r"L = \sum_{i \le k} x_i", {"x": X, "k": 1}, Invalid, 11, "whether counting starts at 0 or 1 decides"),
        (r"L_n = \sum_{i} \mathbb{1}[i + 1 < t_n] x_i", {"x": X, "t": T}, Invalid, 27, "whether counting starts at 0"),
        (r"L = \prod_{j \ne i} x_j", {"x": X}, Invalid, 18, "nothing says how far i runs"),
        (r"L = \sum_{1 \ne 2} x_i", {"x": X}, Invalid, 11, "no letter of this condition runs"),
        (r"L = \sum_{k \ne 2} x_k", {"x": X, "k": 1}, Invalid, 11, "no letter of this condition runs"),
        (r"L = \sum_{i=1}^{N} \sum_{j=0}^{N-1} \mathbb{1}[i \le j]", {"N": 2}, Invalid, 11, "i starts at 1, and j"),
        (r"L = \sum_{i \in S} x_i", {"x": X, "S": torch.tensor([0, 3])}, Invalid, 17, "S says position 3"),
        (r"L = \sum_{i \in S} x_i", {"x": X, "S": torch.tensor([1, 1])}, Invalid, 17, "S stands for a set and holds"),
        (r"L = \sum_{i \in S} x_i", {"x": X, "S": X}, Invalid, 17, "S stands for a set and is bound to torch.float32"),
        (r"L = \sum_{i \in S} x_i", {"x": X}, Invalid, 17, "a set is a bound tensor of positions"),
        (r"L = \sum_{i \in M} x_i", {"x": X, "M": torch.ones(2) > 0}, Invalid, 22, "i runs over 2 values in M"),
        (r"L_n = \mathbb{1}[t_n \in M]", {"t": T, "M": torch.ones(2) > 0}, Invalid, 18, "t_{n} says position 2"),
        (r"L = \mathbb{1}[i \in S \in S]", {"S": T}, NotSupported, 16, "a set stands in a condition of two sides only"),
        (r"L = \mathbb{E}_{i \sim p, j} [x_i]", {"x": X, "p": X}, Invalid, 17, "one index is drawn"),
        (r"L = \mathbb{E}_{i \sim p, i \ne k}[x_i]", {"x": X, "p": X, "k": 0}, Invalid, 27, "it is not clear whether"),
        (r"L = \mathbb{E}_{i \sim p q}[x_i]", {"x": X, "p": X, "q": X}, NotSupported, 17, "a distribution is a bound"),
        (r"L = \max_{n : t_n = 1} x_n", {"x": X[:2], "t": T}, Invalid, 5, "an extremum of no values"),
        (r"L_i = \begin{cases} 1 & x_i > 1 \end{cases}", {"x": X}, Invalid, 7, "no case holds for some numbers"),
        (r"L = q = x + 1", {"x": 1.0}, Invalid, 5, "q is bound to nothing"),
        (r"L = x + A^{-1}", {"x": M, "A": M}, Invalid, 9, "a negative power of a matrix"),
        (r"L = \lVert A \rVert_1", {"A": M}, Invalid, 5, "a norm of a matrix could be several"),
        (r"L = \lVert x \rVert_x", {"x": X}, Invalid, 5, "the order of a norm is one number"),
        (r"L = \langle x, 2 \rangle", {"x": X}, Invalid, 5, "an inner product in angle brackets is of two arrays"),
        (r"L = \langle A, x \rangle", {"A": M, "x": X}, Invalid, 5, "an inner product is of two arrays alike"),
        (r"L = A \otimes x", {"A": M, "x": X}, Invalid, 5, "an outer product is of two vectors"),
        (r"L = x + x^\top", {"x": X}, Invalid, 5, "a row and a vector that stands do not fit"),
        (r"L = x^\top x^\top", {"x": X}, Invalid, 5, "two rows have no product"),
        (r"L = x \cdot x^\top", {"x": X}, Invalid, 5, "this could be an inner or an outer product"),
        (r"L = x B x^\top", {"x": X, "B": torch.ones(3, 3)}, Invalid, 5, "this could be an inner or an outer product"),
        (r"L = (x B)^\top x", {"x": X, "B": torch.ones(3, 3)}, Invalid, 5, "the vector before the matrix stands"),
        (r"L = A x^\top", {"x": X, "A": M}, Invalid, 5, "a row behind a matrix has no product with it"),
        (r"L = \mathrm{tr}(A)", {"A": M}, Invalid, 5, "tr needs a square matrix"),
        (r"L = \mathrm{tr}(x)", {"x": X}, Invalid, 5, "tr needs an array of 2 or more axes"),
        (r"L = \mathrm{diag}(A)", {"A": M}, Invalid, 5, "diag of a matrix could be its diagonal"),
        (r"L_i = \mathrm{softmax}(x_i)", {"x": X}, Invalid, 7, "softmax needs an array of 1 or more axes"),
        (r"L = \mathrm{softmax}(x, x)", {"x": X}, Invalid, 5, r"\\mathrm{softmax} takes one argument, and has 2"),
        (r"L = f + x", {"x": X, "f": torch.relu}, Invalid, 5, "f is bound to a function, and stands here without"),
        (r"L = \mathrm{KL}(x \| x)", {"x": X}, Invalid, 16, "this list belongs to no function that is known"),
        (r"L = (A x)_{i,j}", {"x": X, "A": M}, Invalid, 12, "the index i is free on the right side only"),
        (r"L_{i,j} = (A x)_{i,j} + A_{i,j}", {"x": X, "A": M}, Invalid, 11, "2 indices on an array of 1 axes"),
        (r"L_i = (B y z)_i + t_i", {"t": T, "B": torch.ones(3, 3), "y": X, "z": 1.0}, Invalid, 7, "i runs over 2"),
        (r"L_i = \mathrm{ReLU}(A_0)_i + t_i", {"A": M, "t": T}, Invalid, 32, "i runs over 3 values in"),
        (r"L = x^{(k)}", {"x": X, "k": 2}, Invalid, 5, "could be a power, or a name"),
        (r"g = \frac{\partial}{\partial z} t", {"z": X}, Invalid, 33, "t is bound to nothing"),
        (r"g = \frac{\partial 2}{\partial z}", {"z": X}, Invalid, 5, "2 does not depend on z as it is bound"),
        (r"g = \nabla_z z", {"z": X}, Invalid, 14, r"z is an array of shape \(3,\)"),
        (r"g = \nabla_t 2", {"t": T}, Invalid, 12, "t holds torch.int64: nothing is differentiated by it"),
        (r"g = \nabla_u 2", {"t": T}, Invalid, 12, "u is bound to nothing"),
    ],
)  # fmt: skip
def test_refusal(latex: str, where: dict[str, object], kind: type[TexsorError], column: int, words: str) -> None:
    """The class, the column and the words."""
    with pytest.raises(kind, match=words) as caught:
        evaluate(latex, where)
    assert type(caught.value) is kind or (kind is Invalid and type(caught.value) is Unrelated)
    assert str(caught.value.where) == f"<formula>:1:{column}"
    assert "^" in str(caught.value)


def test_a_node_without_a_rule() -> None:
    """A kind of node that the visitor does not know is refused."""
    with pytest.raises(NotSupported, match="Hole cannot be evaluated yet"):
        evaluate(Formula((Hole(),), Source("?"), vocabulary=Vocabulary(frozenset())), {})


@pytest.mark.parametrize(
    ("where", "words"), [({}, "f is bound to nothing"), ({"f": X}, "f is applied, and is bound to no")]
)
def test_a_function_that_is_none(where: dict[str, object], words: str) -> None:
    """A tree that applies what cannot be applied, as no text does."""
    applied = Apply(Symbol("f"), Group(Number("1")))
    with pytest.raises(Invalid, match=words):
        evaluate_one(Formula((applied,), Source("f(1)")), where, 2**20, None)


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
    with pytest.raises(Invalid, match=r"this takes about 45,780,946\.0 MiB, and the limit is 2,048\.0 MiB"):
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
