"""The memory of a replay: the recorded states rebuilt as float64 tensors that autograd can follow."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import torch
from torch import Tensor

from texsor.errors import NotSupported
from texsor.trace.memory import Ref
from texsor.trace.node import Node, tensors
from texsor.trace.plan import Plan, State, state, written
from texsor.trace.tape import Tape
from texsor.trace.widen import call, widen, widened


class Machine:
    """Runs a plan once.

    Nothing is changed in place: a change makes a new value for the new state, so that code that changed a tensor under
    ``no_grad`` still has a gradient.
    """

    def __init__(
        self, tape: Tape, plan: Plan, leaves: dict[Ref, Tensor], attached: Container[State] | None = None
    ) -> None:
        """``attached`` are the states whose history counts though it is detached; None: that of all."""
        self._tape = tape
        self._plan = plan
        self._attached = attached
        self._values: dict[Ref, Tensor] = dict(leaves)
        self._patches: dict[State, list[tuple[Ref, Tensor]]] = {}
        self._cuts = {state(ref): (ref, value) for ref, value in leaves.items()}
        self._flats: dict[State, Tensor] = {}

    def run(self, target: Ref) -> Tensor:
        """Run every operation of the plan and return the target."""
        for node in self._plan.nodes():
            self._execute(node)
        return self._read(target)

    def _execute(self, node: Node) -> None:
        if len({ref.cell for ref in node.written}) != len(node.written):
            raise node.refuse("changes one memory through several arguments")
        try:
            result, changed = call(node, self._read, self._cut(node))
        except (RuntimeError, IndexError) as error:
            raise node.refuse(f"cannot be replayed in float64: {error}") from error
        if node.operation.out:
            self._store_out(node, result)
            return
        arguments = tensors(node.operation.written(node.args, node.kwargs))
        for before, after in zip(arguments, node.written, strict=True):
            self._patch(node, after, changed[before])
        for ref, value in zip(node.outputs, tensors(result), strict=True):
            self._store(node, ref, value)

    def _cut(self, node: Node) -> list[int]:
        if self._attached is None:
            return []
        return [place for place in node.detached if state(node.inputs[place]) not in self._attached]

    def _store_out(self, node: Node, result: Any) -> None:
        for ref, value in zip(node.written, tensors(result), strict=True):
            self._patch(node, ref, value.to(widened(ref.dtype)))

    def _store(self, node: Node, ref: Ref, value: Tensor) -> None:
        """Store a result: of a new storage, or of a view; a changed argument that is returned is stored already."""
        if ref.cell.writers[ref.version] != node.index:
            self._values.setdefault(ref, _checked(node, ref, value))
        elif not written(node, ref.cell):
            self._patch(node, ref, value)

    def _patch(self, node: Node, ref: Ref, value: Tensor) -> None:
        """Store what an operation wrote into a state of a storage."""
        self._patches.setdefault(state(ref), []).append((ref, _checked(node, ref, value)))
        if state(ref) not in self._cuts:  # else part of it is the caller's leaf
            self._values[ref] = value

    def _read(self, ref: Ref) -> Tensor:
        """Return a value, through another layout of the same state if need be."""
        found = self._values.get(ref)
        if found is None:
            found = self._values[ref] = self._resolve(ref)
        return found

    def _resolve(self, ref: Ref) -> Tensor:
        cut = self._cuts.get(state(ref))
        if cut is None and state(ref) in self._plan.sources:
            return widen(self._tape.content(ref))
        if cut is not None and _same_order(cut[0], ref):
            return cut[1].reshape(ref.shape)
        return self._flat(ref).as_strided(ref.shape, ref.stride, ref.offset)

    def _flat(self, ref: Ref) -> Tensor:
        """Return the whole storage as one axis, building the states since the last one that is known."""
        missing = [ref.flat(ref.version)]
        while state(missing[-1]) not in self._flats and self._partial(missing[-1]):
            missing.append(ref.flat(missing[-1].version - 1))
        flat = self._flats.get(state(missing[-1]))
        for step in reversed(missing):
            if state(step) not in self._flats:
                self._flats[state(step)] = self._apply(step, flat)
            flat = self._flats[state(step)]
        assert flat is not None  # the loop runs at least once
        return flat

    def _partial(self, ref: Ref) -> bool:
        """Whether a state is the one before with only some elements changed."""
        if ref.version == 0 or state(ref) in self._plan.sources:
            return False
        cut = self._cuts.get(state(ref))
        patches = self._patches.get(state(ref), [])
        return not (cut is not None and cut[0].covers) and not any(patch.covers for patch, _ in patches)

    def _apply(self, ref: Ref, base: Tensor | None) -> Tensor:
        """Write what is known of a state over the state before."""
        cut = self._cuts.get(state(ref))
        patches = [*self._patches.get(state(ref), []), *([cut] if cut else [])]
        if any(patch.dtype is not ref.dtype for patch, _ in patches):
            raise NotSupported("memory is read as another element type than was written, which float64 changes")
        if state(ref) in self._plan.sources:
            base = widen(self._tape.content(ref))
        elif base is None:
            if sum(patch.numel for patch, _ in patches) < ref.extent:
                raise NotSupported(f"a tensor of {ref.extent} elements is read where no recorded operation wrote")
            base = torch.zeros(ref.extent, dtype=widened(ref.dtype))
        for patch, value in patches:
            # Not as_strided_scatter: its gradient for the base is that of the overwritten part (torch 2.13).
            where = torch.arange(ref.extent).as_strided(patch.shape, patch.stride, patch.offset)
            base = base.index_copy(0, where.reshape(-1), value.reshape(-1))
        return base


def _same_order(one: Ref, other: Ref) -> bool:
    """Whether two layouts list the same elements in the same order."""
    return one.offset == other.offset and one.numel == other.numel and _contiguous(one) and _contiguous(other)


def _contiguous(ref: Ref) -> bool:
    expected = 1
    for size, stride in zip(reversed(ref.shape), reversed(ref.stride), strict=True):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True


def _checked(node: Node, ref: Ref, value: Tensor) -> Tensor:
    """Refuse a result that is not the recorded one in float64."""
    if tuple(value.shape) != ref.shape:
        raise node.refuse(f"gave shape {ref.shape} when recorded and {tuple(value.shape)} now: it depends on the data")
    if value.dtype is not widened(ref.dtype):
        raise node.refuse(f"computes in {value.dtype}, not in {widened(ref.dtype)}")
    return value
