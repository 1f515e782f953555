"""The letters of an expression that nothing explains yet: its free indices."""

from __future__ import annotations

from collections.abc import Iterator

from texsor.check.evaluate_bindings import CONSTANTS, Bindings, bare
from texsor.formula.nodes import Big, Compare, Group, Minus, Node, Plus, Symbol, children
from texsor.formula.printing import to_latex


def loose(bindings: Bindings, node: Node) -> Iterator[Symbol]:
    """The letters in subscripts and conditions that are bound to nothing and under no sign of their own."""
    if isinstance(node, Big):
        own = {bare(bound.index) for bound in node.bounds}
        yield from (symbol for symbol in loose(bindings, node.body) if node.bounds and symbol.name not in own)
    elif isinstance(node, Symbol) and bindings.name_of(node) != to_latex(node):
        for index in node.indices:
            yield from letters(bindings, index)
    elif isinstance(node, Compare):
        for operand in node.operands:
            yield from letters(bindings, operand)
    elif not isinstance(node, Symbol):
        for child in children(node):
            yield from loose(bindings, child)


def letters(bindings: Bindings, node: Node) -> Iterator[Symbol]:
    """The letters of one subscript."""
    if isinstance(node, Symbol) and not node.indices:
        if bindings.name_of(node) is None and bare(node) not in CONSTANTS:
            yield node
    elif isinstance(node, (Plus, Minus, Group)):
        for child in children(node):
            yield from letters(bindings, child)
    else:
        yield from loose(bindings, node)
