"""Where printed text would be read as another tree unless brackets stand there."""

from __future__ import annotations

from itertools import pairwise

from texsor.formula import commands
from texsor.formula.naming import is_name
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Big,
    Call,
    Cases,
    Compare,
    Derivative,
    Fenced,
    Fraction,
    Group,
    Hole,
    Indexed,
    Indicator,
    Inner,
    Logic,
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
)

ATOMS = (Symbol, Number, Group, Root, Indicator, Hole, Fenced, Inner, Apply, Indexed)
"""What nothing beside it can tear apart."""
BRACKETED = ("expectation", "variance")
"""Signs whose body is printed in brackets."""
TERMS = (Plus, Minus, Negate, Compare, Logic)
"""What only stands alone or at the end of a line without brackets."""


def closed(node: Node) -> bool:
    """Whether a power can stand on something without brackets: an atom, or what ends in a bracket of its own."""
    if isinstance(node, Big):
        return node.operator in BRACKETED
    if isinstance(node, Call):
        return len(node.arguments) > 1
    return isinstance(node, ATOMS) and not (isinstance(node, Symbol) and bool(node.superscript))


def ending(node: Node) -> str:
    """What would go on into a following factor: ``big``, ``call`` or nothing."""
    while True:
        if isinstance(node, Big):
            return "" if node.operator in BRACKETED else "big"
        if isinstance(node, Fraction) and node.slash:
            node = node.denominator
            continue
        argument = argument_of(node)
        if argument is None or isinstance(argument, Group) or needs_brackets(argument):
            return ""
        if not swallows(argument):
            return "call"
        node = argument


def argument_of(node: Node) -> Node | None:
    """What a function is applied to that is written before it without brackets; None for any other node."""
    called = node.base if isinstance(node, Power) and carries(node) else node
    if isinstance(called, Derivative) and called.nabla:
        return called.operand
    return called.arguments[0] if isinstance(called, Call) and len(called.arguments) == 1 else None


def swallows(node: Node) -> bool:
    """Whether what follows as an argument says itself where it ends."""
    return (isinstance(node, Big) and node.operator not in BRACKETED) or argument_of(node) is not None


def needs_brackets(node: Node) -> bool:
    """Whether a function's argument would be torn apart without brackets."""
    if isinstance(node, Product):
        first, *others = node.factors
        run = isinstance(first, Number) and not any(node.signs) and all(map(joins, others))
        return not run or any(ends_in_digit(a) and begins_with_digit(b) for a, b in pairwise(node.factors))
    return not (joins(node) or isinstance(node, (Call, Big, Derivative)) or carries(node)) or is_raised_group(node)


def joins(node: Node) -> bool:
    """Whether something is one factor that needs no brackets of its own, and no sign before it."""
    if isinstance(node, (Power, Transpose)):
        base = node.base if isinstance(node, Power) else node.operand
        return closed(base) and not named(node)
    if isinstance(node, Fraction):
        return not node.slash
    return isinstance(node, (*ATOMS, Arguments, Cases)) or (isinstance(node, Derivative) and not node.nabla)


def is_raised_group(node: Node) -> bool:
    """Whether something is brackets with a power, of which it is not clear to what it belongs behind a function."""
    base = node.base if isinstance(node, Power) else node.operand if isinstance(node, Transpose) else None
    return isinstance(base, Group)


def sliced(node: Node) -> bool:
    """Whether a quotient on the line stands first in something."""
    first = node.factors[0] if isinstance(node, Product) else node
    return isinstance(first, Fraction) and first.slash


def carries(node: Node) -> bool:
    """Whether a power is written on a function's name."""
    called = node.base if isinstance(node, Power) and isinstance(node.exponent, Number) else None
    return isinstance(called, Call) and called.function in commands.FUNCTIONS


def named(node: Node) -> bool:
    """Whether a power would read as a name with a superscript."""
    powered = isinstance(node, Power) and isinstance(node.base, Symbol) and node.base.name != "e"
    return powered and isinstance(node, Power) and is_name(node.exponent)


def begins_with_digit(node: Node) -> bool:
    """Whether the text of a factor begins with a digit."""
    base = node.base if isinstance(node, Power) else node.operand if isinstance(node, Transpose) else node
    return isinstance(base, Number)


def ends_in_digit(node: Node) -> bool:
    """Whether the text of a factor ends in a digit."""
    return isinstance(node, Number)
