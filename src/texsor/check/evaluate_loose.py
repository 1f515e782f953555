"""The letters of an expression that nothing explains yet: its free indices."""

from __future__ import annotations

from collections.abc import Iterator

from texsor.check.evaluate_bindings import CONSTANTS, Bindings, bare
from texsor.formula.nodes import Apply, Big, Compare, Group, Indexed, Minus, Node, Plus, Symbol, children
from texsor.formula.printing import to_latex


def loose(bindings: Bindings, node: Node) -> Iterator[Symbol]:
    """The letters in subscripts and conditions that are bound to nothing and under no sign of their own."""
    if isinstance(node, Big):
        yield from outside(bindings, node)
    elif isinstance(node, Symbol) and bindings.name_of(node) != to_latex(node):
        for index in node.indices:
            yield from letters(bindings, index)
    elif isinstance(node, Compare):
        for operand in node.operands:
            yield from letters(bindings, operand)
    elif isinstance(node, Indexed):
        yield from loose(bindings, node.body)
        for index in node.indices:
            yield from letters(bindings, index)
    elif isinstance(node, Apply):
        yield from loose(bindings, node.argument)
    elif not isinstance(node, Symbol):
        for child in children(node):
            yield from loose(bindings, child)


def outside(bindings: Bindings, node: Big) -> Iterator[Symbol]:
    """The letters under a sign that do not run there; letters of a condition run, if no index is written."""
    if not node.bounds and node.condition is None:
        return
    own = {bare(bound.index) for bound in node.bounds} or {symbol.name for symbol in conditional(bindings, node)}
    parts = [node.body, *([node.condition] if node.condition is not None else [])]
    parts += [bound.law for bound in node.bounds if bound.law is not None]
    yield from (symbol for part in parts for symbol in loose(bindings, part) if symbol.name not in own)


def conditional(bindings: Bindings, node: Big) -> Iterator[Symbol]:
    """The letters of the condition under a sign."""
    if node.condition is not None:
        yield from loose(bindings, node.condition)


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
