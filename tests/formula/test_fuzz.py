"""No input raises anything but texsor's own errors, and what is printed parses to the same tree.

The inputs and what must hold of them are those of ``benchmarks/fuzz.py``, of which this is a small run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texsor.formula import Node, commands, parse, strip, to_latex
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
    Formula,
    Fraction,
    Group,
    Indexed,
    Indicator,
    Inner,
    Logic,
    Minus,
    Negate,
    Number,
    Plus,
    Power,
    Product,
    Root,
    Symbol,
    Transpose,
)
from texsor.formula.source import Source
from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import fuzz
import fuzz_inputs

FORMULAS = fuzz_inputs.corpus()


def small_run(given: list[tuple[str, Vocabulary]]) -> fuzz.Result:
    """What a run over some inputs finds."""
    result = fuzz.Result()
    fuzz.run(given, result, "test")
    return result


@pytest.mark.parametrize("seed", range(4))
def test_random_and_mutated_inputs(seed: int) -> None:
    """Soups, formulas of the grammar and mutations are read or refused, and survive their own printing."""
    result = small_run(list(fuzz_inputs.inputs(Random(seed), 160)))
    assert result.broken == []
    assert result.counts["test: read"] > 10
    assert result.counts["test: refused"] > 20


@pytest.mark.parametrize("part", range(4))
def test_prefixes(part: int) -> None:
    """A formula that is being typed is read or refused: every prefix of some, and some prefixes of every one."""
    random = Random(part)
    given = [
        (formula[:end], NO_VOCABULARY)
        for formula in FORMULAS[part::4]
        for end in {len(formula), *random.sample(range(len(formula)), min(6, len(formula)))}
    ]
    assert small_run(given).broken == []


def test_the_run_sees_what_breaks() -> None:
    """A foreign error, a tree that prints as another, and a span without text are found and told apart."""
    result = small_run([(None, NO_VOCABULARY)])  # type: ignore[list-item]
    assert result.counts == {"test: broken": 1}
    assert "Error" in result.broken[0]
    with pytest.raises(fuzz.BrokenError, match="has the span"):
        fuzz.check(Formula((Symbol("x"),), Source("x")), NO_VOCABULARY)
    with pytest.raises(fuzz.BrokenError, match="reads as another tree"):
        fuzz.check(Formula((Plus(Symbol("x"), Plus(Symbol("x"), Symbol("x"))),), Source("x")), NO_VOCABULARY)
    with pytest.raises(fuzz.BrokenError, match="is printed is refused"):
        fuzz.check(Formula((Symbol(r"\top"),), Source("x")), NO_VOCABULARY)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_random_characters(text: str) -> None:
    """Any characters at all are read or refused."""
    assert small_run([(text, NO_VOCABULARY)]).broken == []


LETTERS = st.sampled_from(["a", "b", "x", r"\theta", r"\hat{y}", "y'", r"\mathrm{PPL}", r"\mathbf{x}"])
ABOVE = st.sampled_from(["", "", "(t)", "*", r"\mathrm{LS}", "(l - 1)"])
PLAIN = st.builds(Symbol, LETTERS, st.sampled_from(["", r"\mathrm{true}", "+"]), st.just(()), ABOVE)
NUMBERS = st.builds(Number, st.sampled_from(["0", "1", "2.5", "10"]))
INDICES = st.sampled_from(["i", "j", "n"]).map(Symbol)
GATHERS = st.builds(Symbol, LETTERS, st.just(""), st.tuples(INDICES))
SUBSCRIPTS = st.one_of(INDICES, GATHERS, st.builds(Plus, st.one_of(INDICES, GATHERS), NUMBERS))
ROW = st.lists(SUBSCRIPTS, min_size=1, max_size=2).map(tuple)
FUNCTIONS = st.sampled_from([r"\sigma", r"\Phi", r"\mathrm{softmax}", r"\mathrm{ReLU}"]).map(Symbol)
BRACKETS = st.sampled_from(["(", "[", r"\{"])


def several(parts: st.SearchStrategy[Node], size: int) -> st.SearchStrategy[tuple[Node, ...]]:
    """So many of something."""
    return st.tuples(*[parts] * size)


def conditions(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Comparisons, alone and joined: *and* binds tighter than *or*."""
    relation = st.sampled_from(["=", r"\ne", "<", r"\ge", r"\in", r"\notin"])
    compare = st.builds(Compare, several(inner, 2), relation.map(lambda sign: (sign,)))
    joined = st.builds(Logic, st.just("and"), several(compare, 2))
    return st.one_of(compare, joined, st.builds(Logic, st.just("or"), st.tuples(compare, joined)))


