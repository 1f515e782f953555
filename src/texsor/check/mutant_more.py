"""Slips in conditions, cases, derivatives, functions by name, bars and products of arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from texsor.check.mutant_setting import Rule, Setting, Step, unbound
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Big,
    Bound,
    Branch,
    Cases,
    Compare,
    Derivative,
    Fenced,
    Group,
    Indicator,
    Inner,
    Logic,
    Node,
    Number,
    Plus,
    Product,
    Symbol,
    Transpose,
)

Part = TypeVar("Part")


def held(node: Node, setting: Setting) -> Iterator[Step]:
    """A condition under a sign left out, or the law that an index is drawn from."""
    if not isinstance(node, Big):
        return
    if node.condition is not None and node.bounds:
        yield "drop-condition", replace(node, condition=None)
    elif node.condition is not None:
        for letter in unbound(node.condition, setting):
            yield "drop-condition", replace(node, bounds=(Bound(Symbol(letter)),), condition=None)
    if any(bound.law is not None for bound in node.bounds):
        yield "drop-law", replace(node, bounds=tuple(replace(bound, law=None) for bound in node.bounds))


def logic(node: Node, _setting: Setting) -> Iterator[Step]:
    """And for or, one of several conditions left out, a position one too far, an indicator that always holds."""
    if isinstance(node, Logic):
        yield "and-or", replace(node, operator="or" if node.operator == "and" else "and")
        for operands in without_one(node.operands):
            yield "drop-condition", operands[0] if len(operands) == 1 else replace(node, operands=operands)
    if isinstance(node, Compare) and node.relations == ("=",) and isinstance(node.operands[1], Symbol):
        left, right = node.operands
        yield "shift-condition", replace(node, operands=(left, Plus(right, Number("1"))))
    if isinstance(node, Indicator):
        yield "drop-indicator", Number("1")


def cases(node: Node, _setting: Setting) -> Iterator[Step]:
    """A case left out, or the values of two in each other's place."""
    if not isinstance(node, Cases):
        return
    for branches in without_one(node.branches):
        yield "drop-case", replace(node, branches=branches)
    for at, (one, other) in enumerate(pairwise(node.branches)):
        pair = Branch(other.value, one.condition), Branch(one.value, other.condition)
        yield "swap-cases", replace(node, branches=(*node.branches[:at], *pair, *node.branches[at + 2 :]))


def derivatives(node: Node, _setting: Setting) -> Iterator[Step]:
    """What is differentiated, undifferentiated."""
    if isinstance(node, Derivative):
        yield "drop-derivative", node.operand


FENCES = {"floor": "ceil", "ceil": "floor", "abs": "positive", "positive": "abs"}
"""What each kind of bars is mistaken for."""


def fences(node: Node, _setting: Setting) -> Iterator[Step]:
    """Bars left out or mistaken, another norm."""
    if not isinstance(node, Fenced):
        return
    yield f"drop-{node.kind}", node.body
    if node.kind in FENCES:
        yield f"{node.kind}-to-{FENCES[node.kind]}", replace(node, kind=FENCES[node.kind])
    else:
        for order in ("1", "2"):
            if node.order != Number(order) and not (node.order is None and order == "2"):
                yield f"norm-{order}", replace(node, order=Number(order))


def arrays(node: Node, _setting: Setting) -> Iterator[Step]:
    """A product of arrays of another kind, and a transpose on the wrong factor."""
    if isinstance(node, Inner):
        yield "inner-to-elementwise", Product((node.left, node.right), (r"\odot",))
        yield "inner-to-outer", Product((node.left, node.right), (r"\otimes",))
    if not isinstance(node, Product):
        return
    for at, (sign, (one, other)) in enumerate(zip(node.signs, pairwise(node.factors), strict=True)):
        for new in KINDS.get(sign, ()):
            yield "other-product", replace(node, signs=(*node.signs[:at], new, *node.signs[at + 1 :]))
        turned = (turn(one), turn(other))
        if sign == "" and isinstance(one, Transpose) != isinstance(other, Transpose):
            yield "move-transpose", replace(node, factors=(*node.factors[:at], *turned, *node.factors[at + 2 :]))


KINDS = {r"\odot": (r"\cdot",), r"\otimes": (r"\cdot",), r"\cdot": (r"\odot",)}
"""What each sign between arrays is mistaken for."""


def turn(node: Node) -> Node:
    """A factor transposed, or no longer."""
    return node.operand if isinstance(node, Transpose) else Transpose(node)


ALIKE = {
    "softmax": ("logsoftmax",),
    "logsoftmax": ("softmax",),
    "sigmoid": ("tanh",),
    "ReLU": ("softplus",),
    "relu": ("softplus",),
    "softplus": ("ReLU",),
    "erf": ("tanh",),
}
"""What each known function is mistaken for."""


def applied(node: Node, setting: Setting) -> Iterator[Step]:
    """Another function of the formula, an argument left out, two in each other's place, or no function."""
    if not isinstance(node, Apply):
        return
    for other in setting.functions:
        if other != node.function:
            yield "change-function", replace(node, function=other)
    for name in ALIKE.get(node.function.name.removeprefix(r"\mathrm{").removesuffix("}"), ()):
        yield "change-function", replace(node, function=Symbol(rf"\mathrm{{{name}}}"))
    argument = node.argument
    if isinstance(argument, Group):
        yield "drop-function", argument
        return
    for entries in without_one(argument.entries):
        fewer = Arguments(entries, argument.bracket, argument.marks[1:]) if len(entries) > 1 else Group(entries[0])
        yield "drop-argument", replace(node, argument=fewer)
    for at, (one, other_) in enumerate(pairwise(argument.entries)):
        swapped = (*argument.entries[:at], other_, one, *argument.entries[at + 2 :])
        yield "swap-arguments", replace(node, argument=replace(argument, entries=swapped))


def without_one(parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    """Several parts without each in turn."""
    if len(parts) > 1:
        yield from ((*parts[:at], *parts[at + 1 :]) for at in range(len(parts)))


MORE: tuple[Rule, ...] = (held, logic, cases, derivatives, fences, arrays, applied)
"""Rules, in the order in which their mutants are listed."""
