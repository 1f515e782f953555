"""A name with brackets behind it: a function's value, a number looked up, or a product."""

from __future__ import annotations

from dataclasses import replace

from texsor.formula import commands
from texsor.formula.naming import is_label
from texsor.formula.nodes import Apply, Arguments, Group, Minus, Node, Number, Plus, Symbol
from texsor.formula.pieces import core, enumerated, rescripted
from texsor.formula.printing import to_latex
from texsor.formula.source import Source
from texsor.formula.vocabulary import Vocabulary

CONSTANTS = ("e", r"\pi")
SIGNS = (r"\partial", r"\mathrm{d}")
"""Letters that stand before an expression and are no factor."""


def called(source: Source, vocabulary: Vocabulary, symbol: Symbol, bracket: Node) -> Node | None:
    """What a symbol is with the brackets behind it, with their powers and indices; None for a product."""
    inner = core(bracket)
    assert isinstance(inner, (Group, Arguments))
    span = symbol.span.to(inner.span)
    array = enumerated(inner) if isinstance(inner, Arguments) else None
    if array is not None:
        inner = Group(array, inner.bracket, span=inner.span, head=inner.head)
    if is_function(vocabulary, symbol):
        return rescripted(source, bracket, Apply(symbol, inner, span=span, head=symbol.head))
    if isinstance(inner, Arguments) and set(inner.marks) != {","}:
        return None
    entries = inner.entries if isinstance(inner, Arguments) else (inner.body,)
    if looks_up(vocabulary, symbol, inner.bracket, entries):
        # Bare, an upright index would be part of the name.
        places = (Group(entry, span=entry.span, head=entry.head) if is_label(entry) else entry for entry in entries)
        found = replace(symbol, indices=(*symbol.indices, *places), span=span, head=span)
        return rescripted(source, bracket, found)
    return None


def is_function(vocabulary: Vocabulary, symbol: Symbol) -> bool:
    """Whether a name is bound to a function, or is one of the known ones and bound to nothing else."""
    name = to_latex(symbol)
    return name in vocabulary.functions or (name in commands.NAMED and not vocabulary.holds(name))


def looks_up(vocabulary: Vocabulary, symbol: Symbol, bracket: str, entries: tuple[Node, ...]) -> bool:
    """Whether brackets hold an index: ``x[y[j]]`` as programs write it, ``p(x)`` where p is bound and x runs."""
    if vocabulary.bound is None or is_constant(vocabulary, symbol) or symbol.name in SIGNS:
        return False
    if bracket == "[":
        return all(is_index(vocabulary, entry) for entry in entries)
    held = vocabulary.holds(to_latex(replace(symbol, indices=())))
    return bracket == "(" and held and all(is_letter(vocabulary, entry) for entry in entries)


def is_index(vocabulary: Vocabulary, node: Node) -> bool:
    """Whether something can say a position: a letter, whole numbers, or one of them shifted."""
    match node:
        case Group():
            return is_index(vocabulary, node.body)
        case Plus() | Minus():
            return is_index(vocabulary, node.left) and is_index(vocabulary, node.right)
        case Symbol() if node.indices:
            return to_latex(replace(node, indices=())) in vocabulary.positions
        case Symbol():
            return is_letter(vocabulary, node) or to_latex(node) in vocabulary.positions
        case _:
            return isinstance(node, Number)


def is_letter(vocabulary: Vocabulary, node: Node) -> bool:
    """Whether something is a letter that nothing is bound to, so that it can run."""
    plain = isinstance(node, Symbol) and not (node.indices or node.label or node.superscript or is_label(node))
    return plain and vocabulary.free(to_latex(node)) and not is_constant(vocabulary, node)


def is_constant(vocabulary: Vocabulary, node: Node) -> bool:
    """Whether something is e or π, and bound to nothing else."""
    return isinstance(node, Symbol) and node.name in CONSTANTS and not vocabulary.holds(node.name)
