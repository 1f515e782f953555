"""texsor.trace: recording PyTorch operations by the lines that ran them, and replaying them in float64."""

import sys
from types import ModuleType
from typing import Any

from texsor.trace.function import recorder_for, trace
from texsor.trace.lines import LineValue
from texsor.trace.memory import unrecorded
from texsor.trace.recorder import Recorder
from texsor.trace.replay import Leaf, Replay, Replayed, depends, leaves
from texsor.trace.widen import exact_mathematics

__all__ = [
    "Leaf",
    "LineValue",
    "Recorder",
    "Replay",
    "Replayed",
    "depends",
    "exact_mathematics",
    "leaves",
    "recorder_for",
    "trace",
    "unrecorded",
]


class _Room(ModuleType):
    """A room that can be called by its own name: ``texsor.trace(function, *args)``."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Trace a call; see `texsor.trace.function.trace`."""
        return trace(*args, **kwargs)


sys.modules[__name__].__class__ = _Room
