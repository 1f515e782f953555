"""Gradients that cannot be compared number by number: of what is infinite, and those that vanish but for rounding."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from texsor.check.compare import TOLERANCE, relative_error
from texsor.check.comparison import agrees
from texsor.check.gradient import gradients
from texsor.check.proof import Proof
from texsor.trace import exact_mathematics
from texsor.verdicts import MemberProof

LAST_BITS = 64 * torch.finfo(torch.float64).eps
"""How large a gradient may be that is nothing but rounding, relative to the numbers that it is a difference of."""


def only_rounding(proof: Proof) -> bool:
    """Whether a failed proof fails in gradients alone, and only where that says nothing.

    What is infinite has no slope; and a gradient that vanishes in exact arithmetic, as that of a softmax over one class
    does, is in float64 the last bits of what it is the difference of.
    """
    verdict = proof.verdict
    if not all(agrees(_without_gradients(member), verdict.recorded_tolerance) for member in verdict.members):
        return False
    formula = proof.sides.claim.formula
    with exact_mathematics():
        for run in proof.code.runs:
            if not run.value.isfinite().all():
                continue
            size = max(1.0, float(run.value.detach().abs().max()))
            for member in proof.sides.literal(formula, run.leaves).members:
                pairs = zip(gradients(member.value.tensor, run.leaves), run.gradients, strict=True)
                if not all(_close(found, wanted, size) for found, wanted in pairs):
                    return False
    return True


def _without_gradients(member: MemberProof) -> MemberProof:
    gradient = None if member.gradient_error is None else 0.0
    other = None if member.random_gradient_error is None else 0.0
    return replace(member, gradient_error=gradient, random_gradient_error=other)


def _close(found: Tensor, wanted: Tensor, size: float) -> bool:
    if relative_error(found, wanted) <= TOLERANCE:
        return True
    return bool(((found - wanted).abs() <= LAST_BITS * size).all())
