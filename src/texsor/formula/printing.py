r"""Tree → LaTeX. What is printed parses to the same tree; brackets are added where a built tree needs them."""

from __future__ import annotations

import re
from collections.abc import Callable

from texsor.formula import commands
from texsor.formula import printing_atoms as atoms
from texsor.formula import printing_operators as operators
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Big,
    Bound,
    Branch,
    Call,
    Cases,
    Compare,
    Derivative,
    Fenced,
    Formula,
    Fraction,
    Group,
    Hole,
    Indexed,
    Indicator,
    Inner,
    Logic,
    Minus,
    Negate,
    Node,
    Number,
    Plus,
    Power,
    Product,
    Root,
    Symbol,
    Transpose,
)

ROW = r" \\ "
PLAIN_MARKS = {"*": "star", "+": "plus", "-": "minus"}


def to_latex(tree: Node | Formula) -> str:
    r"""The LaTeX of a tree, in one canonical spelling.

    >>> from texsor.formula import parse
    >>> to_latex(parse(r"L=\dfrac1N\sum_n\ell_n"))
    'L = \\frac{1}{N} \\sum_{n} \\ell_{n}'
    """
    if isinstance(tree, Formula):
        return equations(tree)
    printer = PRINTERS.get(type(tree))
    if printer is None:
        raise TypeError(f"no printer for {type(tree).__name__}")
    return printer(tree, to_latex)


def equations(tree: Formula) -> str:
    """Every equation, one under the other where there are several."""
    if not tree.earlier:
        return (r" \leftarrow " if tree.assigned else " = ").join(map(to_latex, tree.members))
    rows = []
    for members in tree.equations:
        left, *right = map(to_latex, members)
        rows.append(f"{left} &= {' = '.join(right)}")
    return rf"\begin{{aligned}}{ROW.join(rows)}\end{{aligned}}"


def plain_name(symbol: Symbol) -> str:
    r"""A symbol's name in plain letters, for file names and messages.

    >>> plain_name(Symbol(r"\hat{y}"))
    'y_hat'
    """
    name, marks = symbol.name, ""
    while (found := re.fullmatch(r"\\(\w+)\{(.*)\}('*)", name)) is not None:
        mark = found[1] if rf"\{found[1]}" in commands.ACCENTS else ""
        marks = (f"_{mark}" if mark else "") + "_prime" * len(found[3]) + marks
        name = found[2]
    bare = name.rstrip("'")
    marks = "_prime" * (len(name) - len(bare)) + marks
    scripts = script(symbol.label) + script(symbol.superscript)
    return re.sub(r"[\W_]+", "_", bare.removeprefix("\\") + marks + scripts).rstrip("_")


def script(text: str) -> str:
    """What stands below or above a name, in plain letters."""
    upright = re.fullmatch(r"\\mathrm\{(.*)\}", text)
    plain = PLAIN_MARKS.get(text) or (upright[1] if upright else text.strip("()"))
    return f"_{plain}" if plain else ""


PRINTERS: dict[type[Node], Callable[..., str]] = {
    Number: atoms.number,
    Hole: atoms.hole,
    Symbol: atoms.symbol,
    Group: atoms.group,
    Arguments: atoms.arguments,
    Apply: atoms.apply,
    Indexed: atoms.indexed,
    Root: atoms.root,
    Fenced: atoms.fenced,
    Inner: atoms.inner,
    Compare: atoms.compare,
    Logic: atoms.logic,
    Indicator: atoms.indicator,
    Branch: atoms.branch,
    Cases: atoms.cases,
    Negate: operators.negate,
    Plus: operators.plus,
    Minus: operators.minus,
    Product: operators.product,
    Fraction: operators.fraction,
    Power: operators.power,
    Transpose: operators.transpose,
    Call: operators.call,
    Bound: operators.bound,
    Big: operators.big,
    Derivative: operators.derivative,
}
"""How each kind of node is printed."""
