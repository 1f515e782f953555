"""What texsor knows of one running notebook: its recording, its formulas, and what was proved."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import _get_current_dispatch_mode

from texsor.errors import Invalid
from texsor.formula import Formula
from texsor.records import OpCall, SourceLine
from texsor.trace import Recorder
from texsor.verdicts import Verdict


@dataclass(frozen=True)
class Binding:
    """A symbol and what it is bound to."""

    symbol: str
    """The symbol, in LaTeX."""
    expression: str
    """Python on the chapter's names."""


@dataclass(frozen=True, eq=False)
class Declaration:
    """A formula that a cell declared."""

    formula: Formula
    """The formula."""
    bindings: tuple[Binding, ...]
    """What its symbols are bound to."""
    function: Any = None
    """The function whose docstring it was taken from, and whose comments pair its terms; None where a cell wrote it."""


@dataclass(frozen=True, eq=False)
class Checked:
    """A formula that was proved, and the tensor that it is equal to: a later formula may use its left side."""

    declaration: Declaration
    """The formula."""
    verdict: Verdict
    """What was found."""
    target: Tensor
    """What the code computed."""


@dataclass
class Session:
    """One notebook's state; it lives as long as its kernel."""

    shell: Any
    """IPython's shell."""
    recorder: Recorder
    """Records every cell."""
    declared: dict[str, Declaration] = field(default_factory=dict)
    """Formulas by name."""
    checked: dict[str, Checked] = field(default_factory=dict)
    """Formulas that hold, by name."""
    calls: list[OpCall] = field(default_factory=list)
    """Every operation so far, loops folded."""
    running: list[str] = field(default_factory=list)
    """The sources of the cells that are running, each started by the one before (`%%capture` does that)."""
    names: dict[str, str | None] = field(default_factory=dict)
    """Cells by the file names of their code."""
    paused: bool = False
    """Whether cells are run unrecorded."""

    @classmethod
    def of(cls, shell: Any) -> Session:
        """A session for a shell; its hooks record each cell."""
        names: dict[str, str | None] = {}
        recorder = Recorder(lambda filename: cell_name(shell, names, filename), library_roots(sys.path))
        session = cls(shell, recorder, names=names)
        shell.events.register("pre_run_cell", session.before)
        shell.events.register("post_run_cell", session.after)
        return session

    def close(self) -> None:
        """Stop listening to the shell."""
        self.shell.events.unregister("pre_run_cell", self.before)
        self.shell.events.unregister("post_run_cell", self.after)
        self._stop()

    def before(self, info: Any) -> None:
        """Start recording a cell."""
        self.running.append(info.raw_cell)
        if not self.paused and not self.recorder.active:
            self.recorder.start()

    def after(self, result: Any) -> None:
        """Stop recording it; also after an exception or a syntax error."""
        # IPython tells of the end of an empty cell without having told of its beginning.
        if self.running and self.running[-1] == result.info.raw_cell:
            self.running.pop()
        if not self.running:
            self._stop()

    def flush(self) -> None:
        """Stop recording in the middle of a cell: what ran so far can be asked for.

        :raises Invalid: inside a dispatch mode of the author's own, whose place on torch's stack must not be taken.
        """
        top = _get_current_dispatch_mode()
        if self.recorder.active and top is not self.recorder:
            raise Invalid(f"nothing can be checked inside {type(top).__name__}", remedy="check below the block")
        self._stop()

    def _stop(self) -> None:
        if self.recorder.active:
            self.calls += self.recorder.stop().calls

    def source(self) -> str:
        """The code of the running cell as Python, magics translated: its lines are those that run."""
        return str(self.shell.transform_cell(self.running[-1])) if self.running else ""

    def here(self) -> SourceLine:
        """The cell and the line that is running: where a magic was called."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            name = cell_name(self.shell, self.names, frame.f_code.co_filename)
            if name is not None:
                return SourceLine(name, frame.f_lineno)
            frame = frame.f_back
        return SourceLine("cell", 1)

    def declaration(self, name: str) -> Declaration:
        """The formula of a name."""
        if name not in self.declared:
            known = ", ".join(self.declared) or "none"
            raise Invalid(
                f"no formula {name!r} was declared", remedy=f"declare it with %%formula; declared are: {known}"
            )
        return self.declared[name]


def cell_name(shell: Any, names: dict[str, str | None], filename: str) -> str | None:
    """``In[3]`` for code of the third cell; None for any other file.

    A cell that is run again unchanged keeps its first name: its code has the same file name, and the recording knows
    the lines by that.
    """
    if filename not in names:
        known = shell.compile.format_code_name(filename)
        names[filename] = str(known[1]) if known else None
    return names[filename]


def library_roots(path: Iterable[str]) -> list[Path]:
    """The packages whose lines a reader may want to see: all that are not installed from an index, texsor excepted."""
    return [root for entry in path for root in _packages(Path(entry or ".")) if root.name != "texsor"]


def _packages(folder: Path) -> Iterator[Path]:
    installed = [Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib", "stdlib")]
    home = folder.resolve()
    if not home.is_dir() or any(home.is_relative_to(place) for place in installed):
        return
    yield from (found.parent for found in sorted(home.glob("*/__init__.py")))
