"""What a kernel is told before its chapter runs, and what it says of itself afterwards."""

from __future__ import annotations

import importlib.util
import platform
import random
import resource
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython import get_ipython
from IPython.display import display

from texsor.records import FACTS

STATUS = Path("/proc/self/status")
"""Where Linux tells what a process has used."""


def seed(number: int) -> None:
    """Start Python's generator from a seed, and torch's as soon as the chapter imports torch."""
    random.seed(number)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(number)
    else:
        sys.meta_path.insert(0, _SeedTorch(number))


class _SeedTorch(MetaPathFinder):
    """Seeds torch at the end of its import: a chapter without torch neither waits for it nor is said to use it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def find_spec(self, fullname: str, *_where: Any) -> ModuleSpec | None:
        """Find torch as Python would, once, and add to how it is executed."""
        if fullname != "torch":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_seed(module: ModuleType) -> None:
            execute(module)
            module.manual_seed(self.number)

        spec.loader.exec_module = execute_and_seed  # type: ignore[method-assign]
        return spec


def pause(unrecorded: bool) -> None:
    """Run the cells that follow unrecorded, or recorded again; nothing where texsor is not loaded."""
    session = getattr(get_ipython(), "texsor", None)
    if session is not None:
        session.paused = unrecorded


def tell() -> None:
    """Display the facts, apart from whatever the chapter's threads may still print."""
    display({FACTS: facts()}, raw=True)


def facts() -> dict[str, Any]:
    """Fields of `Provenance` that only the kernel knows. Never imports torch: a chapter may not use it."""
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "device": _processor(),
        "threads": 1,
        "peak_bytes": _peak_bytes(),
        "torch": None,
        "seed": None,
    }
    torch = sys.modules.get("torch")
    if torch is not None:
        found |= {"torch": torch.__version__, "threads": torch.get_num_threads(), "seed": torch.initial_seed()}
        if torch.cuda.is_available():
            found["device"] = torch.cuda.get_device_name()
    return found


def _peak_bytes() -> int:
    """The largest memory of this process; what getrusage says begins, on Linux, with the memory of who started it."""
    try:
        lines = STATUS.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, others KiB


def _processor() -> str:
    """The processor's own name where the system tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
