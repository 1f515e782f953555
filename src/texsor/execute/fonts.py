"""matplotlib's list of fonts, made before the chapters run.

Where it is missing, the first import makes it, and after five seconds says so on stderr: on a slow machine that would
fail a chapter which does nothing wrong.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys


def list_fonts() -> None:
    """Let matplotlib make its list, in a process of its own; nothing where matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is not None:
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], capture_output=True, check=False)
