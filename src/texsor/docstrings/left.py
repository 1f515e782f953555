"""The formula that is compared with code: its left side names the result, and earlier formulas define its symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from texsor.check.evaluate import understood
from texsor.check.evaluate_bindings import Bindings, vocabulary
from texsor.check.evaluate_loose import loose
from texsor.formula import Formula
from texsor.formula.nodes import Apply, Symbol

RESULT = r"\mathrm{result}"


def compared(formula: Formula, steps: Sequence[Formula], where: Mapping[str, object], *, bound: bool) -> Formula:
    """A formula with the equations that it goes on from; ``bound``: an entry says what its left side is in the code."""
    formula = understood(formula, where)
    earlier = [members for step in steps for members in understood(step, where).equations]
    formula = replace(formula, earlier=(*earlier, *formula.earlier), vocabulary=vocabulary(where))
    return named_result(formula, where) if bound else formula


def named_result(formula: Formula, where: Mapping[str, object]) -> Formula:
    r"""A formula whose left side, such as ``\log \hat{y}_{n,i}``, is replaced by one symbol with the same indices."""
    left = formula.members[0]
    if isinstance(left, (Symbol, Apply)):
        return formula
    indices = {symbol.name: symbol for symbol in loose(Bindings(formula, where), left)}
    result = Symbol(RESULT, "", tuple(indices.values()), span=left.span, head=left.head)
    return replace(formula, members=(result, *formula.members[1:]))
