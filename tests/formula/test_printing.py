"""Plain names, and the nodes that cannot be printed."""

from __future__ import annotations

import pytest

from texsor.errors import NotSupported
from texsor.formula import Node, parse_symbol, plain_name, strip, to_latex
from texsor.formula.build import span_of
from texsor.formula.fold import Piece, Row
from texsor.formula.nodes import Big, Bound, Call, Fraction, Number, Power, Product, Symbol, rebuild
from texsor.formula.parsing import parse
from texsor.formula.source import Source, Span


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        ("N", "N"),
        (r"\ell_n", "ell"),
        (r"\hat{y}_{n,i}", "y_hat"),
        (r"\hat{\theta}'_{\mathrm{CE}}", "theta_hat_prime_CE"),
        (r"\bar{\tilde x}", "x_tilde_bar"),
        (r"y''", "y_prime_prime"),
        (r"\mathbf{x}", "x"),
        (r"\mathrm{bits per byte}", "bits_per_byte"),
    ],
)
def test_plain_names(latex: str, plain: str) -> None:
    """A symbol's name in letters that a file name can bear."""
    assert plain_name(parse_symbol(latex)) == plain


def test_an_unknown_node_is_not_printed() -> None:
    """A kind of node without a printer is an error of ours, not silence."""

    class Strange(Node):
        pass

    with pytest.raises(TypeError, match="no printer for Strange"):
        to_latex(Strange())


def test_numerals_side_by_side_keep_apart() -> None:
    """2 and 3 in a product do not become 23."""
    assert to_latex(Product((Number("2"), Number("3")), ("",))) == r"2 \cdot 3"


A, B = Symbol("a"), Symbol("b")
TWO = Number("2")
SUM = Big("sum", (Bound(Symbol("i")),), A)


@pytest.mark.parametrize(
    ("tree", "latex"),
    [
        (Product((SUM, B), ("",)), r"(\sum_{i} a) b"),
        (Product((B, SUM), ("",)), r"b \sum_{i} a"),
        (Product((Call("log", (SUM,)), B), (r"\cdot",)), r"(\log \sum_{i} a) \cdot b"),
        (Product((Fraction(A, B, slash=True), A), ("",)), "(a / b) a"),
        (Product((Fraction(A, B, slash=True), A), ("*",)), "a / b * a"),
        (Product((Fraction(A, B, slash=True), SUM), ("",)), r"a / b \sum_{i} a"),
        (Product((A, Fraction(A, B, slash=True)), ("*",)), "a * (a / b)"),
        (Product((Call("log", (A,)), B), ("",)), r"(\log a) b"),
        (Product((Call("log", (A,)), Call("log", (B,))), ("",)), r"\log a \log b"),
        (Product((Call("log", (A,)), SUM, B), ("", "")), r"(\log a) (\sum_{i} a) b"),
        (Call("log", (Product((TWO, A), ("",)),)), r"\log 2 a"),
        (Call("log", (Product((TWO, TWO), ("",)),)), r"\log (2 \cdot 2)"),
        (Call("log", (Product((TWO, Call("sin", (A,))), ("",)),)), r"\log (2 \sin a)"),
        (Call("log", (Product((TWO, SUM), ("",)),)), r"\log (2 \sum_{i} a)"),
        (Fraction(Call("log", (A,)), SUM, slash=True), r"(\log a) / \sum_{i} a"),
    ],
)
def test_what_would_swallow_its_neighbour_is_bracketed(tree: Node, latex: str) -> None:
    """A sum or function before a factor gets brackets, and so does a slash in a product."""
    assert to_latex(tree) == latex
    if r"\cdot 2" not in latex:  # the dot that keeps two numerals apart
        assert strip(parse(latex).members[0]) == strip(tree)


def test_a_power_that_would_read_as_a_name() -> None:
    """A superscript in brackets is kept a power by brackets around its base."""
    tree = Power(Symbol("x"), Symbol(r"\mathrm{PPL}"))
    assert to_latex(tree) == r"(x)^{\mathrm{PPL}}"
    assert to_latex(parse(r"e^{\mathrm{PPL}}")) == r"e^{\mathrm{PPL}}"


def test_what_the_grammar_does_not_make_is_not_built() -> None:
    """A piece or token of an unknown kind is refused, not passed over."""
    with pytest.raises(TypeError, match="None is no token"):
        span_of(None)
    row = Row(Source("a"), [Piece("strange", Span(0, 1), "a")], holes=False)
    with pytest.raises(NotSupported, match="a is not known here"):
        row.product()


def test_rebuilding_leaves_what_has_no_parts() -> None:
    """A leaf is handed back as it is."""
    leaf = Number("1")
    assert rebuild(leaf, lambda node: node) is leaf
