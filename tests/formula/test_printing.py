"""Plain names, and the nodes that cannot be printed."""

from __future__ import annotations

import pytest

from texsor.errors import NotSupported
from texsor.formula import Node, parse_symbol, plain_name, strip, to_latex
from texsor.formula.build_atoms import span_of
from texsor.formula.fold import Row
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Big,
    Bound,
    Call,
    Cases,
    Compare,
    Derivative,
    Fraction,
    Group,
    Hole,
    Indexed,
    Negate,
    Number,
    Plus,
    Power,
    Product,
    Symbol,
    Transpose,
    rebuild,
)
from texsor.formula.parsing import parse
from texsor.formula.pieces import Piece
from texsor.formula.source import Source, Span
from texsor.formula.vocabulary import NO_VOCABULARY


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
        ("x^{(t)}", "x_t"),
        (r"y^{\mathrm{LS}}_n", "y_LS"),
        (r"\theta^*", "theta_star"),
        ("x^+_i", "x_plus"),
        ("x_{-}", "x_minus"),
        ("x^{(t-1)}", "x_t_1"),
        (r"\text{ignore\_index}", "ignore_index"),
        ("margin", "margin"),
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
    assert to_latex(Product((Number("2"), Number("3")), ("",))) == "(2) 3"


A, B = Symbol("a"), Symbol("b")
TWO = Number("2")
X = Symbol("x")
NAMED = Symbol("x", superscript="(t)")
SUM = Big("sum", (Bound(Symbol("i")),), A)
MEAN = Big("expectation", (Bound(Symbol("i")),), A)
NABLA = Derivative(A, X, nabla=True)


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
        (Call("log", (Product((TWO, TWO), ("",)),)), r"\log ((2) 2)"),
        (Call("log", (Product((TWO, A, TWO), ("", "")),)), r"\log 2 a 2"),
        (Call("log", (Product((TWO, Call("sin", (A,))), ("",)),)), r"\log (2 \sin a)"),
        (Call("log", (Product((TWO, SUM), ("",)),)), r"\log (2 \sum_{i} a)"),
        (Fraction(Call("log", (A,)), SUM, slash=True), r"(\log a) / \sum_{i} a"),
        (Product((NABLA, B), ("",)), r"(\nabla_{x} a) b"),
        (Product((NABLA, SUM), ("",)), r"\nabla_{x} a \sum_{i} a"),
        (Product((Derivative(SUM, X, nabla=True), B), (r"\cdot",)), r"(\nabla_{x} \sum_{i} a) \cdot b"),
        (Derivative(Plus(A, B), X, nabla=True), r"\nabla_{x} (a + b)"),
        (Derivative(Power(Group(A), TWO), X, nabla=True), r"\nabla_{x} ((a)^{2})"),
        (Derivative(Plus(A, B), X), r"\frac{\partial (a + b)}{\partial x}"),
        (Derivative(Fraction(A, B, slash=True), X), r"\frac{\partial (a / b)}{\partial x}"),
        (Derivative(Product((Fraction(A, B, slash=True), A), ("*",)), X), r"\frac{\partial (a / b * a)}{\partial x}"),
        (Call("log", (MEAN,)), r"\log \mathbb{E}_{i}[a]"),
        (Product((Call("log", (MEAN,)), B), ("",)), r"(\log \mathbb{E}_{i}[a]) b"),
        (Product((MEAN, B), ("",)), r"\mathbb{E}_{i}[a] b"),
        (Power(MEAN, TWO), r"\mathbb{E}_{i}[a]^{2}"),
        (Transpose(MEAN), r"\mathbb{E}_{i}[a]^{\top}"),
        (Power(SUM, TWO), r"(\sum_{i} a)^{2}"),
        (Power(Call("max", (A, B)), TWO), r"\max(a, b)^{2}"),
        (Power(NAMED, TWO), "(x^{(t)})^{2}"),
        (Transpose(NAMED), r"(x^{(t)})^{\top}"),
        (Indexed(Transpose(A), (X,)), r"(a^{\top})_{x}"),
        (Indexed(Apply(Symbol(r"\sigma"), Group(A)), (X,)), r"\sigma(a)_{x}"),
        (Apply(Symbol(r"\sigma"), A), r"\sigma(a)"),
        (Symbol("x", "", (Product((A, B), ("",)),)), "x_{(a b)}"),
        (Symbol("x", "", (Symbol(r"\mathrm{in}"),)), r"x_{(\mathrm{in})}"),
        (Negate(Compare((A, B), ("=",))), "-(a = b)"),
    ],
)
def test_what_would_swallow_its_neighbour_is_bracketed(tree: Node, latex: str) -> None:
    """A sum or function before a factor gets brackets, and so does a slash in a product."""
    assert to_latex(tree) == latex
    if not isinstance(tree, Negate):  # of a condition there is no negative
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
    row = Row(Source("a"), [Piece("strange", Span(0, 1), "a")], NO_VOCABULARY, holes=False)
    with pytest.raises(NotSupported, match="a is not known here"):
        row.product()


def test_rebuilding_leaves_what_has_no_parts() -> None:
    """A leaf is handed back as it is."""
    leaf = Number("1")
    assert rebuild(leaf, lambda node: node) is leaf


def test_what_a_term_leaves_out_is_not_printed() -> None:
    """The patterns of terms are printed as their signs."""
    assert to_latex(Cases(())) == r"\begin{cases}"
    assert to_latex(Big("expectation", (), Hole())) == r"\mathbb{E}"
    assert to_latex(Arguments((A, B, X), "[", (";", r"\mid"))) == r"[a; b \mid x]"


def test_a_letter_of_a_set_is_said_once() -> None:
    """The condition says the letter, unless there are others."""
    member = Compare((Symbol("i"), Symbol("S")), (r"\in",))
    i, j = Bound(Symbol("i")), Bound(Symbol("j"))
    assert to_latex(Big("sum", (i,), A, member)) == r"\sum_{i \in S} a"
    assert to_latex(Big("sum", (j, i), A, member)) == r"\sum_{j,i : i \in S} a"
    assert to_latex(Big("sum", (j,), A, member)) == r"\sum_{j : i \in S} a"
