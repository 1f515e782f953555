"""One case: the documented function called on drawn arguments, and its formula proved against what it computed."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from texsor.check.diagnose import diagnose
from texsor.check.proof import prove
from texsor.check.report import report
from texsor.check.sides import Claim
from texsor.docstrings.arguments import Arguments, described, drawn
from texsor.docstrings.draw import Draw, Given
from texsor.docstrings.left import compared
from texsor.docstrings.letters import spelt
from texsor.docstrings.rounding import only_rounding
from texsor.docstrings.shape import Described
from texsor.docstrings.statements import Page, Statement, name_of, names_in, target_of, uses
from texsor.docstrings.subject import Subject, parameters
from texsor.docstrings.where import Entry
from texsor.errors import Invalid, TexsorError
from texsor.formula import Formula, parse_symbol, walk
from texsor.formula.nodes import Symbol
from texsor.trace import recorder_for
from texsor.verdicts import Verdict

Hook = Callable[[str, Any, Draw], Given | Mapping[str, Any] | None]
"""The project's word on a function's arguments in one case; None where it has none."""
Scope = dict[str, Any]


class FormulaFailed(TexsorError):  # noqa: N818 - it says what happened
    """A docstring's formula and its function are not the same."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A call that lacks only the arguments to be drawn."""

    given: Given
    """What the project gives."""
    function: Callable[..., Any]
    """What is called."""
    scope: Scope
    """The names that Python expressions of the docstring may use."""
    known: Mapping[str, Any]
    """The arguments that are given or set."""
    said: Mapping[str, Described]
    """What the Shape section says of the others."""


@dataclass(frozen=True, eq=False)
class Question:
    """Whether a function computes what its docstring states."""

    subject: Subject
    """What is documented."""
    page: Page
    """Its docstring."""
    statement: Statement
    """The formula."""
    hook: Hook
    """The project's word."""


