"""What is known of a formula's names before it is read: it decides what brackets and superscripts mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """Names in canonical LaTeX, by what they are bound to.

    The same letters can say different things: ``f(x)`` is a product of two numbers or a function's value, ``p(x)`` may
    look a number up, ``A^T`` may be a transpose. What the names are bound to decides.
    """

    bound: frozenset[str] | None = None
    """Every name that something is bound to; None where nothing is known yet."""
    words: frozenset[str] = frozenset()
    """Names of several letters that are written without a command: ``margin``."""
    functions: frozenset[str] = frozenset()
    """The names that are bound to functions."""
    positions: frozenset[str] = frozenset()
    """The names that are bound to whole numbers."""

    def free(self, name: str) -> bool:
        """Whether a name is known to be bound to nothing."""
        return self.bound is not None and name not in self.bound

    def holds(self, name: str) -> bool:
        """Whether a name is known to be bound to numbers."""
        return self.bound is not None and name in self.bound and name not in self.functions


NO_VOCABULARY = Vocabulary()
"""Nothing is known: brackets are products, and a superscript in brackets is part of a name."""
