"""Which tensors a line produced, so that a term's value can be compared with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from torch import Tensor

from texsor.errors import NotSupported
from texsor.records import SourceLine
from texsor.trace.memory import Kept, Ref
from texsor.trace.node import Node
from texsor.trace.tape import Tape


@dataclass(frozen=True, eq=False)
class LineValue:
    """A tensor that a line produced."""

    line: SourceLine
    """The line."""
    operation: str
    """The operation that gave it."""
    index: int
    """The operation's place in the order of execution."""
    last: bool
    """Whether it is the last that the line produced: the value of a line that is one expression."""
    tensor: Tensor | None
    """Its numbers as the line left them, sharing memory with the recording; None if they were not kept."""
    note: str
    """Why the numbers were not kept; empty if they were."""


class _Candidate(NamedTuple):
    node: Node
    ref: Ref
    kept: Kept | None


@dataclass(slots=True)
class _Line:
    """What one line produced in its latest segment."""

    segment: int = 0
    first: list[_Candidate] = field(default_factory=list)
    last: _Candidate | None = None
    count: int = 0


class Lines:
    """The first tensors of each line and its last one; how many lie between is counted."""

    def __init__(self, tape: Tape, candidates: int) -> None:
        self._tape = tape
        self._candidates = candidates
        self._lines: dict[SourceLine, _Line] = {}
        self._stacks: dict[int, tuple[_Line, ...]] = {}

    def add(self, node: Node, results: Sequence[Tensor]) -> None:
        """Note what an operation produced for each line that ran it."""
        if node.operation.allocates:
            return
        lines = self._stacks.get(id(node.stack)) or self._of(node.stack)
        for ref, tensor in zip(node.outputs, results, strict=True):
            kept = None if ref.cell.opaque else self._tape.keep(ref.cell, tensor)
            candidate = _Candidate(node, ref, kept)
            for line in lines:
                if line.segment != node.segment:
                    line.segment, line.count, line.first = node.segment, 0, []
                line.count += 1
                line.last = candidate
                if line.count <= self._candidates:
                    line.first.append(candidate)

    def _of(self, stack: tuple[SourceLine, ...]) -> tuple[_Line, ...]:
        """Find the lines of a stack, once for each stack: the recorder makes equal ones one object."""
        lines = [self._lines.setdefault(line, _Line()) for line in dict.fromkeys(stack)]
        return self._stacks.setdefault(id(stack), tuple(lines))

    def known(self) -> tuple[SourceLine, ...]:
        """Return the lines that produced tensors."""
        return tuple(self._lines)

    def produced(self, line: SourceLine) -> int:
        """Return how many tensors a line produced when it ran last, kept or not."""
        found = self._lines.get(line)
        return 0 if found is None else found.count

    def values(self, line: SourceLine) -> tuple[LineValue, ...]:
        """Return the tensors that a line produced when it ran last, the last one at the end."""
        found = self._lines.get(line)
        if found is None or found.last is None:
            return ()
        between = [candidate for candidate in found.first if candidate is not found.last]
        return tuple(_value(line, candidate, found.last) for candidate in [*between, found.last])


def _value(line: SourceLine, candidate: _Candidate, last: _Candidate) -> LineValue:
    tensor, note = None, "it has no memory that a layout describes"
    if candidate.kept is not None:
        try:
            tensor, note = candidate.kept.content(candidate.ref), ""
        except NotSupported as error:
            note = error.what
    return LineValue(line, candidate.node.operation.name, candidate.node.index, candidate is last, tensor, note)
