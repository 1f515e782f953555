"""What can be changed in one step: a rule for each kind of slip, in one list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from texsor.check.mutant_indices import bounds, indices
from texsor.check.mutant_more import MORE
from texsor.check.mutant_setting import Rule, Setting, Step, shifted
from texsor.formula.nodes import (
    Big,
    Call,
    Compare,
    Fraction,
    Group,
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
    walk,
)


def signs(node: Node, setting: Setting) -> Iterator[Step]:
    """A sign too many, one too few, or the other one."""
    if node is setting.member and not isinstance(node, Negate):
        yield "negate", Negate(node)
    match node:
        case Negate():
            yield "drop-minus", node.operand
        case Plus():
            yield "plus-to-minus", Minus(node.left, node.right)
        case Minus():
            yield "minus-to-plus", Plus(node.left, node.right)
            yield "swap-operands", Minus(node.right, node.left)
        case Power() if not isinstance(node.exponent, Negate) and id(node) not in setting.below:
            yield "negate-exponent", Power(node.base, Negate(node.exponent))
        case Power(exponent=Negate() as negated) if id(node) not in setting.below:
            yield "drop-minus", Power(node.base, negated.operand)
        case Call(function="exp", arguments=(argument,)) if not isinstance(argument, Negate):
            yield "negate-exponent", Call("exp", (Group(Negate(argument)),))


OPERATORS = {
    "sum": ("mean", "prod", "max"),
    "mean": ("sum", "max"),
    "prod": ("sum", "max"),
    "max": ("min", "sum", "mean"),
    "min": ("max", "sum"),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "expectation": ("sum", "variance", "max"),
    "variance": ("expectation", "sum"),
}
"""What each sign is mistaken for."""


def operators(node: Node, _setting: Setting) -> Iterator[Step]:
    """Another sign over the same index, or none."""
    if isinstance(node, Big):
        undrawn = tuple(replace(bound, law=None) for bound in node.bounds)
        for other in OPERATORS[node.operator]:
            kept = node.bounds if other in ("expectation", "variance") else undrawn
            yield f"{node.operator}-to-{other}", replace(node, operator=other, bounds=kept)
        yield f"drop-{node.operator}", node.body
    if isinstance(node, Call) and node.function in ("max", "min"):
        other = {"max": "min", "min": "max"}[node.function]
        yield f"{node.function}-to-{other}", replace(node, function=other)
        for at, argument in enumerate(node.arguments):
            yield f"only-argument-{at + 1}", argument


FUNCTIONS = {
    "log": ("exp",),
    "ln": ("exp",),
    "lg": ("ln",),
    "exp": ("log",),
    "sin": ("cos",),
    "cos": ("sin",),
    "tan": ("tanh",),
    "sinh": ("cosh",),
    "cosh": ("sinh",),
    "tanh": ("sinh",),
}
"""What each function is mistaken for."""


def functions(node: Node, _setting: Setting) -> Iterator[Step]:
    """Another function, another base, or none."""
    match node:
        case Call(function="max" | "min"):
            return
        case Call():
            for other in FUNCTIONS.get(node.function, ()):
                yield f"{node.function}-to-{other}", Call(other, node.arguments)
            yield f"drop-{node.function}", node.arguments[0]
            if node.function in ("log", "ln") and node.base is None:
                yield "log-base-2", Call("log", node.arguments, Number("2"))
                yield "log-base-10", Call("log", node.arguments, Number("10"))
            elif node.base is not None:
                yield "drop-log-base", Call("log", node.arguments)
        case Root():
            yield "drop-root", node.radicand
        case Transpose():
            yield "drop-transpose", node.operand


def powers(node: Node, _setting: Setting) -> Iterator[Step]:
    """A power left out; for the exponential function, the function left out."""
    if isinstance(node, Power) and node.base == Symbol("e"):
        yield "drop-exp", node.exponent
        yield "exp-base-2", Power(Number("2"), node.exponent)
    elif isinstance(node, Power):
        yield "drop-power", node.base


def factors(node: Node, _setting: Setting) -> Iterator[Step]:
    """A factor left out, or matrices in the wrong order."""
    if not isinstance(node, Product):
        return
    for at in range(len(node.factors)):
        rest = (*node.factors[:at], *node.factors[at + 1 :])
        cut = max(at - 1, 0)
        kept = (*node.signs[:cut], *node.signs[cut + 1 :])
        yield "drop-factor", Product(rest, kept) if len(rest) > 1 else rest[0]
    for at in range(len(node.factors) - 1):
        first, second = node.factors[at : at + 2]
        # Numbers commute: only what may be an array can stand in the wrong order.
        if all(array_like(factor) for factor in (first, second)):
            yield "swap-factors", replace(node, factors=(*node.factors[:at], second, first, *node.factors[at + 2 :]))


def squares(node: Node, _setting: Setting) -> Iterator[Step]:
    """A factor twice: where it is 0 or 1, as in a one-hot row, nobody would see it."""
    if isinstance(node, Product):
        for at, factor in enumerate(node.factors):
            if isinstance(factor, Symbol):
                squared = (*node.factors[:at], Power(factor, Number("2")), *node.factors[at + 1 :])
                yield "square-factor", replace(node, factors=squared)


def array_like(node: Node) -> bool:
    """Whether a factor could be an array: something named, and nothing with indices."""
    parts = list(walk(node))
    named = any(isinstance(part, Symbol) for part in parts)
    return named and not any(
        isinstance(part, (Big, Indicator)) or (isinstance(part, Symbol) and part.indices) for part in parts
    )


def quotients(node: Node, _setting: Setting) -> Iterator[Step]:
    """A fraction upside down, or only one half of it."""
    if isinstance(node, Fraction):
        yield "swap-operands", Fraction(node.denominator, node.numerator)
        yield "drop-denominator", node.numerator
        yield "drop-numerator", Fraction(Number("1"), node.denominator)


def summands(node: Node, setting: Setting) -> Iterator[Step]:
    """A term left out."""
    if isinstance(node, (Plus, Minus)) and id(node) not in setting.below:
        yield "drop-right-term", node.left
        yield "drop-left-term", node.right if isinstance(node, Plus) else Negate(node.right)


def constants(node: Node, setting: Setting) -> Iterator[Step]:
    """A numeral one too large or too small."""
    if isinstance(node, Number) and id(node) not in setting.below:
        yield "plus-one", shifted(node, 1)
        yield "minus-one", shifted(node, -1)


CONDITIONS = {
    "=": (r"\ne",),
    r"\ne": ("=",),
    "<": (r"\le", ">"),
    ">": (r"\ge", "<"),
    r"\le": ("<", r"\ge"),
    r"\ge": (">", r"\le"),
    r"\in": (r"\notin",),
    r"\notin": (r"\in",),
}
"""What each relation is mistaken for."""


def conditions(node: Node, _setting: Setting) -> Iterator[Step]:
    """A condition turned round, or with the border on the other side."""
    if isinstance(node, Compare):
        for at, relation in enumerate(node.relations):
            for other in CONDITIONS.get(relation, ()):
                turned = (*node.relations[:at], other, *node.relations[at + 1 :])
                yield "change-condition", replace(node, relations=turned)


def names(node: Node, setting: Setting) -> Iterator[Step]:
    """Another symbol of the formula in this one's place."""
    unlike = (*setting.letters, "e")
    if isinstance(node, Symbol) and id(node) not in setting.below and node.name not in unlike:
        for other in setting.symbols:
            new = replace(node, name=other.name, label=other.label, superscript=other.superscript)
            if len(other.indices) == len(node.indices) and other.name not in unlike and new != node:
                yield "change-symbol", new


RULES: tuple[Rule, ...] = (
    signs,
    operators,
    bounds,
    indices,
    functions,
    powers,
    factors,
    squares,
    quotients,
    summands,
    constants,
    conditions,
    names,
    *MORE,
)
"""Every rule, in the order in which its mutants are listed."""
