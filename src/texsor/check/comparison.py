"""A formula against what the code gave: on two sets of leaves, on the chapter's alone, or in value alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from texsor.check.compare import TOLERANCE, recorded_tolerance, relative_error
from texsor.check.evaluate import Evaluation, Member
from texsor.check.gradient import gradients
from texsor.check.random_leaves import random_leaves
from texsor.check.shown import show
from texsor.check.sides import Sides, on_one_line
from texsor.errors import NotSupported
from texsor.verdicts import MemberProof


@dataclass(frozen=True, eq=False)
class Run:
    """The code on one set of leaves."""

    leaves: list[Tensor]
    """The leaves, float64."""
    value: Tensor
    """The code's value."""
    gradients: tuple[Tensor, ...]
    """Its gradients at the leaves."""

    @classmethod
    def of(cls, sides: Sides, leaves: list[Tensor]) -> Run:
        """Replay the code from some leaves."""
        value = sides.code(leaves)
        return cls(leaves, value, gradients(value, leaves))

    def errors(self, member: Member) -> tuple[float, float]:
        """How far a side is from the code, in value and in gradient."""
        value = member.value.tensor
        error = relative_error(value, self.value)
        # An undefined value, such as the mean over no position, has no slope to compare.
        if value.numel() != self.value.numel() or not self.value.detach().isfinite().any():
            return error, error
        gaps = zip(gradients(value, self.leaves), self.gradients, strict=True)
        return error, max(relative_error(found, wanted) for found, wanted in gaps)


@dataclass(frozen=True, eq=False)
class Code:
    """The code on the chapter's leaves and on random ones."""

    runs: tuple[Run, ...]
    """First the chapter's; fewer where the code cannot be replayed."""
    why_not: str
    """Why it cannot; empty if it can."""

    @classmethod
    def of(cls, sides: Sides) -> Code:
        """Replay the code, if that is possible."""
        if sides.value_only:
            return cls((), sides.value_only)
        runs: list[Run] = []
        try:
            runs.append(Run.of(sides, sides.recorded()))
            runs.append(Run.of(sides, random_leaves(runs[0].leaves)))
        except NotSupported as error:
            return cls(tuple(runs), on_one_line(error))
        return cls(tuple(runs), "")


@dataclass(frozen=True, eq=False)
class Comparison:
    """How closely the members of a formula agree with the code."""

    members: tuple[MemberProof, ...]
    """Each of them."""
    holds: bool
    """Whether all are as close as they must be."""
    value_only: str
    """Why less than value and gradient on two sets of leaves was compared; empty if all of it was."""

    @classmethod
    def of(cls, sides: Sides, plain: Evaluation, code: Code, only: int | None = None) -> Comparison:
        """Compare as much as can be compared of a formula with these values; ``only`` asks for one of its members."""
        on_leaves = [(run, sides.literal(plain.formula, run.leaves)) for run in code.runs]

        def used(count: int, why: str) -> Comparison:
            found = [_member(sides, at, plain, on_leaves[:count]) for at in places(plain, only)]
            allowed = recorded_tolerance(sides.claim.target.dtype)
            return cls(tuple(found), all(agrees(member, allowed) for member in found), why)

        whole = used(2, code.why_not)
        if whole.holds or not (code.runs and sides.numbers):
            return whole
        # A number that the code took may lead it elsewhere on other leaves; on its own it has not.
        alone = used(1, f"{sides.numbers}; other leaves would perhaps lead it elsewhere")
        if alone.holds or not sides.constants:
            return alone if alone.holds else whole
        return used(0, sides.constants)


def places(evaluation: Evaluation, only: int | None) -> list[int]:
    """Where the members of an evaluation stand, or the one with a number."""
    return [at for at, member in enumerate(evaluation.members) if only is None or member.number == only]


def agrees(member: MemberProof, recorded: float) -> bool:
    """Whether a side is as close to the code as it must be."""
    exact = [member.gradient_error, member.random_value_error, member.random_gradient_error]
    if member.gradient_error is not None:
        exact.append(member.value_error)
    return member.recorded_error <= recorded and all(error is None or error <= TOLERANCE for error in exact)


def _member(sides: Sides, at: int, plain: Evaluation, on_leaves: Sequence[tuple[Run, Evaluation]]) -> MemberProof:
    side = plain.members[at]
    errors = [run.errors(found.members[at]) for run, found in on_leaves]
    recorded = relative_error(side.value.tensor, sides.claim.target)
    value, gradient = errors[0] if errors else (recorded, None)
    other_value, other_gradient = errors[1] if len(errors) > 1 else (None, None)
    return MemberProof(
        latex=side.latex,
        value=show(side.value.tensor),
        value_error=value,
        gradient_error=gradient,
        random_value_error=other_value,
        random_gradient_error=other_gradient,
        recorded_error=recorded,
        overflows=side.value.overflows,
    )
