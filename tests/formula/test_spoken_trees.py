"""Every kind of node is read aloud, and every command has a word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from texsor.formula import commands, nodes
from texsor.formula.nodes import (
    Arguments,
    Big,
    Bound,
    Branch,
    Call,
    Cases,
    Compare,
    Derivative,
    Fenced,
    Formula,
    Group,
    Hole,
    Indexed,
    Indicator,
    Logic,
    Node,
    Number,
    Plus,
    Power,
    Product,
    Root,
    Symbol,
    Transpose,
)
from texsor.formula.source import Source
from texsor.formula.spoken import LANGUAGES, spoken, spoken_term, tables
from texsor.formula.spoken.english import BEING, English
from texsor.formula.spoken.english import IS as ENGLISH_IS
from texsor.formula.spoken.korean import IS as KOREAN_IS
from texsor.formula.tokens import SIMPLE

A, B, C, J, TWO = (*map(Symbol, "abcj"), Number("2"))
EQUAL, LESS, ALMOST = (Compare((A, B), (sign,)) for sign in ("=", "<", r"\le"))
WITHIN = Compare((J, Symbol("S")), (r"\in",))
LONG = Plus(Product((A, A, A), ("", "")), Product((B,) * 8, ("",) * 7))


@pytest.mark.parametrize(
    ("tree", "english", "korean"),
    [
        (Hole(), "", ""),
        (Arguments((A, B, C), r"\{", (",", ";")), "open brace a comma b semicolon c close brace",
         "중괄호 열고 a 콤마 b 세미콜론 c 중괄호 닫고"),
        (Bound(J), "j", "j에 대해"),
        (Bound(J, A), "j from a", "j는 a부터"),
        (Bound(J, None, A), "j up to a", "j는 a까지"),
        (Bound(J, A, Plus(B, TWO)), "j from a to b plus 2", "j는 a부터 b 더하기 2까지"),
        (Bound(J, law=A), "j drawn from a", "j가 a를 따를 때"),
        (Branch(A, LESS), "a, if a is less than b", "a가 b보다 작으면, a"),
        (Branch(A), "a, otherwise", "그 밖에는, a"),
        (Cases((Branch(A),)), "1 case, case 1, a, otherwise", "1가지 경우, 경우 1, 그 밖에는, a"),
        (LESS, "a is less than b", "a가 b보다 작다"),
        (Group(LESS), "open parenthesis a is less than b close parenthesis", "괄호 열고 a가 b보다 작다 괄호 닫고"),
        (Logic("or", (EQUAL, Logic("and", (LESS, ALMOST)))),
         "a equals b, or open parenthesis a is less than b, and a is at most b close parenthesis",
         "a가 b와 같거나, 괄호 열고 a가 b보다 작고, a가 b 이하이다 괄호 닫고, 이것이 참이다"),
        (Indicator(Symbol("m")), "the indicator that m", "지시함수, m이 참이면 1"),
        (Compare((A, LONG, B), ("<", "=")),
         "a is less than a a a plus b b b b b b b b, which equals b",
         "a가 a a a 더하기 b b b b b b b b보다 작고 그것이 b와 같다"),
        (Big("sum", (), A), "the sum of a", "합, a"),
        (Big("sum", (Bound(J), Bound(B)), Plus(A, C)),
         "the sum over j and b of open parenthesis a plus c close parenthesis",
         "합, j와 b에 대해, 괄호 열고 a 더하기 c 괄호 닫고"),
        (Big("sum", (Bound(J, A), Bound(B)), C), "the sum over j from a and b of c", "합, j는 a부터, b에 대해, c"),
        (Big("sum", (), A, WITHIN), "the sum over all j in S, of a", "합, j가 S에 속하는 경우에 대해, a"),
        (Big("sum", (Bound(A),), A, WITHIN), "the sum over a with j in S, of a",
         "합, a에 대해, 단 j가 S에 속하는 경우만, a"),
        (Big("expectation", (Bound(J, law=Symbol("p")),), Plus(A, B)),
         "the expectation over j drawn from p of open parenthesis a plus b close parenthesis",
         "기댓값, j가 p를 따를 때, 괄호 열고 a 더하기 b 괄호 닫고"),
        (Derivative(LONG, B), "the partial derivative of a a a plus b b b b b b b b with respect to b",
         "도함수, a a a 더하기 b b b b b b b b를 b로 편미분한 값"),
        (Product((TWO, Derivative(A, B)), ("",)), "2 times the partial derivative of a with respect to b",
         "2 곱하기 도함수, a를 b로 편미분한 값"),
        (Derivative(Plus(A, B), B, nabla=True), "the gradient of a plus b with respect to b",
         "그래디언트, b에 대해, 괄호 열고 a 더하기 b 괄호 닫고"),
        (Fenced("norm", A, Symbol("p")), "the p-norm of a", "p 노름 a"),
        (Root(A, Symbol("n")), "the root of degree n of a", "n제곱근 a"),
        (Indexed(Group(Product((A, B), ("",))), (J,)), "open parenthesis a b close parenthesis sub j",
         "괄호 열고 a b 괄호 닫고 아래첨자 j"),
        (Transpose(Symbol("x", superscript="(t)")),
         "open parenthesis x superscript t in parentheses close parenthesis transpose",
         "괄호 열고 x 위첨자 괄호 t 괄호 닫고 전치"),
        (Power(Call("log", (A,)), Number("4")), "log to the 4 of a", "로그 4제곱 a"),
        (Power(A, Symbol("x", "", (J, B))), "a to the x sub j, b", "a의 x 아래첨자 j, b 제곱"),
        (Power(A, Symbol(r"\hat{x}")), "a to the x hat", "a의 x 햇 제곱"),
        (Power(A, Power(B, TWO)), "a raised to the exponent b squared, end exponent", "a의 지수 b의 제곱, 지수 끝"),
    ],
)  # fmt: skip
def test_trees(tree: Node, english: str, korean: str) -> None:
    """What the formulas of the data files do not show."""
    assert spoken_term(tree, "en") == english
    assert spoken_term(tree, "ko") == korean


def kinds(base: type[Node] = Node) -> Iterator[type[Node]]:
    """Every kind of node that the room has."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("texsor."):
            yield kind
            yield from kinds(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_node_is_read(language: str) -> None:
    """A kind of node that is added has to say how it is read in both languages."""
    missing = [kind.__name__ for kind in kinds() if not hasattr(LANGUAGES[language], f"on_{kind.__name__.lower()}")]
    assert not missing
    assert {kind.__name__ for kind in kinds()} <= set(nodes.__all__)


def test_an_unknown_node_is_not_read() -> None:
    """A kind of node that nobody reads is an error of ours, not silence."""

    class Stranger(Node):
        pass

    with pytest.raises(TypeError, match="nothing says how Stranger is read aloud"):
        spoken(Stranger(), "ko")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({name.removeprefix("\\") for name in commands.GREEK}, tables.COMMANDS),
        ({name.removeprefix("\\") for name in commands.ACCENTS}, tables.ACCENTS),
        ({name.removeprefix("\\") for name in commands.FONTS}, tables.FONTS),
        (commands.FUNCTIONS, tables.FUNCTION_NAMES),
        (commands.BIG, tables.BIG_WORDS),
        (commands.FENCES, tables.FENCE_WORDS),
        (commands.BRACKETS, tables.BRACKET_WORDS),
        ({*commands.SEPARATORS.values(), r"\|"}, tables.SEPARATOR_WORDS),
        (commands.RELATIONS.values(), ENGLISH_IS),
        (commands.RELATIONS.values(), BEING),
        (commands.RELATIONS.values(), KOREAN_IS),
        ({sign for sign, kind in SIMPLE.items() if kind == "INFIX"} - {"/"}, English.signs),
        ({sign for sign, kind in SIMPLE.items() if kind == "INFIX"} - {"/"}, LANGUAGES["ko"].signs),
    ],
)
def test_every_command_has_words(known: set[str], words: dict[str, object]) -> None:
    """What the parser can read has a word in the tables."""
    assert set(known) <= set(words)


def test_earlier_equations_and_new_values() -> None:
    """Equations follow each other as sentences, and an arrow says a new value."""
    source = Source("")
    formula = Formula((A, Plus(A, B)), source, earlier=((B, TWO),), assigned=True)
    assert spoken(formula, "en") == "b equals 2. the new value of a is a plus b"
    assert spoken(formula, "ko") == "b는 2. a의 새 값은 a 더하기 b"
    assert spoken(Formula((Derivative(A, B),), source), "ko") == "a를 b로 편미분한 값"
