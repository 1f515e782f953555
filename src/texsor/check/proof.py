"""The proof of a claim: literal value against replayed code, in value and gradient."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from texsor.check.compare import TOLERANCE, recorded_tolerance, relative_error
from texsor.check.comparison import Code, Comparison, places
from texsor.check.evaluate import Evaluation
from texsor.check.shown import show
from texsor.check.sides import Claim, Sides
from texsor.errors import NotSupported
from texsor.formula.nodes import Call, Formula, walk
from texsor.trace import exact_mathematics
from texsor.verdicts import Verdict


@dataclass(frozen=True, eq=False)
class Proof:
    """What was found, and what it was found with."""

    verdict: Verdict
    """The record."""
    evaluation: Evaluation
    """The formula on the chapter's own tensors, for the values of its parts."""
    sides: Sides
    """The two sides."""
    code: Code
    """The second of them, run."""


def prove(claim: Claim, *, name: str = "", expression: str = "", wanted: bool = True) -> Proof:
    """Compare a formula with a computation; the verdict says whether they agree, and how closely.

    :raises TexsorError: on a formula that cannot be evaluated with these bindings, a value that cannot be compared.
    """
    _check_target(claim.target)
    sides = Sides(claim)
    with exact_mathematics():
        plain = sides.literal(claim.formula)  # first: it refuses what takes too much memory
        code = Code.of(sides)
        found = Comparison.of(sides, plain, code)
    verdict = Verdict(
        name=name,
        latex=claim.formula.latex,
        expression=expression,
        holds=found.holds,
        wanted=wanted,
        axes=plain.axes,
        code=show(claim.target),
        members=found.members,
        leaves=tuple(f"{leaf.dtype}{leaf.shape}" for leaf in sides.leaves),
        tolerance=TOLERANCE,
        recorded_tolerance=recorded_tolerance(claim.target.dtype),
        value_only=found.value_only,
        diagnosis="",
        terms=(),
        unpaired=(),
        zero_log=_zero_log(plain),
    )
    return Proof(verdict, plain, sides, code)


def _zero_log(plain: Evaluation) -> bool:
    """Whether a logarithm of 0 was taken and nothing came of it: that is the convention, not arithmetic."""
    if not all(member.value.tensor.isfinite().all() for member in plain.members):
        return False
    logs = [part for member in plain.members for part in walk(member.node) if isinstance(part, Call)]
    return any(bool((plain.at(log.arguments[0]).tensor == 0).any()) for log in logs if log.function in ("log", "ln"))


def same_as_code(formula: Formula, proof: Proof, *, only: int | None = None) -> bool:
    """Whether another formula, with the same bindings, passes the same check; ``only`` asks for one of its members."""
    target, allowed = proof.sides.claim.target, proof.verdict.recorded_tolerance
    with exact_mathematics():
        plain = proof.sides.literal(formula)
        # Most do not, and the chapter's own tensors say so: no need to try others.
        if any(relative_error(plain.members[at].value.tensor, target) > allowed for at in places(plain, only)):
            return False
        return Comparison.of(proof.sides, plain, proof.code, only).holds


def _check_target(target: Tensor) -> None:
    if target.is_complex() or target.is_quantized or target.is_meta or target.layout is not torch.strided:
        what = f"the code computed {target.dtype} on {target.device}, {target.layout}"
        raise NotSupported(what, remedy="check a dense real tensor that holds values")
