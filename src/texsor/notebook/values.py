"""Named values for the prose: a number in a sentence is glued from the run, never typed."""

from __future__ import annotations

import math
from typing import Any

from IPython.display import display

from texsor.errors import Invalid
from texsor.records import VALUES


def record(**values: Any) -> None:
    """Record named values; the prose prints one with ``{value}`loss:.4f```.

    A value is a number, a string, a truth value, a list of these, or anything with ``tolist()`` (a tensor).

    :raises Invalid: on a value of another type, or a number that is not finite.
    """
    _show({name: _plain(name, value) for name, value in values.items()}, measured=False)


def measure(**values: Any) -> None:
    """Record values that another run would give differently: seconds, bytes in use. The page marks them so."""
    _show({name: _plain(name, value) for name, value in values.items()}, measured=True)


def _show(values: dict[str, Any], *, measured: bool) -> None:
    text = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    display({VALUES: {"values": values, "measured": measured}, "text/plain": text}, raw=True)


def _plain(name: str, value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(name, item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise Invalid(f"the value {name!r} is {value}", remedy="record finite numbers, or a string that says it")
    if not isinstance(value, (bool, int, float, str)):
        raise Invalid(f"the value {name!r} is a {type(value).__name__}", remedy="record a number, a string or a tensor")
    return value
