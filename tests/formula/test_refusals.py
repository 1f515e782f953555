"""What is refused, where, and whether for ever: refusals.txt holds title, LaTeX, and class, place, words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from texsor.errors import Invalid, NotSupported, TexsorError
from texsor.formula import commands, parse
from texsor.formula.token import DEPTH_BUDGET, TOKEN_BUDGET
from texsor.formula.vocabulary import Vocabulary

LONG = "+".join("a" * 900)
"""More terms than Python's stack has frames."""
CLASSES = {"Invalid": Invalid, "NotSupported": NotSupported}
CASES = []
for block in Path(__file__).with_name("refusals.txt").read_text(encoding="utf-8").rstrip().split("\n\n"):
    title, *latex, verdict = block.split("\n")
    CASES.append(pytest.param("\n".join(latex).replace("⏎", "\n"), *verdict.split(" ", 2), id=title))


@pytest.mark.parametrize(("latex", "kind", "place", "words"), CASES)
def test_refusal(latex: str, kind: str, place: str, words: str) -> None:
    """The class, the place and the words are those of the list, and a caret shows the place."""
    with pytest.raises(TexsorError) as caught:
        parse(latex)
    error = caught.value
    assert type(error) is CLASSES[kind]
    assert str(error.where) == f"<formula>:{place}"
    assert error.what.startswith(words)
    assert "^" in str(error)


@pytest.mark.parametrize("latex", ["", "   ", "\n", r"\,"])
def test_nothing_is_no_formula(latex: str) -> None:
    """Spaces alone are refused."""
    with pytest.raises(Invalid, match="there is no formula"):
        parse(latex)


@pytest.mark.parametrize("text", [*commands.NOT_YET, *commands.TYPED])
def test_what_may_come_is_not_called_invalid(text: str) -> None:
    """Every listed sign is refused as not supported yet."""
    with pytest.raises(NotSupported, match=r"not supported yet|is no LaTeX"):
        parse(f"a {text} b")


@pytest.mark.parametrize("text", list(commands.FORBIDDEN))
def test_what_never_comes_is_called_invalid(text: str) -> None:
    """Every forbidden sign is refused for ever."""
    with pytest.raises(Invalid, match="does not belong in a formula"):
        parse(f"a {text} b")


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        ("(" * (DEPTH_BUDGET + 1) + "a" + ")" * (DEPTH_BUDGET + 1), "brackets in one another"),
        (r"\sqrt " * DEPTH_BUDGET + "x", "levels deep"),
        ("a" + "+a" * DEPTH_BUDGET, "levels deep"),
        (r"\log " * (DEPTH_BUDGET + 1) + "x", "operators in one another"),
        (r"\sum " * (DEPTH_BUDGET + 1) + "x", "operators in one another"),
        (r"\frac" * 1500, "lacks what belongs to it"),
        (r"\hat" * 1500 + "x", "the command"),
        ("a" * (TOKEN_BUDGET + 1), "tokens"),
        (r"\nabla_x " * (DEPTH_BUDGET + 1) + "x", "operators in one another"),
        (r"\lvert " * (DEPTH_BUDGET + 1) + "x" + r"\rvert " * (DEPTH_BUDGET + 1), "brackets in one another"),
        (r"\begin{cases}" * (DEPTH_BUDGET + 1) + "x", "brackets in one another"),
        (f"x[{LONG}]", "levels deep"),
        (f"x_{{{LONG}}}(a)", "levels deep"),
        (f"x^{{y_{{{LONG}}}}}", "levels deep"),
        (f"x^{{({LONG})}}", "levels deep"),
        (rf"\{{x_{{{LONG}}}, \dots, x_{{n}}\}}", "levels deep"),
        (rf"\frac{{\partial x}}{{\partial y_{{{LONG}}}}}", "levels deep"),
        (rf"\sum_{{i = {LONG}}} x", "levels deep"),
        (rf"\begin{{cases}} {LONG} & x > 0 \end{{cases}}", "levels deep"),
        (f"H({LONG}) = x", "levels deep"),
    ],
    ids=[
        *("brackets", "roots", "terms", "functions", "signs", "fractions", "unknown", "tokens", "gradients", "bars"),
        *("cases", "index", "call", "power", "superscript", "list", "derivative", "bound", "case", "left"),
    ],
)
def test_size_is_bounded(latex: str, words: str) -> None:
    """What is too long or too deep is refused before anything recurses over it."""
    with pytest.raises(TexsorError, match=words):
        parse(latex, vocabulary=Vocabulary(frozenset("xy"), positions=frozenset("y")))


def test_what_is_just_small_enough_is_read() -> None:
    """The budgets are not off by much."""
    parse("(" * (DEPTH_BUDGET - 1) + "a" + ")" * (DEPTH_BUDGET - 1))
    parse("+".join("a" * (DEPTH_BUDGET - 1)))
    parse(" ".join("a" * TOKEN_BUDGET))
    parse(", ".join(f"a_{{{at}}} = b" for at in range(10, 180)))


@pytest.mark.parametrize(
    "latex", ["|" * 1999, "a" * 100_000, "a, " * 999, r"\substack" * 1999, "'" * 1999, "a = b," * 499]
)
def test_refusals_are_quick(latex: str) -> None:
    """No row of equal tokens takes long to refuse."""
    start = time.process_time()
    with pytest.raises(TexsorError):
        parse(latex)
    assert time.process_time() - start < 2


def test_a_refusal_says_what_to_do() -> None:
    """What readers would take differently comes with a spelling that they would not."""
    for latex in (
        r"\mathbb{E}(x)^2",
        "1e-5",
        r"x \partial y",
        r"\sum_{j \ne i, k = 1} x",
        "|x",
        r"x \text{ if } x = 0",
    ):
        with pytest.raises(TexsorError) as caught:
            parse(latex)
        assert caught.value.remedy
