"""The lines of a documented function whose comments name terms of the formula in its docstring."""

from __future__ import annotations

import inspect
from typing import Any

from texsor.check.comments import CodeLine, code_lines


def lines_of(function: Any, path: str) -> list[CodeLine]:
    """The lines of a function whose comments name terms, by the name that the recording gives its file."""
    source, first = inspect.getsourcelines(inspect.unwrap(function))
    return code_lines("".join(source), path, first)
