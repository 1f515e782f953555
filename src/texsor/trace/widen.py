"""The same call in float64 on the CPU: what is replaced in the arguments of a recorded operation."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import torch
from torch import Tensor

from texsor.trace.memory import Ref, unrecorded
from texsor.trace.node import Node, replace
from texsor.trace.operations import functional

_SETTINGS = {"half_to_float": False, "pin_memory": False}
"""Arguments that mean nothing, or are refused, in float64 on the CPU."""


@contextmanager
def exact_mathematics() -> Iterator[None]:
    """Gradients on, nothing recorded, no autocast, and float64 wherever an operation picks a floating type itself."""
    default = torch.get_default_dtype()
    with unrecorded(), torch.inference_mode(False), torch.enable_grad(), torch.autocast("cpu", enabled=False):
        torch.set_default_dtype(torch.float64)
        try:
            yield
        finally:
            torch.set_default_dtype(default)


def widened(dtype: torch.dtype) -> torch.dtype:
    """Return the widest type of the same kind."""
    if dtype.is_complex:
        return torch.complex128
    return torch.float64 if dtype.is_floating_point else dtype


def widen(tensor: Tensor) -> Tensor:
    """Copy a tensor to float64 on the CPU; integers keep their type. The copy is a normal tensor without history."""
    with torch.inference_mode(False), torch.no_grad():
        return tensor.detach().to(device="cpu", dtype=widened(tensor.dtype), copy=True)


def call(node: Node, value: Callable[[Ref], Tensor], cut: Container[int] = ()) -> tuple[Any, dict[Ref, Tensor]]:
    """Run a recorded operation again; return its result and the changed copies of the arguments that it changes.

    ``cut`` are the places, among the inputs, of those that are read without their history.
    """
    operation = node.operation
    changed: dict[Ref, Tensor] = {}
    places = count()

    def read(ref: Ref) -> Tensor:
        return value(ref).detach() if next(places) in cut else value(ref)

    def change(ref: Ref) -> Tensor:
        # A copy: the state before the change may be needed for a gradient. What is changed keeps its history.
        next(places)
        return changed.setdefault(ref, value(ref).clone())

    def convert(name: str, given: Any) -> Any:
        if name in _SETTINGS:
            return _SETTINGS[name]
        return replace(_setting(given), change if name in operation.writes else read)

    func = operation.func
    if operation.out:
        func = functional(func)
        if func is None:
            raise node.refuse("has no form that returns its result instead of writing it")
    args = [convert(name, value) for name, value in zip(operation.arguments, node.args, strict=False)]
    kwargs = {
        name: convert(name, value)
        for name, value in node.kwargs.items()
        if not (operation.out and name in operation.writes)
    }
    return func(*args, **kwargs), changed


def _setting(value: Any) -> Any:
    """Replace a type by its widest, a device by the CPU."""
    if isinstance(value, torch.dtype):
        return widened(value)
    return torch.device("cpu") if isinstance(value, torch.device) else value
