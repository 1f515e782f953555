"""The shape of an expression's array, where it can be told before anything is computed."""

from __future__ import annotations

from math import prod

from texsor.check.evaluate_bindings import Bindings, bare
from texsor.check.evaluate_functions import WHOLE, entries_of, is_known
from texsor.check.evaluate_plan import Env
from texsor.formula.nodes import (
    Apply,
    Call,
    Fraction,
    Group,
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
    children,
)

Shape = tuple[int, ...]
ELEMENTWISE = (Negate, Plus, Minus, Fraction, Power, Root, Call, Group, Number)


def shape_of(bindings: Bindings, node: Node, env: Env) -> Shape | None:
    """The axes of a node's array; None where only computing it tells."""
    if isinstance(node, Symbol):
        return symbol(bindings, node, env)
    if isinstance(node, Apply):
        return applied(bindings, node, env)
    parts = [shape_of(bindings, child, env) for child in children(node)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(node, Transpose):
        return (*known[0][:-2], *reversed(known[0][-2:]))
    if isinstance(node, Product):
        return multiplied(known)
    return longest(known) if isinstance(node, ELEMENTWISE) else None


def symbol(bindings: Bindings, node: Symbol, env: Env) -> Shape:
    """The axes of a bound tensor that no index names."""
    name = None if bare(node) in env else bindings.name_of(node)
    if name is None:
        return ()
    return tuple(bindings.tensor(name, node).shape[len(node.indices) if name == bare(node) else 0 :])


def applied(bindings: Bindings, node: Apply, env: Env) -> Shape | None:
    """The axes of a known function's value; None for a function of a user's."""
    found = shape_of(bindings, entries_of(node)[0], env)
    if found is None or bindings.name_of(node.function) is not None or not is_known(node.function):
        return None
    name = bare(node.function).removeprefix(r"\mathrm{").removesuffix("}")
    if name in WHOLE and not name.lower().endswith("softmax"):
        return None
    return found


def multiplied(shapes: list[Shape]) -> Shape | None:
    """The axes of a product of numbers and at most two matrices."""
    arrays = [shape for shape in shapes if shape]
    if len(arrays) < 2:
        return longest(arrays)
    if len(arrays) > 2 or any(len(shape) != 2 for shape in arrays):
        return None
    return arrays[0][0], arrays[1][1]


def longest(shapes: list[Shape]) -> Shape:
    """The axes of several arrays number by number."""
    return max(shapes, key=lambda shape: (len(shape), prod(shape)), default=())
