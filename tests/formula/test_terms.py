"""Terms: what they stand for, how several are told apart, and which ones a table must explain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from texsor.errors import Invalid, Location, NotSupported, TexsorError
from texsor.formula import candidates, match, parse, parse_term, parse_terms, terms, to_latex
from texsor.formula.parsing import vocabulary_of
from texsor.formula.parts import running

LOSS = parse(r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i} = -\log \hat{y}_{n, t_n}")
MEAN = parse(r"L = \frac{1}{N}\sum_n \ell_n")
SOFTMAX = parse(r"\hat{y}_{n,i} = \frac{e^{z_{n,i}}}{\sum_j e^{z_{n,j}}}")
MIXED = parse(r"v = a - b - c_i^2 \cdot \sqrt{2} + \sqrt[3]{a b} / \log_2 c_i + \mathbb{1}[i = t_n] A^\top")


@pytest.mark.parametrize(
    ("formula", "term", "whole"),
    [
        (MEAN, r"\sum", r"\sum_{n} \ell_{n}"),
        (MEAN, r"\sum_n", r"\sum_{n} \ell_{n}"),
        (MEAN, r"\frac{1}{N}", r"\frac{1}{N}"),
        (MEAN, r"1/N", r"\frac{1}{N}"),
        (MEAN, r"\frac", r"\frac{1}{N}"),
        (MEAN, r"\ell_n", r"\ell_{n}"),
        (LOSS, r"\hat y_{n,t_n}", r"\hat{y}_{n,t_{n}}"),
        (LOSS, r"t_n", r"t_{n}"),
        (LOSS, r"-\sum", r"-\sum_{i} y_{n,i} \log \hat{y}_{n,i}"),
        (LOSS, r"-\log", r"-\log \hat{y}_{n,t_{n}}"),
        (LOSS, r"\log \hat{y}_{n,i}", r"\log \hat{y}_{n,i}"),
        (LOSS, r"\log @2", r"\log \hat{y}_{n,t_{n}}"),
        (LOSS, r"- @1", r"-\sum_{i} y_{n,i} \log \hat{y}_{n,i}"),
        (SOFTMAX, r"\frac", r"\frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}"),
        (SOFTMAX, r"e^{z_{n,j}}", r"e^{z_{n,i}}"),
        (MIXED, r"\cdot", r"c_{i}^{2} \cdot \sqrt{2}"),
        (MIXED, r"\sqrt[3]{ab}", r"\sqrt[3]{a b}"),
        (MIXED, r"\sqrt{2}", r"\sqrt{2}"),
        (MIXED, r"\sqrt @2", r"\sqrt[3]{a b}"),
        (MIXED, r"/", r"\sqrt[3]{a b} / \log_{2} c_{i}"),
        (MIXED, r"\log", r"\log_{2} c_{i}"),
        (MIXED, r"(a) - b", r"a - b"),
        (MIXED, r"A^\top", r"A^{\top}"),
        (MIXED, r"\mathbb{1}[i = t_n]", r"\mathbb{1}[i = t_{n}]"),
        (MIXED, r"^ @1", r"c_{i}^{2}"),
    ],
)
def test_a_term_stands_for_what_it_heads(formula, term, whole) -> None:  # type: ignore[no-untyped-def]
    """A sign stands for itself with its operands, a symbol for itself."""
    assert to_latex(match(term, formula).node) == whole


PAGE = Path(__file__).parents[2] / "docs" / "semantics.md"
EXAMPLES = re.findall(
    r"```term\n(.*?)\nnames\n(.*?)\n(as|refuses)\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize(("latex", "term", "verdict", "expected"), EXAMPLES)
def test_examples_of_the_page(latex: str, term: str, verdict: str, expected: str) -> None:
    """docs/semantics.md says what a term stands for."""
    if verdict == "as":
        assert to_latex(match(term, parse(latex)).node) == expected
        return
    with pytest.raises(Invalid, match=re.escape(expected)):
        match(term, parse(latex))


def test_the_page_has_its_examples() -> None:
    """No example is lost because its fence is misspelt."""
    assert len(EXAMPLES) == PAGE.read_text(encoding="utf-8").count("```term\n") > 5


def test_several_parts_are_listed_with_their_numbers() -> None:
    """An ambiguous term is refused with every part that it could mean, and how to say which."""
    with pytest.raises(Invalid, match="this term stands for 2 different parts") as caught:
        match(r"\log", LOSS)
    text = str(caught.value)
    assert r"@1  \log \hat{y}_{n,i}" in text
    assert r"@2  \log \hat{y}_{n,t_{n}}" in text
    assert r"\log @1" in text


def test_a_member_narrows_what_is_meant() -> None:
    """Within one member of the chain a sign may be unique."""
    assert to_latex(match("-", LOSS, member=3).node) == r"-\log \hat{y}_{n,t_{n}}"
    assert [to_latex(part.node) for part in candidates("-", LOSS, member=2)] == [
        r"-\sum_{i} y_{n,i} \log \hat{y}_{n,i}"
    ]
    with pytest.raises(Invalid, match="3 members, and member 4 is asked for"):
        match("-", LOSS, member=4)


def test_equal_parts_are_one_term_with_several_places() -> None:
    """What occurs twice, perhaps under another index, is explained once."""
    part = match("z_{n,i}", SOFTMAX)
    assert [to_latex(node) for node in part.places] == ["z_{n,i}", "z_{n,j}"]
    assert part.member == 2


def test_letters_that_do_not_run_are_not_confused() -> None:
    """x_a and x_b are two terms where a and b are bound to positions."""
    assert [part.text for part in terms(parse(r"L = x_a + x_b"))] == ["x_{a}", "+", "x_{b}"]


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (r"\exp", r"no part of the formula(.|\n)*its terms are: -\\sum; \\sum; y_\{n,i\}"),
        (r"\sum_j", "no part of the formula"),
        ("- @3", "@3 is asked for, and 2 parts fit"),
        ("- @0", "@0 is asked for, and 2 parts fit"),
        ("", "there is no formula"),
        ("a = b", "no part of the formula"),
        ("a = b, c = d", "a term is one part of a formula"),
        (r"\begin{aligned} \end{aligned}", "there is no formula"),
        (r"\log x y", "it is not clear"),
    ],
)
def test_what_is_no_term_of_the_formula(term: str, words: str) -> None:
    """A term that fits nothing is refused, with the terms that there are."""
    with pytest.raises(TexsorError, match=words):
        match(term, LOSS)


def test_several_terms_on_a_line() -> None:
    """Semicolons separate terms; each knows its column."""
    found = parse_terms(r"\log; - ;\frac{1}{N}", where=Location("a.md", 3, 10))
    assert [to_latex(each.tree).strip() for each in found] == [r"\log", "-", r"\frac{1}{N}"]
    assert [each.source.where for each in found] == [Location("a.md", 3, column) for column in (10, 16, 19)]
    with pytest.raises(NotSupported, match=r"^a\.md:3:17: the command"):
        parse_terms(r"\log; -\lag", where=Location("a.md", 3, 10))
    with pytest.raises(Invalid, match="there is no formula"):
        parse_terms(r"\log;")


@pytest.mark.parametrize(
    ("formula", "member", "listed"),
    [
        (LOSS, 2, ["-", r"\sum", "y_{n,i}", r"\log", r"\hat{y}_{n,i}"]),
        (LOSS, 3, ["-", r"\log", r"\hat{y}_{n,t_{n}}"]),
        (MEAN, None, [r"\frac{1}{N}", r"\sum", r"\ell_{n}"]),
        (SOFTMAX, None, [r"\frac", "e^{z_{n,i}}", "z_{n,i}", r"\sum"]),
        (parse(r"\mathrm{PPL} = e^L"), None, ["e^{L}", "L"]),
        (parse(r"\sum_i p_i"), None, [r"\sum", "p_{i}"]),
        (parse(r"L = \sum_i x_i + \sum_j y_j"), None, [r"\sum_{i}", "x_{i}", "+", r"\sum_{j}", "y_{j}"]),
        (parse(r"L = -\frac{a_i}{2} + 1"), None, ["-", r"\frac", "a_{i}", "+"]),
        (parse(r"L = a - b - c"), None, ["a", "a - b", "b", "a - b - c", "c"]),
    ],
)
def test_what_a_table_must_explain(formula, member, listed) -> None:  # type: ignore[no-untyped-def]
    """Operators and symbols in reading order; a fraction of numbers and names is one term."""
    assert [part.text for part in terms(formula, member=member)] == listed


@pytest.mark.parametrize("formula", [LOSS, MEAN, SOFTMAX, MIXED])
def test_a_listed_text_means_its_part_and_no_other(formula) -> None:  # type: ignore[no-untyped-def]
    """What is offered as a spelling is accepted as one."""
    for part in terms(formula):
        assert match(part.text, formula) == part


def test_a_term_without_anything_is_refused() -> None:
    """Brackets around nothing are no term."""
    with pytest.raises(Invalid, match="there is nothing in the brackets"):
        parse_term("()")


NEW = parse(
    r"a_i = \lVert x - y \rVert_2 + |z| \odot \langle x, y \rangle - \lfloor b \rfloor (\mathbb{E}_{j \sim p}[u_j])^2"
    r" + \begin{cases} \log v & w_i > 0 \\ w_{t_i} & \text{otherwise} \end{cases}"
    r" + \sigma(q, \sqrt{d_k + c}) \nabla_z L + \max(k^{(t)}, \operatorname{Var}[r]) \frac{\partial L}{\partial z_i}"
    r" + (A B)_{is}"
)


def test_what_a_table_must_explain_of_the_new_notation() -> None:
    """Each function and sign once, what it is applied to, no condition, no bound, no plain letter within one term."""
    texts = [part.text for part in terms(NEW) if " + " not in part.text]
    assert texts == [
        r"\lVert",
        "x",
        "x - y",
        "y",
        r"\odot",
        r"\lvert z \rvert",
        r"\langle x, y \rangle",
        r"\lfloor b \rfloor",
        r"\mathbb{E}",
        "u_{j}",
        r"\mathbb{E}_{j \sim p}[u_{j}]^{2}",
        r"\begin{cases}",
        r"\log",
        "v",
        r"w_{t_{i}}",
        r"\sigma",
        "q",
        "d_{k}",
        "c",
        r"\nabla_{z} L",
        r"\max",
        "k^{(t)}",
        r"\operatorname{Var}",
        "r",
        r"\frac{\partial L}{\partial z_{i}}",
        "A",
        "B",
    ]


def test_each_text_of_the_new_notation_means_its_part() -> None:
    """What is offered as a spelling is accepted as one, and so is a part that a table need not explain."""
    for part in terms(NEW):
        assert match(part.text, NEW) == part
    assert to_latex(match("(A B)_{i s}", NEW).node) == "(A B)_{i,s}"
    for text in (r"w_i > 0", "w_i", "p", "L", "j", r"\begin{aligned}"):
        with pytest.raises(TexsorError):
            match(text, NEW)


@pytest.mark.parametrize(
    ("term", "whole"),
    [
        ("|", r"\lvert z \rvert"),
        (r"\vert", r"\lvert z \rvert"),
        (r"\lVert", r"\lVert x - y \rVert_{2}"),
        (r"\|", r"\lVert x - y \rVert_{2}"),
        (r"\|x - y\|_2", r"\lVert x - y \rVert_{2}"),
        (r"\lfloor", r"\lfloor b \rfloor"),
        (r"\langle", r"\langle x, y \rangle"),
        (r"\odot", r"\lvert z \rvert \odot \langle x, y \rangle"),
        (r"\mathbb{E}", r"\mathbb{E}_{j \sim p}[u_{j}]"),
        (r"\mathrm{E}", r"\mathbb{E}_{j \sim p}[u_{j}]"),
        (r"\mathbb{E}_{j \sim p}", r"\mathbb{E}_{j \sim p}[u_{j}]"),
        (r"\mathrm{Var}", r"\operatorname{Var}[r]"),
        (r"\operatorname{Var}", r"\operatorname{Var}[r]"),
        (r"\nabla", r"\nabla_{z} L"),
        (r"\nabla_z", r"\nabla_{z} L"),
        (r"\frac{\partial}{\partial z_i}", r"\frac{\partial L}{\partial z_{i}}"),
        (r"\max", r"\max(k^{(t)}, \operatorname{Var}[r])"),
        (r"\sigma", r"\sigma(q, \sqrt{d_{k} + c})"),
        (r"\sigma(q, \sqrt{d_k + c})", r"\sigma(q, \sqrt{d_{k} + c})"),
        (r"k^{(t)}", "k^{(t)}"),
    ],
)
def test_signs_of_the_new_notation(term: str, whole: str) -> None:
    """A sign stands for what it encloses or heads, under each of its spellings."""
    assert to_latex(match(term, NEW).node) == whole


def test_cases_by_their_name() -> None:
    """A distinction of cases needs no line of it to be repeated."""
    assert match("cases", NEW) == match(r"\begin{cases}", NEW)


def test_a_term_is_read_with_the_formulas_own_names() -> None:
    """What the formula's names are bound to decides about a term, too."""
    vocabulary = vocabulary_of(["x", "margin", "p"], ["f"])
    formula = parse(r"L = f(x) - margin \cdot x^{(t)} + \sum_y p(y)", vocabulary=vocabulary)
    for term, whole in (("f", "f(x)"), ("f(x)", "f(x)"), ("margin", r"\mathrm{margin}"), ("p(y)", "p_{y}")):
        assert to_latex(match(term, formula).node) == whole
    (pattern,) = parse_terms("x^{(t)}", vocabulary=vocabulary)
    assert to_latex(match(pattern, formula).node) == "x_{t}"
    (unknown,) = parse_terms("margin")
    with pytest.raises(Invalid, match="no part of the formula"):
        match(unknown, formula)


