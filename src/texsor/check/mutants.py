"""The one-step mutants of a formula: every slip that a proof has to notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from texsor.check.mutant_rules import RULES
from texsor.check.mutant_setting import Setting
from texsor.errors import TexsorError
from texsor.formula.nodes import Apply, Formula, Node, Symbol, rebuild, strip, walk
from texsor.formula.parsing import parse
from texsor.formula.printing import to_latex


@dataclass(frozen=True)
class Mutant:
    """A formula with one thing changed."""

    name: str
    """What was changed and at which character of the original: ``sum-to-mean@11``."""
    formula: Formula
    """The changed formula, with a text of its own."""
    note: str
    """The part before and after: ``\\sum_{n} x_{n} → \\operatorname{mean}_{n} x_{n}``."""


def mutants(formula: Formula) -> list[Mutant]:
    r"""Every different one-step mutant, in reading order and always in the same.

    >>> [mutant.name for mutant in mutants(parse(r"L = \sum_n x_n"))][:2]
    ['negate@4', 'sum-to-mean@4']
    """
    found: list[Mutant] = []
    seen = {stripped(formula)}
    for whole, member in sides(formula):
        for rule, old, new in steps(formula, member):
            changed = exchanged(formula, whole, member, Swap(old, new)(member))
            key = stripped(changed)
            if key in seen:
                continue
            seen.add(key)
            read = readable(changed)
            if read is not None:
                name = unique(f"{rule}@{old.span.start}", found)
                found.append(Mutant(name, read, f"{to_latex(old)} → {to_latex(new)}"))
    return found


def readable(changed: Formula) -> Formula | None:
    """A changed formula with a text of its own; None for one that nobody could have written."""
    try:
        read = parse(to_latex(changed), where=changed.where, vocabulary=changed.vocabulary)
    except TexsorError:
        return None
    return read if stripped(read) == stripped(changed) else None


def sides(formula: Formula) -> Iterator[tuple[tuple[Node, ...], Node]]:
    """Every side that is not a plain left one, with the members of its equation; the result's come last."""
    for members in formula.equations:
        first = 1 if len(members) > 1 and isinstance(members[0], (Symbol, Apply)) else 0
        yield from ((members, member) for member in members[first:])


def exchanged(formula: Formula, whole: tuple[Node, ...], old: Node, new: Node) -> Formula:
    """The formula with one side changed."""
    changed = tuple(new if member is old else member for member in whole)
    if whole is formula.members:
        return replace(formula, members=changed)
    return replace(formula, earlier=tuple(changed if each is whole else each for each in formula.earlier))


def stripped(formula: Formula) -> tuple[tuple[Node, ...], ...]:
    """All sides without brackets, to tell formulas apart."""
    return tuple(tuple(strip(member) for member in members) for members in formula.equations)


def steps(formula: Formula, member: Node) -> Iterator[tuple[str, Node, Node]]:
    """Rule, part and replacement for every part of a member."""
    setting = Setting.of(formula, member)
    for part in walk(member):
        for rule in RULES:
            for name, new in rule(part, setting):
                yield name, part, new


@dataclass(frozen=True)
class Swap:
    """Replaces one part of a tree."""

    old: Node
    """The part, meant by identity: another that looks like it stays."""
    new: Node
    """What stands in its place."""

    def __call__(self, node: Node) -> Node:
        """The tree with the part replaced."""
        return self.new if node is self.old else rebuild(node, self)


def unique(name: str, found: list[Mutant]) -> str:
    """A name that no other mutant has."""
    again = sum(mutant.name.partition("#")[0] == name for mutant in found)
    return f"{name}#{again + 1}" if again else name
