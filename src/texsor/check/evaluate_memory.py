"""How much an evaluation will allocate, from sizes alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from texsor.check.evaluate_bindings import bare
from texsor.check.evaluate_functions import entries_of
from texsor.check.evaluate_plan import Env, Plan
from texsor.check.evaluate_product import ELEMENTWISE
from texsor.formula.nodes import (
    Apply,
    Big,
    Derivative,
    Fenced,
    Group,
    Indexed,
    Inner,
    Node,
    Product,
    Symbol,
    Transpose,
    children,
    walk,
)

BYTES = 8
KEPT = 3
"""Arrays for each node: its value, what autograd keeps, and its gradient."""


@dataclass(frozen=True)
class Cost:
    """What a node takes."""

    bytes: int
    """With all in it."""
    names: frozenset[str]
    """The indices that it varies with."""
    shape: tuple[int, ...] = ()
    """The axes of its array, as long as they may become."""


def check_memory(made: Plan, limit_bytes: int) -> None:
    """Refuse a formula before it allocates more than the limit."""
    for member in made.evaluated:
        needed = estimate(made, member, made.free).bytes
        if needed > limit_bytes:
            what = f"this takes about {needed / 2**20:,.1f} MiB, and the limit is {limit_bytes / 2**20:,.1f} MiB"
            raise made.formula.source.invalid(member.span, what, "bind smaller tensors, or raise memory_limit_bytes")


def estimate(made: Plan, node: Node, env: Env) -> Cost:
    """What a node takes."""
    match node:
        case Symbol():
            return symbol(made, node, env)
        case Group():
            return estimate(made, node.body, env)
        case Big():
            return big(made, node, env)
        case Derivative():
            return derivative(made, node, env)
        case Apply():
            parts = [estimate(made, part, env) for part in entries_of(node)]
        case _:
            parts = [estimate(made, child, env) for child in children(node)]
    return together(env, parts, shape_of(node, [part.shape for part in parts]))


def together(env: Env, parts: list[Cost], shape: tuple[int, ...]) -> Cost:
    """What is computed of some parts, number by number."""
    names = frozenset[str]().union(*(part.names for part in parts))
    total = sum(part.bytes for part in parts)
    return Cost(total + size_of(env, names) * prod(shape) * BYTES * KEPT, names, shape)


def shape_of(node: Node, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The axes of a node's array, from those of its parts."""
    match node:
        case Product():
            shape = shapes[0]
            for sign, factor, other in zip(node.signs, node.factors[1:], shapes[1:], strict=True):
                shape = multiplied(shape, other, sign, factor)
            return shape
        case Inner() | Fenced(kind="norm"):
            return ()
        case Indexed():
            return shapes[0][len(node.indices) :]
        case Transpose() if len(shapes[0]) > 1:
            return (*shapes[0][:-2], shapes[0][-1], shapes[0][-2])
        case _:
            return max(shapes, key=lambda shape: (len(shape), prod(shape)), default=())


def multiplied(a: tuple[int, ...], b: tuple[int, ...], sign: str, factor: Node) -> tuple[int, ...]:
    """The axes of a product of two arrays."""
    if not a or not b or sign in ELEMENTWISE:
        return max(a, b, key=len)
    if len(a) == len(b) == 1:
        lies = any(isinstance(part, Transpose) for part in walk(factor))
        return (*a, *b) if sign == r"\otimes" or lies else ()
    batch = max(a[:-2], b[:-2], key=len)
    return (*batch, *(a[-2:-1] if len(a) > 1 else ()), *(b[-1:] if len(b) > 1 else ()))


def big(made: Plan, node: Big, env: Env) -> Cost:
    """A sign: its body for all that it runs over, and what it leaves."""
    inner = made.inner(node, env)
    condition, laws = made.conditions.get(id(node)), made.laws.get(id(node), ())
    body = node.body
    while isinstance(body, Group):
        body = body.body
    weights = [estimate(made, part, inner) for part in (*laws, *([] if condition is None else [condition]))]
    if node.operator == "sum" and isinstance(body, Product) and not weights:
        # The sum of a product is contracted, which never makes the product.
        parts = [estimate(made, factor, inner) for factor in body.factors]
        shape = shape_of(body, [part.shape for part in parts])
    else:
        found = estimate(made, body, inner)
        parts, shape = [together(inner, [found, *weights], found.shape) if weights else found], found.shape
    names = frozenset[str]().union(*(part.names for part in parts)) - {index.name for index in made.under[id(node)]}
    left = shape if made.under[id(node)] else ()
    total = sum(part.bytes for part in parts)
    return Cost(total + size_of(inner, names) * prod(left) * BYTES * KEPT, names, left)


def derivative(made: Plan, node: Derivative, env: Env) -> Cost:
    """Every number of the operand by every number of the variable, whatever is taken of them."""
    operand, at = estimate(made, node.operand, env), symbol(made, node.variable, env)
    name = made.bindings.name_of(node.variable) or ""
    every = size_of(env, operand.names) * made.bindings.tensor(name, node.variable).numel()
    return Cost(operand.bytes + at.bytes + every * BYTES * KEPT, operand.names | at.names, at.shape)


def symbol(made: Plan, node: Symbol, env: Env) -> Cost:
    """A tensor in float64, or what is looked up in it."""
    if bare(node) in env and not node.indices:
        return Cost(size_of(env, {bare(node)}) * BYTES, frozenset((bare(node),)))
    name = made.bindings.name_of(node)
    parts = [estimate(made, index, env) for index in node.indices]
    # Fewer indices than axes leave an array.
    first = len(node.indices) if name == bare(node) else 0
    return together(env, parts, tuple(made.bindings.tensor(name, node).shape[first:]) if name else ())


def size_of(env: Env, names: frozenset[str] | set[str]) -> int:
    """How many combinations some indices have."""
    return prod(env[name].size or 0 for name in names)