ADAM = parse(
    r"\begin{aligned} \theta &= \vartheta - \eta \hat{m} / \sqrt{v} \\"
    r" \hat{m} &= m / c = 2 m \\ v &= \vartheta + 1 \end{aligned}"
)


def test_earlier_equations_have_terms() -> None:
    """They are listed by place, and numbered over the members of all equations in the order in which they are used."""
    assert [to_latex(members[0]) for members in ADAM.equations] == [r"\hat{m}", "v", r"\theta"]
    found = {part.text: part.member for part in terms(ADAM)}
    assert list(found) == [
        *(r"\vartheta", "-", r"\eta", r"\hat{m}", r"\eta \hat{m} / \sqrt{v}", r"\sqrt{v}"),
        *("m", "m / c", "+"),
    ]
    assert [found[text] for text in (r"\vartheta", "m", "+", r"m / c")] == [7, 2, 5, 2]
    assert [part.text for part in terms(ADAM, member=3)] == ["m"]
    assert [to_latex(node) for node in match(r"\vartheta", ADAM).places] == [r"\vartheta", r"\vartheta"]
    with pytest.raises(Invalid, match="7 members, and member 8 is asked for"):
        terms(ADAM, member=8)


@pytest.mark.parametrize(
    ("latex", "letters"),
    [
        (r"a_i = \sum_{j \ne i} x_j", {"i", "j"}),
        (r"L = \sum_{n : m_n = p} x_n", {"n"}),
        (r"L = \sum_{1 \le i < j \le M} a_{ij}", {"i", "j", "M"}),
        (r"\mathrm{softmax}(z)_i = x", {"i"}),
        (r"a_i = b_i, b_j = 2", {"i", "j"}),
        (r"L = \mathbb{E}_{i \sim p}[x_i]", {"i"}),
    ],
)
def test_letters_that_run(latex: str, letters: set[str]) -> None:
    """Under a sign, in its condition where no index is written, and on the left side of each equation."""
    assert running(parse(latex)) == letters


