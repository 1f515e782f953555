"""Checking with no notebook in sight: ``texsor.check(latex, value, where=...)``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from torch import Tensor

from texsor.check.diagnose import diagnose
from texsor.check.evaluate import understood
from texsor.check.proof import prove
from texsor.check.sides import Claim
from texsor.errors import Invalid
from texsor.formula import Formula
from texsor.trace import recorder_for
from texsor.verdicts import Verdict


def check(latex: str | Formula, value: Tensor | Callable[[], Tensor], *, where: Mapping[str, object]) -> Verdict:
    r"""Compare a formula with what code computes; ``holds`` of the verdict says whether they agree.

    Shape:
        value: a tensor, which is compared in value only, or a function without arguments that computes one from the
            tensors of ``where``: it is recorded and replayed in float64, and compared in value and gradient at them.
        where: for each symbol a tensor, a number or a function.

    Raises:
        TexsorError: LaTeX that cannot be read, or evaluated with these bindings; a function that gives no tensor.

    Example:
        >>> import torch
        >>> z = torch.tensor([1.0, 2.0, 3.0])
        >>> check(r"s = \log \sum_i e^{z_i}", lambda: z.logsumexp(0), where={"z": z}).holds
        True
        >>> print(check(r"s = \sum_i z_i", lambda: z.mean(), where={"z": z}).diagnosis)
        formula / code = 3, the size of axis i: the formula sums, the code averages?;
        the code computes \sum_{i} z_{i} → \operatorname{mean}_{i} z_{i}
    """
    formula = understood(latex, where)
    claim = Claim(formula, value, where) if isinstance(value, Tensor) else _recorded(formula, value, where)
    proof = prove(claim)
    return proof.verdict if proof.verdict.holds else dataclasses.replace(proof.verdict, diagnosis=diagnose(proof))


def _recorded(formula: Formula, function: Callable[[], Tensor], where: Mapping[str, object]) -> Claim:
    if not callable(function):
        raise Invalid(
            f"{type(function).__name__} cannot be checked", remedy="pass a tensor, or a function that gives one"
        )
    with recorder_for(function) as recorder:
        target = function()
    if not isinstance(target, Tensor):
        raise Invalid(f"the function gave {type(target).__name__}", remedy="return the tensor to be checked")
    return Claim(formula, target, where, recorder, recorder.mark())