def signs(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Signs that run: over indices, to a bound, drawn from a law, over a set, under a condition."""
    bound = st.builds(Bound, INDICES, st.one_of(st.none(), NUMBERS))
    full = st.builds(Bound, INDICES, NUMBERS, inner)
    drawn = st.builds(Bound, INDICES, st.none(), st.none(), GATHERS)
    bounds = st.lists(bound, min_size=1, max_size=2, unique_by=lambda each: each.index).map(tuple)
    one = st.one_of(st.just(()), bounds, full.map(lambda each: (each,)))
    no_index = conditions(st.one_of(GATHERS, NUMBERS, PLAIN.filter(lambda part: part.label or part.superscript)))
    mean = st.sampled_from(["expectation", "variance"])
    running = st.sampled_from([name for name in commands.BIG if name not in ("expectation", "variance")])
    return st.one_of(
        st.builds(Big, running, one, inner),
        st.builds(Big, mean, st.one_of(one, drawn.map(lambda each: (each,))), inner),
        st.builds(Big, running, one, inner, no_index),
        INDICES.flatmap(
            lambda i: st.builds(
                Big, running, st.just((Bound(i),)), inner, st.just(Compare((i, Symbol("S")), (r"\in",)))
            )
        ),
    )


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """One level more of any kind of node."""
    pair, condition = several(inner, 2), conditions(inner)
    sign = st.sampled_from(["", "", r"\cdot", r"\times", "*", r"\odot", r"\otimes"])
    product = st.integers(2, 4).flatmap(
        lambda size: st.builds(Product, several(inner, size), st.tuples(*[sign] * (size - 1)))
    )
    marks = st.sampled_from([",", ";", r"\mid", r"\|"]).map(lambda mark: (mark,))
    argument = st.one_of(st.builds(Group, inner, BRACKETS), st.builds(Arguments, pair, BRACKETS, marks))
    applied = st.builds(Apply, FUNCTIONS, argument)
    variable = st.one_of(PLAIN, GATHERS)
    branches = st.builds(
        lambda held, last: (*(Branch(*each) for each in held), *([Branch(last)] if last else [])),
        st.lists(st.tuples(inner, condition), min_size=1, max_size=2),
        st.one_of(st.none(), inner),
    )
    return st.one_of(
        st.builds(Symbol, LETTERS, st.just(""), ROW, ABOVE),
        st.builds(Group, inner, BRACKETS),
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
        signs(inner),
        st.builds(Indicator, condition, st.sampled_from(sorted(commands.ONES)), st.sampled_from(["[", "(", "_"])),
        st.builds(Indicator, condition, st.just(""), st.just("[")),
        applied,
        st.builds(Indexed, st.one_of(applied, st.builds(Group, inner, BRACKETS)), ROW),
        st.builds(Fenced, st.sampled_from(["abs", "floor", "ceil", "positive"]), inner),
        st.builds(Fenced, st.just("norm"), inner, st.one_of(st.none(), NUMBERS)),
        st.builds(Inner, inner, inner),
        st.builds(Derivative, inner, variable, st.booleans()),
        st.builds(Cases, branches),
    )


TREES = st.recursive(st.one_of(PLAIN, NUMBERS), grown, max_leaves=8)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(TREES)
def test_any_tree_is_printed_so_that_it_parses_back(tree: Node) -> None:
    """Brackets are added wherever the parser would otherwise read another tree."""
    latex = to_latex(tree)
    found = parse(latex).members
    assert found == (found[0],)
    assert strip(found[0]) == strip(tree), latex
    assert to_latex(Formula(found, Source(latex))) == latex


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(TREES, min_size=2, max_size=4))
def test_any_equations_are_printed_so_that_they_parse_back(trees: list[Node]) -> None:
    """Equations of which none uses another keep their order."""
    members = [(Symbol("q", rf"\mathrm{{row{at}}}"), tree) for at, tree in enumerate(trees)]
    found = parse(to_latex(Formula(members[-1], Source(""), tuple(members[:-1]))))
    assert [tuple(map(strip, each)) for each in found.equations] == [tuple(map(strip, each)) for each in members]
    assert parse(to_latex(found)) == found


def test_the_trees_hold_every_kind_of_node() -> None:
    """No kind of node is left out of what is printed and parsed back."""
    seen: set[str] = set()

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(TREES)
    def look(tree: Node) -> None:
        seen.update(type(node).__name__ for node in fuzz.walk(tree))

    look()
    kinds = {kind.__name__ for kind in Node.__subclasses__() if kind.__module__.startswith("texsor.")}
    assert kinds - {"Hole"} == seen
