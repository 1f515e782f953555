"""What each equation says: its members, and which equation is the result that the others prepare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from texsor.formula.calls import is_constant, is_function
from texsor.formula.conditions import ARROW, is_condition
from texsor.formula.nodes import Apply, Arguments, Compare, Formula, Group, Indexed, Node, Product, Symbol, walk
from texsor.formula.pieces import core, rescripted
from texsor.formula.printing import to_latex
from texsor.formula.source import Source
from texsor.formula.vocabulary import Vocabulary


@dataclass(frozen=True)
class Equation:
    """One equation."""

    members: tuple[Node, ...]
    """Its sides."""
    vocabulary: Vocabulary
    """What is known of its names."""
    assigned: bool = False
    """Whether it is written with an arrow."""

    @cached_property
    def defines(self) -> str | None:
        """The name on its left side; None where there is an expression."""
        left = self.members[0]
        return to_latex(left) if len(self.members) > 1 and isinstance(left, Symbol) else None

    @cached_property
    def uses(self) -> frozenset[str]:
        """The names on its right sides: with their indices, and without unless something is bound to the whole."""
        first = 1 if self.defines is not None else 0
        found = set[str]()
        for symbol in (part for side in self.members[first:] for part in walk(side) if isinstance(part, Symbol)):
            whole = to_latex(symbol)
            found |= {whole} if self.vocabulary.holds(whole) else {whole, bare(symbol)}
        return frozenset(found)

    def needs(self, other: Equation) -> bool:
        """Whether this equation uses what another defines."""
        left = other.members[0]
        if other is self or other.defines is None or not isinstance(left, Symbol):
            return False
        return other.defines in self.uses or bare(left) in self.uses


def bare(symbol: Symbol) -> str:
    """A symbol's name without its indices."""
    return to_latex(Symbol(symbol.name, symbol.label, superscript=symbol.superscript))


def arranged(source: Source, vocabulary: Vocabulary, trees: Sequence[Node]) -> Formula:
    """A formula of its equations."""
    found = [equation(source, vocabulary, tree) for tree in trees]
    if len(found) > 1:
        found = sort(source, found)
    *earlier, last = found
    return Formula(last.members, source, tuple(each.members for each in earlier), last.assigned, vocabulary)


def equation(source: Source, vocabulary: Vocabulary, tree: Node) -> Equation:
    """The expressions that are said to be equal."""
    if not isinstance(tree, Compare):
        if is_condition(tree):
            raise source.not_yet(tree.span, "a condition is no formula", "write an equation")
        return Equation((tree,), vocabulary)
    if tree.relations == (ARROW,):
        left, right = tree.operands
        if not isinstance(left, Symbol):
            raise source.invalid(left.span, "only a symbol takes a new value")
        return Equation((left, right), vocabulary, assigned=True)
    if set(tree.relations) != {"="}:
        relation = next(relation for relation in tree.relations if relation != "=")
        raise source.not_yet(tree.span, f"a formula that says {relation} is not supported yet", "write an equation")
    first, *others = tree.operands
    return Equation((defined(source, vocabulary, first), *others), vocabulary)


def defined(source: Source, vocabulary: Vocabulary, left: Node) -> Node:
    """A left side, ``H(p, q)`` with H a name that is defined here and not a factor."""
    if not isinstance(left, Product) or len(left.factors) != 2 or left.signs != ("",):
        return left
    name, scripted = left.factors
    bracket = core(scripted)
    if not isinstance(name, Symbol) or not isinstance(bracket, (Group, Arguments)) or is_constant(vocabulary, name):
        return left
    known = vocabulary.bound is not None and to_latex(name) in vocabulary.bound
    if known or is_function(vocabulary, name) or not (scripted is bracket or isinstance(scripted, Indexed)):
        return left
    span = name.span.to(bracket.span)
    return rescripted(source, scripted, Apply(name, bracket, span=span, head=name.head))


def sort(source: Source, found: list[Equation]) -> list[Equation]:
    """Equations in the order in which they need each other; the last that no other uses says the result."""
    if any(each.assigned for each in found):
        raise source.not_yet(found[0].members[0].span, "several assignments in one formula are not supported yet")
    check_twice(source, found)
    needs = [{at for at, other in enumerate(found) if each.needs(other)} for each in found]
    unused = set(range(len(found))).difference(*needs)
    result = max(unused, default=-1)
    waiting = [at for at in range(len(found)) if at != result]
    done = dict[int, None]()
    while waiting:
        ready = next((at for at in waiting if needs[at] <= done.keys()), None)
        if ready is None:
            what = "these equations define each other in a circle"
            raise source.invalid(found[waiting[0]].members[0].span, what, "bind one of the names to a tensor")
        waiting.remove(ready)
        done[ready] = None
    return [found[at] for at in (*done, *([result] if result >= 0 else []))]


def check_twice(source: Source, found: list[Equation]) -> None:
    """Refuse a name that two equations define."""
    known = set[str]()
    for each in found:
        if each.defines is not None and each.defines in known:
            what = f"{each.defines} is defined twice"
            raise source.invalid(each.members[0].span, what, "write one equation: a = b = c")
        known |= {each.defines} if each.defines is not None else set()
