"""Why a check failed: the one-step mutant of the formula that matches the code, or a constant ratio with a name."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from texsor.check.compare import TOLERANCE, recorded_tolerance
from texsor.check.comparison import agrees
from texsor.check.evaluate import Member
from texsor.check.mutants import mutants
from texsor.check.mutation import changed_member
from texsor.check.proof import Proof, same_as_code
from texsor.errors import TexsorError
from texsor.verdicts import MemberProof

ROUNDING = "in float64 the two agree, and in its own dtype the code loses the digits"
NEAR = 1e-4
"""How constant a ratio must be, and how near an axis's size, to be called by its name. Code is often float32."""


def diagnose(proof: Proof) -> str:
    """What the author probably wrote instead, judged on the first side that fails; empty where nothing is found."""
    failing = _failing(proof)
    if failing is None:
        return ""
    side, found = failing
    if _exact(found):
        return ROUNDING
    parts = _gradient(found), _ratio(proof, side), _mutant(proof, side)
    return "; ".join(text for text in parts if text)


def _failing(proof: Proof) -> tuple[Member, MemberProof] | None:
    allowed = recorded_tolerance(proof.sides.claim.target.dtype)
    pairs = zip(proof.evaluation.members, proof.verdict.members, strict=True)
    return next(((side, found) for side, found in pairs if not agrees(found, allowed)), None)


def _exact(found: MemberProof) -> bool:
    """Whether only what the code computed in its own dtype is wrong."""
    exact = found.gradient_error, found.random_value_error, found.random_gradient_error
    return found.gradient_error is not None and max(found.value_error, *(it or 0.0 for it in exact)) <= TOLERANCE


def _gradient(found: MemberProof) -> str:
    """Whether only the slope is wrong."""
    if found.gradient_error is None or max(found.value_error, found.random_value_error or 0.0) > TOLERANCE:
        return ""
    return "the values agree and the gradients do not: does the code detach something?"


def _mutant(proof: Proof, failing: Member) -> str:
    """The first mutant of the failing side that the code agrees with on every set of leaves."""
    formula = proof.sides.claim.formula
    for mutant in mutants(formula):
        if changed_member(formula, mutant.formula) != failing.number:
            continue
        try:
            if same_as_code(mutant.formula, proof, only=failing.number):
                return f"the code computes {mutant.note}"
        except TexsorError:
            continue  # a mutant without a value explains nothing
    return ""


def _ratio(proof: Proof, failing: Member) -> str:
    """A constant factor between code and formula, with the axis whose size it is."""
    code, value = (_row(side) for side in (proof.sides.claim.target, failing.value.tensor))
    if value.numel() != code.numel():
        return f"the code has {code.numel()} value(s) and the formula {value.numel()}"
    ratio = _constant(code, value)
    if ratio is None or abs(ratio - 1) <= NEAR:
        return ""
    if abs(ratio + 1) <= NEAR:
        return "code / formula = -1: a sign"
    return next(_named(ratio, proof), f"code / formula = {ratio:.6g}, everywhere")


def _row(side: Tensor) -> Tensor:
    return side.detach().cpu().double().reshape(-1)


def _constant(code: Tensor, value: Tensor) -> float | None:
    """The ratio, if it is the same wherever not both are zero."""
    some = (code != 0) | (value != 0)
    ratios = code[some] / value[some]
    if ratios.numel() == 0 or not torch.isfinite(ratios).all():
        return None
    middle = float(ratios.median())
    return middle if float((ratios - middle).abs().max()) <= NEAR * abs(middle) else None


def _named(ratio: float, proof: Proof) -> Iterator[str]:
    for name, size in _sizes(proof).items():
        if abs(ratio / size - 1) <= NEAR:
            yield f"code / formula = {size}, the size of axis {name}: the code sums, the formula averages?"
        if ratio and abs(1 / ratio / size - 1) <= NEAR:
            yield f"formula / code = {size}, the size of axis {name}: the formula sums, the code averages?"


def _sizes(proof: Proof) -> dict[str, int]:
    """Every index of the formula with its size; the result's come first."""
    found: dict[str, int] = {}
    for evaluation in (proof.evaluation, *proof.evaluation.earlier):
        for under in (evaluation.plan.free.values(), *evaluation.plan.under.values()):
            for index in under:
                if index.size and index.size > 1:
                    found.setdefault(index.name, index.size)
    return found
