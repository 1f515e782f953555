"""Would a wrong formula have been found? Every one-step mutant, put to the check that the chapter's own build makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from torch import Tensor

from texsor.check.compare import TOLERANCE, relative_error
from texsor.check.evaluate import Evaluation
from texsor.check.gradient import gradients
from texsor.check.mutants import Mutant, mutants
from texsor.check.proof import Proof, same_as_code
from texsor.check.random_leaves import random_leaves
from texsor.check.report import numbers
from texsor.check.shown import show
from texsor.errors import TexsorError
from texsor.formula.nodes import Formula, strip
from texsor.trace import exact_mathematics
from texsor.verdicts import MutantResult, Shown

SEEDS = (7919, 7920, 7921)
"""Of the leaves on which a mutant is told from its formula: others than those of the check."""

Leaves = Sequence[Tensor] | None
"""Leaves, or None for what the symbols are bound to as they are."""


def judge(proof: Proof) -> Iterator[MutantResult]:
    """What the check says of each mutant; one that no leaves tell from the formula is an equivalent."""
    formula, runs = proof.sides.claim.formula, proof.code.runs
    sets: list[Leaves] = [random_leaves(runs[0].leaves, seed) for seed in SEEDS] if runs else [None]
    with exact_mathematics():
        wanted = [(leaves, proof.sides.literal(formula, leaves)) for leaves in sets]
    for mutant in mutants(formula):
        with exact_mathematics():
            judged = _judged(proof, mutant, wanted)
        yield judged


def _judged(proof: Proof, mutant: Mutant, wanted: Sequence[tuple[Leaves, Evaluation]]) -> MutantResult:
    try:
        value = numbers(_value(proof, mutant))
        same = all(_same(right, proof.sides.literal(mutant.formula, leaves), leaves) for leaves, right in wanted)
    except TexsorError as error:
        return MutantResult(mutant.name, mutant.note, "", "refused", error.what)
    if same:
        return MutantResult(mutant.name, mutant.note, value, "equivalent", _why(proof))
    survived = same_as_code(mutant.formula, proof)
    return MutantResult(mutant.name, mutant.note, value, "survived" if survived else "caught", "")


def changed_member(before: Formula, after: Formula) -> int:
    """The number of the first member that is not the same in both, counted from 1.

    A change in an earlier equation shows in the last member.
    """
    pairs = zip(before.members, after.members, strict=True)
    changed = (number for number, (a, b) in enumerate(pairs, start=1) if strip(a) != strip(b))
    return next(changed, len(before.members))


def _value(proof: Proof, mutant: Mutant) -> Shown:
    """What the changed member comes to on the chapter's tensors."""
    number = changed_member(proof.sides.claim.formula, mutant.formula)
    members = {member.number: member for member in proof.sides.literal(mutant.formula).members}
    return show(members.get(number, next(iter(members.values()))).value.tensor)


def _same(wanted: Evaluation, found: Evaluation, leaves: Leaves) -> bool:
    """Whether two formulas agree on these leaves, member by member, in value and gradient."""
    if len(wanted.members) != len(found.members):
        return False
    return all(
        max(_errors(a.value.tensor, b.value.tensor, leaves)) <= TOLERANCE
        for a, b in zip(wanted.members, found.members, strict=True)
    )


def _errors(wanted: Tensor, found: Tensor, leaves: Leaves) -> Iterator[float]:
    error = relative_error(found, wanted)
    yield error
    if leaves is None or error > TOLERANCE or error == inf:
        return
    pairs = zip(gradients(found, leaves), gradients(wanted, leaves), strict=True)
    yield from (relative_error(a, b) for a, b in pairs)


def _why(proof: Proof) -> str:
    """Machine-readable: the bound tensors that are constants of this computation, on whose values it may rest."""
    if not proof.code.runs:
        return "equal on the chapter's tensors; only values were compared"
    bound = proof.sides.bound_to_leaves()
    constants = [symbol for symbol in proof.sides.claim.where if symbol not in bound]
    return f"equal for every value of the leaves; constant here: {', '.join(constants) or 'nothing'}"
