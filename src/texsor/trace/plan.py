"""Which recorded operations lead from the leaves to a target: a walk back over the tape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from texsor.errors import NotSupported
from texsor.trace.memory import Cell, Ref
from texsor.trace.node import Node, tensors
from texsor.trace.tape import NO_VIEW, Tape

State = tuple[Cell, int]


@dataclass(slots=True)
class Plan:
    """What a replay runs, and from what."""

    needed: dict[int, Node] = field(default_factory=dict)
    """Operations to run, by their place in the order."""
    sources: dict[State, list[Ref]] = field(default_factory=dict)
    """States that no replayed operation makes, each with the layouts in which it is read."""
    draws: dict[State, Node] = field(default_factory=dict)
    """Those sources that came from the random generator."""
    met: set[Ref] = field(default_factory=set)
    """The cuts at which the walk ended."""

    def nodes(self) -> Iterator[Node]:
        """Iterate over the operations in the order of execution."""
        return (self.needed[index] for index in sorted(self.needed))

    def detached(self) -> set[State]:
        """The states that an operation read through ``detach()``."""
        return {state(node.inputs[place]) for node in self.needed.values() for place in node.detached}

    def read_order(self) -> list[State]:
        """List the states in the order in which the operations read them first."""
        return list(dict.fromkeys(state(ref) for node in self.nodes() for ref in node.inputs))


def state(ref: Ref) -> State:
    """Return the state of memory that a ref reads."""
    return ref.cell, ref.version


def walk(tape: Tape, target: Ref, cuts: Iterable[Ref] = (), since: int = 0) -> Plan:
    """Go back from the target to the cuts, and elsewhere to what was there before operation ``since``."""
    return _Walk(tape, {state(cut): cut for cut in cuts}, since).run(target)


class _Walk:
    """One walk, with what it has seen."""

    def __init__(self, tape: Tape, cuts: dict[State, Ref], since: int) -> None:
        self._tape = tape
        self._cuts = cuts
        self._since = since
        self._plan = Plan()
        self._work: list[Ref] = []

    def run(self, target: Ref) -> Plan:
        self._work.append(target)
        seen: set[Ref] = set()
        while self._work:
            ref = self._work.pop()
            if ref not in seen:
                seen.add(ref)
                self._visit(ref)
        self._add_checks()
        return self._plan

    def _add_checks(self) -> None:
        """Run along what only looks and may raise, such as the check that a factorisation succeeded."""
        needed = self._plan.needed
        for node in self._tape.nodes.values():
            silent = not (node.outputs or node.written or node.number or node.opaque)
            if silent and node.inputs and all(ref.cell.writers[ref.version] in needed for ref in node.inputs):
                needed[node.index] = node

    def _visit(self, ref: Ref) -> None:
        cut = self._cuts.get(state(ref))
        view = self._tape.views.get(ref, NO_VIEW)
        if cut != ref and view != NO_VIEW and view >= self._since:
            self._take(self._tape.nodes[view])
            return
        if cut is not None:
            self._plan.met.add(cut)
        if cut is None or (cut != ref and not cut.covers):
            self._origin(ref)

    def _origin(self, ref: Ref) -> None:
        """Follow a state to the operation that made it."""
        writer = ref.cell.writers[ref.version]
        if writer is None or writer < self._since:
            self._source(ref)
            return
        node = self._tape.nodes.get(writer)
        if node is None:
            raise NotSupported(
                f"a tensor of shape {ref.shape} was made by an operation that the recording has forgotten",
                remedy="name a later tensor as a leaf, or record with a larger max_operations",
            )
        if node.draw:
            self._plan.draws[state(ref)] = node
            self._source(ref)
            return
        self._take(node)
        if ref.version and not all(other.covers for other in written(node, ref.cell)):
            self._work.append(ref.flat(ref.version - 1))

    def _source(self, ref: Ref) -> None:
        self._plan.sources.setdefault(state(ref), []).append(ref)

    def _take(self, node: Node) -> None:
        if node.index in self._plan.needed:
            return
        if node.opaque:
            raise node.refuse("works on memory that a recording cannot follow")
        if node.random:
            raise node.refuse("draws random numbers, so it cannot be replayed", "compare its value only")
        if _reinterprets(node):
            raise node.refuse("reads the bits of one type as another, which float64 changes")
        self._plan.needed[node.index] = node
        self._work += inputs(node)


def inputs(node: Node) -> list[Ref]:
    """List what an operation reads; an argument given for the result (``out=``) is not read."""
    if not node.operation.out:
        return list(node.inputs)
    ignored = tensors(node.operation.written(node.args, node.kwargs))
    return [ref for ref in node.inputs if ref not in ignored]


def written(node: Node, cell: Cell) -> list[Ref]:
    """List the changes that an operation made to one storage."""
    return [ref for ref in node.written if ref.cell is cell]


def _reinterprets(node: Node) -> bool:
    """Whether a result lies over an input's memory with another element type."""
    types = {ref.cell: ref.dtype for ref in node.inputs}
    return any(types.get(ref.cell, ref.dtype) is not ref.dtype for ref in node.outputs)


def reached(nodes: Iterable[Node], leaves: Iterable[Ref]) -> list[Node]:
    """List the operations that depend on the leaves, among ``nodes`` in the order of execution."""
    active = {state(leaf) for leaf in leaves}
    found = []
    for node in nodes:
        if any(state(ref) in active for ref in inputs(node)):
            active.update(state(ref) for ref in (*node.written, *node.outputs))
            found.append(node)
    return found
