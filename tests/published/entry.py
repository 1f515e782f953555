"""What is known of one published formula, and the tensors that it is tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

Where = Mapping[str, Any]
"""What each symbol of a formula is bound to."""


@dataclass(frozen=True)
class Draw:
    """Random tensors of one seed, in one dtype."""

    seed: int
    """The seed: the same draws in the same order give the same numbers."""
    dtype: torch.dtype = torch.float64
    """The dtype of what is not whole."""
    generator: torch.Generator = field(init=False, repr=False, default_factory=torch.Generator)
    """Where the numbers come from."""

    def __post_init__(self) -> None:
        self.generator.manual_seed(self.seed)

    def normal(self, *shape: int) -> Tensor:
        """Numbers of either sign."""
        return torch.randn(shape, generator=self.generator, dtype=torch.float64).to(self.dtype)

    def uniform(self, *shape: int) -> Tensor:
        """Numbers between 0.05 and 0.95."""
        return (0.05 + 0.9 * torch.rand(shape, generator=self.generator, dtype=torch.float64)).to(self.dtype)

    def positive(self, *shape: int) -> Tensor:
        """Numbers between 0.6 and 2.4."""
        return self.uniform(*shape) * 2 + 0.5

    def simplex(self, *shape: int) -> Tensor:
        """Rows of positive numbers that sum to 1."""
        return self.normal(*shape).double().softmax(-1).to(self.dtype)

    def whole(self, high: int, *shape: int) -> Tensor:
        """Whole numbers from 0 to below ``high``."""
        return torch.randint(high, shape, generator=self.generator)

    def signs(self, size: int) -> Tensor:
        """A row of 1 and -1, as whole numbers, both of which occur."""
        return 1 - 2 * (torch.randperm(size, generator=self.generator) % 2)

    def spread(self, *shape: int) -> Tensor:
        """Numbers on both sides of every kink of an activation, and none near one."""
        return self.normal(*shape) * 4


@dataclass(frozen=True)
class Entry:
    """A formula as it is printed somewhere, and what computes it."""

    name: str
    """A name of its own."""
    latex: str
    """The formula, in the notation of its source."""
    source: str
    """Where it is printed: a paper with its year and, where it is known, the equation's number, or documentation."""
    where: Callable[[Draw], dict[str, Any]]
    """What its symbols are bound to."""
    code: Callable[[Where], Tensor]
    """The implementation, on what the symbols are bound to."""
    implementation: str
    """The implementation's name; ``plain torch`` where torch has none and a few lines of it stand here."""
    options: str = ""
    """The options of the implementation that are not its defaults."""
    changed: str = ""
    """What was done to the printed formula, and why; empty if nothing but line breaks and spaces."""
    printed: str = ""
    """The formula as it is printed, where it had to be changed because texsor refuses it."""
    refusal: str = ""
    """What texsor says of it as printed."""
    constants: tuple[str, ...] = ()
    """The floating tensors at which the implementation has no gradient; ``*`` where it has none at all."""
    disagrees: bool = False
    """Whether the formula, read literally, is not what the implementation computes."""
    detached: bool = False
    """Whether the implementation's gradient is not that of its values, since it computes some of them under no_grad."""
    diagnosis: str = ""
    """What differs, and why."""
    corrected: str = ""
    """The nearest formula that is what the implementation computes; only of one that disagrees."""
