"""What a condition under a sign says: which letters run, from where to where, and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from texsor.formula.nodes import Big, Bound, Compare, Minus, Node, Number, Plus, Symbol

CLIMBING = frozenset(("<", r"\le"))


def ranges(node: Big, running: Sequence[Symbol], runs: Callable[[Node], bool]) -> tuple[tuple[Bound, ...], Node | None]:
    r"""The indices under a sign, and the condition that is left when ``1 \le i < j \le N`` has given its bounds.

    ``running`` are the letters that nothing else explains, ``runs`` says whether a side of a condition is a letter.
    """
    condition = node.condition
    if node.bounds or condition is None:
        return node.bounds, condition
    if not isinstance(condition, Compare) or not set(condition.relations) <= CLIMBING:
        return tuple(Bound(symbol, span=symbol.span, head=symbol.span) for symbol in running), condition
    operands, relations = list(condition.operands), list(condition.relations)
    lower = upper = None
    if not runs(operands[0]):
        lower = operands.pop(0) if relations.pop(0) == r"\le" else Plus(operands.pop(0), Number("1"))
        if len(operands) > 1 and not runs(operands[-1]):
            upper = operands.pop() if relations.pop() == r"\le" else Minus(operands.pop(), Number("1"))
    bounds = tuple(Bound(symbol, lower, upper, span=condition.span, head=symbol.span) for symbol in running)
    left = Compare(tuple(operands), tuple(relations), span=condition.span, head=condition.head)
    return bounds, left if relations else None


def last(node: Big) -> Symbol | None:
    r"""The letter at the end of a chain that writes its first value: N of ``1 \le i < j \le N``, the last value."""
    condition = node.condition
    if node.bounds or not isinstance(condition, Compare) or not set(condition.relations) <= CLIMBING:
        return None
    first, *_, end = condition.operands
    chained = len(condition.operands) > 2 and not isinstance(first, Symbol)
    return end if chained and isinstance(end, Symbol) and not end.indices else None
