"""What may stand as a condition: in an indicator, in a distinction of cases, under a sign."""

from __future__ import annotations

from texsor.formula.nodes import Compare, Logic, Node
from texsor.formula.source import Source

ARROW = r"\leftarrow"
LAW = r"\sim"


def is_condition(node: Node | None) -> bool:
    """Whether something holds or does not, and is no number."""
    return isinstance(node, (Compare, Logic))


def check_condition(source: Source, node: Node) -> None:
    """Refuse relations that say something and hold nowhere."""
    for part in node.operands if isinstance(node, Logic) else (node,):
        relations = part.relations if isinstance(part, Compare) else ()
        if ARROW in relations:
            raise source.invalid(part.span, f"{ARROW} gives a name a new value, and is no condition", "write =")
        if LAW in relations:
            what = f"{LAW} is known between an index and its law, under an expectation or a variance"
            raise source.not_yet(part.span, what)
