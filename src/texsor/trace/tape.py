"""The tape: every recorded operation with the states of memory that it read and made, for replay."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from texsor.errors import Location, NotSupported
from texsor.records import SourceLine
from texsor.trace.memory import Budget, Cell, Kept, Ref
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
    args: tuple[Any, ...]
    """Its positional arguments, tensors replaced by their ``Ref``."""
    kwargs: dict[str, Any]
    """Its named arguments likewise."""
    inputs: tuple[Ref, ...]
    """What it read, in order."""
    written: tuple[Ref, ...]
    """The states that it made by changing an argument."""
    outputs: tuple[Ref, ...]
    """What it returned, in order."""
    stack: tuple[SourceLine, ...]
    """The lines that ran it."""
    random: bool
    """Whether it drew random numbers."""
    number: bool
    """Whether it turned a tensor into a Python number, which the program may have branched on."""

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


def replace(tree: Any, leaf: Callable[[Any], Any]) -> Any:
    """Rebuild an argument with each tensor or ref replaced."""
    if isinstance(tree, (Tensor, Ref)):
        return leaf(tree)
    if isinstance(tree, (tuple, list)):
        return type(tree)([replace(item, leaf) for item in tree])
    return tree


class Ran:
    """An operation on its way through the recorder: named before it runs, for it may change what it reads."""

    __slots__ = ("args", "changed", "inputs", "kwargs", "operation", "result", "results")

    def __init__(self, tape: Tape, operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        inputs: list[Ref] = []

        def name(tensor: Tensor) -> Ref:
            ref = tape.read(tensor)
            inputs.append(ref)
            return ref

        self.operation = operation
        self.args = tuple([replace(item, name) for item in args])
        self.kwargs = {key: replace(item, name) for key, item in kwargs.items()} if kwargs else kwargs
        self.inputs = tuple(inputs)
        self.changed = tensors(operation.written(args, kwargs)) if operation.writes else []
        self.result: Any = None
        self.results: list[Tensor] = []

    def finish(self, result: Any) -> None:
        """Take in what the operation returned."""
        self.result = result
        self.results = tensors(result)


class Tape:
    """Nodes, the storages that they touched, and what is kept of them."""

    def __init__(self, budget: Budget, max_operations: int) -> None:
        self.budget = budget
        self.max_operations = max_operations
        self.nodes: dict[int, Node] = {}
        self.views: dict[Ref, int] = {}
        self.count = 0
        self.segment = 0
        self.dropped = 0
        self._cells: dict[int, Cell] = {}
        self._sweep_at = 1024
        self._kept: list[weakref.ref[Kept]] = []
        self._prune_at = 1024

    def begin(self) -> None:
        """Open a segment; a kept state that changed meanwhile becomes the past of a new, unexplained one."""
        self.segment += 1
        for kept in self._alive():
            cell = kept.cell()
            if kept.disturbed() and cell is not None and cell.kept is not None and cell.kept() is kept:
                cell.writers.append(None)
                cell.kept = None

    def end(self) -> None:
        """Close a segment: note the versions of what is kept."""
        for kept in self._alive():
            kept.settle()

    def _alive(self) -> list[Kept]:
        """List what is kept and still wanted, and forget the rest."""
        alive = [kept for reference in self._kept if (kept := reference()) is not None]
        self._kept = [weakref.ref(kept) for kept in alive]
        self._prune_at = 2 * len(alive) + 1024
        return alive

    def read(self, tensor: Tensor) -> Ref:
        """Name a tensor that an operation is about to read; one never seen before is a source."""
        cell = self._find(tensor)
        if cell is None:
            cell = self._add(tensor, None)
        version = cell.version
        if cell.writers[version] is None and version not in cell.sources and not cell.opaque:
            cell.sources[version] = self.keep(cell, tensor)
        elif cell.kept is not None and (kept := cell.kept()) is not None:
            kept.observe(tensor)
        return _ref(cell, tensor)

    def locate(self, tensor: Tensor) -> Ref | None:
        """Name a tensor at its present state; None if the recording never met its storage."""
        cell = self._find(tensor)
        return None if cell is None else _ref(cell, tensor)

    def keep(self, cell: Cell, tensor: Tensor) -> Kept:
        """Keep the newest state of a storage; parameters are only referred to, since their module holds them."""
        kept = cell.kept() if cell.kept is not None else None
        if kept is None:
            kept = Kept(cell, tensor, self.budget, refer=issubclass(type(tensor), Parameter))
            cell.kept = weakref.ref(kept)
            self._kept.append(cell.kept)
            if len(self._kept) > self._prune_at:
                self._alive()
        return kept

    def content(self, ref: Ref) -> Tensor:
        """Return the recorded numbers of a state that nothing replays."""
        kept = ref.cell.sources.get(ref.version)
        if kept is None and ref.version == ref.cell.version and ref.cell.kept is not None:
            kept = ref.cell.kept()
        if kept is None:
            raise NotSupported("a tensor's value was not kept", remedy="name the tensor itself as a leaf")
        return kept.content(ref)

    def freeze(self, written: Sequence[Tensor]) -> None:
        """Save what is kept of storages that an operation is about to change."""
        for tensor in written:
            cell = self._find(tensor)
            kept = cell.kept() if cell is not None and cell.kept is not None else None
            if kept is not None:
                kept.freeze()

    def append(self, ran: Ran, stack: tuple[SourceLine, ...]) -> Node:
        """Add the operation that just ran."""
        operation, args, kwargs, inputs = ran.operation, ran.args, ran.kwargs, ran.inputs
        index = self.count
        self.count += 1
        random = operation.draws(args, kwargs)
        written = tuple(self._write(tensor, index) for tensor in ran.changed)
        outputs = tuple([self._output(tensor, index) for tensor in ran.results])
        number = bool(inputs) and not outputs and isinstance(ran.result, (bool, int, float, complex))
        node = Node(index, self.segment, operation, args, kwargs, inputs, written, outputs, stack, random, number)
        self.nodes[index] = node
        if random and node.draw:
            self._keep_draw(node, [*ran.changed, *ran.results])
        if len(self.nodes) > self.max_operations:
            self._drop()
        return node

    def _keep_draw(self, node: Node, drawn: Sequence[Tensor]) -> None:
        """Keep what came from the generator: it cannot be computed again."""
        for tensor in drawn:
            cell = self._find(tensor)
            if cell is not None and cell.writers[-1] == node.index:
                cell.sources[cell.version] = self.keep(cell, tensor)

    def _write(self, tensor: Tensor, index: int) -> Ref:
        """Give a changed storage its next state."""
        cell = self._find(tensor) or self._add(tensor, None)
        cell.writers.append(index)
        cell.kept = None
        if not cell.opaque:
            cell.nbytes = tensor.untyped_storage().nbytes()
        return _ref(cell, tensor)

    def _output(self, tensor: Tensor, index: int) -> Ref:
        """Name a result: a new storage, or another layout of a known one."""
        cell = self._find(tensor)
        if cell is None:
            return _ref(self._add(tensor, index), tensor)
        ref = _ref(cell, tensor)
        if cell.writers[-1] != index:
            self.views.setdefault(ref, index)
        return ref

    def _find(self, tensor: Tensor) -> Cell | None:
        storage = _storage(tensor)
        return None if storage is None else self._cells.get(storage._cdata)

    def _add(self, tensor: Tensor, writer: int | None) -> Cell:
        storage = _storage(tensor)
        cell = Cell(tensor, storage, writer)
        if storage is not None:
            self._cells[storage._cdata] = cell
            if len(self._cells) > self._sweep_at:
                self._sweep()
        return cell

    def _sweep(self) -> None:
        """Forget storages that are freed: no tensor can lead to them any more, only nodes may."""
        alive = {key: cell for key, cell in self._cells.items() if cell.storage and not cell.storage.expired()}
        self._cells = alive
        self._sweep_at = 2 * len(alive) + 1024

    def _drop(self) -> None:
        """Forget the oldest operation: what it made can still be named as a leaf."""
        node = self.nodes.pop(next(iter(self.nodes)))
        for ref in node.outputs:
            if self.views.get(ref) == node.index:
                del self.views[ref]
        self.dropped += 1

    def numbers(self) -> Iterator[Node]:
        """Iterate over the operations that turned a tensor into a Python number."""
        return (node for node in self.nodes.values() if node.number)


def _storage(tensor: Tensor) -> Any:
    """Return the storage; None where there is none, or a layout cannot describe the tensor (conjugated lazily)."""
    if tensor.layout is not torch.strided or (tensor.dtype.is_complex and tensor.is_conj()):
        return None
    return tensor.untyped_storage()


def _ref(cell: Cell, tensor: Tensor) -> Ref:
    shape = tuple(tensor.shape)
    if cell.opaque:
        return Ref(cell, cell.version, shape, (), 0, tensor.dtype)
    return Ref(cell, cell.version, shape, tensor.stride(), int(tensor.storage_offset()), tensor.dtype)
