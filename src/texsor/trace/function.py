"""Tracing one call, with no notebook in sight."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import torch

from texsor.records import Trace
from texsor.trace.recorder import Recorder

P = ParamSpec("P")
R = TypeVar("R")


def recorder_for(function: Callable[..., Any], roots: Iterable[str | Path] = (), **limits: int) -> Recorder:
    """Return a recorder for which the file that defines ``function`` is the reader's source."""
    code = getattr(inspect.unwrap(_python(function)), "__code__", None)
    source = None if code is None else code.co_filename
    return Recorder(lambda filename: Path(filename).name if filename == source else None, roots, **limits)


def trace(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[R, Trace]:
    """Call a function; return its result and what ran, by the lines of the file that defines it.

    >>> result, ran = trace(lambda x: x.exp().sum(), torch.zeros(3))
    >>> [call.operation for call in ran.calls]
    ['aten.exp.default', 'aten.sum.default']
    """
    with recorder_for(function) as recorder:
        result = function(*args, **kwargs)
    return result, recorder.trace


def _python(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function whose source a reader would look at: a module's ``forward``, a method's function."""
    if isinstance(function, torch.nn.Module):
        return function.forward
    if not hasattr(function, "__code__") and not inspect.ismethod(function):
        call: Callable[..., Any] = type(function).__call__
        return call
    return function
