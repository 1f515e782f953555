"""Where printed text would be read as another tree unless brackets stand there."""

from __future__ import annotations

from texsor.formula import commands
from texsor.formula.nodes import (
    Big,
    Call,
    Compare,
    Fraction,
    Group,
    Hole,
    Indicator,
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
from texsor.formula.scripts import is_name

ATOMS = (Symbol, Number, Group, Root, Indicator, Hole)
"""What nothing beside it can tear apart."""
TERMS = (Plus, Minus, Negate, Compare)
"""What only stands alone or at the end of a line without brackets."""


def ending(node: Node) -> str:
    """What would go on into a following factor: ``big``, ``call`` or nothing."""
    while True:
        if isinstance(node, Big):
            return "big"
        if isinstance(node, Fraction) and node.slash:
            node = node.denominator
            continue
        called = node.base if isinstance(node, Power) and carries(node) else node
        if not isinstance(called, Call) or len(called.arguments) > 1 or isinstance(called.arguments[0], Group):
            return ""
        (node,) = called.arguments
        if not isinstance(node, (Call, Big)) and not carries(node):
            return "" if needs_brackets(node) else "call"


def needs_brackets(node: Node) -> bool:
    """Whether a function's argument would be torn apart without brackets."""
    if isinstance(node, Product):
        first, *others = node.factors
        return not isinstance(first, Number) or any(node.signs) or not all(joins(other) for other in others)
    if isinstance(node, (Power, Transpose)):
        base = node.base if isinstance(node, Power) else node.operand
        return not carries(node) and (isinstance(base, Group) or not isinstance(base, ATOMS) or named(node))
    slash = isinstance(node, Fraction) and node.slash
    return slash or not isinstance(node, (*ATOMS, Call, Big, Fraction))


def joins(node: Node) -> bool:
    """Whether a factor goes on with a function's argument that begins with a numeral."""
    inner = node.base if isinstance(node, Power) else node
    fraction = isinstance(inner, Fraction) and not inner.slash and inner is node
    return fraction or isinstance(inner, (Symbol, Group, Root, Indicator))


def carries(node: Node) -> bool:
    """Whether a power is written on a function's name."""
    called = node.base if isinstance(node, Power) and isinstance(node.exponent, Number) else node
    return called is not node and isinstance(called, Call) and called.function in commands.FUNCTIONS


def named(node: Node) -> bool:
    """Whether a power would read as a name with a superscript."""
    powered = isinstance(node, Power) and isinstance(node.base, Symbol) and node.base.name != "e"
    return powered and isinstance(node, Power) and is_name(node.exponent)
