"""What a superscript or an index makes of a name."""

from __future__ import annotations

from texsor.formula.nodes import Group, Minus, Node, Number, Plus, Symbol

UPRIGHT = r"\mathrm{"
MARKS = (r"\star", r"\dagger")


def is_name(power: Node) -> bool:
    r"""Whether a superscript reads as part of a name: ``x^{(t)}``, ``y^{\mathrm{LS}}``, ``\theta^{\star}``."""
    if isinstance(power, Group):
        return power.bracket == "(" and is_simple(power.body)
    return isinstance(power, Symbol) and not power.indices and (power.name.startswith(UPRIGHT) or power.name in MARKS)


def is_simple(node: Node) -> bool:
    """Whether something can stand in the brackets of a name: a letter, a numeral, or one shifted by the other."""
    if isinstance(node, (Plus, Minus)):
        return is_letter(node.left) and (isinstance(node.right, Number) or is_letter(node.right))
    return isinstance(node, Number) or is_letter(node)


def is_letter(node: Node) -> bool:
    """Whether something is a name by itself."""
    return isinstance(node, Symbol) and not node.indices and not node.superscript


def is_label(part: Node) -> bool:
    """Whether an index is upright or a mark, and so part of the name."""
    return isinstance(part, Symbol) and (part.name.startswith(UPRIGHT) or part.name in MARKS) and not part.indices
