"""The two sides of a claim, each as a function of the leaves: the floating tensors that both of them read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from texsor.check.evaluate import Evaluation, evaluate, understood
from texsor.check.evaluate_derivative import Unrelated, differentiated
from texsor.check.evaluate_plan import Way
from texsor.errors import NotSupported
from texsor.formula import parse_symbol, to_latex
from texsor.formula.nodes import Formula
from texsor.trace import Leaf, Recorder, Replay, leaves


@dataclass(frozen=True, eq=False)
class Claim:
    """That a formula and a recorded computation are the same."""

    formula: Formula
    """The formula."""
    target: Tensor
    """What the code computed."""
    where: Mapping[str, object]
    """What each symbol is bound to."""
    recorder: Recorder | None = None
    """The recording in which the target and the bindings were computed; None: only values can be compared."""
    since: int = 0
    """The moment at which the bindings were about to be computed."""

    @classmethod
    def of(
        cls,
        formula: Formula | str,
        target: Tensor,
        where: Mapping[str, object],
        recorder: Recorder | None = None,
        since: int = 0,
    ) -> Claim:
        """A claim whose formula is read as its bindings say."""
        return cls(understood(formula, where), target, where, recorder, since)


class Sides:
    """Formula and code, to be run on the recorded leaves or on others.

    ``value_only`` says why they cannot be. ``numbers`` says that the code took a Python number from what it computed:
    other leaves might have led it elsewhere. ``constants`` says that it went on to compute with one.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.leaves: tuple[Leaf, ...] = ()
        self.value_only = self.numbers = self.constants = ""
        self._code: Replay | None = None
        self._bound: dict[str, Replay] = {}
        try:
            self._connect()
        except NotSupported as error:
            self.leaves, self._code, self._bound, self.value_only = (), None, {}, on_one_line(error)

    def recorded(self) -> list[Tensor]:
        """The leaves as the chapter has them, in float64."""
        assert self._code is not None
        return [leaf.detach().requires_grad_() for leaf in self._code.run().leaves]

    def code(self, values: Sequence[Tensor]) -> Tensor:
        """What the code computes from these leaves, in float64."""
        assert self._code is not None
        return self._code.run(values, detach=True).value

    def bound_to_leaves(self) -> frozenset[str]:
        """The symbols whose tensors move with the leaves."""
        return frozenset(self._bound)

    def literal(self, formula: Formula, values: Sequence[Tensor] | None = None) -> Evaluation:
        """What a formula comes to, from these leaves or from what its symbols are bound to as they are."""
        variables = differentiated(formula)
        if values is None and variables and self._code is not None:
            # The recorded tensors have no history that leads from one to the other; replayed ones have.
            values = self.recorded()
        where, ways = dict(self.claim.where), dict[str, Way]()
        if values is not None:
            given = dict(zip((id(leaf) for leaf in self.leaves), values, strict=True))
            for symbol, replay in self._bound.items():
                starts = [given[id(leaf)] for leaf in replay.leaves]
                where[symbol] = replay.run(starts).value
                name = to_latex(parse_symbol(symbol))
                if name in variables and len(starts) == 1:
                    ways |= way(name, starts[0], where[symbol])
        try:
            return evaluate(formula, where, ways=ways)
        except Unrelated as error:
            if self.value_only:  # what leads from one to the other is in the recording alone
                error.what = f"{error.what}, and the code cannot be replayed: {self.value_only}"
            raise

    def _connect(self) -> None:
        """Find the leaves, and the way from them to the target and to each bound tensor."""
        recorder = self.claim.recorder
        if recorder is None or recorder.tape.locate(self.claim.target) is None:
            raise NotSupported("the code was not recorded")
        tensors = {name: bound for name, bound in self.claim.where.items() if isinstance(bound, Tensor)}
        # What nothing recorded ever read, the code did not read either.
        met = {name: tensor for name, tensor in tensors.items() if recorder.tape.locate(tensor) is not None}
        floats = [tensor for tensor in met.values() if tensor.dtype.is_floating_point]
        names = differentiated(self.claim.formula)
        variables = [met[name] for name in met if to_latex(parse_symbol(name)) in names]
        self.leaves, self._code = self._shared(recorder, self._independent(recorder, variables, floats))
        self.numbers = _lines("took a Python number on the way, at", self._code.numbers)
        self.constants = _lines("computed with a Python number, taken at", self._code.constants)
        ways = {name: self._way_to(recorder, tensor) for name, tensor in met.items()}
        self._bound = {name: replay for name, replay in ways.items() if replay is not None}

    def _independent(self, recorder: Recorder, variables: Sequence[Tensor], floats: Sequence[Tensor]) -> list[Tensor]:
        """The bound tensors that do not come from the variables of derivatives, which must be free to move."""
        starts = [leaf for variable in variables for leaf in leaves(recorder, variable, since=self.claim.since)]
        kept = list(variables)
        for tensor in floats:
            every = Replay(recorder, tensor, at=starts) if starts else None
            moves = every is not None and any(leaf not in every.unread for leaf in every.leaves)
            if not moves and all(tensor is not other for other in kept):
                kept.append(tensor)
        return kept

    def _shared(self, recorder: Recorder, bound: Iterable[Tensor]) -> tuple[tuple[Leaf, ...], Replay]:
        """The leaves of the bindings that the code reads too, and the code from there."""
        found: dict[int, Leaf] = {}
        for tensor in bound:
            for leaf in leaves(recorder, tensor, since=self.claim.since):
                found.setdefault(id(leaf.ref.cell), leaf)
        if not found:
            raise NotSupported("the formula is bound to no floating tensor that was recorded")
        code = Replay(recorder, self.claim.target, at=found.values())
        shared = tuple(leaf for leaf in code.leaves if leaf not in code.unread)
        if not shared:
            raise NotSupported("the code reads none of the floating tensors that the formula is bound to")
        return shared, Replay(recorder, self.claim.target, at=shared)

    def _way_to(self, recorder: Recorder, tensor: Tensor) -> Replay | None:
        """The replay of a bound tensor from the leaves that it reads; None where it reads none.

        A tensor of an earlier cell, itself no leaf, may come from the leaves too: then it moves with them.
        """
        for since in (self.claim.since, 0):
            try:
                every = Replay(recorder, tensor, at=self.leaves, since=since)
                read = [leaf for leaf in every.leaves if leaf not in every.unread]
                if read:
                    return Replay(recorder, tensor, at=read, since=since)
            except NotSupported:
                if since:
                    raise
        return None


