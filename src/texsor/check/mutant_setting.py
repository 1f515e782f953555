"""What a rule for mutants may draw on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from texsor.formula.nodes import Apply, Big, Bound, Formula, Group, Minus, Node, Number, Plus, Symbol, walk
from texsor.formula.parsing import parse_symbol
from texsor.formula.vocabulary import Vocabulary

Step = tuple[str, Node]
Rule = Callable[[Node, "Setting"], Iterator[Step]]


@dataclass(frozen=True)
class Setting:
    """What a rule may draw on."""

    member: Node
    """The member that is changed."""
    letters: tuple[str, ...]
    """The indices of the formula, in reading order."""
    symbols: tuple[Symbol, ...]
    """Its symbols without their indices' contents, in reading order."""
    below: frozenset[int]
    """Identities of what stands in subscripts and bounds, or for a function."""
    functions: tuple[Symbol, ...]
    """The functions that are bound, or that the formula applies."""
    vocabulary: Vocabulary
    """What was known of its names when it was read."""

    @classmethod
    def of(cls, formula: Formula, member: Node) -> Setting:
        """The setting of one member."""
        everything = [part for members in formula.equations for whole in members for part in walk(whole)]
        below = {id(part) for outer in everything for part in inner(outer)}
        plain = [index for part in everything if isinstance(part, Symbol) for index in part.indices]
        letters = [index.name for index in plain if isinstance(index, Symbol) and not index.indices]
        letters += [part.index.name for part in everything if isinstance(part, Bound)]
        symbols = [part for part in walk(member) if isinstance(part, Symbol) and id(part) not in below]
        return cls(
            member,
            tuple(dict.fromkeys(letters)),
            tuple(dict.fromkeys(symbols)),
            frozenset(below),
            functions_of(formula),
            formula.vocabulary,
        )


def functions_of(formula: Formula) -> tuple[Symbol, ...]:
    """The functions that are bound, in alphabetical order, and those that a formula applies."""
    bound = [parse_symbol(name) for name in sorted(formula.vocabulary.functions)]
    sides = [side for members in formula.equations for side in members[1 if len(members) > 1 else 0 :]]
    used = [part.function for side in sides for part in walk(side) if isinstance(part, Apply)]
    return tuple(dict.fromkeys((*bound, *used)))


def unbound(node: Node, setting: Setting) -> Iterator[str]:
    """The letters in a condition to which nothing is bound, so that they may run."""
    letters = [part.name for part in walk(node) if isinstance(part, Symbol) and not part.indices]
    return (name for name in dict.fromkeys(letters) if setting.vocabulary.free(name))


def inner(node: Node) -> Iterator[Node]:
    """What stands in a symbol's subscripts, in the bounds of a sign, or for a function."""
    if isinstance(node, Symbol):
        for index in node.indices:
            yield from walk(index)
    elif isinstance(node, Big):
        for bound in node.bounds:
            yield from walk(bound)
    elif isinstance(node, Apply):
        yield from walk(node.function)


def shifted(node: Node, by: int) -> Node:
    """A numeral moved by one; anything else with the one beside it."""
    if isinstance(node, Number) and node.text.isdigit() and int(node.text) + by >= 0:
        return Number(str(int(node.text) + by))
    return Group(Plus(node, Number("1")) if by > 0 else Minus(node, Number("1")))
