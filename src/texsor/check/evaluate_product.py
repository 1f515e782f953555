"""Products: numbers, matrix products of arrays, and 0 · log 0 = 0."""

from __future__ import annotations

import torch

from texsor.check.evaluate_arithmetic import Arithmetic
from texsor.check.evaluate_reduce import summed
from texsor.check.evaluate_value import ShapeError, Value, align, laid_down, plain
from texsor.formula.nodes import Call, Fraction, Group, Minus, Negate, Node, Plus, Product, children

ELEMENTWISE = ("*", r"\odot")
"""Signs that multiply arrays number by number."""
LOGARITHMS = ("log", "ln", "lg")


def multiply_all(arithmetic: Arithmetic, node: Product, values: list[Value]) -> Value:
    """The product of a row's values, from the left."""
    result, logs = values[0], logarithmic(node.factors[0])
    for sign, factor, value in zip(node.signs, node.factors[1:], values[1:], strict=True):
        other = logarithmic(factor)
        left = silenced(result, value) if logs else result
        right = silenced(value, result) if other else value
        result, logs = multiply(arithmetic, left, right, sign), logs or other
    return result


def multiply(arithmetic: Arithmetic, a: Value, b: Value, sign: str) -> Value:
    """Two factors: a matrix product if both are arrays."""
    if not a.rank or not b.rank or sign in ELEMENTWISE:
        return arithmetic.multiply(a, b)
    if sign == r"\otimes":
        return outer(arithmetic, a, b)
    if sign not in ("", r"\cdot"):
        raise ShapeError(f"{sign} between two arrays could mean several products")
    if a.rank == b.rank == 1 and b.lying:
        return across(arithmetic, a, b, sign)
    if b.lying:
        raise ShapeError("a row behind a matrix has no product with it")
    if a.rank == b.rank == 1 and arithmetic.scaled:  # a lying vector before one that stands
        return summed(arithmetic, arithmetic.multiply(laid_down(a, None), laid_down(b, None)))
    # x A takes x as a row although nothing says that it is one: what a transpose behind it means is then open.
    return laid_down(arithmetic.matmul(a, b), a.rank == 1 and (a.lying or None))


def across(arithmetic: Arithmetic, a: Value, b: Value, sign: str) -> Value:
    r"""A vector before a row: ``x y^\top`` is the outer product, where x stands."""
    if a.lying:
        raise ShapeError("two rows have no product", r"write x^\top y, x y^\top or indices")
    if a.lying is None or sign:
        what = "this could be an inner or an outer product: whether the vector before the row stands is not said"
        raise ShapeError(what, r"write x^\top y, x y^\top or indices")
    return outer(arithmetic, a, b)


def outer(arithmetic: Arithmetic, a: Value, b: Value) -> Value:
    """Every number of a vector with every number of another."""
    if a.rank != 1 or b.rank != 1:
        raise ShapeError(f"an outer product is of two vectors, and these arrays have {a.rank} and {b.rank} axes")
    return arithmetic.matmul(stretched(a, -1), stretched(b, -2))


def stretched(value: Value, dim: int) -> Value:
    """A vector as a matrix of one column or one row."""
    return Value(plain(value).data.unsqueeze(dim), value.names, None, value.reach)


def inner(arithmetic: Arithmetic, a: Value, b: Value) -> Value:
    """The sum of the products of two arrays' numbers."""
    if not a.rank or not b.rank:
        raise ShapeError("an inner product in angle brackets is of two arrays")
    if a.rank != b.rank:
        raise ShapeError(f"an inner product is of two arrays alike, and these have {a.rank} and {b.rank} axes")
    return summed(arithmetic, arithmetic.multiply(a, b))


def logarithmic(node: Node) -> bool:
    """Whether a factor is made of logarithms, so that 0 times its infinity is 0."""
    if isinstance(node, Call):
        return node.function in LOGARITHMS
    if isinstance(node, Fraction):
        return logarithmic(node.numerator)
    return isinstance(node, (Group, Negate, Plus, Minus, Product)) and any(map(logarithmic, children(node)))


def silenced(logs: Value, other: Value) -> Value:
    """A logarithm that is 0 where it is no finite number and the other factor is exactly 0."""
    if logs.rank or other.rank or not logs.data.numel() or all(map(torch.isfinite, logs.data.detach().aminmax())):
        return logs
    names, (laid, zero) = align(Value(logs.data, logs.names), Value(zeros(other), other.names))
    mask = ~laid.data.isfinite() & (zero.data != 0)
    return Value(torch.where(mask, torch.zeros_like(laid.data), laid.data), names, None, logs.reach)


def zeros(value: Value) -> torch.Tensor:
    """One where a value is exactly 0."""
    data = value.data.detach() == 0
    return (data if value.scale is None else data | (value.scale.detach() == -torch.inf)).double()
