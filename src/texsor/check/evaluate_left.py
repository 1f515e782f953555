"""The left side of a formula: what it defines, and which of its indices are axes."""

from __future__ import annotations

from texsor.check.evaluate_bindings import Bindings
from texsor.check.evaluate_functions import is_known
from texsor.check.evaluate_loose import loose
from texsor.check.evaluate_plan import Plan
from texsor.formula.nodes import Apply, Formula, Symbol, walk
from texsor.formula.printing import to_latex


def left_of(formula: Formula, bindings: Bindings) -> tuple[Symbol, ...]:
    """The symbol that a formula defines; before it ``H`` of ``H(p, q) = L = …``. What an arrow sets is one too.

    Another plain name behind the first is no definition: it should be bound, and be compared.
    """
    found: list[Symbol] = []
    for member in formula.members[:-1]:
        applied = isinstance(member, Apply)
        symbol = member.function if isinstance(member, Apply) else member
        if not isinstance(symbol, Symbol) or (applied and (found or is_known(symbol))):
            break
        if bindings.name_of(symbol) is not None and not formula.assigned:
            break
        found.append(symbol)
        if not applied:
            break
    return tuple(found)


def named(made: Plan, axes: list[Symbol]) -> list[Symbol]:
    """The axes of the left side without the letters that are part of names: of m_t where m_{t-1} is bound whole."""
    bindings = made.bindings
    used = {symbol.name for member in made.evaluated for symbol in loose(bindings, member)}
    whole = {
        part.name
        for member in made.evaluated
        for symbol in walk(member)
        if isinstance(symbol, Symbol) and symbol.indices and bindings.name_of(symbol) == to_latex(symbol)
        for index in symbol.indices
        for part in walk(index)
        if isinstance(part, Symbol)
    }
    letters = {part.name for index in made.defines[-1].indices for part in walk(index) if isinstance(part, Symbol)}
    numbers = {name for name in letters if name in bindings}
    made.whole = bool(letters & (numbers | (whole - used)))
    return [symbol for symbol in axes if symbol.name in used or symbol.name not in whole]


def plain_letters(symbol: Symbol) -> list[Symbol]:
    """The indices of a symbol that are letters."""
    return [index for index in symbol.indices if isinstance(index, Symbol) and not index.indices]
