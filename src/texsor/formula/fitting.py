"""Whether a term's tree, in which operands may be missing, describes a part of a formula."""

from __future__ import annotations

from dataclasses import fields

from texsor.formula.nodes import Big, Call, Fraction, Hole, Minus, Negate, Node, Product, Root


def fits(pattern: Node, tree: Node) -> bool:
    """Whether a tree without brackets is what a pattern describes."""
    if isinstance(pattern, Hole):
        return True
    headed = heads(pattern, tree)
    if headed is not None:
        return headed
    return type(pattern) is type(tree) and all(
        same(getattr(pattern, spec.name), getattr(tree, spec.name)) for spec in fields(pattern) if spec.compare
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
        case Big(bounds=()), Big():
            fit = pattern.operator == tree.operator and fits(pattern.body, tree.body)
        case Root(radicand=Hole()), Root():
            fit = pattern.degree in (None, tree.degree)
        case Call(arguments=(Hole(),), base=None), Call():
            fit = pattern.function == tree.function
    return fit


def same(pattern: object, value: object) -> bool:
    """Whether a field fits."""
    if isinstance(pattern, Node) and isinstance(value, Node):
        return fits(pattern, value)
    if isinstance(pattern, tuple) and isinstance(value, tuple):
        return len(pattern) == len(value) and all(same(a, b) for a, b in zip(pattern, value, strict=True))
    return pattern == value
