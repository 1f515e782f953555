"""What parses, and into what: parses.txt holds title, LaTeX, and the same in canonical spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from texsor.errors import Invalid, Location
from texsor.formula import parse, parse_symbol, strip, to_latex, walk
from texsor.formula.nodes import Big, Call, Fraction, Minus, Negate, Number, Plus, Power, Product, Symbol

CASES = [case.split("\n") for case in Path(__file__).with_name("parses.txt").read_text(encoding="utf-8").split("\n\n")]
BLOCKS = [(lines[0], "\n".join(lines[1:-1]), lines[-1]) for lines in ([x for x in case if x] for case in CASES)]


@pytest.mark.parametrize(("latex", "canonical"), [case[1:] for case in BLOCKS], ids=[case[0] for case in BLOCKS])
def test_reads_and_prints(latex: str, canonical: str) -> None:
    """A spelling becomes the canonical one, which reads as the same tree."""
    formula = parse(latex)
    assert to_latex(formula) == canonical
    assert parse(canonical) == formula


def test_a_sum_ends_at_the_next_sign_of_its_level() -> None:
    """Σ takes its product, not what is added behind it."""
    x, i = Symbol("x", "", (Symbol("i"),)), Symbol("i")
    (tree,) = parse(r"\sum_i 2 x_i + 1").members
    assert isinstance(tree, Plus)
    assert isinstance(tree.left, Big)
    assert tree.left.body == Product((Number("2"), x), ("",))
    assert tree.left.bounds[0].index == i


def test_differences_lean_to_the_left() -> None:
    """A − b − c is (a − b) − c."""
    (tree,) = parse("a - b - c").members
    assert tree == Minus(Minus(Symbol("a"), Symbol("b")), Symbol("c"))


def test_a_leading_minus_takes_the_whole_term() -> None:
    """−ab is −(ab), and −a+b is (−a)+b."""
    assert parse("-a b").members[0] == Negate(Product((Symbol("a"), Symbol("b")), ("",)))
    assert parse("-a + b").members[0] == Plus(Negate(Symbol("a")), Symbol("b"))


def test_a_slash_takes_what_stands_before_it() -> None:
    """2i/d is (2i)/d."""
    (tree,) = parse("2i/d").members
    assert tree == Fraction(Product((Number("2"), Symbol("i")), ("",)), Symbol("d"), slash=True)


def test_a_power_binds_tighter_than_a_function() -> None:
    """Log x² is log(x²)."""
    assert parse(r"\log x^2").members[0] == Call("log", (Power(Symbol("x"), Number("2")),))


@pytest.mark.parametrize(
    "name", ["x_i", r"\hat{y}_{n,t_n}", r"\mathbb{1}[i = t_n]", r"\frac{1}{N}", r"\log_2 x", "(a)"]
)
def test_every_node_knows_its_text(name: str) -> None:
    """The span of a part is its text: cut out and parsed alone, it is the part again."""
    formula = parse(rf"L = a - \sum_{{i=1}}^{{V}} {name} \cdot \sqrt{{b'}} + e^{{-2 z}}")
    for member in formula.members:
        for node in walk(member):
            text = formula.source.slice(node.span)
            assert text
            if type(node).__name__ not in ("Bound", "Compare"):
                assert strip(parse(text).members[0]) == strip(node)


def test_heads_are_the_glyphs_of_an_operator() -> None:
    """Σ, log and − are pointed at without what they are applied to."""
    formula = parse(r"\ell = -\sum_i y_i \log p_i")
    heads = [formula.source.slice(node.head) for node in walk(formula.members[1])]
    assert heads[:2] == ["-", r"\sum"]
    assert r"\log" in heads


def test_equality_forgets_spelling_and_place() -> None:
    """Two spellings of one formula are equal."""
    assert parse(r"\frac12x") == parse(r"  \dfrac{1}{2} \, x")


def test_refusals_are_counted_in_the_users_file() -> None:
    """A caret names the user's line and column, also behind the first line."""
    with pytest.raises(Invalid, match=r"^a\.md:7:4: _ lacks") as caught:
        parse("a +\nb c_", where=Location("a.md", 6, 9))
    assert str(caught.value).splitlines()[1:3] == ["    b c_", "       ^"]
    with pytest.raises(Invalid, match=r"^a\.md:6:10: _ lacks"):
        parse("a_", where=Location("a.md", 6, 9))


def test_a_symbol_alone_is_read() -> None:
    """What bindings name is a single symbol."""
    assert parse_symbol(r"\hat y") == Symbol(r"\hat{y}")
    with pytest.raises(Invalid, match="a single symbol is wanted"):
        parse_symbol("a + b")
    with pytest.raises(Invalid, match="a single symbol is wanted"):
        parse_symbol("a = b")
