"""The formulas of a page, read from the outputs of its run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sphinx.environment import BuildEnvironment

from texsor.execute import Stored
from texsor.execute.chapters import read_chapter
from texsor.records import SourceLine, from_json
from texsor.site.math_terms import Mark
from texsor.site.running import project_of
from texsor.verdicts import DECLARED, VERDICT, Declared, PairedTerm, Verdict


@dataclass(frozen=True)
class Entry:
    """A record and where its cell stands."""

    record: Declared | Verdict
    """What the cell put out."""
    line: int | None
    """1-based line of the cell in its file; None in an ``.ipynb``."""


@dataclass(frozen=True)
class PageFormulas:
    """The formulas of one page; of two records of one name the later counts, as in Python."""

    entries: tuple[Entry, ...] = ()
    """Every record, in the order of the cells."""
    sources: tuple[tuple[str, str], ...] = ()
    """Each cell that ran, by the name that the records use (``In[3]``), and its source."""

    @property
    def declared(self) -> dict[str, Declared]:
        """The declared formulas by name."""
        return {entry.record.name: entry.record for entry in self.entries if isinstance(entry.record, Declared)}

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts by the name of their formula; where one is also shown going red, the proof."""
        found = [entry.record for entry in self.entries if isinstance(entry.record, Verdict)]
        return {verdict.name: verdict for verdict in sorted(found, key=lambda verdict: verdict.wanted)}

    def marks(self, name: str) -> tuple[Mark, ...]:
        """Where in a formula the numbers of its terms stand; none where it has no paired terms."""
        verdict, declared = self.verdicts.get(name), self.declared.get(name)
        if verdict is None or declared is None or verdict.latex != declared.latex:
            return ()
        return tuple(
            (start, end, number) for number, term in numbered(verdict) for start, end in term.places if start < end
        )

    def numbers(self, path: str) -> dict[int, list[int]]:
        """For each line of a cell or file the numbers of the terms that it computes."""
        found: dict[int, list[int]] = {}
        for verdict in self.verdicts.values():
            for number, term in numbered(verdict):
                if term.line.path == path:
                    found.setdefault(term.line.line, []).append(number)
        return found


def formulas_of(env: BuildEnvironment, docname: str) -> PageFormulas:
    """The formulas of a page; none where it has no code."""
    stored = project_of(env.config).stored(Path(env.doc2path(docname)))
    if stored is None:
        return PageFormulas()
    cells = [cell for cell in stored.notebook.cells if cell.cell_type == "code"]
    sources = tuple((f"In[{cell.get('execution_count')}]", str(cell.source)) for cell in cells)
    return PageFormulas(tuple(_entries(stored)), sources)


def place(env: BuildEnvironment, line: SourceLine) -> str:
    """Where a line of code stands: in the page's own file, or in the library as the record names it."""
    path = Path(env.doc2path(env.docname))
    stored, chapter = project_of(env.config).stored(path), read_chapter(path)
    for index, cell in enumerate(stored.notebook.cells if stored else ()):
        if chapter and line.path == f"In[{cell.get('execution_count')}]":
            return f"{path.name}:{chapter.line(index, line.line) or line}"
    return str(line)


def numbered(verdict: Verdict) -> list[tuple[int, PairedTerm]]:
    """The paired terms with their numbers, in the reading order of the formula."""
    return list(enumerate(verdict.terms, start=1))


def _entries(stored: Stored) -> Iterator[Entry]:
    lines = stored.notebook.metadata.get("source_map")
    for index, cell in enumerate(stored.notebook.cells):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            line = int(lines[index]) if lines else None
            if DECLARED in data:
                yield Entry(from_json(Declared, data[DECLARED]), line)
            if VERDICT in data:
                yield Entry(from_json(Verdict, data[VERDICT]), line)