def way(name: str, leaf: Tensor, value: object) -> dict[str, Way]:
    """How a variable comes from its leaf, if it is the leaf with its elements in other places; else nothing.

    Where each element stands, its gradient says: that of a sum in which the place of each is its weight.
    """
    if value is leaf or not isinstance(value, Tensor) or value.numel() != leaf.numel():
        return {}
    weights = torch.arange(value.numel(), dtype=torch.float64).reshape(value.shape)
    with torch.enable_grad():
        total = [(value * weight).sum() for weight in (torch.ones_like(weights), weights)]
        ones, places = (
            torch.autograd.grad(each, leaf, retain_graph=True, materialize_grads=True)[0].reshape(-1) for each in total
        )
    order = places.argsort()
    # A slope of one everywhere, and every place once: then nothing was computed, only moved.
    if not bool((ones == 1).all()) or not torch.equal(places[order], weights.reshape(-1)):
        return {}
    return {name: Way(leaf, lambda row: row.reshape(-1)[order].reshape(value.shape))}


def _lines(what: str, lines: Iterable[object]) -> str:
    found = ", ".join(map(str, lines))
    return f"the code {what} {found}" if found else ""


def on_one_line(error: NotSupported) -> str:
    """What a replay refuses, with the place behind it."""
    return f"{error.what} ({error.where})" if error.where else error.what
