"""A published formula against its implementation: by texsor's check, and by autograd of the implementation itself.

texsor replays the recorded operations; what ran under ``no_grad`` inside the implementation it replays with a gradient.
So gradients are compared a second, dumber way: both sides are differentiated by autograd where they stand, in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

import texsor
from published.entry import Draw, Entry
from texsor.check.compare import relative_error
from texsor.check.evaluate import understood
from texsor.check.mutants import Swap, exchanged, sides, steps
from texsor.check.proof import Proof, prove, same_as_code
from texsor.check.sides import Claim
from texsor.errors import TexsorError
from texsor.formula import Formula
from texsor.trace import recorder_for

TOLERANCE = 1e-10
"""float64 against float64."""


@dataclass(frozen=True)
class Gap:
    """How far a formula is from the implementation, relative to the largest number of the implementation's."""

    value: float
    """In value."""
    gradient: float | None
    """In the gradient at the bound floating tensors; None where the implementation has none."""

    sizes_differ: bool = False
    """Whether they do not even have as many numbers as each other."""

    @property
    def closed(self) -> bool:
        """Whether they are the same."""
        return self.value <= TOLERANCE and (self.gradient is None or self.gradient <= TOLERANCE)


def gap(entry: Entry, latex: str, seed: int) -> Gap:
    """Compare in float64, without texsor's recorder."""
    where = entry.where(Draw(seed))
    leaves = [] if "*" in entry.constants else floating(where)
    computed, wanted = outcome(entry.code, where, leaves)
    said, found = outcome(lambda given: texsor.evaluate(latex, where=given).value.tensor, where, leaves)
    value = relative_error(said, computed)
    slopes = (relative_error(a, b) for a, b in zip(found, wanted, strict=True))
    return Gap(value, max(slopes, default=None), said.numel() != computed.numel())


def floating(where: dict[str, Any]) -> list[str]:
    """The symbols at which a gradient is taken."""
    return [name for name, given in where.items() if isinstance(given, Tensor) and given.is_floating_point()]


def outcome(
    function: Callable[[dict[str, Any]], Tensor], where: dict[str, Any], leaves: list[str]
) -> tuple[Tensor, list[Tensor]]:
    """A value, and the gradient of a weighted sum of it at each leaf; the weights tell its elements apart."""
    given = where | {name: where[name].clone().requires_grad_() for name in leaves}
    value = function(given)
    if not leaves:
        return value.detach(), []
    weights = (1 + torch.arange(value.numel(), dtype=value.dtype)).sin().reshape(value.shape)
    starts = [given[name] for name in leaves]
    found = torch.autograd.grad((value * weights).sum(), starts, allow_unused=True)
    return value.detach(), [torch.zeros_like(a) if b is None else b for a, b in zip(starts, found, strict=True)]


def proof(entry: Entry, draw: Draw) -> Proof:
    """What `texsor.check` finds, with what it found it with and without a diagnosis."""
    where = entry.where(draw)
    formula = understood(entry.latex, where)

    def code() -> Tensor:
        return entry.code(where)

    with recorder_for(code) as recorder:
        target = code()
    return prove(Claim(formula, target, where, recorder, recorder.mark()))


def slips(formula: Formula) -> Iterator[Formula]:
    """The one-step mutants of `texsor.check.mutants`, one at a time: of a long formula there are hundreds."""
    for whole, member in sides(formula):
        for _, old, new in steps(formula, member):
            yield exchanged(formula, whole, member, Swap(old, new)(member))


def caught(entry: Entry, draw: Draw) -> bool:
    """Whether the check goes red for any slip that can be evaluated at all."""
    found = proof(entry, draw)
    for slip in slips(found.sides.claim.formula):
        try:
            if not same_as_code(slip, found):
                return True
        except TexsorError:
            continue
    return False
