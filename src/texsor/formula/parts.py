"""The parts of a formula that a term can stand for, each with the shortest way to write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from texsor.formula.fitting import fits
from texsor.formula.nodes import (
    Big,
    Bound,
    Call,
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
    children,
    rebuild,
    strip,
    walk,
)
from texsor.formula.printing import to_latex
from texsor.formula.source import Span


@dataclass(frozen=True)
class Term:
    """A part of a formula that a term can stand for."""

    text: str
    """The shortest term that means this part and no other."""
    member: int
    """Which member of the formula it is in first, counted from 1."""
    node: Node
    """The part, where it occurs first."""
    places: tuple[Node, ...]
    """Everywhere it occurs in the same spelling up to the letters of its indices, in reading order."""


def terms(formula: Formula, *, member: int | None = None) -> list[Term]:
    """Every part that a table of terms must explain, in reading order.

    These are the operators and symbols of the right sides. A fraction, power or root of numbers and plain symbols is
    one term, and so is a symbol with its indices.
    """
    found = parts(formula, member)
    inner = {id(node) for part in found if whole(part.node) for node in walk(part.node) if node is not part.node}
    return [part for part in found if headed(part.node) and not all(id(node) in inner for node in part.places)]


def parts(formula: Formula, member: int | None) -> list[Term]:
    """The different parts of the right sides, each with all its places."""
    left = 1 if len(formula.members) > 1 and isinstance(formula.members[0], Symbol) else 0
    wanted = range(left, len(formula.members)) if member is None else [member - 1]
    if any(not 0 <= at < len(formula.members) for at in wanted):
        what = f"the formula has {len(formula.members)} members, and member {member} is asked for"
        raise formula.source.invalid(Span(0, len(formula.latex)), what)
    letters, places = running(formula), dict[Node, list[tuple[int, Node]]]()
    for at in wanted:
        for node in expressions(formula.members[at]):
            places.setdefault(renamed(node, letters), []).append((at, node))
    groups = sorted(places.values(), key=lambda group: group[0][1].head.start)
    spelled = [(group[0][0] + 1, group[0][1], tuple(node for _, node in group)) for group in groups]
    trees = [strip(node) for _, node, _ in spelled]
    return [Term(shortest(node, trees), number, node, nodes) for number, node, nodes in spelled]


def expressions(node: Node) -> Iterator[Node]:
    """Everything with a value of its own; not what stands below or above a sign."""
    if not isinstance(node, Group):
        yield node
    if isinstance(node, Big):
        yield from expressions(node.body)
    elif isinstance(node, Power) and exponential(node):
        yield from expressions(node.exponent)
    elif isinstance(node, Symbol):
        for index in node.indices:
            if any(isinstance(part, Symbol) and part.indices for part in walk(index)):
                yield from expressions(index)
    else:
        for child in children(node):
            yield from expressions(child)


def headed(node: Node) -> bool:
    """Whether a part has a glyph of its own to point at; a row of factors and a numeral have none."""
    return not isinstance(node, (Product, Number, Hole)) or (isinstance(node, Product) and any(node.signs))


def whole(node: Node) -> bool:
    """Whether a part is one term with all that is in it."""
    if isinstance(node, (Symbol, Indicator)):
        return True
    small = isinstance(node, (Fraction, Power, Root, Transpose)) and not exponential(node)
    return small and all(isinstance(part, (Number, Symbol)) and not any(children(part)) for part in children(node))


def exponential(node: Node) -> bool:
    """Whether a power is the exponential function, whose operand is its exponent."""
    return isinstance(node, Power) and node.base == Symbol("e")


def shortest(node: Node, trees: list[Node]) -> str:
    """The shortest spelling that fits this part only: its sign, its sign and its operand's, or all of it."""
    for text, pattern in spellings(node):
        if sum(fits(pattern, other) for other in trees) == 1:
            return text
    return to_latex(strip(node))


def spellings(node: Node) -> Iterator[tuple[str, Node]]:
    """Ways to write a part with operands left out, shortest first, and what each reads as."""
    found: list[Node] = []
    match node:
        case Negate(operand=Call() | Big() as operand):
            found = [Negate(Hole()), *(Negate(pattern) for _, pattern in spellings(operand))]
        case Negate() | Minus():
            found = [Negate(Hole())]
        case Plus():
            found = [Plus(Hole(), Hole())]
        case Call():
            found = [Call(node.function, (Hole(),))]
        case Big():
            found = [Big(node.operator, (), Hole()), Big(node.operator, node.bounds, Hole())]
        case Fraction() if not whole(node):
            yield r"\frac", Fraction(Hole(), Hole())
    yield from ((to_latex(pattern).strip(), pattern) for pattern in found)


def renamed(node: Node, letters: frozenset[str]) -> Node:
    """The same tree with its indices called by the order in which they appear: equal trees have equal values."""
    names: dict[str, str] = {}

    def rename(part: Node) -> Node:
        if isinstance(part, Symbol) and part.name in letters and not part.indices:
            return Symbol(names.setdefault(part.name, f"index {len(names) + 1}"))
        return rebuild(part, rename)

    return rename(strip(node))


def running(formula: Formula) -> frozenset[str]:
    """The letters that run: under a sign, or as an axis of the left side."""
    found = {part.index.name for member in formula.members for part in walk(member) if isinstance(part, Bound)}
    left = formula.members[0]
    if isinstance(left, Symbol):
        found |= {index.name for index in left.indices if isinstance(index, Symbol)}
    return frozenset(found)
