"""Slips in what runs: bounds, indices, gathers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from texsor.check.mutant_setting import Setting, Step, shifted
from texsor.formula.nodes import Big, Bound, Indexed, Minus, Node, Number, Plus, Symbol


def bounds(node: Node, setting: Setting) -> Iterator[Step]:
    """A bound left out, moved by one, or another index under the sign."""
    if not isinstance(node, Big):
        return
    for at, bound in enumerate(node.bounds):
        for name, new in bound_steps(bound, setting):
            kept = (*node.bounds[:at], *new, *node.bounds[at + 1 :])
            if kept and len({each.index for each in kept}) == len(kept):
                yield name, replace(node, bounds=kept)
    upper = node.bounds[0].upper if node.bounds else None
    if upper is not None:  # one for all
        for name, moved in (
            ("upper-minus-one", Minus(upper, Number("1"))),
            ("upper-plus-one", Plus(upper, Number("1"))),
        ):
            yield name, replace(node, bounds=tuple(replace(bound, upper=moved) for bound in node.bounds))


def bound_steps(bound: Bound, setting: Setting) -> Iterator[tuple[str, tuple[Bound, ...]]]:
    """One bound, changed; an empty tuple leaves it out."""
    yield "drop-index-under-sign", ()
    if bound.lower is not None:
        yield "drop-bounds", (Bound(bound.index),)
        yield "lower-plus-one", (replace(bound, lower=shifted(bound.lower, 1)),)
        yield "lower-minus-one", (replace(bound, lower=shifted(bound.lower, -1)),)
    for letter in setting.letters:
        if letter != bound.index.name:
            yield f"run-over-{letter}", (replace(bound, index=Symbol(letter)),)


def indices(node: Node, setting: Setting) -> Iterator[Step]:
    """Axes in the wrong order, another index, or a gather that takes the wrong place."""
    if not isinstance(node, (Symbol, Indexed)) or not node.indices:
        return
    if len(node.indices) > 1:
        for at in range(len(node.indices) - 1):
            first, second = node.indices[at : at + 2]
            yield "swap-indices", replace(node, indices=(*node.indices[:at], second, first, *node.indices[at + 2 :]))
    for at, index in enumerate(node.indices):
        gathers = not isinstance(index, Symbol) or bool(index.indices)
        for letter in setting.letters:
            if index != Symbol(letter):
                new = (*node.indices[:at], Symbol(letter), *node.indices[at + 1 :])
                yield "gather-to-index" if gathers else "change-index", replace(node, indices=new)
        if gathers:
            moved = Plus(index, Number("1"))
            yield "shift-gather", replace(node, indices=(*node.indices[:at], moved, *node.indices[at + 1 :]))
