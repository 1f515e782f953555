"""Norms."""

from __future__ import annotations

from math import inf

import torch
from torch import Tensor

from texsor.check.evaluate_arithmetic import DIGITS, Arithmetic, finite
from texsor.check.evaluate_bindings import Bindings
from texsor.check.evaluate_value import SAFE, ShapeError, Value, common, double, lifted, normal, scale_of
from texsor.formula.nodes import Node, Symbol


def is_frobenius(order: Node, bindings: Bindings) -> bool:
    """Whether the order of a norm is the F of Frobenius."""
    return order == Symbol("F") and bindings.name_of(Symbol("F")) is None


def norm(arithmetic: Arithmetic, value: Value, order: float | str | None) -> Value:
    """The p-norm of a vector; of a matrix Frobenius' only, since the others could be two things."""
    if value.rank > 1 and order != "F":
        raise ShapeError("a norm of a matrix could be several: write \\lVert A \\rVert_F, or indices")
    power = 2.0 if order is None or order == "F" else float(order)
    if not value.rank:
        scale = None if value.scale is None else value.scale.unsqueeze(-1)
        value = Value(value.data.unsqueeze(-1), value.names, scale, value.reach)
    dims = list(range(len(value.names), value.data.dim()))
    if power == 0:
        return Value(double(value.data != 0).sum(dims), value.names, None, DIGITS)
    far = reach(value, power)
    if arithmetic.scaled and (value.scale is not None or far > SAFE):
        return lengthened(normal(value), power, dims)
    data = double(value.data)
    out = torch.linalg.vector_norm(data, power, dims)

    def usual() -> Tensor:
        return finite(data).all() & ((data != 0).any() | ~finite(out))

    return arithmetic.made(out, value.names, far, usual)


def lengthened(value: Value, power: float, dims: list[int]) -> Value:
    """The norm of numbers that may be beyond float64: that of their ratios to the largest, and its scale."""
    scale = scale_of(value)
    top = common(value.data, scale, dims)
    return Value(torch.linalg.vector_norm(lifted(value.data, scale - top), power, dims), value.names, top.sum(dims))


def reach(value: Value, power: float) -> float:
    """How far the powers of a vector's numbers reach, which are added before the root is taken."""
    return value.reach if abs(power) == inf else abs(power) * value.reach + DIGITS
