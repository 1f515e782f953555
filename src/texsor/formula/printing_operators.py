r"""How sums, products, powers, functions and signs are printed, with the brackets that they need."""

from __future__ import annotations

from texsor.formula import commands
from texsor.formula.bracketing import (
    BRACKETED,
    TERMS,
    argument_of,
    carries,
    closed,
    ending,
    named,
    needs_brackets,
    sliced,
)
from texsor.formula.nodes import (
    Big,
    Bound,
    Call,
    Compare,
    Derivative,
    Fraction,
    Hole,
    Logic,
    Minus,
    Negate,
    Node,
    Plus,
    Power,
    Product,
    Symbol,
    Transpose,
)
from texsor.formula.printing_atoms import Text

PREFIXES = (*commands.BIG.values(), *(rf"\{name}" for name in sorted(commands.FUNCTIONS)), r"\nabla")
"""How the operators begin that end a function's argument."""
SAID = (Compare, Logic)


def unless(node: Node, refused: tuple[type[Node], ...], text: Text) -> str:
    """A part, in brackets if it is of a kind that needs them."""
    return f"({text(node)})" if isinstance(node, refused) else text(node)


def negate(node: Negate, text: Text) -> str:
    """A leading minus; a second sign beside it needs brackets."""
    return f"-{unless(node.operand, TERMS, text)}"


def plus(node: Plus, text: Text) -> str:
    """A sum."""
    return f"{unless(node.left, SAID, text)} + {unless(node.right, TERMS, text)}"


def minus(node: Minus, text: Text) -> str:
    """A difference."""
    return f"{unless(node.left, SAID, text)} - {unless(node.right, TERMS, text)}"


def product(node: Product, text: Text) -> str:
    """Factors, with brackets around those that would swallow or be swallowed."""
    said = ""
    for at in reversed(range(len(node.factors))):
        sign = node.signs[at] if said else ""
        printed = factor(node.factors[at], at, sign, said, text)
        # Two numerals side by side would be one.
        if said and not sign and printed[-1:].isdigit() and said[:1].isdigit():
            printed = f"({printed})"
        said = " ".join(part for part in (printed, sign, said) if part)
    return said


def factor(node: Node, at: int, sign: str, behind: str, text: Text) -> str:
    """One factor, in brackets where it would swallow what is behind it or what stands before it."""
    apart = bool(sign) or behind.startswith(PREFIXES)
    end = ending(node)
    swallows = end == "big" or (end == "call" and not apart)
    torn = isinstance(node, Fraction) and node.slash and (at > 0 or not (sign or behind.startswith(BIGS)))
    bare = not torn and not (behind and swallows) and not isinstance(node, (*TERMS, Product))
    return text(node) if bare else f"({text(node)})"


BIGS = tuple(commands.BIG.values())


def fraction(node: Fraction, text: Text) -> str:
    """A fraction; on the line it needs brackets around nearly everything."""
    if not node.slash:
        return rf"\frac{{{unless(node.numerator, SAID, text)}}}{{{unless(node.denominator, SAID, text)}}}"
    last = node.numerator.factors[-1] if isinstance(node.numerator, Product) else node.numerator
    above = f"({text(node.numerator)})" if ending(last) else unless(node.numerator, TERMS, text)
    torn = isinstance(node.denominator, Fraction) and node.denominator.slash
    below = f"({text(node.denominator)})" if torn else unless(node.denominator, (*TERMS, Product), text)
    return f"{above} / {below}"


def power(node: Power, text: Text) -> str:
    """A power; a function carries it before its argument."""
    exponent = text(node.exponent)
    if isinstance(node.base, Call) and carries(node) and not closed(node.base):
        return call(node.base, text, exponent)
    base = text(node.base) if closed(node.base) and not named(node) else f"({text(node.base)})"
    return f"{base}^{{{exponent}}}"


def transpose(node: Transpose, text: Text) -> str:
    """A transpose."""
    return rf"{text(node.operand) if closed(node.operand) else f'({text(node.operand)})'}^{{\top}}"


def call(node: Call, text: Text, exponent: str = "") -> str:
    """A function and its argument."""
    base = f"_{{{text(node.base)}}}" if node.base is not None else ""
    name = rf"\{node.function}{base}" + (f"^{{{exponent}}}" if exponent else "")
    if len(node.arguments) > 1:
        return f"{name}({', '.join(text(argument) for argument in node.arguments)})"
    return f"{name} {behind(node, text)}"


def behind(node: Call | Derivative, text: Text) -> str:
    """What a function is applied to, without brackets where the parser needs none."""
    argument = argument_of(node)
    assert argument is not None
    return f"({text(argument)})" if needs_brackets(argument) else text(argument)


def bound(node: Bound, text: Text) -> str:
    """An index under a sign, without the upper bound, which stands above."""
    said = text(node.index) + (f"={text(node.lower)}" if node.lower is not None else "")
    return said + (rf" \sim {text(node.law)}" if node.law is not None else "")


def below(node: Big, text: Text) -> str:
    """The indices under a sign and the condition on them; a letter of a set is said by its condition."""
    condition = node.condition
    member = condition.operands[0] if isinstance(condition, Compare) and condition.relations == (r"\in",) else None
    alone = isinstance(member, Symbol) and node.bounds == (Bound(member),)
    listed = "" if alone else ",".join(bound(part, text) for part in node.bounds)
    whole = listed + (" : " if listed and condition is not None else "")
    whole += text(condition) if condition is not None else ""
    return f"_{{{whole}}}" if whole else ""


def big(node: Big, text: Text) -> str:
    """A sign with its indices and body."""
    upper = node.bounds[0].upper if node.bounds else None
    above = f"^{{{text(upper)}}}" if upper is not None else ""
    sign = f"{commands.BIG[node.operator]}{below(node, text)}{above}"
    if node.operator in BRACKETED:
        return sign if isinstance(node.body, Hole) else f"{sign}[{text(node.body)}]"
    return f"{sign} {unless(node.body, TERMS, text)}".rstrip()


def derivative(node: Derivative, text: Text) -> str:
    r"""A derivative, as one fraction or with ``\nabla``."""
    variable = text(node.variable)
    if node.nabla:
        return (rf"\nabla_{{{variable}}} " if variable else r"\nabla ") + behind(node, text)
    operand = f"({text(node.operand)})" if sliced(node.operand) else unless(node.operand, TERMS, text)
    return rf"\frac{{\partial {operand}}}{{\partial {variable}}}"
