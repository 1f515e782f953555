"""Signs that run over an index: sums, products, extrema, means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from texsor.check.evaluate_arithmetic import DIGITS, Arithmetic, finite
from texsor.check.evaluate_chosen import chosen
from texsor.check.evaluate_value import (
    SAFE,
    ShapeError,
    Value,
    common,
    double,
    laid_down,
    lifted,
    normal,
    rank_of,
    union,
)

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Run:
    """One sign at work."""

    arithmetic: Arithmetic
    """Whose operations are used."""
    body: Value
    """What the sign runs over."""
    dims: list[int]
    """The body's axes that it runs over."""
    kept: tuple[str, ...]
    """The indices that remain."""
    absent: int
    """How often the body is repeated by indices that it does not vary with."""

    def squeeze(self, tensor: Tensor) -> Tensor:
        """Without the axes that were run over, all of size 1."""
        return tensor.sum(self.dims)

    def flat(self, tensor: Tensor) -> Tensor:
        """With the axes that are run over as one, the last."""
        return tensor.movedim(self.dims, list(range(-len(self.dims), 0))).flatten(-len(self.dims))


def reduce(
    arithmetic: Arithmetic, operator: str, body: Value, sizes: dict[str, int], counted: Value | None = None
) -> Value:
    """A sign over some indices of its body, or over the axis of an array if it names none.

    ``counted`` is one where the condition under the sign holds, else zero: the other values do not count.
    """
    check(operator, body, sizes)
    if operator == "variance":
        apart = arithmetic.add(body, reduce(arithmetic, "mean", body, sizes, counted), minus=True)
        return reduce(arithmetic, "mean", arithmetic.multiply(apart, apart), sizes, counted)
    if counted is not None:
        body, weights = chosen(operator, body, sizes, counted)
        if operator in ("mean", "expectation"):
            above, below = (reduce(arithmetic, "sum", each, sizes) for each in (body, weights))
            return laid_down(arithmetic.divide(above, below), body.lying)
    absent = prod(size for name, size in sizes.items() if name not in body.names)
    dims = [body.names.index(name) for name in sizes if name in body.names]
    kept = tuple(name for name in body.names if name not in sizes)
    found = OPERATORS[operator](Run(arithmetic, body, dims if sizes else [body.data.dim() - 1], kept, absent))
    return laid_down(found, body.lying)


def summed(arithmetic: Arithmetic, value: Value) -> Value:
    """The sum of all numbers of an array."""
    return total(Run(arithmetic, value, list(range(len(value.names), value.data.dim())), value.names, 1))


def check(operator: str, body: Value, sizes: dict[str, int]) -> None:
    """Refuse a sign whose meaning would be open."""
    if not sizes and body.rank != 1:
        raise ShapeError(f"without an index the sign runs over one array axis, and its body has {body.rank}")
    if operator in ("argmax", "argmin") and not (len(sizes) <= 1 and all(name in body.names for name in sizes)):
        raise ShapeError("the place of an extremum is one index, with which the body varies")
    empty = 0 in sizes.values() or (not sizes and body.data.shape[-1] == 0)
    if operator in ("max", "min", "argmax", "argmin") and empty:
        raise ShapeError("an extremum of no values")


def total(run: Run) -> Value:
    """A sum; a body without the index counts as often as the index runs."""
    data, scale, dims = double(run.body.data), run.body.scale, run.dims
    if not dims:
        return Value(data * run.absent, run.kept, scale, run.body.reach + DIGITS)
    if scale is not None and data.numel():
        top = common(data, scale, dims)
        return Value(lifted(data, scale - top).sum(dims) * run.absent, run.kept, run.squeeze(top))
    out = data.sum(dims)
    # Terms may cancel to zero; only running over is a stray here.
    made = run.arithmetic.made(
        out, run.kept, run.body.reach + DIGITS, lambda: finite(data).all() & ~out.detach().isfinite()
    )
    return made if run.absent == 1 else Value(made.data * run.absent, run.kept, None, made.reach + DIGITS)


def mean(run: Run) -> Value:
    """A sum over its length."""
    summed = total(Run(run.arithmetic, run.body, run.dims, run.kept, 1))
    count = prod(run.body.data.shape[dim] for dim in run.dims)
    return Value(summed.data / count, summed.names, summed.scale, summed.reach)


def product(run: Run) -> Value:
    """A product over an index."""
    body, length = run.body, run.absent * prod(run.body.data.shape[dim] for dim in run.dims)
    if body.scale is not None or (run.arithmetic.scaled and body.reach * length > SAFE):
        body = normal(body)
    out, scale = double(body.data), body.scale
    for dim in sorted(run.dims, reverse=True):
        out = out.prod(dim)
        scale = None if scale is None else scale.sum(dim)
    if scale is not None:
        return Value(out**run.absent, run.kept, scale * run.absent)
    ordinary = finite(body.data) & (body.data != 0)
    return run.arithmetic.made(out**run.absent, run.kept, body.reach * length, ordinary.all)


def extremum(run: Run, *, largest: bool) -> Value:
    """The largest or smallest value."""
    body, dims = run.body, run.dims
    if not dims:
        return body
    if body.scale is None:
        data = double(body.data)
        return Value(data.amax(dims) if largest else data.amin(dims), run.kept, None, body.reach)
    data, scale = run.flat(double(body.data)), run.flat(body.scale)
    ranks = rank_of(data, scale)
    at = (ranks.argmax(-1) if largest else ranks.argmin(-1)).unsqueeze(-1)
    return Value(data.gather(-1, at).squeeze(-1), run.kept, scale.gather(-1, at).squeeze(-1))


def place(run: Run, *, largest: bool) -> Value:
    """Where the largest or smallest value stands; the first of equals."""
    (dim,) = run.dims
    data = rank_of(run.body.data, run.body.scale)
    return Value(data.argmax(dim) if largest else data.argmin(dim), run.kept, None, DIGITS)


def contract(factors: Sequence[Value], names: set[str]) -> Value:
    """The sum over some indices of a product, without making the product."""
    letter = dict(zip(union(factors), LETTERS, strict=False))
    kept = tuple(name for name in letter if name not in names)
    inputs = ",".join("".join(letter[name] for name in factor.names) for factor in factors)
    equation = f"{inputs}->{''.join(letter[name] for name in kept)}"
    data = torch.einsum(equation, *(double(factor.data) for factor in factors))
    return Value(data, kept, None, sum(factor.reach for factor in factors) + DIGITS)


OPERATORS: dict[str, Callable[[Run], Value]] = {
    "sum": total,
    "prod": product,
    "mean": mean,
    "expectation": mean,
    "max": lambda run: extremum(run, largest=True),
    "min": lambda run: extremum(run, largest=False),
    "argmax": lambda run: place(run, largest=True),
    "argmin": lambda run: place(run, largest=False),
}
"""What each sign does."""
