"""How deep a tree may be: what reads it recursively must not exhaust the stack."""

from __future__ import annotations

from texsor.formula.nodes import Node, children
from texsor.formula.source import Source
from texsor.formula.token import DEPTH_BUDGET


def check_depth(source: Source, tree: Node) -> None:
    """Refuse a tree that a recursive reader could not bear; does not recurse itself."""
    pending = [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > DEPTH_BUDGET:
            remedy = "split it into several formulas"
            raise source.invalid(node.span, f"the formula is more than {DEPTH_BUDGET} levels deep", remedy)
        pending.extend((child, depth + 1) for child in children(node))
