"""What a kernel is told before its chapter runs, and what it says of itself afterwards."""

from __future__ import annotations

import importlib.util
import json
import platform
import random
import resource
import sys
from pathlib import Path
from typing import Any


def seed(number: int) -> None:
    """Start Python's generator from a seed, and torch's where torch is installed."""
    random.seed(number)
    if importlib.util.find_spec("torch"):
        import torch  # noqa: PLC0415 - a notebook without torch must work too

        torch.manual_seed(number)


def facts() -> str:
    """JSON of the fields of `Provenance` that only the kernel knows. Never imports torch: a chapter may not use it."""
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
    return json.dumps(found)


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux KiB


def _processor() -> str:
    """The processor's own name where the system tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
