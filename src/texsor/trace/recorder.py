"""The recorder: a dispatch mode that watches every operation and changes none."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode, _get_current_dispatch_mode

from texsor.errors import Invalid
from texsor.records import SourceLine, Trace
from texsor.trace.lines import Lines, LineValue
from texsor.trace.memory import MIB, Budget, Ref
from texsor.trace.node import Ran, tensors
from texsor.trace.operations import DETACH, describe
from texsor.trace.sites import Sites, SourceName, asked_for
from texsor.trace.tally import Tally
from texsor.trace.tape import Tape


class Recorder(TorchDispatchMode):
    """Records every tensor operation with the lines that ran it, between ``start`` and ``stop`` or inside ``with``.

    One recorder serves a whole notebook: each ``start`` opens a segment (a cell), and what earlier segments made is
    known in later ones. Operations in other threads or processes are not seen, nor are changes through NumPy.
    """

    # Else torch.cond and its like would raise while we only watch.
    supports_higher_order_operators = True

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Keep PyTorch from wrapping the dispatch method: it would import all of torch._dynamo."""
        return False

    def __init__(  # noqa: PLR0913 - each is a limit of its own
        self,
        is_source: SourceName,
        roots: Iterable[str | Path] = (),
        *,
        budget_bytes: int = 256 * MIB,
        copy_bytes: int = 16 * MIB,
        max_operations: int = 50_000,
        first_runs: int = 3,
        candidates: int = 8,
        max_values: int = 8,
    ) -> None:
        """Prepare a recorder.

        ``is_source`` names the cell of a file name, or says None; ``roots`` are folders of library source.
        ``budget_bytes`` bounds the memory held beyond the program's own, ``copy_bytes`` a copy made because a kept
        tensor is about to change, ``max_operations`` what can be replayed. ``first_runs``, ``candidates`` and
        ``max_values`` bound what is shown of a loop, kept of a line, and shown of a tensor.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self.tape = Tape(Budget(budget_bytes, copy_bytes), max_operations)
        self.lines = Lines(self.tape, candidates)
        self.trace = Trace((), 0, ())
        self._sites = Sites(is_source, roots)
        self._limits = (first_runs, max_values)
        self._tally = Tally(*self._limits)
        self._active = False
        self._before = (0, 0)

    @property
    def active(self) -> bool:
        """Whether it is recording."""
        return self._active

    def start(self) -> None:
        """Begin a segment."""
        if self._active:
            raise Invalid("this recorder is already recording", remedy="stop it first, or use another one")
        self._tally = Tally(*self._limits)
        self._before = (self.tape.budget.refused, self.tape.dropped)
        self.tape.begin()
        super().__enter__()  # type: ignore[no-untyped-call]
        self._active = True

    def stop(self) -> Trace:
        """End the segment and return its trace, which ``trace`` holds too."""
        if not self._active:
            raise Invalid("this recorder is not recording", remedy="start it first")
        self._active = False
        top = _get_current_dispatch_mode()
        if top is not self:
            raise Invalid(
                f"cannot stop recording: {type(top).__name__} was entered later and is still active",
                remedy="leave the modes in the reverse order of entering them",
            )
        super().__exit__(None, None, None)  # type: ignore[no-untyped-call]
        self.tape.end()
        self.trace = Trace(self._tally.calls(), self._tally.operations, tuple(self._notes()))
        return self.trace

    def __enter__(self) -> Recorder:
        """Begin a segment."""
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """End the segment, also after an exception."""
        self.stop()

    def __torch_dispatch__(
        self, func: Any, _types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run one operation and record it."""
        kwargs = kwargs or {}
        operation = describe(func)
        stack = None if operation.silent or not self._active else self._sites.stack(sys._getframe(1))
        if stack is None:
            return func(*args, **kwargs)
        ran = Ran(self.tape.read, operation, args, kwargs)
        self.tape.freeze(ran.changed)
        result = func(*args, **kwargs)
        if operation.hidden:
            if operation.name == DETACH and asked_for(sys._getframe(1)):
                self.tape.detach(result)
            return result
        ran.finish(result)
        if self.tape.detached:
            self.tape.follow_detached(ran, tensors([*args, *kwargs.values()]))
        self._record(ran, stack)
        return result

    def _record(self, ran: Ran, stack: tuple[SourceLine, ...]) -> None:
        node = self.tape.append(ran, stack)
        backward = torch._C._current_autograd_node() is not None or _seeds_backward(ran)
        self._tally.add(node, "backward" if backward else "forward", ran.results)
        if not backward:  # else the value of a line that ends in backward() would be some gradient
            self.lines.add(node, ran.results)

    def values(self, line: SourceLine) -> tuple[LineValue, ...]:
        """Return the tensors that a line produced when it ran last: the first ones, and at the end the last one."""
        return self.lines.values(line)

    def mark(self) -> int:
        """Return the present moment, for ``leaves(since=...)`` and ``Replay(since=...)``."""
        return self.tape.count

    def locate(self, tensor: Tensor) -> Ref:
        """Return how the recording names a tensor; raise Invalid for one that it never met."""
        ref = self.tape.locate(tensor)
        if ref is None:
            raise Invalid(
                f"no recorded operation read or made this tensor of shape {tuple(tensor.shape)}",
                remedy="compute it in a recorded cell",
            )
        return ref

    def _notes(self) -> Iterator[str]:
        """Say what could not be kept."""
        refused, dropped = self._before
        budget = self.tape.budget
        if budget.refused > refused:
            yield (
                f"{budget.refused - refused} tensors were too large to keep within {budget.limit / MIB:.0f} MiB: "
                "they are referred to while the program holds them"
            )
        if self.tape.dropped > dropped:
            yield (
                f"{self.tape.dropped - dropped} operations were forgotten, the oldest first: "
                f"{self.tape.max_operations} can be replayed"
            )


def _seeds_backward(ran: Ran) -> bool:
    """Whether autograd made the one with which a backward pass begins, before any of its nodes ran."""
    if ran.operation.name != "aten.ones_like.default":
        return False
    # dispatch, record, here: three frames of ours lie below the one that asked.
    return sys._getframe(3).f_code.co_filename == torch.autograd.__file__
