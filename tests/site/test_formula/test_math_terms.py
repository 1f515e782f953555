"""Where a number sits in a formula, and that nothing else moves."""

from __future__ import annotations

import re

import pytest

from texsor.errors import NotSupported
from texsor.site.math import render
from texsor.site.math_terms import circled
from texsor.site.math_terms_latex import number_latex

RAISED = re.compile(r'<mrow><mpadded [^>]*><mtext class="texsor-number texsor-term-(\d+)">.</mtext></mpadded>')
CASES = [
    (r"-\sum_{i} y_i", ["-", r"\sum", "y_i"], ["mo", "munder", "msub"]),
    (r"\sum_{n=1}^{N} \ell_n", [r"\sum"], ["munderover"]),
    (r"\frac{1}{N} x", [r"\frac", "x"], ["mfrac", "mi"]),
    (r"y \log \hat{y}_{n,t_n}", [r"\log", r"\hat{y}_{n,t_n}"], ["mi", "msub"]),
    (r"e^{L}", ["e", "L"], ["msup", "mi"]),
    (r"e^z", ["z"], ["mi"]),
    (r"\sqrt{d_k}", [r"\sqrt", "d_k"], ["msqrt", "msub"]),
    (r"\sqrt{\sqrt{d}}", [r"\sqrt{d}"], ["msqrt"]),
    (r"K^\top", [r"^\top"], ["mi"]),
    (r"(x - y)^2", ["-", "^"], ["mo", "mn"]),
    (r"\frac{e^{z_i}}{\sum_j e^{z_j}}", [r"\frac", "e^", "z_i", r"\sum"], ["mfrac", "msup", "msub", "msub"]),
    (r"\arg\max_i x", [r"\arg"], ["mi"]),
    (r"a &= -b \\ &= c", ["-b"], ["mo"]),
]


def marks_of(tex: str, signs: list[str]) -> tuple[tuple[int, int, int], ...]:
    """Marks on the first occurrence of each sign."""
    return tuple((tex.index(sign), tex.index(sign) + len(sign), at) for at, sign in enumerate(signs, start=1))


@pytest.mark.parametrize(("tex", "signs", "elements"), CASES, ids=[case[0] for case in CASES])
def test_number_stands_before_its_sign(tex, signs, elements):
    """A number stands before the whole of its sign, scripts and limits included."""
    mathml = render(tex, display=True, marks=marks_of(tex, signs))
    found = re.findall(RAISED.pattern + r"<(\w+)", mathml)
    assert dict(found) == {str(at): element for at, element in enumerate(elements, start=1)}


@pytest.mark.parametrize(("tex", "signs", "elements"), CASES, ids=[case[0] for case in CASES])
def test_nothing_else_moves(tex, signs, elements):
    """Without its numbers a numbered formula is the plain one, every space of it."""
    numbered = render(tex, display=True, marks=marks_of(tex, signs))
    bare = re.sub(r"<mpadded.*?</mpadded>|</?mrow[^>]*>| class=\"[^\"]*\"", "", numbered)
    assert bare == re.sub(r"</?mrow[^>]*>| class=\"[^\"]*\"", "", render(tex, display=True))


def test_sign_within_the_same_sign():
    """The inner of two roots has its number inside the outer one."""
    mathml = render(r"\sqrt{\sqrt{d}}", display=True, marks=((6, 11, 1),))
    assert re.search(r"<msqrt><mrow><mpadded .*?</mpadded><msqrt", mathml)


def test_one_term_in_two_places():
    """A term that stands twice has one number, twice."""
    mathml = render("x + x", display=True, marks=((0, 1, 1), (4, 5, 1)))
    assert mathml.count(">①<") == 2


def test_number_that_would_be_an_argument_is_refused():
    r"""Where a number would become the argument of a command, the formula is refused with what to do."""
    with pytest.raises(NotSupported, match="write every argument in braces"):
        render(r"\frac x{y_n}", display=True, marks=((6, 7, 1),))


def test_numbers_past_the_circles():
    """After ㊿ numbers stand in brackets."""
    assert [circled(at) for at in (20, 36, 51)] == ["⑳", "㊱", "(51)"]


@pytest.mark.parametrize(
    ("tex", "signs", "numbered"),
    [
        ("a - b", ["-"], r"a \mathbin{{}^{\text{①}}{-}} b"),
        (r"y \log x", [r"\log"], r"y \mathop{{}^{\text{①}}}\nolimits\!\log x"),
        (r"K^\top", [r"^\top"], r"K^{{}^{\text{①}}\top}"),
        (r"x^{2}", ["^"], r"x^{{}^{\text{①}}2}"),
        (r"\frac{1}{N}", [r"\frac"], r"{}^{\text{①}}\frac{1}{N}"),
    ],
)
def test_latex(tex, signs, numbered):
    """In LaTeX an operator keeps the class from which TeX takes its space."""
    assert number_latex(tex, marks_of(tex, signs)) == numbered
