"""How a part of a formula is written as a term: with as little as tells it from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from texsor.formula import commands
from texsor.formula.fitting import fits
from texsor.formula.nodes import (
    Apply,
    Big,
    Call,
    Cases,
    Fenced,
    Fraction,
    Hole,
    Minus,
    Negate,
    Node,
    Plus,
    Product,
    Symbol,
    walk,
)
from texsor.formula.printing import to_latex

VARIANCE = commands.BIG["variance"]
"""What is a sign only where a bracket follows, or alone."""
ELEMENTWISE = (r"\odot", r"\otimes")


class Others:
    """The parts of a formula, among which a spelling must tell one from the rest."""

    def __init__(self, trees: Sequence[Node]) -> None:
        self.kinds: dict[type[Node], list[tuple[int, Node]]] = {}
        for at, tree in enumerate(trees):
            self.kinds.setdefault(type(tree), []).append((at, tree))

    def shortest(self, node: Node, *, small: bool) -> str:
        """The shortest spelling that fits this part only: its sign, its sign and its operand's, or all of it.

        ``small`` says whether the part is one term with all that is in it, so that its sign alone would say too little.
        """
        for text, pattern in () if small else spellings(node):
            if len(list(islice(self.fitting(pattern), 2))) == 1:
                return text
        text = to_latex(node)
        if not loose(node):
            return text
        # Of two names neither describes the other, and there may be hundreds.
        names = isinstance(node, Symbol)
        others = (pair for pair in self.pairs(node) if not (names and isinstance(pair[1], Symbol)))
        found = [at for at, other in others if other is not node and fits(node, other)]
        place = next(at for at, other in self.kinds[type(node)] if other is node)
        return f"{text} @{sum(at < place for at in found) + 1}" if found else text

    def fitting(self, pattern: Node) -> Iterator[Node]:
        """The parts that a pattern describes, in no order."""
        return (other for _, other in self.pairs(pattern) if fits(pattern, other))

    def pairs(self, pattern: Node) -> Iterator[tuple[int, Node]]:
        """The parts of the kinds that a pattern can describe, with their places."""
        kinds = ALIKE.get(type(pattern), (type(pattern),))
        return (pair for kind in kinds for pair in self.kinds.get(kind, ()))


ALIKE: dict[type[Node], tuple[type[Node], ...]] = {
    Negate: (Negate, Minus),
    Symbol: (Symbol, Apply, Big),
    Big: (Big, Call),
}
"""Kinds of patterns that describe other kinds of parts too."""


def loose(node: Node) -> bool:
    """Whether all of a part, written out, may describe others too: fractions, signs without an index, names."""
    return isinstance(node, Symbol) or any(isinstance(part, (Fraction, Big)) for part in walk(node))


def spellings(node: Node) -> Iterator[tuple[str, Node]]:
    """Ways to write a part with operands left out, shortest first, and what each reads as."""
    found: list[Node] = []
    match node:
        case Negate(operand=Call() | Big() as operand):
            found = [Negate(Hole()), *(Negate(pattern) for text, pattern in spellings(operand) if text != VARIANCE)]
        case Negate() | Minus():
            found = [Negate(Hole())]
        case Plus():
            found = [Plus(Hole(), Hole())]
        case Product() if set(node.signs) <= set(ELEMENTWISE) and len(set(node.signs)) == 1:
            yield node.signs[0], Product((Hole(), Hole()), (node.signs[0],))
        case Call(arguments=(_, _, *_)):
            found = [Big(node.function, (), Hole())]
        case Call():
            found = [Call(node.function, (Hole(),))]
        case Apply():
            found = [node.function]
        case Big():
            found = [Big(node.operator, (), Hole()), Big(node.operator, node.bounds, Hole(), node.condition)]
        case Cases():
            found = [Cases(())]
        case Fraction():
            yield r"\frac", Fraction(Hole(), Hole())
        case Fenced(kind="abs" | "norm" | "floor" | "ceil"):
            yield SIGNS[node.kind], Fenced(node.kind, Hole())
    yield from ((to_latex(pattern).strip(), pattern) for pattern in found)


SIGNS = {"abs": r"\lvert", "norm": r"\lVert", "floor": r"\lfloor", "ceil": r"\lceil"}
"""The bracket that stands for what it encloses."""
