"""The arguments of one call: drawn as the Shape section says, set by ``with``, given by the project, or left out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from texsor.check.report import numbers
from texsor.check.shown import MAX_SHOWN, show
from texsor.docstrings.draw import Draw
from texsor.docstrings.shape import KINDS, Described, describe
from texsor.docstrings.statements import Page
from texsor.errors import Invalid
from texsor.formula import Span


@dataclass(frozen=True, eq=False)
class Arguments:
    """The arguments of one call."""

    values: dict[str, Any] = field(default_factory=dict)
    """By parameter; one that is left out is not there."""
    described: dict[str, Described] = field(default_factory=dict)
    """What the Shape section says of those that were drawn."""

    def call(self, parameters: tuple[inspect.Parameter, ...]) -> tuple[list[Any], dict[str, Any]]:
        """Positional ones and the rest."""
        first = [each.name for each in parameters if each.kind is inspect.Parameter.POSITIONAL_ONLY]
        positional = [self.values[name] for name in first if name in self.values]
        return positional, {name: value for name, value in self.values.items() if name not in first}

    def __str__(self) -> str:
        """Shapes and dtypes of tensors, other values as they are."""
        return ", ".join(f"{name} = {_shown(value)}" for name, value in self.values.items())


def _shown(value: Any) -> str:
    if not isinstance(value, Tensor):
        return repr(value) if isinstance(value, (str, int, float)) else type(value).__name__
    text = f"{str(value.dtype).removeprefix('torch.')}{tuple(value.shape)}"
    return f"{text} {numbers(show(value))}" if value.numel() <= MAX_SHOWN else text


def described(
    page: Page, parameters: tuple[inspect.Parameter, ...], known: Mapping[str, Any], used: Callable[[str, str], bool]
) -> dict[str, Described]:
    """What the Shape section says of the parameters that nobody gives.

    ``used`` says whether the formula uses a parameter, by name or symbol: one with a default is left out otherwise.

    :raises Invalid: a parameter that is needed and has no line that can be read.
    """
    found = {}
    for each in parameters:
        if each.name in known:
            continue
        line, optional = page.lines.get(each.name), each.default is not inspect.Parameter.empty
        if optional and (line is None or not KINDS.match(line.source.text, line.start)):
            continue
        if line is None:
            what = f"the Shape section has no line for {each.name}" if page.lines else "there is no Shape section"
            remedy = f"write under Shape: `{each.name}: (B, T) float32`, or give it by the hook"
            raise Invalid(what, where=page.docstring.where, remedy=remedy)
        said = describe(line)
        if not optional or used(each.name, said.symbol):
            found[each.name] = said
    _check_alternatives(found)
    return found


def _check_alternatives(found: Mapping[str, Described]) -> None:
    counts = {len(said.kinds) for said in found.values()} - {1}
    if len(counts) > 1:
        line = max(found.values(), key=lambda said: len(said.kinds)).line
        what = f"the arguments have {' and '.join(map(str, sorted(counts)))} shapes to choose from"
        where = line.source.locate(Span(line.start, line.start))
        raise Invalid(what, where=where, remedy="name as many shapes for each argument, or one")


def drawn(said: Mapping[str, Described], draw: Draw) -> dict[str, Any]:
    """A value for each argument; whole numbers first, because they may be the sizes of axes."""
    whole = {name: each for name, each in said.items() if each.kinds == ("int",)}
    return {name: _one(name, said[name], draw) for name in sorted(said, key=lambda name: name not in whole)}


def _one(name: str, said: Described, draw: Draw) -> Any:
    kind = said.kinds[draw.alternative % len(said.kinds)]
    if isinstance(kind, tuple):
        return draw.tensor(*kind, dtype=_dtype(said, draw), domain=said.domain)
    if kind == "int":
        low, high = draw.span(said.domain)
        return min(draw.size(name, low=low), high)
    dtype = torch.bool if kind == "bool" else torch.float64
    return draw.tensor(dtype=dtype, domain=said.domain).item()


def _dtype(said: Described, draw: Draw) -> torch.dtype:
    """The case's dtype if the argument may have it, else its first."""
    own = str(draw.dtype).removeprefix("torch.")
    name = own if own in said.dtypes or not said.dtypes else said.dtypes[0]
    found: torch.dtype = getattr(torch, name)
    return found
