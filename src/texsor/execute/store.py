"""The outputs that myst-nb reads: standard jupyter-caches, one for each digest of what outputs depend on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from texsor.execute.chapters import Chapter
from texsor.records import VALUES, Provenance, from_json, to_json


@dataclass(frozen=True)
class Stored:
    """A chapter's outputs as a run left them."""

    notebook: nbformat.NotebookNode
    """The chapter's cells, with outputs."""
    provenance: Provenance
    """The run that made them."""

    def records(self, mime: str) -> Iterator[dict[str, Any]]:
        """Each record of one MIME type, in the order of the cells."""
        for cell in self.notebook.cells:
            for output in cell.get("outputs", ()):
                if mime in output.get("data", {}):
                    yield output["data"][mime]

    def values(self) -> dict[str, tuple[Any, bool]]:
        """Each named value, and whether it was measured; a later one of the same name wins, as in Python."""
        return {
            name: (value, record["measured"])
            for record in self.records(VALUES)
            for name, value in record["values"].items()
        }


class Store:
    """The cached outputs of one digest."""

    def __init__(self, root: Path, digest: str) -> None:
        self.folder = root / digest
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.touch()  # the newest stores are kept
        self._cache = get_cache(str(self.folder))

    def get(self, chapter: Chapter) -> Stored | None:
        """The outputs of exactly these cells; None when they have not run under this digest."""
        try:
            record = self._cache.match_cache_notebook(chapter.notebook)
            _, notebook = self._cache.merge_match_into_notebook(chapter.notebook)
        except KeyError:
            return None
        if "provenance" not in record.data:
            return None
        return Stored(notebook, from_json(Provenance, record.data["provenance"]))

    def put(self, chapter: Chapter, notebook: nbformat.NotebookNode, provenance: Provenance) -> None:
        """Keep the outputs of a run that may be published."""
        data = {"execution_seconds": provenance.seconds, "provenance": to_json(provenance)}
        bundle = CacheBundleIn(notebook, str(chapter.path), data=data)
        self._cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def prune(self, keep: int) -> None:
        """Remove all but the newest stores beside this one."""
        beside = (path for path in self.folder.parent.iterdir() if path.is_dir() and path != self.folder)
        for old in sorted(beside, key=lambda path: path.stat().st_mtime, reverse=True)[keep - 1 :]:
            shutil.rmtree(old)
