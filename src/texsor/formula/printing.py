r"""Tree → LaTeX. What is printed parses to the same tree; brackets are added where a built tree needs them."""

from __future__ import annotations

import re
from collections.abc import Callable

from texsor.formula import commands
from texsor.formula.bracketing import ATOMS, TERMS, carries, ending, named, needs_brackets
from texsor.formula.nodes import (
    Big,
    Bound,
    Call,
    Compare,
    Formula,
    Fraction,
    Group,
    Hole,
    Indicator,
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

BIGS = tuple(commands.BIG.values())
CALLS = tuple(rf"\{name}" for name in sorted(commands.FUNCTIONS))
"""How the operators begin that end a function's argument."""


def to_latex(tree: Node | Formula) -> str:
    r"""The LaTeX of a tree, in one canonical spelling.

    >>> from texsor.formula import parse
    >>> to_latex(parse(r"L=\dfrac1N\sum_n\ell_n"))
    'L = \\frac{1}{N} \\sum_{n} \\ell_{n}'
    """
    if isinstance(tree, Formula):
        return " = ".join(to_latex(member) for member in tree.members)
    printer = PRINTERS.get(type(tree))
    if printer is None:
        raise TypeError(f"no printer for {type(tree).__name__}")
    return printer(tree)


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
    label = re.sub(r"\\mathrm\{(.*)\}", r"_\1", symbol.label)
    return re.sub(r"\W+", "_", bare.removeprefix("\\") + marks + label)


def bracketed(node: Node, allowed: tuple[type[Node], ...]) -> str:
    """A part, in brackets unless it is of a kind that needs none."""
    return to_latex(node) if isinstance(node, allowed) else f"({to_latex(node)})"


def unless(node: Node, refused: tuple[type[Node], ...]) -> str:
    """A part, in brackets if it is of a kind that needs them."""
    return f"({to_latex(node)})" if isinstance(node, refused) else to_latex(node)


def symbol(node: Symbol) -> str:
    """A name, its label and its indices."""
    parts = [node.label] if node.label else []
    parts += [unless(index, (Compare,)) for index in node.indices]
    return node.name + (f"_{{{','.join(parts)}}}" if parts else "")


def group(node: Group) -> str:
    """Something in brackets."""
    return f"{node.bracket}{to_latex(node.body)}{commands.BRACKETS[node.bracket]}"


def negate(node: Negate) -> str:
    """A leading minus; a second sign beside it needs brackets."""
    return f"-{unless(node.operand, TERMS)}"


def plus(node: Plus) -> str:
    """A sum."""
    return f"{unless(node.left, (Compare,))} + {unless(node.right, TERMS)}"


def minus(node: Minus) -> str:
    """A difference."""
    return f"{unless(node.left, (Compare,))} - {unless(node.right, TERMS)}"


def product(node: Product) -> str:
    """Factors, with brackets around those that would swallow or be swallowed."""
    text = ""
    for at in reversed(range(len(node.factors))):
        sign = node.signs[at] if text else ""
        printed = factor(node.factors[at], at, sign, text)
        # Two numerals side by side would be one.
        if text and not sign and printed[-1:].isdigit() and text[:1].isdigit():
            sign = r"\cdot"
        text = " ".join(part for part in (printed, sign, text) if part)
    return text


def factor(node: Node, at: int, sign: str, behind: str) -> str:
    """One factor, in brackets where it would swallow what is behind it or what stands before it."""
    apart = bool(sign) or behind.startswith(BIGS)
    swallows = ending(node) == "big" or (ending(node) == "call" and not apart and not behind.startswith(CALLS))
    torn = isinstance(node, Fraction) and node.slash and (at > 0 or not apart)
    bare = not torn and not (behind and swallows) and not isinstance(node, (*TERMS, Product))
    return to_latex(node) if bare else f"({to_latex(node)})"


def fraction(node: Fraction) -> str:
    """A fraction; on the line it needs brackets around nearly everything."""
    if not node.slash:
        return rf"\frac{{{unless(node.numerator, (Compare,))}}}{{{unless(node.denominator, (Compare,))}}}"
    last = node.numerator.factors[-1] if isinstance(node.numerator, Product) else node.numerator
    above = f"({to_latex(node.numerator)})" if ending(last) else unless(node.numerator, TERMS)
    torn = isinstance(node.denominator, Fraction) and node.denominator.slash
    below = f"({to_latex(node.denominator)})" if torn else unless(node.denominator, (*TERMS, Product))
    return f"{above} / {below}"


def power(node: Power) -> str:
    """A power; a function carries it before its argument."""
    exponent = to_latex(node.exponent)
    if isinstance(node.base, Call) and carries(node):
        return call(node.base, exponent)
    base = f"({to_latex(node.base)})" if named(node) else bracketed(node.base, ATOMS)
    return f"{base}^{{{exponent}}}"


def transpose(node: Transpose) -> str:
    """A transpose."""
    return rf"{bracketed(node.operand, ATOMS)}^{{\top}}"


def root(node: Root) -> str:
    """A root."""
    degree = f"[{to_latex(node.degree)}]" if node.degree is not None else ""
    return rf"\sqrt{degree}{{{to_latex(node.radicand)}}}"


def call(node: Call, exponent: str = "") -> str:
    """A function and its argument."""
    base = f"_{{{to_latex(node.base)}}}" if node.base is not None else ""
    name = rf"\{node.function}{base}" + (f"^{{{exponent}}}" if exponent else "")
    if len(node.arguments) > 1:
        return f"{name}({', '.join(to_latex(argument) for argument in node.arguments)})"
    return f"{name} {argument_of(node.arguments[0])}"


def argument_of(node: Node) -> str:
    """What a function is applied to, without brackets where the parser needs none."""
    return f"({to_latex(node)})" if needs_brackets(node) else to_latex(node)


def bound(node: Bound) -> str:
    """An index under a sign, without the upper bound, which stands above."""
    return to_latex(node.index) + (f"={unless(node.lower, (Compare,))}" if node.lower is not None else "")


def big(node: Big) -> str:
    """A sign with its indices and body."""
    below = f"_{{{','.join(bound(part) for part in node.bounds)}}}" if node.bounds else ""
    upper = node.bounds[0].upper if node.bounds else None
    above = f"^{{{to_latex(upper)}}}" if upper is not None else ""
    return f"{commands.BIG[node.operator]}{below}{above} {unless(node.body, TERMS)}".rstrip()


def compare(node: Compare) -> str:
    """A condition."""
    text = to_latex(node.operands[0])
    for relation, operand in zip(node.relations, node.operands[1:], strict=True):
        text += f" {relation} {to_latex(operand)}"
    return text


def indicator(node: Indicator) -> str:
    """One where a condition holds."""
    if node.bracket == "_":
        return f"{node.sign}_{{{to_latex(node.condition)}}}"
    return f"{node.sign}{node.bracket}{to_latex(node.condition)}{commands.BRACKETS[node.bracket]}"


PRINTERS: dict[type[Node], Callable[..., str]] = {
    Number: lambda node: str(node.text),
    Symbol: symbol,
    Group: group,
    Negate: negate,
    Plus: plus,
    Minus: minus,
    Product: product,
    Fraction: fraction,
    Power: power,
    Transpose: transpose,
    Root: root,
    Call: call,
    Bound: bound,
    Big: big,
    Compare: compare,
    Indicator: indicator,
    Hole: lambda _: "",
}
"""How each kind of node is printed."""
