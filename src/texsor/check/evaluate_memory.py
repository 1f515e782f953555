"""How much an evaluation will allocate, from sizes alone."""

from __future__ import annotations

from math import prod

from texsor.check.evaluate_bindings import bare
from texsor.check.evaluate_plan import Env, Plan
from texsor.formula.nodes import Big, Group, Node, Product, Symbol, children

BYTES = 8
KEPT = 3
"""Arrays for each node: its value, what autograd keeps, and its gradient."""


def check_memory(made: Plan, limit_bytes: int) -> None:
    """Refuse a formula before it allocates more than the limit."""
    for member in made.evaluated:
        needed = estimate(made, member, made.free)[0]
        if needed > limit_bytes:
            what = f"this takes about {needed / 2**20:,.1f} MiB, and the limit is {limit_bytes / 2**20:,.1f} MiB"
            raise made.formula.source.invalid(member.span, what, "bind smaller tensors, or raise memory_limit_bytes")


def estimate(made: Plan, node: Node, env: Env) -> tuple[int, set[str], int]:
    """Bytes for a node with all in it, the indices it varies with, and the size of its array."""
    if isinstance(node, Symbol):
        return symbol(made, node, env)
    inner = made.inner(node, env) if isinstance(node, Big) else env
    parts = [estimate(made, child, inner) for child in operands(node)]
    names = set().union(*(part[1] for part in parts))
    array = max((part[2] for part in parts), default=1)
    total = sum(part[0] for part in parts)
    if isinstance(node, Big):
        names -= {index.name for index in made.under[id(node)]}
    return total + size_of(inner, names) * array * BYTES * KEPT, names, array


def operands(node: Node) -> list[Node]:
    """The parts that become arrays: a sum of a product is contracted, which never makes the product."""
    if not isinstance(node, Big):
        return list(children(node))
    body = node.body
    while isinstance(body, Group):
        body = body.body
    return list(body.factors) if node.operator == "sum" and isinstance(body, Product) else [body]


def symbol(made: Plan, node: Symbol, env: Env) -> tuple[int, set[str], int]:
    """A tensor in float64, or what is looked up in it."""
    if bare(node) in env and not node.indices:
        return size_of(env, {bare(node)}) * BYTES, {bare(node)}, 1
    name = made.bindings.name_of(node)
    parts = [estimate(made, index, env) for index in node.indices]
    names = set().union(*(part[1] for part in parts))
    total = sum(part[0] for part in parts)
    array = 1 if name is None or node.indices else made.bindings.tensor(name, node).numel()
    return total + size_of(env, names) * array * BYTES * KEPT, names, array


def size_of(env: Env, names: set[str]) -> int:
    """How many combinations some indices have."""
    return prod(env[name].size or 0 for name in names)
