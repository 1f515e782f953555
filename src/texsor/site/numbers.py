"""Numbers, shapes and operations as a page writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from texsor.records import TensorMeta, Value
from texsor.verdicts import Shown, Verdict

FEW = 3
"""Numbers of a tensor that a line of text has room for."""


def error(value: float) -> str:
    """A relative error: its size is what counts.

    >>> error(0.0), error(4.16e-17), error(float("inf"))
    ('0', '4.2e-17', '∞')
    """
    return "∞" if value == float("inf") else f"{value:.2g}"


def limit(value: float) -> str:
    """A tolerance.

    >>> limit(1e-10)
    '1e-10'
    """
    return f"{value:.0e}"


def values(shown: Shown, most: int | None = None) -> str:
    """A tensor's numbers in one row; its type and shape where they are too many.

    >>> values(Shown((), "float32", 10.793992042541504)), values(Shown((2, 50257), "float32", None))
    ('10.79399', 'float32(2, 50257)')
    """
    if shown.values is None:
        return f"{shown.dtype}{shape(shown.shape)}"
    flat = list(_flat(shown.values))
    if not shown.shape:
        return _number(flat[0], 7)
    kept = flat if most is None else flat[:most]
    return ", ".join(_number(value, 5) for value in kept) + (", …" if len(kept) < len(flat) else "")


def shape(axes: Sequence[int]) -> str:
    """A shape as Python writes it.

    >>> shape((6,)), shape(())
    ('(6,)', '()')
    """
    return str(tuple(axes))


def shapes(inputs: Sequence[TensorMeta], output: TensorMeta | None) -> str:
    """What went into an operation and what came out."""
    took = ", ".join(shape(meta.shape) for meta in inputs)
    return f"{took} → {shape(output.shape)}" if output else took


def operation(name: str) -> str:
    """The bare name of an operation.

    >>> operation("aten.sum.dim_IntList")
    'sum'
    """
    return re.sub(r"^aten\.", "", name).split(".")[0]


def worst(verdict: Verdict) -> tuple[float, float]:
    """The largest relative error of a check, and what it may be: in float64, else in the code's own dtype.

    Where only the code's own dtype fails, that is the error to show.
    """
    found = [
        each
        for member in verdict.members
        if member.gradient_error is not None
        for each in (
            member.value_error,
            member.gradient_error,
            member.random_value_error,
            member.random_gradient_error,
        )
        if each is not None
    ]
    recorded = max((member.recorded_error for member in verdict.members), default=0.0)
    rounded = recorded > verdict.recorded_tolerance and max(found, default=0.0) <= verdict.tolerance
    if found and not rounded:
        return max(found), verdict.tolerance
    return recorded, verdict.recorded_tolerance


def _flat(value: Value) -> Iterator[float | int | bool]:
    if isinstance(value, tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _number(value: float | int | bool, digits: int) -> str:
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
