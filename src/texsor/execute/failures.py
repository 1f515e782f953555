"""Why a run failed, as file:line and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat

import texsor
from texsor.errors import Invalid, Location
from texsor.execute.chapters import Chapter

ANSI = re.compile(r"\x1b\[[0-9;]*m")
OWN_LINE = re.compile(r"(?:cell|In\[\d+\]):(?P<line>\d+)(?::\d+)?: ")
CELL_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")


def failures(chapter: Chapter, executed: nbformat.NotebookNode) -> Iterator[Invalid]:
    """Every output that must not be published: an exception, or anything on stderr (a warning, a missing glyph)."""
    for index, cell in enumerate(executed.cells):
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                yield _raised(chapter, index, output)
            elif output.output_type == "stream" and output.name == "stderr":
                yield _warned(chapter, index, output)


def stopped(chapter: Chapter, executed: nbformat.NotebookNode, index: int, reason: str) -> Invalid | None:
    """Report a cell that the kernel says has failed; None where its outputs tell it, and better, with the line."""
    if any(failures(chapter, executed)):
        return None
    return Invalid(
        "the cell failed without a word", where=_where(chapter, index, 1), excerpt=ANSI.sub("", reason).strip()
    )


def timed_out(chapter: Chapter, index: int, timeout_s: int) -> Invalid:
    """Report a cell that took longer than the project allows."""
    return Invalid(
        f"the cell ran longer than {timeout_s} s",
        where=_where(chapter, index, 1),
        excerpt=chapter.notebook.cells[index].source,
        remedy="make it shorter, or raise texsor_timeout_s",
    )


def died(chapter: Chapter, index: int, reason: str) -> Invalid:
    """Report a kernel that ended in the middle of a cell."""
    return Invalid(
        f"the kernel died in this cell ({reason})",
        where=_where(chapter, index, 1),
        excerpt=chapter.notebook.cells[index].source,
        remedy="look at the memory that it needs (texsor_jobs: 1 runs one chapter at a time)",
    )


def not_started(chapter: Chapter, reason: str) -> Invalid:
    """Report a kernel that could not be started."""
    return Invalid(
        f"the kernel {chapter.kernel!r} did not start: {reason}",
        where=Location(str(chapter.path), 1),
        remedy="name an installed kernel in the front matter (jupyter kernelspec list)",
    )


def unanswered(chapter: Chapter, reason: str) -> Invalid:
    """Report a kernel that cannot import texsor, or is none of Python."""
    return Invalid(
        f"the kernel {chapter.kernel!r} did not answer texsor",
        where=Location(str(chapter.path), 1),
        excerpt=ANSI.sub("", reason).strip(),
        remedy=f"install texsor {texsor.__version__} where that kernel runs",
    )


def same_cells(chapter: Chapter, twin: Chapter) -> Invalid:
    """Report two chapters that would share their outputs, although a relative path means another file in each."""
    return Invalid(
        f"the same code cells as in {twin.path}, which runs in another folder: one would show the other's outputs",
        where=Location(str(chapter.path), 1),
        remedy="let a cell differ, if only by a comment",
    )


def _where(chapter: Chapter, index: int, line_in_cell: int) -> Location:
    return Location(str(chapter.path), chapter.line(index, line_in_cell))


def _raised(chapter: Chapter, index: int, output: nbformat.NotebookNode) -> Invalid:
    message = ANSI.sub("", output.evalue)
    placed = OWN_LINE.match(message)
    if placed:  # texsor's own refusal: it says where in the cell, shows the text and says what to do
        where = Location(str(chapter.path), chapter.line(index, int(placed["line"])))
        return Invalid(message[placed.end() :], where=where)
    traceback = ANSI.sub("", "\n".join(output.traceback))
    lines = [int(found) for found in CELL_LINE.findall(traceback)]
    line = lines[0] if lines else 1
    source = chapter.notebook.cells[index].source.splitlines()
    return Invalid(
        f"the cell raised {output.ename}: {message}",
        where=_where(chapter, index, line),
        excerpt=source[line - 1] if line <= len(source) else None,
        remedy="mend the cell; nothing of this chapter was published",
    )


def _warned(chapter: Chapter, index: int, output: nbformat.NotebookNode) -> Invalid:
    return Invalid(
        "the cell wrote to stderr, and a page must not carry a warning",
        where=_where(chapter, index, 1),
        excerpt=ANSI.sub("", output.text).strip(),
        remedy="remove the cause of the warning",
    )
