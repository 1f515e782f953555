"""The numbers that one case draws: sizes for the letters, tensors for the arguments, all from one seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from texsor.docstrings.domain import Domain
from texsor.docstrings.fill import Filler
from texsor.docstrings.sizes import letters_of, size_of
from texsor.errors import Invalid

SIZES = (2, 3, 4)
"""The sizes that letters have but at the edge."""


@dataclass(frozen=True)
class Given:
    """What a project gives for a function whose arguments no Shape line can describe."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments by name; ``self`` is the object whose call, method or property is documented."""
    names: Mapping[str, Any] = field(default_factory=dict)
    """Further names for the where lists."""
    call: Callable[..., Any] | None = None
    """What is called with the arguments instead of the documented function."""


@dataclass(eq=False)
class Draw:
    """One case: its kind, dtype and seed, and what was drawn for it."""

    kind: str
    """``random`` or ``edge``."""
    dtype: torch.dtype
    """What the floating tensors hold; of a function without any, the integers."""
    seed: int
    """Where its random numbers begin."""
    edge: str = ""
    """Which edge: ``size 1``, ``equal``, ``large``, ``bounds``, ``masks`` or ``empty``; empty for a random case."""
    alternative: int = 0
    """Which of the shapes that a line names, counted from 0."""
    leading: tuple[int, ...] = ()
    """The sizes of the axes that ``…`` stands for."""
    sizes: dict[str, int] = field(default_factory=dict)
    """The size of each letter, as far as it is drawn."""

    stretched: bool = False
    """Whether any tensor has such axes."""

    def __post_init__(self) -> None:
        self.generator = torch.Generator().manual_seed(self.seed)
        """Draws the tensors' elements."""
        self._sizes = random.Random(self.seed)

    def size(self, letter: str, value: int | None = None, *, low: int = 1) -> int:
        """The size of a letter; ``value`` says it, else it is drawn once, and is at least ``low``.

        :raises Invalid: another size for a letter that has one.
        """
        if letter not in self.sizes:
            self.sizes[letter] = self._drawn(low) if value is None else value
        found = self.sizes[letter]
        if value not in (None, found):
            raise Invalid(f"{letter} is {found} already and cannot be {value}", remedy="say it before it is drawn")
        return found

    def _drawn(self, low: int) -> int:
        """A size that no letter has yet, as long as there is one: equal sizes would hide which axis is which."""
        if self.edge == "size 1":
            return max(low, 1)
        free = [size for size in SIZES if size not in self.sizes.values()]
        return max(low, self._sizes.choice(free or SIZES))

    def shape(self, axes: tuple[str, ...]) -> tuple[int, ...]:
        """The sizes of a tensor's axes: letters, sums and products of them, and in front perhaps ``…``."""
        found: list[int] = []
        for axis in axes:
            for letter in letters_of(axis):
                self.size(letter)
            size = None if axis == "…" else size_of(axis, self.sizes)
            if axis != "…" and size is None:
                what = f"{axis} is no whole number for {self.sizes}"
                raise Invalid(what, remedy="give the sizes by the hook: draw.size('D', 8)")
            found += self.leading if size is None else [size]
            self.stretched |= axis == "…"
        return tuple(found)

    def tensor(self, *axes: str, dtype: torch.dtype | None = None, domain: Domain | None = None) -> Tensor:
        """A tensor of some axes, of this case's dtype and kind unless another one is said."""
        domain = domain or Domain()
        filler = Filler(self.generator, self.edge)
        return filler.filled(self.shape(axes), dtype or self.dtype, domain, self.span(domain))

    def span(self, domain: Domain) -> tuple[int, int]:
        """The first and the last whole number of a domain; small ones where it has no end."""
        for letter in (*letters_of(domain.first), *letters_of(domain.last)):
            self.size(letter)
        first = size_of(domain.first, self.sizes) if domain.first else None
        last = size_of(domain.last, self.sizes) if domain.last else None
        low = first if first is not None else int(max(domain.low, 0))
        return low, last if last is not None else int(min(domain.high, low + 99))

    def __str__(self) -> str:
        """What is needed to draw it again."""
        sizes = ", ".join(f"{letter} = {size}" for letter, size in self.sizes.items())
        leading = f", … = {self.leading}" if self.stretched else ""
        kind = f"{self.kind} ({self.edge})" if self.edge else self.kind
        dtype = str(self.dtype).removeprefix("torch.")
        return f"{kind}, {dtype}, seed {self.seed}{f', {sizes}' if sizes else ''}{leading}"
