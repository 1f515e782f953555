"""What parses, and into what: parses.txt holds title, LaTeX, and the same in canonical spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from texsor.errors import Invalid, Location
from texsor.formula import parse, parse_symbol, strip, to_latex, walk
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Big,
    Bound,
    Branch,
    Call,
    Cases,
    Compare,
    Derivative,
    Fenced,
    Fraction,
    Group,
    Indexed,
    Inner,
    Logic,
    Minus,
    Negate,
    Node,
    Number,
    Plus,
    Power,
    Product,
    Symbol,
)
from texsor.formula.parsing import vocabulary_of

HERE = Path(__file__)
CASES = [case.split("\n") for case in HERE.with_name("parses.txt").read_text(encoding="utf-8").split("\n\n")]
BLOCKS = [(lines[0], "\n".join(lines[1:-1]), lines[-1]) for lines in ([x for x in case if x] for case in CASES)]
KNOWN = [
    case.split("\n") for case in HERE.with_name("vocabulary.txt").read_text(encoding="utf-8").rstrip().split("\n\n")
]
"""Title; what is bound: names, functions, names of whole numbers; LaTeX; canonical spelling."""


@pytest.mark.parametrize(("latex", "canonical"), [case[1:] for case in BLOCKS], ids=[case[0] for case in BLOCKS])
def test_reads_and_prints(latex: str, canonical: str) -> None:
    """A spelling becomes the canonical one, which reads as the same tree."""
    formula = parse(latex)
    assert to_latex(formula) == canonical
    assert parse(canonical) == formula


@pytest.mark.parametrize(("names", "latex", "canonical"), [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN])
def test_what_is_bound_decides(names: str, latex: str, canonical: str) -> None:
    """The same letters say different things by what they are bound to."""
    vocabulary = vocabulary_of(*(group.split() for group in names.split("|")))
    formula = parse(latex, vocabulary=vocabulary)
    assert to_latex(formula) == canonical
    assert parse(canonical, vocabulary=vocabulary) == formula
    assert formula.vocabulary == vocabulary


def test_what_looks_alike_is_another_tree() -> None:
    """A call, a product, an index and a transpose are told apart in the tree, not in the print alone."""
    x, f = Symbol("x"), Symbol("f")
    assert parse("f(x)", vocabulary=vocabulary_of(["x"], ["f"])).members[0] == Apply(f, Group(x))
    assert parse("f(x)", vocabulary=vocabulary_of(["x", "f"])).members[0] == Product((f, Group(x)), ("",))
    assert parse("f(x)", vocabulary=vocabulary_of(["f"])).members[0] == Symbol("f", "", (x,))
    assert parse("x^T", vocabulary=vocabulary_of(["x", "T"])).members[0] == Power(x, Symbol("T"))
    assert isinstance(parse(r"\frac{dL}{dz}").members[0], Fraction)
    assert parse(r"\frac{dL}{dz}", vocabulary=vocabulary_of(["L"])).members[0] == Derivative(Symbol("L"), Symbol("z"))


def test_functions_and_whole_numbers_are_bound_too() -> None:
    """What is listed as a function need not be listed as a name again."""
    assert vocabulary_of([], ["f"], ["y"]).bound == {"f", "y"}


INDEX, J, X, Y = map(Symbol, "ijxy")


@pytest.mark.parametrize(
    ("latex", "tree"),
    [
        (r"\sum_{j \ne i} x", Big("sum", (), X, Compare((J, INDEX), (r"\ne",)))),
        (r"\sum_{i \in S} x", Big("sum", (Bound(INDEX),), X, Compare((INDEX, Symbol("S")), (r"\in",)))),
        (r"\sum_{i,j=1}^N x", Big("sum", tuple(Bound(i, Number("1"), Symbol("N")) for i in (INDEX, J)), X)),
        (r"\mathbb{E}_{i \sim p}[x]", Big("expectation", (Bound(INDEX, law=Symbol("p")),), X)),
        (r"\mathrm{Var}[x]", Big("variance", (), X)),
        (r"\lVert x \rVert_2", Fenced("norm", X, Number("2"))),
        ("|x|", Fenced("abs", X)),
        ("[x]_+", Fenced("positive", X)),
        (r"\lfloor x \rfloor", Fenced("floor", X)),
        (r"\langle x, y \rangle", Inner(X, Y)),
        (r"x \odot y \otimes x", Product((X, Y, X), (r"\odot", r"\otimes"))),
        (r"\frac{\partial x}{\partial y}", Derivative(X, Y)),
        (r"\nabla_y x", Derivative(X, Y, nabla=True)),
        ("(x)_{ij}", Indexed(Group(X), (INDEX, J))),
        (r"\sigma(x)", Apply(Symbol(r"\sigma"), Group(X))),
        ("x^{(i)}_j", Symbol("x", "", (J,), superscript="(i)")),
        ("x_{*}^{*}", Symbol("x", "*", superscript="*")),
        (
            r"\begin{cases} x & i = 1 \land j = 2 \\ y & \text{otherwise} \end{cases}",
            Cases(
                (
                    Branch(X, Logic("and", (Compare((INDEX, Number("1")), ("=",)), Compare((J, Number("2")), ("=",))))),
                    Branch(Y),
                )
            ),
        ),
        (r"\max(x_1, \dots, x_n)", Big("max", (), Group(X))),
    ],
)
def test_new_notation_has_its_tree(latex: str, tree: Node) -> None:
    """Each notation becomes the node that the evaluator knows."""
    assert parse(latex).members == (tree,)


def test_separators_of_a_list_are_kept() -> None:
    """What a function is given, and behind which mark."""
    (tree,) = parse(r"\sigma(x, y; i \mid j \| x)").members
    assert tree == Apply(Symbol(r"\sigma"), Arguments((X, Y, INDEX, J, X), "(", (",", ";", r"\mid", r"\|")))


def test_equations_are_sorted_as_they_need_each_other() -> None:
    """The result is the equation that no other uses; of several, the last."""
    formula = parse(r"L = a b, \quad a = b, \quad b = 2")
    assert [to_latex(members[0]) for members in formula.equations] == ["b", "a", "L"]
    assert formula.members == formula.equations[-1]
    assert [to_latex(members[0]) for members in parse(r"L = m, v = g, m = 2 g").equations] == ["m", "L", "v"]
    shown = parse(r"L = l, M = l, l = 2")
    assert [to_latex(members[0]) for members in shown.equations] == ["l", "L", "M"]


def test_a_left_side_defines_a_function_or_is_a_product() -> None:
    """H(p, q) on the left is what is defined, with its index if there is one."""
    assert isinstance(parse("H(x, y) = x").members[0], Apply)
    assert isinstance(parse("H(x)_i = x").members[0], Indexed)
    assert isinstance(parse("H(x)^2 = x").members[0], Product)
    assert isinstance(parse("e(x) = x").members[0], Product)


def test_an_arrow_gives_a_new_value() -> None:
    """It is kept apart from an equation."""
    assert parse(r"\theta \gets x").assigned
    assert not parse(r"\theta = x").assigned
    assert parse(r"\theta \gets x") != parse(r"\theta = x")


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


SHOWN = (
    r"L = \sigma(x)_i + f(y) \lVert x \rVert_2^2 - |a|^3 \cdot [x]_+ + \langle a, b \rangle x_{n}^{(t)} + (A B)_{ij}"
    r" + \frac{\partial L}{\partial z_i} - \nabla_z L + \mathbb{E}_{i}[x_i]^2 + \operatorname{Var}[x] [i = j]"
    r" + \begin{cases} x & y > 0 \\ -x & \text{otherwise} \end{cases} + \max(a, b)^2 + \lfloor x \rfloor \odot w[j]"
)


def test_new_nodes_know_their_text() -> None:
    """The span of each part, cut out and parsed alone, is the part again."""
    vocabulary = vocabulary_of(["x", "w", "A"], ["f"])
    formula = parse(SHOWN, vocabulary=vocabulary)
    seen = set()
    for node in walk(formula.members[1]):
        text = formula.source.slice(node.span)
        seen.add(type(node).__name__)
        if not isinstance(node, (Bound, Branch, Compare)):
            assert strip(parse(text, vocabulary=vocabulary).members[0]) == strip(node), text
    assert {"Apply", "Indexed", "Fenced", "Inner", "Derivative", "Branch", "Cases", "Big", "Call"} <= seen


@pytest.mark.parametrize(
    ("latex", "kind", "head"),
    [
        (r"\sigma(x)^2", Apply, r"\sigma"),
        (r"\nabla_z L", Derivative, r"\nabla_z"),
        (r"\frac{\partial}{\partial z} a b", Derivative, r"\frac{\partial}{\partial z}"),
        (r"\mathrm{E}_i [x]", Big, r"\mathrm{E}"),
        (r"\begin{cases} a & b > 0 \end{cases}", Cases, r"\begin{cases}"),
        (r"\lVert x \rVert_2^2", Fenced, r"\lVert x \rVert"),
        (r"\max(a, b)", Call, r"\max"),
        (r"x^{(t)}_n", Symbol, r"x^{(t)}_n"),
        ("x^2", Power, "^2"),
        (r"\mathbb{1}[a = b]^2", Power, "^2"),
    ],
)
def test_heads_of_new_nodes(latex: str, kind: type[Node], head: str) -> None:
    """What a term for a part points at."""
    formula = parse(latex)
    node = next(node for node in walk(formula.members[0]) if isinstance(node, kind))
    assert formula.source.slice(node.head) == head


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
    assert parse("a", where=Location("a.md", 6, 9)).where == Location("a.md", 6, 9)


def test_a_symbol_alone_is_read() -> None:
    """What bindings name is a single symbol."""
    assert parse_symbol(r"\hat y") == Symbol(r"\hat{y}")
    with pytest.raises(Invalid, match="a single symbol is wanted"):
        parse_symbol("a + b")
    assert parse_symbol("margin") == Symbol(r"\mathrm{margin}")
    assert parse_symbol(" x1 ") == Symbol(r"\mathrm{x1}")
    assert parse_symbol("W^Q_i") == Symbol("W", "", (Symbol("i"),), superscript="Q")
    assert parse_symbol("x^{(t)}") == Symbol("x", superscript="(t)")
    for latex in ("a = b", "x^2", "a b^2", "(a)^b", r"a = b, b = c"):
        with pytest.raises(Invalid, match="a single symbol is wanted"):
            parse_symbol(latex)
