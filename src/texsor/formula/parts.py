"""The parts of a formula that a term can stand for, each with the shortest way to write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from texsor.formula.nodes import (
    Apply,
    Arguments,
    Big,
    Bound,
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
    Node,
    Number,
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
from texsor.formula.source import Span
from texsor.formula.spelling import Others


@dataclass(frozen=True)
class Term:
    """A part of a formula that a term can stand for."""

    text: str
    """The shortest term that means this part and no other."""
    member: int
    """Which member it is in first, counted from 1 over the members of all equations in their order."""
    node: Node
    """The part, where it occurs first."""
    places: tuple[Node, ...]
    """Everywhere it occurs in the same spelling up to the letters of its indices, in reading order."""


def terms(formula: Formula, *, member: int | None = None) -> list[Term]:
    """Every part that a table of terms must explain, in reading order.

    These are the operators and symbols of the right sides of every equation. A fraction, power, root, bar or inner
    product of numbers and plain symbols is one term, and so is a symbol with its indices, or a derivative.
    """
    found = parts(formula, member)
    inner = {id(node) for part in found if whole(part.node) for node in walk(part.node) if node is not part.node}
    return [part for part in found if headed(part.node) and not all(id(node) in inner for node in part.places)]


def parts(formula: Formula, member: int | None) -> list[Term]:
    """The different parts of the right sides, each with all its places."""
    letters, places = running(formula), dict[Node, list[tuple[int, Node]]]()
    for at, side in right_sides(formula, member):
        for node in expressions(side):
            places.setdefault(renamed(node, letters), []).append((at, node))
    found = [sorted(group, key=lambda entry: entry[1].head.start) for group in places.values()]
    found.sort(key=lambda group: group[0][1].head.start)
    trees = [strip(group[0][1]) for group in found]
    others = Others(trees)
    made = list[Term]()
    for group, tree in zip(found, trees, strict=True):
        (at, node), *_ = group
        text = others.shortest(tree, small=whole(node))
        made.append(Term(text, at, node, tuple(place for _, place in group)))
    return made


def right_sides(formula: Formula, member: int | None) -> list[tuple[int, Node]]:
    """The members that are computed, with their numbers; or the one of that number, whatever it is."""
    numbered = list(enumerate((side for members in formula.equations for side in members), start=1))
    if member is not None:
        if not 1 <= member <= len(numbered):
            what = f"the formula has {len(numbered)} members, and member {member} is asked for"
            raise formula.source.invalid(Span(0, len(formula.latex)), what)
        return [numbered[member - 1]]
    left = {id(members[0]) for members in formula.equations if len(members) > 1 and names(members[0])}
    return [(at, side) for at, side in numbered if id(side) not in left]


def names(left: Node) -> bool:
    """Whether a left side is the name of what is said: a symbol, or ``f(x)`` with an index or without."""
    return isinstance(left, (Symbol, Apply)) or (isinstance(left, Indexed) and isinstance(left.body, Apply))


def expressions(node: Node) -> Iterator[Node]:
    """Everything with a value of its own; not what stands below or above a sign, or says which case holds."""
    if not isinstance(node, (Group, Arguments, Compare, Logic)):
        yield node
    for part in inside(node):
        yield from expressions(part)


def inside(node: Node) -> Iterator[Node]:
    """The parts of a node in which values of their own can be."""
    if isinstance(node, Big):
        yield node.body
    elif isinstance(node, Apply):
        yield node.argument
    elif isinstance(node, Cases):
        yield from (branch.value for branch in node.branches)
    elif isinstance(node, Power) and exponential(node):
        yield node.exponent
    elif isinstance(node, (Symbol, Indexed)):
        if isinstance(node, Indexed):
            yield node.body
        for index in node.indices:
            if any(isinstance(part, Symbol) and part.indices for part in walk(index)):
                yield index
    elif not isinstance(node, Derivative):  # which is one term with all that is in it
        yield from children(node)


def headed(node: Node) -> bool:
    """Whether a part has a glyph of its own to point at; a row of factors, an index or a numeral have none."""
    if isinstance(node, Product):
        return any(node.signs)
    return not isinstance(node, (Number, Hole, Indexed))


def whole(node: Node) -> bool:
    """Whether a part is one term with all that is in it."""
    if isinstance(node, (Symbol, Indicator)):
        return True
    small = isinstance(node, (Fraction, Power, Root, Transpose, Fenced, Inner)) and not exponential(node)
    return small and all(isinstance(part, (Number, Symbol)) and not any(children(part)) for part in children(node))


def exponential(node: Node) -> bool:
    """Whether a power is the exponential function, whose operand is its exponent."""
    return isinstance(node, Power) and node.base == Symbol("e")


def renamed(node: Node, letters: frozenset[str]) -> Node:
    """The same tree with its indices called by the order in which they appear: equal trees have equal values."""
    names: dict[str, str] = {}

    def rename(part: Node) -> Node:
        if isinstance(part, Symbol) and part.name in letters and not part.indices:
            return Symbol(names.setdefault(part.name, f"index {len(names) + 1}"))
        return rebuild(part, rename)

    return rename(strip(node))


def running(formula: Formula) -> frozenset[str]:
    """The letters that run: under a sign, in a condition that says what runs, or as an axis of a left side."""
    found = set[str]()
    for members in formula.equations:
        for node in (part for side in members for part in walk(side)):
            if isinstance(node, Bound):
                found.add(node.index.name)
            elif isinstance(node, Big) and not node.bounds and node.condition is not None:
                found |= {letter for letter in letters_of(node.condition) if not formula.vocabulary.holds(letter)}
        if isinstance(members[0], (Symbol, Indexed)):
            found |= {index.name for index in members[0].indices if isinstance(index, Symbol)}
    return frozenset(found)


def letters_of(condition: Node) -> Iterator[str]:
    """The plain letters of a condition: its sides, and the indices in it."""
    for node in walk(condition):
        if isinstance(node, Symbol) and not node.indices and not node.label and not node.superscript:
            yield node.name
