"""Products: numbers, matrix products of arrays, and 0 · log 0 = 0."""

from __future__ import annotations

import torch

from texsor.check.evaluate_arithmetic import Arithmetic
from texsor.check.evaluate_value import ShapeError, Value, align
from texsor.formula.nodes import Call, Fraction, Group, Minus, Negate, Node, Plus, Product, children

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
    if not a.rank or not b.rank:
        return arithmetic.multiply(a, b)
    if sign not in ("", r"\cdot"):
        raise ShapeError(f"{sign} between two arrays could mean several products")
    return arithmetic.matmul(a, b)


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
