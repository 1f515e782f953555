"""No two trees sound alike, and none costs more than its size."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace

import pytest

from texsor.formula.nodes import (
    Apply,
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
    Indicator,
    Inner,
    Minus,
    Negate,
    Node,
    Number,
    Plus,
    Power,
    Product,
    Root,
    Symbol,
    Transpose,
    strip,
)
from texsor.formula.spoken import LANGUAGES, spoken_term

A, B, J, TWO = Symbol("a"), Symbol("b"), Symbol("j"), Number("2")

OPERATORS: tuple[Callable[[Node, Node], Node], ...] = (
    lambda x, _: Negate(x),
    lambda x, _: Transpose(x),
    lambda x, _: Root(x),
    lambda x, _: Power(x, TWO),
    lambda x, _: Call("log", (x,)),
    lambda x, _: Apply(Symbol("f"), Group(x)),
    lambda x, _: Fenced("abs", x),
    lambda x, _: Big("sum", (Bound(J),), x),
    lambda x, _: Derivative(x, A),
    lambda x, _: Derivative(x, A, nabla=True),
    lambda x, _: Symbol("z", "", (x,)),
    lambda x, y: Symbol("z", "", (x, y)),
    Plus,
    Minus,
    Fraction,
    lambda x, y: Fraction(x, y, slash=True),
    Power,
    Inner,
    lambda x, y: Call("max", (x, y)),
    lambda x, y: Product((x, y), ("",)),
    lambda x, y: Product((x, y, A), (r"\odot", "")),
    lambda x, y: Cases((Branch(x, Compare((A, TWO), ("<",))), Branch(y))),
    lambda x, y: Indicator(Compare((x, y), ("=",))),
    lambda x, y: Big("sum", (Bound(J),), x, Compare((J, y), (r"\ne",))),
)
"""Ways to make a tree of two."""


def grown(draw: random.Random, depth: int) -> Node:
    """A tree of at most some depth."""
    if depth == 0 or draw.random() < 0.1:
        return draw.choice((A, B, TWO, Symbol("z", "", (A,)), Symbol("z", "", (A, B))))
    return draw.choice(OPERATORS)(grown(draw, depth - 1), grown(draw, depth - 1))


def inner(node: Node) -> list[tuple[str, int | None, Node]]:
    """The field, place and part for each part of a node that a tree could stand in."""
    found: list[tuple[str, int | None, Node]] = []
    for spec in fields(node):
        value = getattr(node, spec.name)
        for at, part in enumerate(value) if isinstance(value, tuple) else [(None, value)]:
            if isinstance(part, Node) and spec.name not in ("function", "variable", "index", "bounds"):
                found.append((spec.name, at, part.body if isinstance(part, Group) else part))
    return found


def put(node: Node, name: str, at: int | None, part: Node) -> Node:
    """A node with a part exchanged."""
    old = getattr(node, name)
    if isinstance(old, Group):
        part = Group(part)
    return replace(node, **{name: part if at is None else (*old[:at], part, *old[at + 1 :])})  # type: ignore[arg-type]


def turned(node: Node) -> Iterator[Node]:
    """The trees in which a part and what it stands in have changed places, y(x(z)) for x(y(z)): what is misheard."""
    for name, at, part in inner(node):
        for below, place, deepest in inner(part):
            if not isinstance(part, (Branch, Compare)) and not isinstance(node, (Branch, Compare)):
                yield put(part, below, place, put(node, name, at, deepest))
        for other in turned(part):
            yield put(node, name, at, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_trees_that_differ_in_what_belongs_to_what_sound_different(language: str) -> None:
    """Where one part ends and another begins is heard, without looking at brackets."""
    draw = random.Random(20)
    for _ in range(120):
        tree = grown(draw, 4)
        heard: dict[str, Node] = {}
        for other in (tree, *turned(tree)):
            text = spoken_term(other, language)
            assert heard.setdefault(text, strip(other)) == strip(other), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_sums_and_deep_trees_cost_no_more_than_their_size(language: str) -> None:
    """A sum of thousands does not exhaust the stack, and nothing is said twice at every level of a deep one."""
    total: Node = A
    for _ in range(5000):
        total = Plus(total, B)
    assert len(spoken_term(total, language)) < 5000 * 10
    for made in OPERATORS:
        short, long = (len(spoken_term(nested(made, depth), language)) for depth in (30, 60))
        assert long < 3 * short


def nested(made: Callable[[Node, Node], Node], depth: int) -> Node:
    """A tree that holds one of its kind at every level."""
    tree: Node = A
    for _ in range(depth):
        tree = made(tree, B)
    return tree


def test_a_chain_in_a_chain_is_not_doubled() -> None:
    """What stands between two relations is said again only if it is short."""
    tree: Node = A
    for _ in range(30):
        tree = Indicator(Compare((A, tree, B), ("<", "=")))
    assert len(spoken_term(tree, "ko")) < 30 * 200
