"""No input raises anything but texsor's own errors, and what is printed parses to the same tree."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texsor.errors import TexsorError
from texsor.formula import Node, commands, parse, parse_terms, strip, terms, to_latex
from texsor.formula.nodes import (
    Big,
    Bound,
    Call,
    Compare,
    Formula,
    Fraction,
    Group,
    Indicator,
    Minus,
    Negate,
    Number,
    Plus,
    Power,
    Product,
    Root,
    Symbol,
    Transpose,
    rebuild,
)
from texsor.formula.source import Source

PAGES = [Path(__file__).parents[2] / "docs" / "semantics.md", *Path(__file__).parent.glob("*.txt")]
BOOK = "\n".join(
    page.read_text(encoding="utf-8") for page in sorted((Path(__file__).parents[2] / "book").rglob("*.md"))
)
FORMULAS = list(
    dict.fromkeys(
        [line for page in PAGES for line in page.read_text(encoding="utf-8").splitlines() if "\\" in line]
        + re.findall(r"^%%formula.*\n((?:.+\n)*?)(?:where$|```)", BOOK, re.MULTILINE)
    )
)
WORDS = [
    *commands.RELATIONS,
    *commands.SPELLINGS,
    *commands.UPRIGHT,
    *commands.FONTS,
    *sorted(commands.ACCENTS)[:3],
    *(rf"\{name}" for name in sorted(commands.FUNCTIONS)[:4]),
    *commands.BIG.values(),
    *commands.ONES,
    *list(commands.NOT_YET)[:6],
    *[
        r"\frac",
        r"\sqrt",
        r"\left",
        r"\right",
        r"\cdot",
        r"\arg",
        r"\hat",
        r"\,",
        r"\prime",
        r"(",
        r")",
        r"[",
        r"]",
        r"{",
        r"}",
        r"\{",
        r"\}",
        r"^",
        r"_",
        r"'",
        r",",
        r".",
        r"+",
        r"-",
        r"*",
        r"/",
        r"=",
        r":",
        r"&",
        r"\\",
    ],
    *"abixyNe012 \n\t\\ŷ손",
]


def survives(text: str, *, deep: bool = True) -> None:
    """The text is read or refused, and what is read can be printed and listed."""
    for reader in (parse, parse_terms):
        try:
            found = reader(text)
        except TexsorError:
            continue
        if isinstance(found, Formula):
            assert parse(to_latex(found)) == found
            if deep:
                terms(found)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_random_commands(text: str) -> None:
    """Any row of known commands and characters is read or refused."""
    survives(text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_random_characters(text: str) -> None:
    """Any characters at all are read or refused."""
    survives(text)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(FORMULAS), st.data())
def test_mutilated_formulas(latex: str, data: st.DataObject) -> None:
    """A formula with a piece cut out, doubled or replaced is read or refused."""
    start = data.draw(st.integers(0, len(latex)))
    end = data.draw(st.integers(start, len(latex)))
    survives(latex[:start] + data.draw(st.sampled_from(["", latex[start:end] * 2, *WORDS])) + latex[end:])


@pytest.mark.parametrize("latex", FORMULAS)
def test_every_prefix(latex: str) -> None:
    """A formula that is being typed is read or refused at each character."""
    for end in range(len(latex) + 1):
        survives(latex[:end], deep=end == len(latex))


LETTERS = st.sampled_from(["a", "b", "x", r"\theta", r"\hat{y}", "y'", r"\mathrm{PPL}", r"\mathbf{x}"])
PLAIN = st.builds(Symbol, LETTERS, st.sampled_from(["", r"\mathrm{true}"]))
NUMBERS = st.builds(Number, st.sampled_from(["0", "1", "2.5", "10"]))
INDICES = st.sampled_from(["i", "j", "n"]).map(Symbol)
GATHERS = st.builds(Symbol, LETTERS, st.just(""), st.tuples(INDICES))
SUBSCRIPTS = st.one_of(INDICES, GATHERS, st.builds(Plus, st.one_of(INDICES, GATHERS), NUMBERS))


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """One level more of any kind of node."""
    pair = st.tuples(inner, inner)
    relation = st.sampled_from(["=", r"\ne", "<", r"\ge"])
    condition = st.builds(Compare, pair, relation.map(lambda sign: (sign,)))
    bound = st.builds(Bound, INDICES, st.one_of(st.none(), NUMBERS))
    full = st.builds(Bound, INDICES, NUMBERS, inner)
    bounds = st.one_of(st.just(()), st.lists(bound, min_size=1, max_size=2).map(tuple), full.map(lambda each: (each,)))
    signs = st.sampled_from(["", r"\cdot", r"\times", "*"])
    product = st.integers(2, 4).flatmap(
        lambda size: st.builds(Product, st.tuples(*[inner] * size), st.tuples(*[signs] * (size - 1)))
    )
    return st.one_of(
        st.builds(Symbol, LETTERS, st.just(""), st.lists(SUBSCRIPTS, min_size=1, max_size=2).map(tuple)),
        st.builds(Group, inner, st.sampled_from(list(commands.BRACKETS))),
        st.builds(Negate, inner),
        st.builds(Plus, inner, inner),
        st.builds(Minus, inner, inner),
        product,
        st.builds(Fraction, inner, inner, st.booleans()),
        st.builds(Power, inner, inner),
        st.builds(Transpose, inner),
        st.builds(Root, inner, st.one_of(st.none(), inner)),
        st.builds(Call, st.sampled_from(sorted(commands.FUNCTIONS)), st.tuples(inner)),
        st.builds(Call, st.just("log"), st.tuples(inner), inner),
        st.builds(Call, st.sampled_from(["max", "min"]), pair),
        st.builds(Big, st.sampled_from(list(commands.BIG)), bounds, inner),
        st.builds(
            Indicator, condition, st.sampled_from(sorted(commands.ONES)), st.sampled_from(["[", "(", r"\{", "_"])
        ),
    )


TREES = st.recursive(st.one_of(PLAIN, NUMBERS), grown, max_leaves=8)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TREES)
def test_any_tree_is_printed_so_that_it_parses_back(tree: Node) -> None:
    """Brackets are added wherever the parser would otherwise read another tree."""
    latex = to_latex(tree)
    found = parse(latex).members
    assert found == (found[0],)
    assert normal(found[0]) == normal(tree), latex
    assert to_latex(Formula(found, Source(latex))) == latex


def normal(node: Node) -> Node:
    """Without brackets, and with the dot that keeps two numerals apart taken for juxtaposition."""

    def undotted(part: Node) -> Node:
        part = rebuild(part, undotted)
        return (
            replace(part, signs=tuple(sign.replace(r"\cdot", "") for sign in part.signs))
            if isinstance(part, Product)
            else part
        )

    return undotted(strip(node))
