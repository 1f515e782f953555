"""Replay: the recorded operations again, in float64 and with gradients, from chosen leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from texsor.errors import Invalid, NotSupported
from texsor.records import SourceLine
from texsor.trace.machine import Machine
from texsor.trace.memory import Ref
from texsor.trace.node import Node, scalars
from texsor.trace.plan import reached, state, walk
from texsor.trace.recorder import Recorder
from texsor.trace.widen import exact_mathematics, widen

_LITERALS = frozenset({-1, 0, 1})
"""Numbers that code writes down rather than takes from a tensor."""


@dataclass(frozen=True, eq=False)
class Leaf:
    """A floating tensor from which a target was computed."""

    shape: tuple[int, ...]
    """Size of each axis."""
    dtype: str
    """Element type as recorded, without ``torch.``."""
    line: SourceLine | None
    """The line that drew it at random; None for a tensor that was there before, or that the caller named."""
    ref: Ref
    """How the recording names it."""
    tensor: Tensor | None
    """The caller's tensor, if the caller named it."""
    detached: bool = False
    """Whether it was itself read through ``detach()``: to detach it once more cuts nothing."""


@dataclass(frozen=True, eq=False)
class Replayed:
    """The outcome of a replay."""

    value: Tensor
    """The target in float64, with the history that leads to the leaves."""
    leaves: tuple[Tensor, ...]
    """The float64 values that the replay began with, in the order of ``Replay.leaves``."""

    def gradients(self, weights: Tensor | None = None) -> tuple[Tensor, ...]:
        """Return the gradient of ``(value * weights).sum()`` at each leaf; zeros at one that it does not depend on."""
        with exact_mathematics():
            if not self.value.requires_grad or not self.leaves:
                return tuple(torch.zeros_like(leaf) for leaf in self.leaves)
            weights = torch.ones_like(self.value) if weights is None else widen(weights)
            try:
                return torch.autograd.grad(self.value, self.leaves, weights, retain_graph=True, materialize_grads=True)
            except RuntimeError as error:
                raise NotSupported(f"the replayed operations have no gradient in float64: {error}") from error


class Replay:
    """The way from leaves to a target, found once and run as often as wanted.

    ``at`` names the leaves: tensors of the program, or what ``leaves`` returned. Without it every leaf is taken.
    ``since`` (from ``Recorder.mark``) says before which moment everything counts as given.
    ``numbers`` are the lines that took a Python number from what the leaves lead to; ``constants`` are those of them
    whose number an operation on the way was given, so that a replay has it as a constant.
    """

    def __init__(
        self, recorder: Recorder, target: Tensor, at: Iterable[Tensor | Leaf] | None = None, *, since: int = 0
    ) -> None:
        """Plan the replay; raise NotSupported, with operation and line, if something on the way cannot be replayed."""
        self._tape = recorder.tape
        self._target = recorder.locate(target)
        self.leaves = leaves(recorder, target, since=since) if at is None else _named(recorder, at)
        cuts = [leaf.ref for leaf in self.leaves]
        self._plan = walk(self._tape, self._target, cuts, since)
        self._active = reached(self._plan.nodes(), cuts)
        self.unread = tuple(leaf for leaf in self.leaves if leaf.ref not in self._plan.met)
        self._refuse_stale()
        self._refuse_draws()
        taken = self._taken()
        self.numbers = tuple(dict.fromkeys(node.stack[-1] for node in taken if node.stack))
        self.constants = self._constants(taken)

    @property
    def operations(self) -> int:
        """How many operations a run executes."""
        return len(self._plan.needed)

    def run(self, values: Sequence[Tensor] | None = None, *, detach: bool = False) -> Replayed:
        """Run it, from the recorded leaves or from others of the same shapes.

        A float64 tensor that requires a gradient is used as it is, so that several replays can share their leaves.
        A tensor that the program detached is still a function of the leaves, unless ``detach`` says to cut it off too.
        """
        if values is None:
            values = [self._recorded(leaf) for leaf in self.leaves]
        if [tuple(value.shape) for value in values] != [leaf.shape for leaf in self.leaves]:
            wanted = ", ".join(str(leaf.shape) for leaf in self.leaves)
            raise Invalid(f"the leaves have shapes {wanted}; got {[tuple(value.shape) for value in values]}")
        with exact_mathematics():
            starts = tuple(_start(value) for value in values)
            attached = {state(leaf.ref) for leaf in self.leaves if leaf.detached} if detach else None
            given = {leaf.ref: x for leaf, x in zip(self.leaves, starts, strict=True)}
            machine = Machine(self._tape, self._plan, given, attached)
            return Replayed(machine.run(self._target), starts)

    def _recorded(self, leaf: Leaf) -> Tensor:
        return leaf.tensor if leaf.tensor is not None else self._tape.content(leaf.ref)

    def _refuse_stale(self) -> None:
        """Refuse a leaf whose memory the target read before it was changed: its value now is not what was read."""
        read = {ref for node in self._plan.needed.values() for ref in node.inputs}
        for leaf in self.unread:
            older = [ref for ref in read if ref.cell is leaf.ref.cell and ref.version < leaf.ref.version]
            if older:
                raise self._changed(older[0])

    def _changed(self, ref: Ref) -> NotSupported:
        why = f"changed a leaf of shape {ref.shape} in place after the target had read it"
        writer = ref.cell.writers[ref.version + 1]
        node = None if writer is None else self._tape.nodes.get(writer)
        return NotSupported(f"something {why}") if node is None else node.refuse(why, "keep the leaf unchanged")

    def _refuse_draws(self) -> None:
        """Refuse random numbers drawn among the operations under test; those of an earlier segment are given values."""
        segments = {node.segment for node in self._active}
        for key, node in self._plan.draws.items():
            ref = self._plan.sources[key][0]
            if node.segment in segments and ref.dtype.is_floating_point:
                raise node.refuse(
                    "draws random numbers, so it cannot be replayed",
                    "name what it draws as a leaf, or compare values only",
                )

    def _taken(self) -> list[Node]:
        """List what took a Python number out of the leaves' descendants before the target was ready."""
        if not self._active:
            return []
        segments, last = {node.segment for node in self._active}, self._active[-1].index
        nodes = (node for node in self._tape.nodes.values() if node.segment in segments and node.index < last)
        return [node for node in reached(nodes, [leaf.ref for leaf in self.leaves]) if node.number]

    def _constants(self, taken: Sequence[Node]) -> tuple[SourceLine, ...]:
        """List those lines whose number an operation on the way to the target was given: it replays as a constant."""
        given = {
            value for node in self._plan.nodes() for value in scalars([*node.args, *node.kwargs.values()])
        } - _LITERALS
        found = [
            node.stack[-1] for node in taken if node.stack and isinstance(node.taken, float) and node.taken in given
        ]
        return tuple(dict.fromkeys(found))


