r"""How names, brackets, lists and conditions are printed; ``text`` prints a part of them."""

from __future__ import annotations

from collections.abc import Callable

from texsor.formula import commands
from texsor.formula.naming import is_label
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Branch,
    Cases,
    Compare,
    Fenced,
    Group,
    Hole,
    Indexed,
    Indicator,
    Inner,
    Logic,
    Node,
    Number,
    Product,
    Root,
    Symbol,
)

Text = Callable[[Node], str]


def number(node: Number, _text: Text) -> str:
    """A numeral."""
    return node.text


def hole(_node: Hole, _text: Text) -> str:
    """What a term leaves out."""
    return ""


def symbol(node: Symbol, text: Text) -> str:
    """A name, its label and its indices."""
    parts = [node.label] if node.label else []
    parts += [index_of(index, text) for index in node.indices]
    below = f"_{{{','.join(parts)}}}" if parts else ""
    return node.name + below + (f"^{{{node.superscript}}}" if node.superscript else "")


def index_of(node: Node, text: Text) -> str:
    """One index, in brackets where it would read as two, or as part of the name."""
    row = isinstance(node, Product) and not any(node.signs) and all(isinstance(part, Symbol) for part in node.factors)
    return f"({text(node)})" if row or is_label(node) else text(node)


def group(node: Group, text: Text) -> str:
    """Something in brackets."""
    return f"{node.bracket}{text(node.body)}{commands.BRACKETS[node.bracket]}"


def arguments(node: Arguments, text: Text) -> str:
    """A list in brackets."""
    inside = text(node.entries[0])
    for mark, entry in zip(node.marks or ("," * (len(node.entries) - 1)), node.entries[1:], strict=True):
        inside += f"{'' if mark in ',;' else ' '}{mark} {text(entry)}"
    return f"{node.bracket}{inside}{commands.BRACKETS[node.bracket]}"


def apply(node: Apply, text: Text) -> str:
    """A function's name and its bracket; without one, round ones."""
    bracket = isinstance(node.argument, (Group, Arguments))
    return text(node.function) + (text(node.argument) if bracket else f"({text(node.argument)})")


def indexed(node: Indexed, text: Text) -> str:
    """An expression with an index."""
    bare = isinstance(node.body, (Group, Arguments, Apply))
    body = text(node.body) if bare else f"({text(node.body)})"
    return f"{body}_{{{','.join(index_of(index, text) for index in node.indices)}}}"


def root(node: Root, text: Text) -> str:
    """A root."""
    degree = f"[{text(node.degree)}]" if node.degree is not None else ""
    return rf"\sqrt{degree}{{{text(node.radicand)}}}"


def fenced(node: Fenced, text: Text) -> str:
    """Something between bars, or the positive part in brackets."""
    before, behind = commands.FENCES[node.kind]
    order = f"_{{{text(node.order)}}}" if node.order is not None else ""
    inside = text(node.body) if node.kind == "positive" else f" {text(node.body)} "
    return f"{before}{inside}{behind}{order}"


def inner(node: Inner, text: Text) -> str:
    """An inner product."""
    return rf"\langle {text(node.left)}, {text(node.right)} \rangle"


def compare(node: Compare, text: Text) -> str:
    """A condition."""
    said = text(node.operands[0])
    for relation, operand in zip(node.relations, node.operands[1:], strict=True):
        said += f" {relation} {text(operand)}"
    return said


def logic(node: Logic, text: Text) -> str:
    """Conditions with a word between them."""
    return rf" \{'land' if node.operator == 'and' else 'lor'} ".join(map(text, node.operands))


def indicator(node: Indicator, text: Text) -> str:
    """One where a condition holds."""
    if node.bracket == "_":
        return f"{node.sign}_{{{text(node.condition)}}}"
    return f"{node.sign}{node.bracket}{text(node.condition)}{commands.BRACKETS[node.bracket]}"


def branch(node: Branch, text: Text) -> str:
    """One case."""
    return text(node.value) + (rf" & {text(node.condition)}" if node.condition is not None else "")


def cases(node: Cases, text: Text) -> str:
    """A distinction of cases; a term for one leaves its lines out."""
    rows = [text(part) for part in node.branches]
    if node.branches and node.branches[-1].condition is None:
        rows[-1] += r" & \text{otherwise}"
    return rf"\begin{{cases}}{(' ' + chr(92) * 2 + ' ').join(rows)}\end{{cases}}" if rows else r"\begin{cases}"