def test_a_bound_letter_of_a_condition_does_not_run() -> None:
    """What is bound is a number and no index."""
    assert running(parse(r"\sum_{1 \le i \le N} x_i", vocabulary=vocabulary_of(["x", "N"]))) == {"i"}


def test_a_name_that_is_a_function_and_a_value() -> None:
    """Where all of a part written out fits others, its number is part of the text."""
    formula = parse(r"L = \sigma(x) + \sigma")
    assert [part.text for part in terms(formula)] == [r"\sigma(x)", "x", "+", r"\sigma @2"]
    assert all(match(part.text, formula) == part for part in terms(formula))


def test_signs_with_a_minus_before_them() -> None:
    """A minus is told from others by the sign behind it, where that can be written alone."""
    formula = parse(r"a = -\operatorname{Var}[x] = -\mathbb{E}[y] = -\log z")
    assert [part.text for part in terms(formula)][::3] == [r"-\operatorname{Var}[x]", r"-\mathbb{E}", r"-\log"]
    assert all(match(part.text, formula) == part for part in terms(formula))


def test_semicolons_in_brackets_belong_to_the_term() -> None:
    """A list of parameters is no list of terms."""
    found = parse_terms(r"\sigma(x; y); -", where=Location("a.md", 3, 1))
    assert [to_latex(each.tree).strip() for each in found] == [r"\sigma(x; y)", "-"]
    assert found[1].source.where == Location("a.md", 3, 15)


def test_a_number_behind_a_term_is_short() -> None:
    """What stands behind an @ is a number, or the @ is refused."""
    assert parse_terms(r"\log @ 12 ")[0].which == 12
    for text in (r"\log @", r"\log @a", r"\log @12345", "@"):
        with pytest.raises(Invalid):
            parse_terms(text)
