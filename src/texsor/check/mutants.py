"""The one-step mutants of a formula: every slip that a proof has to notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from texsor.check.mutant_rules import RULES
from texsor.check.mutant_setting import Setting
from texsor.formula.nodes import Formula, Node, Symbol, rebuild, strip, walk
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
    seen = {tuple(strip(member) for member in formula.members)}
    first = 1 if len(formula.members) > 1 and isinstance(formula.members[0], Symbol) else 0
    for at in range(first, len(formula.members)):
        for rule, old, new in steps(formula, formula.members[at]):
            changed = Swap(old, new)(formula.members[at])
            members = (*formula.members[:at], changed, *formula.members[at + 1 :])
            key = tuple(strip(member) for member in members)
            if key not in seen:
                seen.add(key)
                latex = " = ".join(to_latex(member) for member in members)
                name = unique(f"{rule}@{old.span.start}", found)
                note = f"{to_latex(old)} → {to_latex(new)}"
                found.append(Mutant(name, parse(latex, where=formula.where), note))
    return found


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
