"""Proofs: the literal value of a formula, its mutants, and the comparison with what the code did."""

import sys
from types import ModuleType
from typing import Any

from texsor.check.api import check
from texsor.check.evaluate import MEMORY_LIMIT_BYTES, Evaluation, Member, Named, evaluate
from texsor.check.evaluate_functions import register_function
from texsor.check.mutants import Mutant, mutants
from texsor.check.report import report

__all__ = [
    "MEMORY_LIMIT_BYTES",
    "Evaluation",
    "Member",
    "Mutant",
    "Named",
    "check",
    "evaluate",
    "mutants",
    "register_function",
    "report",
]


class _Room(ModuleType):
    """A room that can be called by its own name: ``texsor.check(...)``."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Check a formula; see `texsor.check.api.check`."""
        return check(*args, **kwargs)


sys.modules[__name__].__class__ = _Room
