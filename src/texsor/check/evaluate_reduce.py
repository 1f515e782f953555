"""Signs that run over an index: sums, products, extrema, means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

import torch
from torch import Tensor

from texsor.check.evaluate_arithmetic import Arithmetic
from texsor.check.evaluate_value import ShapeError, Value, common, double, normal, plain, union

Sign = Callable[[Arithmetic, Value, list[int], tuple[str, ...], int], Value]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def reduce(arithmetic: Arithmetic, operator: str, body: Value, sizes: dict[str, int]) -> Value:
    """A sign over some indices of its body, or over the axes of an array if it names none."""
    check(operator, body, sizes)
    absent = prod(size for name, size in sizes.items() if name not in body.names)
    dims = [body.names.index(name) for name in sizes if name in body.names]
    kept = tuple(name for name in body.names if name not in sizes)
    return OPERATORS[operator](arithmetic, body, dims if sizes else [body.data.dim() - 1], kept, absent)


def check(operator: str, body: Value, sizes: dict[str, int]) -> None:
    """Refuse a sign whose meaning would be open."""
    if not sizes and body.rank != 1:
        raise ShapeError(f"without an index the sign runs over one array axis, and its body has {body.rank}")
    if operator in ("argmax", "argmin") and len(sizes) > 1:
        raise ShapeError("where an extremum stands is one index")
    if operator in ("argmax", "argmin") and not all(name in body.names for name in sizes):
        raise ShapeError("where an extremum stands: its body must vary with the index")
    empty = 0 in sizes.values() or (not sizes and body.data.shape[-1] == 0)
    if operator not in ("sum", "prod", "mean") and empty:
        raise ShapeError("an extremum of no values")


def total(arithmetic: Arithmetic, body: Value, dims: list[int], kept: tuple[str, ...], absent: int) -> Value:
    """A sum; a body without the index counts as often as the index runs."""
    data = double(body.data)
    if body.scale is None:
        out = data.sum(dims) if dims else data
        # Terms may cancel to zero; only running over is a stray here.
        arithmetic.watch(out + 1, lambda: torch.tensor(bool(data.detach().isfinite().all())))
        return Value(out * absent, kept)
    if not dims:
        return Value(data * absent, kept, body.scale)
    top = common(data, body.scale, dims)
    out = (data * (body.scale - top).exp()).sum(dims)
    return Value(out * absent, kept, squeeze(top, dims))


def mean(arithmetic: Arithmetic, body: Value, dims: list[int], kept: tuple[str, ...], absent: int) -> Value:
    """A sum over its length."""
    count = prod(body.data.shape[dim] for dim in dims)
    summed = total(arithmetic, body, dims, kept, 1)
    return Value(summed.data / count, summed.names, summed.scale)


def product(arithmetic: Arithmetic, body: Value, dims: list[int], kept: tuple[str, ...], absent: int) -> Value:
    """A product over an index."""
    scaled = normal(body) if arithmetic.scaled else Value(double(body.data), body.names)
    out, scale = scaled.data, scaled.scale
    for dim in sorted(dims, reverse=True):
        out = out.prod(dim)
        scale = None if scale is None else scale.sum(dim)
    if scale is None:
        usual = bool((scaled.data.detach().isfinite() & (scaled.data.detach() != 0)).all())
        out = arithmetic.watch(out**absent, lambda: torch.tensor(usual))
        return Value(out, kept)
    return Value(out**absent, kept, scale * absent)


def extremum(largest: bool) -> Sign:
    """The largest or smallest value."""

    def run(arithmetic: Arithmetic, body: Value, dims: list[int], kept: tuple[str, ...], absent: int) -> Value:
        if not dims:
            return body
        top = None if body.scale is None else common(body.data, body.scale, dims)
        data = double(body.data)
        if body.scale is not None and top is not None:
            data = data * (body.scale - top).exp()
        out = data.amax(dims) if largest else data.amin(dims)
        return Value(out, kept, None if top is None else squeeze(top, dims))

    return run


def standing(largest: bool) -> Sign:
    """Where the largest or smallest value stands; the first of equals."""

    def run(arithmetic: Arithmetic, body: Value, dims: list[int], kept: tuple[str, ...], absent: int) -> Value:
        data = plain(body).data
        return Value(data.argmax(dims[0]) if largest else data.argmin(dims[0]), kept)

    return run


def squeeze(tensor: Tensor, dims: list[int]) -> Tensor:
    """Without the axes that were summed."""
    return tensor.sum(dims)


def contract(factors: Sequence[Value], names: set[str]) -> Value:
    """The sum over some indices of a product, without making the product."""
    letter = dict(zip(union(factors), LETTERS, strict=False))
    kept = tuple(name for name in letter if name not in names)
    inputs = ",".join("".join(letter[name] for name in factor.names) for factor in factors)
    equation = f"{inputs}->{''.join(letter[name] for name in kept)}"
    return Value(torch.einsum(equation, *(double(factor.data) for factor in factors)), kept)


OPERATORS = {
    "sum": total,
    "prod": product,
    "mean": mean,
    "max": extremum(True),
    "min": extremum(False),
    "argmax": standing(True),
    "argmin": standing(False),
}
"""What each sign does."""
