"""A chapter as the engine sees it: its cells, and the line of the file that each stands on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from jupyter_cache.readers import get_reader

from texsor.errors import Invalid, Location

CODE_CELL = re.compile(r"^(`{3,}|~{3,})\{code-cell\}", re.MULTILINE)

HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---"""


@dataclass(frozen=True)
class Chapter:
    """A source file whose code cells are to be run."""

    path: Path
    """The file."""
    notebook: nbformat.NotebookNode
    """Its cells, without outputs."""

    @property
    def kernel(self) -> str:
        """Name of the kernel that the front matter asks for."""
        return str(self.notebook.metadata.get("kernelspec", {}).get("name", "python3"))

    def line(self, cell_index: int, line_in_cell: int = 1) -> int | None:
        """1-based line of the file on which a line of a code cell stands; None in an ``.ipynb``."""
        starts = self.notebook.metadata.get("source_map")
        if starts is None:
            return None
        fence = int(starts[cell_index])
        lines = self.path.read_text(encoding="utf-8").splitlines()
        source = self.notebook.cells[cell_index].source.splitlines()
        # Between the fence and the code stand the cell's options, in either of two notations.
        for start in range(fence, len(lines)):
            if lines[start : start + len(source)] == source:
                return start + line_in_cell
        return fence


def read_chapter(path: Path) -> Chapter | None:
    """Read a chapter; None for a page without code cells.

    :raises Invalid: code cells without the header that makes them run, or front matter that cannot be read.
    """
    if path.suffix == ".ipynb":
        return Chapter(path, nbformat.read(path, as_version=4))
    text = path.read_text(encoding="utf-8")
    cell = CODE_CELL.search(text)
    if not _is_notebook(path, text):
        if cell:
            line = text.count("\n", 0, cell.start()) + 1
            raise Invalid(
                "a code cell in a page that is no notebook: it would be printed and never run",
                where=Location(str(path), line),
                remedy=f"start the file with\n{HEADER}",
            )
        return None
    return Chapter(path, get_reader({"type": "plugin", "name": "myst_nb_md"})(str(path)))


def _is_notebook(path: Path, text: str) -> bool:
    head = re.match(r"\A---\n(.*?)\n(---|\.\.\.)\s*$", text, re.DOTALL | re.MULTILINE)
    if not head:
        return False
    try:
        matter: Any = yaml.safe_load(head.group(1))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise Invalid(f"front matter that is not YAML: {error}", where=Location(str(path), line)) from None
    if not isinstance(matter, dict):
        return False
    representation = (matter.get("jupytext") or {}).get("text_representation") or {}
    return matter.get("file_format") == "mystnb" or representation.get("format_name") == "myst"
