"""The elements of a drawn tensor: inside its domain, at its ends, large, equal or masked."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import torch
from torch import Tensor

from texsor.docstrings.domain import Domain

LARGE = {torch.float16: 1e2}
"""The largest number that is drawn where a domain has no end: of float16, which ends at 65,504, products must fit."""
LARGE_ELSEWHERE = 1e4
MARGIN = 0.02
"""How far from a domain's ends, of its width, random numbers stay: ends are the edge cases' business."""


def large(dtype: torch.dtype, domain: Domain) -> list[float]:
    """The large numbers, of either sign, that a domain allows."""
    size = LARGE.get(dtype, LARGE_ELSEWHERE)
    return [] if domain.rows else [number for number in (-size, size) if domain.holds(number)]


def ends(domain: Domain) -> list[float]:
    """The ends that belong to a domain."""
    pairs = ((domain.low, domain.low_open), (domain.high, domain.high_open))
    return [number for number, outside in pairs if isfinite(number) and not outside]


@dataclass(frozen=True, eq=False)
class Filler:
    """Fills tensors for one case."""

    generator: torch.Generator
    """Where the random numbers come from."""
    edge: str
    """Which edge; empty for a random case."""

    def filled(self, shape: tuple[int, ...], dtype: torch.dtype, domain: Domain, span: tuple[int, int]) -> Tensor:
        """A tensor; ``span`` is the first and the last of whole numbers."""
        if dtype is torch.bool:
            return self._uniform(shape) < 0.5
        if not dtype.is_floating_point:
            return self._integers(shape, *span).to(dtype)
        rounded = self._floats(shape, dtype, domain).to(dtype)
        # Rounding may lead out of an open domain.
        inside = [domain.holds(number) for number in rounded.double().reshape(-1).tolist()]
        kept = torch.tensor(inside, dtype=torch.bool).reshape(shape)
        rounded = torch.where(kept, rounded, torch.tensor(_middle(domain), dtype=dtype))
        return self._masked(rounded) if self.edge == "masks" and domain.masks else rounded

    def _floats(self, shape: tuple[int, ...], dtype: torch.dtype, domain: Domain) -> Tensor:
        inner = self._inner(shape, domain)
        if not inner.numel():
            return inner
        if self.edge == "equal":
            return torch.full_like(inner, 1 / shape[-1] if domain.rows else float(inner.reshape(-1)[0]))
        if self.edge == "bounds" and domain.rows:
            return torch.nn.functional.one_hot(inner.argmax(-1), shape[-1]).double()
        wanted = {"large": large(dtype, domain), "bounds": ends(domain)}.get(self.edge, [])
        which = torch.randint(len(wanted) + 1, shape, generator=self.generator)
        for number, value in enumerate([] if domain.rows else wanted):
            inner = torch.where(which == number, torch.tensor(value, dtype=torch.float64), inner)
        return inner

    def _inner(self, shape: tuple[int, ...], domain: Domain) -> Tensor:
        """Numbers inside a domain, away from its ends."""
        normal = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        if domain.rows:
            return normal.softmax(-1)
        if isfinite(domain.low) and isfinite(domain.high):
            share = MARGIN + (1 - 2 * MARGIN) * self._uniform(shape)
            return domain.low + (domain.high - domain.low) * share
        if isfinite(domain.low):
            return domain.low + normal.exp()
        return domain.high - normal.exp() if isfinite(domain.high) else normal

    def _integers(self, shape: tuple[int, ...], low: int, high: int) -> Tensor:
        if self.edge == "bounds":
            return torch.where(self._uniform(shape) < 0.5, low, high)
        drawn = () if self.edge == "equal" else shape
        return torch.randint(low, high + 1, drawn, generator=self.generator).expand(shape).clone()

    def _masked(self, values: Tensor) -> Tensor:
        """The same with -inf at some places, but never in a whole row."""
        score = self._uniform(tuple(values.shape))
        lowest = score.amax(-1, keepdim=True) if values.dim() and values.numel() else score
        return values.masked_fill((score < 0.4) & (score < lowest), float("-inf"))

    def _uniform(self, shape: tuple[int, ...]) -> Tensor:
        return torch.rand(shape, generator=self.generator, dtype=torch.float64)


def _middle(domain: Domain) -> float:
    """A number well inside a domain."""
    if isfinite(domain.low) and isfinite(domain.high):
        return (domain.low + domain.high) / 2
    if isfinite(domain.low):
        return domain.low + 1
    return domain.high - 1 if isfinite(domain.high) else 0.0
