"""The tape: every recorded operation with the states of memory that it read and made, for replay."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from texsor.errors import NotSupported
from texsor.records import SourceLine
from texsor.trace.layout import Layout
from texsor.trace.memory import Budget, Cell, Kept, Ref
from texsor.trace.node import Node, Ran

NO_VIEW = -1
"""In place of an operation: nothing says that this layout was made from another."""


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
        self.detached: dict[int, weakref.ref[Tensor]] = {}
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
        storage = _storage(tensor)
        cell = self._cell(storage) or self._add(tensor, storage, None)
        if cell.writers[-1] is None and cell.source(cell.version) is None and not cell.opaque:
            cell.add_source(self.keep(cell, tensor, storage))
        elif cell.kept is not None and (kept := cell.kept()) is not None:
            kept.observe(tensor)
        ref = _ref(cell, tensor)
        # A layout that was read is no view of what is derived from it: so views never lead in a circle.
        self.views.setdefault(ref, NO_VIEW)
        return ref

    def locate(self, tensor: Tensor) -> Ref | None:
        """Name a tensor at its present state; None if the recording never met its storage."""
        cell = self._find(tensor)
        return None if cell is None else _ref(cell, tensor)

    def detach(self, tensor: Tensor) -> None:
        """Note that a tensor is another's memory without its history."""
        key, known = id(tensor), self.detached
        known[key] = weakref.ref(tensor, lambda _: known.pop(key, None))

    def follow_detached(self, ran: Ran, given: Sequence[Tensor]) -> None:
        """Note which tensors an operation read without their history; a view of such a one has none either."""
        places = [place for place, tensor in enumerate(given) if id(tensor) in self.detached]
        if not places:
            return
        cells = [self._find(given[place]) for place in places]
        views = [result for result in ran.results if self._find(result) in cells and id(result) not in map(id, given)]
        for view in views:
            self.detach(view)
        ran.detached = () if views else tuple(places)

    def keep(self, cell: Cell, tensor: Tensor, storage: Any = None) -> Kept:
        """Keep the newest state of a storage."""
        kept = cell.kept() if cell.kept is not None else None
        if kept is None:
            kept = Kept(cell, tensor, storage or tensor.untyped_storage(), self.budget)
            cell.kept = weakref.ref(kept)
            self._kept.append(cell.kept)
            if len(self._kept) > self._prune_at:
                self._alive()
        return kept

    def content(self, ref: Ref) -> Tensor:
        """Return the recorded numbers of a state that nothing replays."""
        kept = ref.cell.source(ref.version)
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
        random = operation.random and operation.draws(args, kwargs)
        written = [self._write(tensor, index) for tensor in ran.changed]
        outputs = [self._output(tensor, index) for tensor in ran.results]
        number = not outputs and bool(inputs) and isinstance(ran.result, (bool, int, float, complex))
        taken = ran.result if number else None
        node = Node(
            index,
            self.segment,
            operation,
            args,
            kwargs,
            inputs,
            written,
            outputs,
            stack,
            random,
            number,
            taken,
            ran.detached,
        )
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
                cell.add_source(self.keep(cell, tensor))

    def _write(self, tensor: Tensor, index: int) -> Ref:
        """Give a changed storage its next state."""
        storage = _storage(tensor)
        cell = self._cell(storage) or self._add(tensor, storage, None)
        cell.writers.append(index)
        cell.kept = None
        if not cell.opaque:
            cell.nbytes = storage.nbytes()
        return _ref(cell, tensor)

    def _output(self, tensor: Tensor, index: int) -> Ref:
        """Name a result: a new storage, or another layout of a known one."""
        storage = _storage(tensor)
        cell = self._cell(storage)
        if cell is None:
            return _ref(self._add(tensor, storage, index), tensor)
        ref = _ref(cell, tensor)
        if cell.writers[-1] != index:
            self.views.setdefault(ref, index)
        return ref

    def _find(self, tensor: Tensor) -> Cell | None:
        return self._cell(_storage(tensor))

    def _cell(self, storage: Any) -> Cell | None:
        return None if storage is None else self._cells.get(storage._cdata)

    def _add(self, tensor: Tensor, storage: Any, writer: int | None) -> Cell:
        cell = Cell(tensor, storage, writer)
        if storage is not None:
            self._cells[storage._cdata] = cell
            if len(self._cells) > self._sweep_at:
                self._sweep()
        return cell

    def _sweep(self) -> None:
        """Forget storages that are freed: no tensor can lead to them any more, only nodes may."""
        alive = {key: cell for key, cell in self._cells.items() if not cell.finished(cell.version)}
        self._cells = alive
        self._sweep_at = 2 * len(alive) + 1024

    def _drop(self) -> None:
        """Forget the oldest operation: what it made can still be named as a leaf."""
        node = self.nodes.pop(next(iter(self.nodes)))
        for ref in node.outputs:
            if self.views.get(ref) == node.index:
                self.views[ref] = NO_VIEW
        for ref in (*node.inputs, *node.outputs):
            if self.views.get(ref) == NO_VIEW and ref.cell.finished(ref.version):
                del self.views[ref]
        self.dropped += 1


def _storage(tensor: Tensor) -> Any:
    """Return the storage; None where there is none, or a layout cannot describe the tensor (conjugated lazily)."""
    if tensor.layout is not torch.strided or (tensor.dtype.is_complex and tensor.is_conj()):
        return None
    return tensor.untyped_storage()


def _ref(cell: Cell, tensor: Tensor) -> Ref:
    if cell.opaque:
        return Ref(cell, len(cell.writers) - 1, Layout.of(tensor.shape, (), 0, tensor.dtype, cell.device))
    key = (tensor.shape, tensor.stride(), tensor.storage_offset(), tensor.dtype, cell.device)
    return Ref(cell, len(cell.writers) - 1, Layout.known.get(key) or Layout.of(*key))