def leaves(recorder: Recorder, target: Tensor, *, since: int = 0) -> tuple[Leaf, ...]:
    """List the floating tensors from which a target was computed and that no recorded operation computed.

    These were there before the recording (or before ``since``), or came from the random generator alone.
    """
    plan = walk(recorder.tape, recorder.locate(target), (), since)
    found, detached = [], plan.detached()
    if id(target) in recorder.tape.detached:
        detached.add(state(recorder.locate(target)))
    for key, refs in plan.sources.items():
        if refs[0].dtype.is_floating_point:
            draw = plan.draws.get(key)
            line = draw.stack[-1] if draw is not None and draw.stack else None
            found.append(_leaf(_layout(refs), line, None, detached=key in detached))
    order = {key: place for place, key in enumerate(plan.read_order())}
    # A target that nothing computed is itself the leaf, and read by no operation.
    return tuple(sorted(found, key=lambda leaf: order.get(state(leaf.ref), -1)))


def depends(recorder: Recorder, target: Tensor, on: Tensor) -> bool:
    """Whether a target was computed from a tensor as it is now."""
    if recorder.tape.locate(on) is None:
        return False
    cut = recorder.locate(on)
    return cut in walk(recorder.tape, recorder.locate(target), [cut]).met


def _layout(refs: list[Ref]) -> Ref:
    """Choose the layout of a leaf: the one in which it was read, or the whole memory where there are several."""
    return refs[0] if len(refs) == 1 else refs[0].flat(refs[0].version)


def _named(recorder: Recorder, at: Iterable[Tensor | Leaf]) -> tuple[Leaf, ...]:
    """Turn what the caller named into leaves; refuse what cannot be one."""
    found: list[Leaf] = []
    for item in at:
        leaf = item if isinstance(item, Leaf) else _named_leaf(recorder, item)
        if not leaf.ref.dtype.is_floating_point:
            raise Invalid(f"a leaf must be floating: this one, of shape {leaf.shape}, is {leaf.dtype}")
        if any(leaf.ref.cell is other.ref.cell for other in found):
            raise NotSupported(f"two leaves share memory, one of shape {leaf.shape}", remedy="name the whole tensor")
        found.append(leaf)
    return tuple(found)


def _named_leaf(recorder: Recorder, tensor: Tensor) -> Leaf:
    return _leaf(recorder.tape.read(tensor), None, tensor, detached=id(tensor) in recorder.tape.detached)


def _leaf(ref: Ref, line: SourceLine | None, tensor: Tensor | None, *, detached: bool) -> Leaf:
    return Leaf(ref.shape, str(ref.dtype).removeprefix("torch."), line, ref, tensor, detached)


def _start(value: Tensor) -> Tensor:
    if value.dtype is torch.float64 and value.requires_grad and value.device.type == "cpu":
        return value
    return widen(value).requires_grad_()
