"""Whether a term's tree, in which operands may be missing, describes a part of a formula."""

from __future__ import annotations

from texsor.formula import commands
from texsor.formula.nodes import (
    Apply,
    Big,
    Call,
    Cases,
    Derivative,
    Fenced,
    Fraction,
    Hole,
    Inner,
    Minus,
    Negate,
    Node,
    Product,
    Root,
    Symbol,
    parts_of,
)

NAMES = {rf"\mathrm{{{name}}}": operator for name, operator in commands.BIG_NAMES.items()} | commands.BIG_LETTERS
"""Names that are signs where a bracket or an index follows."""


def fits(pattern: Node, tree: Node) -> bool:
    """Whether a tree without brackets is what a pattern describes."""
    if isinstance(pattern, Hole):
        return True
    headed = heads(pattern, tree)
    if headed is not None:
        return headed
    return type(pattern) is type(tree) and all(
        same(getattr(pattern, name), getattr(tree, name)) for name in parts_of(type(pattern))
    )


def heads(pattern: Node, tree: Node) -> bool | None:
    """The same where a sign may leave out more than its operands; None where it may not."""
    fit: bool | None = None
    match pattern, tree:
        case Negate(operand=Hole()), Minus():
            fit = True
        case Product(), Product() if set(pattern.factors) == {Hole()}:
            fit = set(pattern.signs) <= set(tree.signs)
        case Fraction(), Fraction():
            # On the line or not, a fraction is a fraction.
            fit = fits(pattern.numerator, tree.numerator) and fits(pattern.denominator, tree.denominator)
        case Big(bounds=(), body=Hole(), condition=None), Call():
            # Of several arguments, an extremum is a function.
            fit = pattern.operator == tree.function
        case Big(bounds=(), condition=None), Big():
            fit = pattern.operator == tree.operator and fits(pattern.body, tree.body)
        case Root(radicand=Hole()), Root():
            fit = pattern.degree in (None, tree.degree)
        case Call(arguments=(Hole(),), base=None), Call():
            fit = pattern.function == tree.function
        case Symbol(), Apply():
            fit = pattern == tree.function
        case Symbol(), Big():
            # Alone, such a name is not read as a sign.
            fit = pattern == Symbol(pattern.name) and NAMES.get(pattern.name) == tree.operator
        case Fenced(body=Hole(), order=None), Fenced():
            fit = pattern.kind == tree.kind
        case Derivative(operand=Hole()), Derivative(nabla=True):
            fit = pattern.nabla and fits(pattern.variable, tree.variable)
        case (Cases(branches=()), Cases()) | (Inner(left=Hole(), right=Hole()), Inner()):
            fit = True
    return fit


def same(pattern: object, value: object) -> bool:
    """Whether a field fits."""
    if isinstance(pattern, Node) and isinstance(value, Node):
        return fits(pattern, value)
    if isinstance(pattern, tuple) and isinstance(value, tuple):
        return len(pattern) == len(value) and all(same(a, b) for a, b in zip(pattern, value, strict=True))
    return pattern == value