@dataclass(eq=False)
class Case:
    """A question in one case."""

    asked: Question
    """The question."""
    draw: Draw
    """The case."""
    arguments: Arguments = field(default_factory=Arguments)
    """What the function was called with."""

    def run(self) -> Verdict:
        """Call the function and prove the formula.

        :raises TexsorError: where they differ, and for whatever keeps them from being compared.
        """
        with seeded(self.draw.seed):
            proof = prove(self.claim(), name=self.asked.subject.name, expression="the function")
            if proof.verdict.holds or only_rounding(proof):
                return dataclasses.replace(proof.verdict, holds=True)
            verdict = dataclasses.replace(proof.verdict, diagnosis=diagnose(proof))
        raise FormulaFailed(f"{self}\n{report(verdict)}", where=self.asked.statement.where)

    def __str__(self) -> str:
        """What is needed to repeat it."""
        return f"{self.asked.subject.name} in the case {self.draw}\n  with      {self.arguments}"

    def prepared(self) -> Prepared:
        """Find what is called, and which of its arguments must be drawn."""
        found = self.asked.hook(
            f"{self.asked.subject.module.__name__}.{self.asked.subject.name}", self.asked.subject.found, self.draw
        )
        given = found if isinstance(found, Given) else Given(found or {})
        instance = self.asked.subject.instance(given.arguments)
        function = given.call or self.asked.subject.call(instance)
        scope = {"torch": torch, "math": math, **vars(self.asked.subject.module), **given.names, "self": instance}
        settings = {entry.name: _evaluated(entry, scope) for entry in self.asked.statement.entries if entry.setting}
        known = {name: value for name, value in given.arguments.items() if name != "self"} | settings
        wanted = parameters(function)
        for name in known:
            if name not in {each.name for each in wanted}:
                listed = ", ".join(each.name for each in wanted) or "none"
                what = f"{self.asked.subject.name} has no parameter {name}"
                raise Invalid(what, where=self.asked.statement.where, remedy=f"its parameters are: {listed}")
        return Prepared(given, function, scope, known, described(self.asked.page, wanted, known, self._uses))

    def _uses(self, name: str, symbol: str) -> bool:
        """Whether the formula speaks of a parameter: by its symbol, or in a where list."""
        stated = (*self.asked.statement.steps, self.asked.statement)
        code = " ".join(entry.code for one in stated for entry in one.entries if not entry.setting)
        if re.search(rf"\b{name}\b", code):
            return True
        names = _names(stated)
        return bool(symbol) and spelt(name_of(parse_symbol(symbol)), names) in names

    def claim(self) -> Claim:
        """The formula beside what the function computes."""
        formula, ready = self.asked.statement.formula, self.prepared()
        assert formula is not None
        self.arguments = Arguments({**ready.known, **drawn(ready.said, self.draw)}, dict(ready.said))
        with recorder_for(ready.function) as recorder:
            scope = ready.scope | self.draw.sizes | self.arguments.values | {"result": self._called(ready.function)}
            target = self._target(scope)
            since = recorder.mark()
            where = self._where(scope)
        left, bound = formula.members[0], target_of(self.asked.statement) is not None
        if bound and isinstance(left, Symbol) and not any(map(_floating, where.values())):
            # Nothing on the right may say how far an index runs: then the result's axes do. They are no leaf here.
            where[name_of(left)] = _laid(target.clone(), len(left.indices))
        steps = [step.formula for step in self.asked.statement.steps if step.formula is not None]
        return Claim(compared(formula, steps, where, bound=bound), target, where, recorder, since)

    def _called(self, function: Callable[..., Any]) -> Any:
        positional, named = self.arguments.call(parameters(function))
        try:
            return function(*positional, **named)
        except Exception as error:
            what = f"{self}\n  raised    {type(error).__name__}: {error}"
            remedy = "state in the Shape section what it accepts, or give the arguments by the hook"
            raise FormulaFailed(what, where=self.asked.statement.where, remedy=remedy) from error

    def _target(self, scope: Scope) -> Tensor:
        """What the formula is compared with: the result, or what the entry of its left side says."""
        entry = target_of(self.asked.statement)
        found = scope["result"] if entry is None else _evaluated(entry, scope)
        if isinstance(found, (bool, int, float)):
            return torch.tensor(found, dtype=torch.float64)
        if not isinstance(found, Tensor):
            what = f"{'the result' if entry is None else entry.code} is {type(found).__name__}, and no tensor"
            remedy = "bind the left side to a part of it: where :math:`t` = ``result[1]``"
            if entry is not None:
                raise entry.refuse(what, remedy)
            raise Invalid(what, where=self.asked.statement.where, remedy=remedy)
        return found

    def _where(self, scope: Scope) -> dict[str, object]:
        """What each symbol is bound to: by the where lists, by the Shape section, by earlier formulas."""
        stated = (*self.asked.statement.steps, self.asked.statement)
        formulas = [one.formula for one in stated if one.formula is not None]
        targets = {id(target_of(one)) for one in stated}
        entries = {e.name: e for one in stated for e in one.entries if not e.setting and id(e) not in targets}
        entries = {name: entry for name, entry in entries.items() if uses(formulas, entry)}
        where: dict[str, object] = {e.left: _evaluated(e, scope) for e in entries.values()}
        return self._stated(formulas, set(entries)) | where

    def _stated(self, formulas: list[Formula], bound: set[str]) -> dict[str, object]:
        """The symbols that the Shape section states, and the letters of its axes, as far as nothing else binds them."""
        names, running = _names((*self.asked.statement.steps, self.asked.statement)), _indices(formulas)
        found: dict[str, object] = {}
        for letter, size in self.draw.sizes.items():
            if letter in names - bound - running:
                found[letter] = size
        for name, said in self.arguments.described.items():
            symbol = spelt(name_of(parse_symbol(said.symbol)), names) if said.symbol else ""
            if symbol and symbol in names - bound:
                found[symbol] = _laid(self.arguments.values[name], _axes(symbol, formulas))
        return found


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Torch's own generator from a seed, and as it was afterwards: a hook may build modules."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def _evaluated(entry: Entry, scope: Scope) -> Any:
    try:
        return eval(compile(f"({entry.code}\n)", "<where>", "eval"), scope)
    except Exception as error:
        raise entry.refuse(f"{entry.code} raised {type(error).__name__}: {error}") from error


def _names(stated: tuple[Statement, ...]) -> set[str]:
    """Every name in some formulas."""
    return names_in(tuple(member for one in stated if one.formula for member in one.formula.members))


def _floating(value: object) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point()


def _symbols(formulas: list[Formula]) -> list[Symbol]:
    members = (member for formula in formulas for member in formula.members)
    return [part for member in members for part in walk(member) if isinstance(part, Symbol)]


def _indices(formulas: list[Formula]) -> set[str]:
    """The letters that stand as an index anywhere."""
    return {name for symbol in _symbols(formulas) for index in symbol.indices for name in names_in((index,))}


def _axes(symbol: str, formulas: list[Formula]) -> int:
    """How many indices a symbol has."""
    return max(len(found.indices) for found in _symbols(formulas) if name_of(found) == symbol)


def _laid(value: object, axes: int) -> object:
    """A tensor with as many axes as its symbol has indices: the first index counts all axes before the last ones."""
    if not isinstance(value, Tensor) or axes in (0, value.dim()):
        return value
    kept = tuple(value.shape[value.dim() - axes + 1 :]) if axes > 1 else ()
    return value.reshape(math.prod(value.shape[: value.dim() - len(kept)]), *kept)
