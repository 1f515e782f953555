"""Which line ran an operation: the reader's cell lines and the innermost library line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType

import torch

from texsor.records import SourceLine

SourceName = Callable[[str], str | None]
"""From the file name of a code object to the cell's name; None where it is no cell."""

CELL_LINES = 8
"""Most cell lines in a stack: a recursive function would otherwise make a new stack at each depth."""

_SHELL = os.path.join("IPython", "core", "interactiveshell.py")
"""Below this frame lies the kernel's own machinery: dozens of frames, and no line of the reader's."""
_FORMATTING = os.path.join("torch", "_tensor.py")
"""Where an f-string takes a tensor's number; ``print`` of a tensor is hidden by PyTorch itself."""


_TORCH = os.path.dirname(torch.__file__) + os.sep


def asked_for(frame: FrameType | None) -> bool:
    """Whether it is not PyTorch's own Python that runs an operation."""
    return frame is not None and not frame.f_code.co_filename.startswith(_TORCH)


class Sites:
    """Finds the lines of the running frame, each file judged once."""

    def __init__(self, is_source: SourceName, roots: Iterable[str | Path] = ()) -> None:
        self._is_source = is_source
        self._roots = tuple(Path(root).resolve() for root in roots)
        self._files: dict[str, tuple[str, str] | None] = {}
        self._stacks: dict[object, tuple[SourceLine, ...]] = {}

    def stack(self, frame: FrameType | None) -> tuple[SourceLine, ...] | None:
        """Return the known lines, outermost cell line first, library line last; None while a tensor is printed."""
        cells: list[tuple[str, int]] = []
        library: tuple[str, int] | None = None
        files = self._files
        while frame is not None:
            filename = frame.f_code.co_filename
            judged = files[filename] if filename in files else self._judge(filename)
            if judged is not None:  # most frames are PyTorch's own
                kind, name = judged
                if kind == "cell":
                    cells.append((name, frame.f_lineno))
                elif kind == "library":
                    library = library or (name, frame.f_lineno)
                elif kind == "printing" and name == frame.f_code.co_name:
                    return None
                elif kind == "shell":
                    break
            frame = frame.f_back
        return self._intern(cells, library)

    def _judge(self, filename: str) -> tuple[str, str] | None:
        """Say once what a file is: a cell, a library file, PyTorch's printing, or of no interest."""
        cell = self._is_source(filename)
        kind: tuple[str, str] | None
        if cell is not None:
            kind = ("cell", cell)
        elif filename.endswith(_SHELL):
            kind = ("shell", "")
        elif filename.endswith(_FORMATTING):
            kind = ("printing", "__format__")
        else:
            kind = self._library(filename)
        self._files[filename] = kind
        return kind

    def _library(self, filename: str) -> tuple[str, str] | None:
        """Name a file under a declared root as the project knows it, from the root's own name on."""
        if filename.startswith("<"):
            return None
        path = Path(filename).resolve()
        for root in self._roots:
            if path.is_relative_to(root):
                return ("library", path.relative_to(root.parent).as_posix())
        return None

    def _intern(self, cells: list[tuple[str, int]], library: tuple[str, int] | None) -> tuple[SourceLine, ...]:
        """Make each distinct stack once: the outermost cell line, the innermost ones, the library line."""
        if len(cells) > CELL_LINES:
            cells = [*cells[: CELL_LINES - 1], cells[-1]]
        lines = [*reversed(cells), *([library] if library else [])]
        key = tuple(lines)
        found = self._stacks.get(key)
        if found is None:
            found = self._stacks[key] = tuple(SourceLine(path, line) for path, line in lines)
        return found
