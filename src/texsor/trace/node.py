"""One recorded operation, and the trees of arguments around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from texsor.errors import Location, NotSupported
from texsor.records import SourceLine
from texsor.trace.memory import Ref
from texsor.trace.operations import Operation


@dataclass(slots=True, eq=False)
class Node:
    """One operation that ran."""

    index: int
    """Its place in the order of execution."""
    segment: int
    """Which recording it belongs to, counted from 1."""
    operation: Operation
    """What ran."""
    args: Sequence[Any]
    """Its positional arguments, tensors replaced by their ``Ref``."""
    kwargs: dict[str, Any]
    """Its named arguments likewise."""
    inputs: Sequence[Ref]
    """What it read, in order."""
    written: Sequence[Ref]
    """The states that it made by changing an argument."""
    outputs: Sequence[Ref]
    """What it returned, in order."""
    stack: tuple[SourceLine, ...]
    """The lines that ran it."""
    random: bool
    """Whether it drew random numbers."""
    number: bool
    """Whether it turned a tensor into a Python number, which the program may have branched on."""
    taken: Any = None
    """That number."""
    detached: tuple[int, ...] = ()
    """Which of ``inputs``, by place, it read through ``detach()``."""

    @property
    def draw(self) -> bool:
        """Whether its result depends on the random generator alone."""
        return self.random and not set(self.inputs) - set(self._overwritten())

    @property
    def opaque(self) -> bool:
        """Whether it touched memory that the tape cannot follow."""
        return self.operation.opaque or any(ref.cell.opaque for ref in (*self.inputs, *self.outputs))

    def _overwritten(self) -> list[Ref]:
        return tensors(self.operation.written(self.args, self.kwargs))

    def refuse(self, why: str, remedy: str | None = None) -> NotSupported:
        """Make the error that says why this operation cannot be replayed, and where it ran."""
        line = self.stack[-1] if self.stack else None
        where = Location(line.path, line.line) if line else None
        called = f" (called from {self.stack[0]})" if len(self.stack) > 1 else ""
        return NotSupported(f"{self.operation.name}{called} {why}", where=where, remedy=remedy)


def tensors(tree: Any) -> list[Any]:
    """List the tensors or refs of arguments or results, in order."""
    if isinstance(tree, (Tensor, Ref)):
        return [tree]
    if isinstance(tree, (tuple, list)):
        return [leaf for item in tree for leaf in tensors(item)]
    return []


def scalars(tree: Any) -> list[Any]:
    """List the Python numbers of arguments, in order."""
    if isinstance(tree, Ref):
        return []
    if isinstance(tree, (tuple, list)):
        return [leaf for item in tree for leaf in scalars(item)]
    return [tree] if isinstance(tree, (int, float)) else []


def replace(tree: Any, leaf: Callable[[Any], Any]) -> Any:
    """Rebuild an argument with each tensor or ref replaced."""
    if isinstance(tree, (Tensor, Ref)):
        return leaf(tree)
    if isinstance(tree, (tuple, list)):
        return type(tree)([replace(item, leaf) for item in tree])
    return tree


class Ran:
    """An operation on its way through the recorder: named before it runs, for it may change what it reads."""

    __slots__ = ("args", "changed", "detached", "inputs", "kwargs", "operation", "result", "results")

    def __init__(
        self, read: Callable[[Tensor], Ref], operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.operation = operation
        self.inputs: list[Ref] = []
        self.args = [self._name(item, read) for item in args]
        self.kwargs = {key: self._name(item, read) for key, item in kwargs.items()} if kwargs else kwargs
        self.changed: list[Tensor] = tensors(operation.written(args, kwargs)) if operation.writes else []
        self.detached: tuple[int, ...] = ()
        self.result: Any = None
        self.results: list[Tensor] = []

    def finish(self, result: Any) -> None:
        """Take in what the operation returned."""
        self.result = result
        self.results = [result] if isinstance(result, Tensor) else tensors(result)

    def _name(self, item: Any, read: Callable[[Tensor], Ref]) -> Any:
        """Replace the tensors of one argument, and list them."""
        if isinstance(item, Tensor):
            ref = read(item)
            self.inputs.append(ref)
            return ref
        if isinstance(item, (list, tuple)):
            item = replace(item, read)
            self.inputs += tensors(item)
        return item
