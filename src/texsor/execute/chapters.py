"""A chapter as the engine sees it: its cells, and the line of the file that each stands on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import nbformat
import yaml
from jupyter_cache.readers import get_reader

from texsor.errors import Invalid, Location

Content = TypeVar("Content")

FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})\s*(?P<info>.*)")
READER_LINE = re.compile(r" at line (\d+)")
"""How myst-nb's reader names the line that it stumbled over."""

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

    :raises Invalid: code cells without the header that makes them run, or a file that cannot be read.
    """
    if path.suffix == ".ipynb":
        return Chapter(path, _without_outputs(_read(path, lambda: nbformat.read(path, as_version=4))))
    text = _read(path, lambda: path.read_text(encoding="utf-8"))
    if _is_notebook(path, text):
        return Chapter(path, _read(path, lambda: get_reader({"type": "plugin", "name": "myst_nb_md"})(str(path))))
    line = _first_cell(text)
    if line is not None:
        raise Invalid(
            "a code cell in a page that is no notebook: it would be printed and never run",
            where=Location(str(path), line),
            remedy=f"start the file with\n{HEADER}",
        )
    return None


def _read(path: Path, reader: Callable[[], Content]) -> Content:
    try:
        return reader()
    except Exception as error:  # the readers are plugins: what they raise is theirs to choose
        found = READER_LINE.search(str(error))
        where = Location(str(path), int(found.group(1)) if found else None)
        raise Invalid(f"the page cannot be read: {error}", where=where) from None


def _without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Forget what an ``.ipynb`` was saved with: a cell that is skipped would publish it."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _first_cell(text: str) -> int | None:
    """1-based line of the first code cell; one shown inside another fence, as an example, is none."""
    around = ""
    for number, line in enumerate(text.splitlines(), start=1):
        fence = FENCE.fullmatch(line)
        if fence is None or "`" in fence["info"]:  # ```code``` in a sentence
            continue
        marks, info = fence["marks"], fence["info"]
        if not around and info.startswith("{code-cell}"):
            return number
        if not around:
            around = marks
        elif marks.startswith(around) and not info:
            around = ""
    return None


def _is_notebook(path: Path, text: str) -> bool:
    head = re.match(r"\A---\n(.*?)\n(---|\.\.\.)\s*$", text, re.DOTALL | re.MULTILINE)
    if not head:
        return False
    try:
        matter: Any = yaml.safe_load(head.group(1))
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        line = mark.line + 2 if mark else 1
        raise Invalid(f"front matter that is not YAML: {problem or error}", where=Location(str(path), line)) from None
    in_jupytext = _at(matter, "jupytext", "text_representation", "format_name")
    return in_jupytext == "myst" or _at(matter, "file_format") == "mystnb"


def _at(matter: Any, *keys: str) -> object:
    """What stands under nested keys; None where a level is missing or is no mapping."""
    for key in keys:
        matter = matter.get(key) if isinstance(matter, dict) else None
    return matter
