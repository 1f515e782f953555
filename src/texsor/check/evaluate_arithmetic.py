"""The operations of a formula on values; literal first, and with scales where literal float64 runs over or under."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import wraps
from math import inf
from typing import TypeVar, cast

import torch
from torch import Tensor

from texsor.check import evaluate_safe as safe
from texsor.check.evaluate_value import (
    SAFE,
    ShapeError,
    Value,
    align,
    common,
    double,
    laid_down,
    lifted,
    normal,
    place,
    plain,
    pose,
    rank_of,
    scale_of,
    tame,
    union,
)

DIGITS = 45.0
"""More than the logarithm of what cancelling digits, or summing a billion terms, can add to a reach."""
TINY = 2.2250738585072014e-308
"""The smallest float64 with all its digits."""


Operation = TypeVar("Operation", bound=Callable[..., Value])


def posed(operation: Operation) -> Operation:
    """An operation number by number: of rows it gives a row; refuses a row beside a vector that stands."""

    @wraps(operation)
    def run(*args: object, **kwargs: object) -> Value:
        found = [each for arg in args for each in (arg if isinstance(arg, Sequence) else (arg,))]
        lying = pose([each for each in found if isinstance(each, Value)])
        return laid_down(operation(*args, **kwargs), lying)

    return cast(Operation, run)


class Arithmetic:
    """One evaluation's operations; ``stray`` says whether a number ran over or under."""

    def __init__(self, *, scaled: bool) -> None:
        self.scaled = scaled
        self.stray = False

    def made(self, out: Tensor, names: tuple[str, ...], reach: float, usual: Callable[[], Tensor]) -> Value:
        """A literal result; looks whether it ran over or under only if it could have.

        ``usual`` says where exact arithmetic would give an ordinary number.
        """
        if reach <= SAFE or self.scaled:
            return Value(out, names, None, reach)
        seen = out.detach()
        lost = ~seen.isfinite() | (seen.abs() < TINY)
        self.stray = self.stray or (bool(lost.any()) and bool((lost & usual()).any()))
        return Value(out, names, None, SAFE)

    @posed
    def add(self, a: Value, b: Value, *, minus: bool = False) -> Value:
        """Sum or difference."""
        names, (a, b) = align(a, b)
        x, y = double(a.data), double(b.data)
        if a.scale is None and b.scale is None:
            out = x - y if minus else x + y
            return self.made(out, names, max(a.reach, b.reach) + DIGITS, lambda: finite(x, y) & ~out.isfinite())
        scales = torch.broadcast_tensors(scale_of(a), scale_of(b))
        top = common(torch.stack(torch.broadcast_tensors(x, y)), torch.stack(scales), [0])[0]
        left, right = lifted(x, scales[0] - top), lifted(y, scales[1] - top)
        return Value(left - right if minus else left + right, names, top)

    @posed
    def negate(self, a: Value) -> Value:
        """The opposite."""
        return Value(-double(a.data), a.names, a.scale, a.reach)

    @posed
    def multiply(self, a: Value, b: Value) -> Value:
        """Number by number."""
        names, (a, b) = align(a, b)
        if a.scale is not None or b.scale is not None:
            a, b = tame(a), tame(b)
            return Value(double(a.data) * double(b.data), names, scale_of(a) + scale_of(b))
        x, y = double(a.data), double(b.data)
        out = self.made(x * y, names, a.reach + b.reach, lambda: finite(x, y) & (x != 0) & (y != 0))
        return self.multiply(normal(a), normal(b)) if self.ran(out) else out

    @posed
    def divide(self, a: Value, b: Value) -> Value:
        """Number by number."""
        names, (a, b) = align(a, b)
        if a.scale is not None or b.scale is not None:
            a, b = tame(a), tame(b)
            return Value(safe.quotient(double(a.data), double(b.data)), names, scale_of(a) - scale_of(b))
        x, y = double(a.data), double(b.data)
        out = self.made(safe.quotient(x, y), names, a.reach + b.reach, lambda: finite(x, y) & (x != 0) & (y != 0))
        return self.divide(normal(a), normal(b)) if self.ran(out) else out

    def ran(self, out: Value) -> bool:
        """Whether an operation has to be done again with scales."""
        seen = out.data.detach()
        return self.scaled and out.reach > SAFE and not bool(((seen.abs() >= TINY) & seen.isfinite()).all())

    @posed
    def power(self, a: Value, b: Value) -> Value:
        """Number to the number."""
        b = plain(b)
        names, (a, b) = align(a, b)
        if a.scale is not None:
            a = normal(a)
            return Value(safe.power(a.data, b.data), names, scale_of(a) * b.data)
        x, y = double(a.data), b.data
        out = self.made(
            safe.power(x, y), names, max(a.reach, 1e-6) * math.exp(b.reach), lambda: finite(x, y) & (x != 0)
        )
        return self.power(normal(a), b) if self.ran(out) else out

    @posed
    def exp(self, a: Value) -> Value:
        """The exponential function; scaled, it only changes what is called the scale."""
        a = plain(a)
        if self.scaled:
            return Value(torch.ones_like(a.data), a.names, a.data)
        seen = a.data.detach()
        low, high = (float(end) for end in seen.aminmax()) if seen.numel() else (0.0, 0.0)
        return self.made(a.data.exp(), a.names, max(-low, high), seen.isfinite)

    @posed
    def log(self, a: Value) -> Value:
        """The natural logarithm."""
        logs = safe.log(double(a.data))
        return Value(logs if a.scale is None else logs + a.scale, a.names, None, DIGITS)

    @posed
    def root(self, a: Value, degree: Value | None) -> Value:
        """The square root, or another."""
        if degree is None and a.scale is None:
            return Value(safe.root(double(a.data)), a.names, None, a.reach)
        one = torch.tensor(1.0, dtype=torch.float64, device=a.data.device)
        return self.power(a, Value(one / 2) if degree is None else self.divide(Value(one), degree))

    @posed
    def pointwise(self, a: Value, function: Callable[[Tensor], Tensor]) -> Value:
        """Any other function of one number."""
        a = plain(a)
        return self.made(function(a.data), a.names, inf, lambda: finite(a.data) & (a.data != 0))

    @posed
    def exponential(self, a: Value, function: Callable[[Tensor], Tensor], logs: Callable[[Tensor], Tensor]) -> Value:
        """A positive function of an array, by its logarithm where its values are too small."""
        a = plain(a)
        if self.scaled:
            return Value(torch.ones_like(a.data), a.names, logs(a.data))
        return self.made(function(a.data), a.names, inf, lambda: finite(a.data))

    @posed
    def coarse(self, a: Value, function: Callable[[Tensor], Tensor]) -> Value:
        """A function that gives 0, numbers from 1 on, and what it is given."""
        a = plain(a)
        return Value(function(a.data), a.names, None, a.reach + 1)

    @posed
    def best(self, values: Sequence[Value], function: Callable[[Tensor, Tensor], Tensor]) -> Value:
        """The largest or smallest of some values."""
        _, (best, *others) = align(*values)
        for other in others:
            best = self.better(best, other, function)
        return best

    def better(self, a: Value, b: Value, function: Callable[[Tensor, Tensor], Tensor]) -> Value:
        """The larger or smaller of two in one layout."""
        if a.scale is None and b.scale is None:
            return Value(function(double(a.data), double(b.data)), a.names, None, max(a.reach, b.reach))
        data = torch.stack(torch.broadcast_tensors(double(a.data), double(b.data)))
        scale = torch.stack(torch.broadcast_tensors(scale_of(a), scale_of(b)))
        ranks = rank_of(data, scale)
        first = ranks[0] == function(ranks[0], ranks[1])
        return Value(torch.where(first, data[0], data[1]), a.names, torch.where(first, scale[0], scale[1]))

    @posed
    def compare(self, a: Value, b: Value, relation: Callable[[Tensor, Tensor], Tensor]) -> Value:
        """One where a relation holds, else zero."""
        names, (a, b) = align(a, b)
        if a.scale is not None or b.scale is not None:
            sides = torch.broadcast_tensors(double(a.data), double(b.data))
            ranks = rank_of(torch.stack(sides), torch.stack(torch.broadcast_tensors(scale_of(a), scale_of(b))))
            return Value(double(relation(ranks[0], ranks[1])), names)
        whole = not a.data.is_floating_point() and not b.data.is_floating_point()
        x, y = (a.data, b.data) if whole else (double(a.data), double(b.data))
        return Value(double(relation(x, y)), names)

    def matmul(self, a: Value, b: Value) -> Value:
        """The matrix product; leading axes are a batch."""
        a, b = plain(a), plain(b)
        x, y = (a.data.unsqueeze(-2) if a.rank == 1 else a.data), (b.data.unsqueeze(-1) if b.rank == 1 else b.data)
        if x.shape[-1] != y.shape[-2]:
            shapes = f"{tuple(a.data.shape[len(a.names) :])} and {tuple(b.data.shape[len(b.names) :])}"
            raise ShapeError(f"arrays of shapes {shapes} have no matrix product")
        names, ranks = union((a, b)), (x.dim() - len(a.names), y.dim() - len(b.names))
        check_batch(x.shape[len(a.names) : -2], y.shape[len(b.names) : -2])
        out = place(x, a.names, names, max(ranks)) @ place(y, b.names, names, max(ranks))
        out = out.squeeze(-1) if b.rank == 1 else out
        out = out.squeeze(-2 if b.rank > 1 else -1) if a.rank == 1 else out
        usual = finite(a.data).all() & finite(b.data).all()
        return self.made(out, names, a.reach + b.reach + DIGITS, lambda: usual)


def check_batch(a: torch.Size, b: torch.Size) -> None:
    """The leading axes of two arrays must be equal where both have them."""
    for size, other in zip(reversed(a), reversed(b), strict=False):
        if size != other:
            raise ShapeError(f"batches of shapes {tuple(a)} and {tuple(b)} do not fit")


def finite(*tensors: Tensor) -> Tensor:
    """Where all are finite."""
    result = tensors[0].detach().isfinite()
    for tensor in tensors[1:]:
        result = result & tensor.detach().isfinite()
    return result
