"""Symbols that earlier formulas define: a later formula may use them without binding them."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from texsor.errors import NotSupported
from texsor.formula import Formula, walk
from texsor.formula.members import bare
from texsor.formula.nodes import Apply, Symbol
from texsor.formula.parsing import canonical
from texsor.formula.parts import running
from texsor.notebook.session import Checked, Session
from texsor.trace import Recorder, depends


def earlier(session: Session, formula: Formula, bound: Mapping[str, object], target: Tensor) -> dict[str, Tensor]:
    """What checked formulas define and this one uses: their left sides, on the axes that they have there.

    Where several define one symbol, the one whose tensor the code went on from is meant, else the latest.
    """
    wanted = _unbound(formula, bound)
    found: dict[str, Checked] = {}
    for checked in session.checked.values():
        name = defined(checked.declaration.formula)
        if name in wanted and not (name in found and _leads_to(session.recorder, found[name].target, target)):
            found[name] = checked
    return {name: checked.target.reshape(checked.verdict.members[0].value.shape) for name, checked in found.items()}


def defined(formula: Formula) -> str | None:
    """The symbol that a formula defines."""
    first = formula.members[0].function if isinstance(formula.members[0], Apply) else formula.members[0]
    return bare(first) if isinstance(first, Symbol) and len(formula.members) > 1 else None


def _unbound(formula: Formula, bound: Mapping[str, object]) -> set[str]:
    """The symbols of the right sides that are neither bound nor run."""
    sides = [side for members in formula.equations for side in members]
    used = {bare(part) for side in sides for part in walk(side) if isinstance(part, Symbol)}
    known = {canonical(symbol) for symbol in bound}
    return used - known - running(formula) - {defined(formula) or ""}


def _leads_to(recorder: Recorder, start: Tensor, target: Tensor) -> bool:
    if recorder.tape.locate(target) is None:
        return False
    try:
        return depends(recorder, target, start)
    except NotSupported:
        return False  # the recording has forgotten how the target came about
