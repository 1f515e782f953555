"""The Shape section of a docstring."""

from __future__ import annotations

from math import inf

import pytest

from texsor.docstrings.domain import Domain
from texsor.docstrings.letters import latex_letter, spelt
from texsor.docstrings.shape import FLOATING, INTEGER, Described, describe, shape_lines
from texsor.docstrings.sizes import letters_of, size_of
from texsor.docstrings.source import Docstring
from texsor.errors import Invalid, Location, TexsorError


def section(text: str) -> Docstring:
    """A docstring with a Shape section, whose first line of arguments is line 13."""
    return Docstring("f", f"Do.\n\n  Shape:\n{text}\n\n  Raises:\n    y: (N,) int64", Location("a.py", 10))


def described(text: str) -> Described:
    """What one line says of x."""
    return describe(shape_lines(section(f"    x: {text}"))["x"])


def test_lines_by_name() -> None:
    """A line goes on while it is indented further; one may describe several; other sections do not belong to it."""
    lines = shape_lines(section("    a, b: (N,) int64,\n        t.\n\n    - c: float\n    words only\n"))
    assert list(lines) == ["a", "b", "c"]
    assert lines["a"] is lines["b"]
    assert lines["a"].source.text == "    a, b: (N,) int64,\n        t."
    assert lines["c"].source.where == Location("a.py", 16, 1)


def test_a_docstring_without_the_section() -> None:
    """It has no lines; so has an empty section."""
    assert shape_lines(Docstring("f", "Do.", Location("a.py", 1))) == {}
    assert shape_lines(section("")) == {}


@pytest.mark.parametrize(
    ("text", "kinds", "dtypes", "symbol"),
    [
        ("(B, T, V) or (N, V) float64, float32 or bfloat16, ŷ.", (("B", "T", "V"), ("N", "V")), 3, r"\hat{y}"),
        ("(…, T + 1) integer, x; words", (("…", "T + 1"),), 5, "x"),
        ("(..., 2 P) floating", (("…", "2 P"),), 4, ""),
        ("(N,) int64 or int32", (("N",),), 2, ""),
        ("() of the same dtype, :math:`w_k`", ((),), 0, "w_k"),
        ("a float or a tensor () floating, L", ("float", ()), 4, "L"),
        ("int, M, at least 1", ("int",), 0, "M"),
        ("bool", ("bool",), 0, ""),
        ("(N,) int64. Or words, t, in [0, one]", (("N",),), 1, ""),
    ],
)
def test_shapes_dtypes_symbol(text: str, kinds: object, dtypes: int, symbol: str) -> None:
    """Alternatives, lists, and where the first sentence ends."""
    found = described(text)
    assert (found.kinds, len(found.dtypes), found.symbol) == (kinds, dtypes, symbol)


def test_groups_of_dtypes() -> None:
    """Two words stand for lists."""
    assert described("(N,) floating").dtypes == FLOATING
    assert described("(N,) integer").dtypes == INTEGER


@pytest.mark.parametrize(
    ("clause", "domain"),
    [
        ("in [0, 1]", Domain(0, 1)),
        ("safe for numbers in (-5, 2.5]", Domain(-5, 2.5, low_open=True)),
        ("in [0, 1)", Domain(0, 1, high_open=True)),
        ("ids in 0 … V - 1", Domain(first="0", last="V - 1")),
        ("in 1 ... V", Domain(first="1", last="V")),
        ("at least 0", Domain(low=0)),
        ("above −1.5", Domain(low=-1.5, low_open=True)),
        ("at most 1e3, at least 0", Domain(0, 1000)),
        ("below 0", Domain(high=0, high_open=True)),
        ("-inf masks a class", Domain(masks=True)),
        ("−∞ where masked", Domain(masks=True)),
        ("each row sums to 1", Domain(0, 1, rows=True)),
        ("may be empty", Domain(empty=True)),
        ("in nats a token; no unit; least", Domain()),
    ],
)
def test_domains(clause: str, domain: Domain) -> None:
    """Each clause of the grammar; anything else is for readers."""
    assert described(f"(N, V) floating, {clause}").domain == domain


def test_ends_belong_to_a_domain_or_not() -> None:
    """Square brackets close, round ones open."""
    half = Domain(0, 1, high_open=True)
    assert [half.holds(number) for number in (-1, 0, 0.5, 1, 2)] == [False, True, True, False, False]
    assert not Domain(low=0, low_open=True).holds(0)
    assert Domain().holds(inf)


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("the logits", 8, "this does not say which shape x has"),
        ("(N V!,) int64", 8, "N V! is no size of an axis"),
        ("(N, …) int64", 8, "… is no size of an axis"),
        ("(N / 1.5,) int64", 8, "is no size of an axis"),
        ("(,) int64", 8, "nothing is no size of an axis"),
        ("(N,), t", 12, "this does not say which dtype x has"),
        ("(N,) float64 or flaot32", 24, "the dtype flaot32 is not known"),
        ("(N,) float64, p, q", 25, "p is the symbol already"),
        ("(N,) float64, in [0, one]", 22, "this clause is not understood"),
        ("(N,) float64, at least two", 22, "this clause is not understood"),
        ("(N,) int64, in 0 … V!", 20, "this clause is not understood"),
        ("(N,) float64, the rows sum to 1", 22, "this clause is not understood"),
        (r"(N,) float64, :math:`\foo`", 29, r"\\foo"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, column: int, what: str) -> None:
    """With line and column of the file, and a caret."""
    with pytest.raises(TexsorError, match=what) as caught:
        described(text)
    assert str(caught.value).startswith(f"a.py:13:{column}: ")
    assert "^" in str(caught.value)


def test_sizes() -> None:
    """Sums, differences, products by juxtaposition or a dot, quotients that are whole."""
    sizes = {"B": 2, "D": 8, "H": 3}
    texts = ("B · D", "D / B", "D / H", "-B + 4 D", "2 (B - 1)", "B // 2", "D / 0")
    assert [size_of(text, sizes) for text in texts] == [16, 4, None, 30, 2, None, None]
    assert letters_of("4 D / H + D") == ("D", "H")
    assert letters_of("!") == ()
    assert size_of("(D / H) - 1", sizes) is None
    assert size_of("-(D / H)", sizes) is None


@pytest.mark.parametrize(
    ("text", "latex"),
    [("z", "z"), ("ŷ", r"\hat{y}"), ("Σ", r"\Sigma"), ("λ", r"\lambda"), ("ε'", r"\epsilon'"), ("p̄", r"\bar{p}"),
     ("ℓ", r"\ell"), ("가", None), ("ы", None), ("", None), ("x̣", None), ("ς", None)],
)  # fmt: skip
def test_letters(text: str, latex: str | None) -> None:
    """Latin and Greek letters with the accents of mathematics."""
    assert latex_letter(text) == latex


def test_a_letter_is_spelt_as_the_formula_spells_it() -> None:
    """Where a Greek letter has two shapes."""
    assert spelt(r"\epsilon", {r"\varepsilon"}) == r"\varepsilon"
    assert spelt(r"\epsilon", {r"\varepsilon", r"\epsilon"}) == r"\epsilon"
    assert spelt("x", {"y"}) == "x"


def test_an_int_is_no_size_that_python_would_take_for_one() -> None:
    """True is no size."""
    with pytest.raises(Invalid, match="is no size of an axis"):
        described("(True,) int64")
