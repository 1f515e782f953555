"""What a chapter declares and what a check found: the records that the site reads from a chapter's outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from texsor.records import SourceLine, TensorMeta, Value

DECLARED = "application/vnd.texsor.formula+json"
"""MIME type of a declared formula."""
VERDICT = "application/vnd.texsor.verdict+json"
"""MIME type of what a check found."""

_ONE = r"\([\w*+\-/ ·….,]*\)"
SHAPE = re.compile(rf"\s*{_ONE}(?:\s*(?:(?:,|->|→)\s*)?{_ONE})*")
"""``(N, V)``, ``(2, 3), (2, 3)``, ``(B, T, V) -> (B, T)``, ``()``: letters and numbers only, so that no formula in
brackets is meant."""


@dataclass(frozen=True)
class Known:
    """What a formula's names are, in canonical LaTeX and in order: it decides what brackets in it mean."""

    bound: tuple[str, ...] = ()
    """All that something is bound to."""
    words: tuple[str, ...] = ()
    """Those of several letters that are written without a command."""
    functions: tuple[str, ...] = ()
    """Those that are functions."""
    positions: tuple[str, ...] = ()
    """Those that are whole numbers."""


@dataclass(frozen=True)
class Declared:
    """A formula that a chapter declares, before anything is proved of it."""

    name: str
    """The name by which it is checked, referred to and explained."""
    latex: str
    """Its LaTeX."""
    bindings: tuple[tuple[str, str], ...]
    """Each symbol and the Python expression that it is bound to."""
    source: str | None
    """The function whose docstring it was taken from; None where the chapter writes it."""
    known: Known | None = None
    """What its names were known to be when it was declared; None where nobody said."""


@dataclass(frozen=True)
class Shown:
    """A tensor's numbers as far as a page can show them."""

    shape: tuple[int, ...]
    """Size of each axis."""
    dtype: str
    """Element type without ``torch.``."""
    values: Value | None
    """The numbers; None where they are too many."""


@dataclass(frozen=True)
class MemberProof:
    """One side of a chain of equalities, against the code."""

    latex: str
    """The side."""
    value: Shown
    """What it comes to, literally, in float64."""
    value_error: float
    """Largest difference from the code replayed in float64, relative to the largest value."""
    gradient_error: float | None
    """The same for the gradient at the leaves; None where only values could be compared."""
    random_value_error: float | None
    """The same on a random set of leaves."""
    random_gradient_error: float | None
    """The same for the gradient on the random set."""
    recorded_error: float
    """Largest relative difference from what the code computed in its own dtype."""
    overflows: bool
    """Whether float64 as written runs over or under, so that magnitudes were kept as logarithms."""


@dataclass(frozen=True)
class PairedTerm:
    """A term of a formula and the line of code that computes it."""

    term: str
    """The shortest text that means this part of the formula and no other."""
    latex: str
    """The part, whole."""
    places: tuple[tuple[int, int], ...]
    """Where its sign stands in the formula's LaTeX: start and end offsets, in reading order."""
    line: SourceLine
    """The line."""
    code: str
    """The line's text, without its comment."""
    proved: bool
    """Whether the line's tensor equals the value of the part."""
    operation: str
    """The operation that gave the tensor, as PyTorch dispatches it; empty where none was proved."""
    inputs: tuple[TensorMeta, ...]
    """What went into it."""
    output: TensorMeta | None
    """What came out of it."""
    value: Shown | None
    """The tensor's numbers."""
    error: float | None
    """Largest relative difference between the tensor and the part's value; None where nothing was proved."""


@dataclass(frozen=True)
class Unpaired:
    """A term that no comment names."""

    term: str
    """The term."""
    lines: tuple[SourceLine, ...]
    """The lines whose tensor equals its value: where the comment probably belongs."""


@dataclass(frozen=True)
class MutantResult:
    """A formula with one thing changed, put to the same check."""

    name: str
    """What was changed, and at which character."""
    note: str
    """The part before and after, in LaTeX, with an arrow between."""
    value: str
    """What the mutant comes to on the chapter's tensors, as text; empty where it comes to nothing."""
    status: Literal["caught", "survived", "equivalent", "refused"]
    """``caught``: the check goes red. ``survived``: it does not, though the mutant is another formula. ``equivalent``:
    no leaves tell it from the formula. ``refused``: it cannot be evaluated at all, which goes red too."""
    reason: str
    """Why it is equivalent or refused; empty otherwise."""


@dataclass(frozen=True)
class Verdict:
    """What a check found."""

    name: str
    """The formula's name."""
    latex: str
    """The formula."""
    expression: str
    """The Python expression that was checked against it."""
    holds: bool
    """Whether every side agrees with the code."""
    wanted: bool
    """Whether it was meant to hold; False where the chapter shows a wrong formula going red."""
    axes: tuple[str, ...]
    """The indices of the result's axes."""
    code: Shown
    """What the code computed, in its own dtype."""
    members: tuple[MemberProof, ...]
    """Every side that has a value of its own."""
    leaves: tuple[str, ...]
    """The floating tensors that both the bindings and the code read, at which gradients were compared."""
    tolerance: float
    """Largest relative error that passes in float64."""
    recorded_tolerance: float
    """Largest relative error that passes in the code's own dtype."""
    value_only: str
    """Why less was compared than value and gradient on two sets of leaves; empty if all of it was.

    Which of them were compared, each side's errors say: a gradient is there after a branch on a number, when only other
    leaves are missing.
    """
    diagnosis: str
    """For a failed check: the one-step mutant that matches the code, or a constant ratio; empty if none does."""
    terms: tuple[PairedTerm, ...]
    """The terms that comments pair with lines, in the reading order of the formula."""
    unpaired: tuple[Unpaired, ...]
    """The terms that no comment names."""
    mutants: tuple[MutantResult, ...] = ()
    """What the same check says of every one-step mutant of the formula."""
    zero_log: bool = False
    """Whether a logarithm of 0 stood beside a factor 0, so that 0 · log 0 was taken as 0."""
