"""The folded trace: operations counted by line and shapes, the first runs with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from texsor.records import OpCall, OpKind, Phase, TensorMeta, Value
from texsor.trace.memory import Ref, quiet
from texsor.trace.node import Node, tensors

_SHOWABLE = frozenset(
    {torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.bool, torch.uint8}
    | {torch.int8, torch.int16, torch.int32, torch.int64}
)


@dataclass(slots=True)
class _Entry:
    """One operation on one line and one set of shapes."""

    node: Node
    phase: Phase
    count: int = 0
    shown: list[tuple[Value | None, ...]] = field(default_factory=list)


class Tally:
    """Counts what ran in one segment."""

    def __init__(self, first_runs: int, max_values: int) -> None:
        self.operations = 0
        self._first_runs = first_runs
        self._max_values = max_values
        self._entries: dict[object, _Entry] = {}

    def add(self, node: Node, phase: Phase, results: Sequence[Tensor]) -> None:
        """Count a run; show its numbers if it is among the first."""
        self.operations += 1
        # By identity: both live as long as the recorder, and their hashes are slow.
        key = (id(node.operation), id(node.stack), phase, _layouts(node.inputs), _layouts(node.outputs))
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(node, phase)
        entry.count += 1
        if entry.count <= self._first_runs:
            entry.shown.append(tuple(self._show(tensor) for tensor in results))

    def calls(self) -> tuple[OpCall, ...]:
        """Return the folded operations in the order of their first run."""
        return tuple(_call(entry) for entry in self._entries.values())

    def _show(self, tensor: Tensor) -> Value | None:
        """Return the numbers of a small tensor, read before anything can change them."""
        if tensor.numel() > self._max_values or tensor.dtype not in _SHOWABLE or tensor.layout is not torch.strided:
            return None
        if tensor.is_meta:
            return None
        with quiet():
            return _tuples(tensor.tolist())


def _layouts(refs: Sequence[Ref]) -> tuple[object, ...]:
    return tuple([id(ref.layout) for ref in refs])


def _call(entry: _Entry) -> OpCall:
    node = entry.node
    return OpCall(
        operation=node.operation.name,
        kind=_kind(node),
        phase=entry.phase,
        stack=node.stack,
        arguments=_arguments(node),
        inputs=tuple(map(_meta, node.inputs)),
        outputs=tuple(map(_meta, node.outputs)),
        count=entry.count,
        shown=tuple(entry.shown),
    )


def _kind(node: Node) -> OpKind:
    if node.random:
        return "random"
    if node.written:
        return "in-place"
    if node.number:
        return "number"
    known = {ref.cell for ref in node.inputs}
    return "view" if node.outputs and all(ref.cell in known for ref in node.outputs) else "compute"


def _arguments(node: Node) -> tuple[str, ...]:
    """Write the arguments that are no tensors; what says where and how to allocate is left out."""
    named = [*zip(node.operation.arguments, node.args, strict=False), *node.kwargs.items()]
    hidden = {"device", "layout", "pin_memory", "memory_format", "out"}
    return tuple(f"{name}={_text(value)}" for name, value in named if name not in hidden and not tensors(value))


def _text(value: object) -> str:
    return str(value).removeprefix("torch.")


def _meta(ref: Ref) -> TensorMeta:
    return TensorMeta(ref.shape, _text(ref.dtype), str(ref.layout.device))


def _tuples(value: Any) -> Value:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
