"""The operations of a formula on values; literal first, and with scales where literal float64 runs over or under."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from texsor.check.evaluate_value import ShapeError, Value, align, common, double, log, normal, place, plain, scale_of, union

TINY = 2.2250738585072014e-308
"""The smallest float64 with all its digits."""


class Arithmetic:
    """One evaluation's operations; ``stray`` says whether a number ran over or under."""

    def __init__(self, *, scaled: bool) -> None:
        self.scaled = scaled
        self.stray = False

    def watch(self, out: Tensor, expected: Callable[[], Tensor]) -> Tensor:
        """Note results that are infinite or lose digits although exact arithmetic would give an ordinary number."""
        if not self.stray and not self.scaled:
            seen = out.detach()
            lost = ~seen.isfinite() | (seen.abs() < TINY)
            self.stray = bool(lost.any()) and bool((lost & expected()).any())
        return out

    def add(self, a: Value, b: Value, *, minus: bool = False) -> Value:
        """Sum or difference."""
        names, (a, b) = align(a, b)
        if a.scale is None and b.scale is None:
            return Value(double(a.data) - double(b.data) if minus else double(a.data) + double(b.data), names)
        scales = torch.broadcast_tensors(scale_of(a), scale_of(b))
        mantissas = torch.broadcast_tensors(double(a.data), double(b.data))
        top = common(torch.stack(mantissas), torch.stack(scales), [0])[0]
        left, right = double(a.data) * (scales[0] - top).exp(), double(b.data) * (scales[1] - top).exp()
        return Value(left - right if minus else left + right, names, top)

    def negate(self, a: Value) -> Value:
        """The opposite."""
        return Value(-double(a.data), a.names, a.scale)

    def multiply(self, a: Value, b: Value) -> Value:
        """Number by number."""
        names, (a, b) = align(a, b)
        if self.scaled and (a.scale is not None or b.scale is not None):
            a, b = normal(a), normal(b)
            return Value(a.data * b.data, names, scale_of(a) + scale_of(b))
        x, y = double(a.data), double(b.data)
        return self.rescued(self.watch(x * y, lambda: finite(x, y) & (x != 0) & (y != 0)), a, b, self.multiply)

    def divide(self, a: Value, b: Value) -> Value:
        """Number by number."""
        names, (a, b) = align(a, b)
        if self.scaled and (a.scale is not None or b.scale is not None):
            a, b = normal(a), normal(b)
            return Value(a.data / b.data, names, scale_of(a) - scale_of(b))
        x, y = double(a.data), double(b.data)
        return self.rescued(self.watch(x / y, lambda: finite(x, y) & (x != 0) & (y != 0)), a, b, self.divide)

    def rescued(self, out: Tensor, a: Value, b: Value, again: Callable[[Value, Value], Value]) -> Value:
        """A result, or the same with scales where it ran over or under."""
        if self.scaled and not bool(((out.detach().abs() >= TINY) & out.detach().isfinite()).all()):
            return again(normal(a), normal(b))
        return Value(out, a.names)

    def power(self, a: Value, b: Value) -> Value:
        """Number to the number."""
        b = plain(b)
        names, (a, b) = align(a, b)
        if a.scale is not None:
            a = normal(a)
            return Value(a.data**b.data, names, scale_of(a) * b.data)
        x, y = double(a.data), b.data
        out = self.watch(x**y, lambda: finite(x, y) & (x != 0))
        return self.rescued(out, a, b, lambda base, _: self.power(base, b))

    def exp(self, a: Value) -> Value:
        """The exponential function; scaled, it only changes what is called the scale."""
        a = plain(a)
        if self.scaled:
            return Value(torch.ones_like(a.data), a.names, a.data)
        return Value(self.watch(a.data.exp(), lambda: a.data.isfinite()), a.names)

    def log(self, a: Value) -> Value:
        """The natural logarithm."""
        logs = log(double(a.data))
        return Value(logs if a.scale is None else logs + a.scale, a.names)

    def root(self, a: Value, degree: Value | None) -> Value:
        """The square root, or another."""
        if degree is None and a.scale is None:
            return Value(double(a.data).sqrt(), a.names)
        half = Value(torch.tensor(0.5, dtype=torch.float64))
        return self.power(a, half if degree is None else self.divide(Value(torch.tensor(1.0)), degree))

    def pointwise(self, a: Value, function: Callable[[Tensor], Tensor]) -> Value:
        """Any other function of one number."""
        a = plain(a)
        return Value(function(a.data), a.names)

    def best(self, values: Sequence[Value], function: Callable[[Tensor, Tensor], Tensor]) -> Value:
        """The largest or smallest of some values."""
        names, laid = align(*(plain(value) for value in values))
        best = laid[0].data
        for other in laid[1:]:
            best = function(best, other.data)
        return Value(best, names)

    def compare(self, a: Value, b: Value, relation: Callable[[Tensor, Tensor], Tensor]) -> Value:
        """One where a relation holds, else zero."""
        if a.data.is_floating_point() or b.data.is_floating_point():
            a, b = plain(a), plain(b)
        names, (a, b) = align(a, b)
        return Value(double(relation(a.data, b.data)), names)

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
        return Value(out.squeeze(-2 if b.rank > 1 else -1) if a.rank == 1 else out, names)


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
