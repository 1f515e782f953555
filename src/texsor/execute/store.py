"""The outputs that myst-nb reads: standard jupyter-caches, one for each digest of what outputs depend on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract

from texsor.execute.chapters import Chapter
from texsor.execute.keys import is_digest
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

    @property
    def _cache(self) -> JupyterCacheAbstract:
        """Opened anew each time: an open SQLite database must not be taken into Sphinx's parallel readers."""
        return get_cache(str(self.folder))

    def name(self, chapter: Chapter) -> str:
        """What jupyter-cache, and so myst-nb, knows a chapter by: a digest of its cells and kernel, not of its path."""
        return str(self._cache.create_hashed_notebook(chapter.notebook)[1])

    def get(self, chapter: Chapter) -> Stored | None:
        """The outputs of exactly these cells; None when they have not run under this digest."""
        cache = self._cache
        try:
            record = cache.match_cache_notebook(chapter.notebook)
            _, notebook = cache.merge_match_into_notebook(chapter.notebook)
        except (KeyError, ValueError):  # no such entry, or one whose file was only half written
            return None
        if "provenance" not in record.data:
            return None
        return Stored(notebook, from_json(Provenance, record.data["provenance"]))

    def put(self, chapter: Chapter, notebook: nbformat.NotebookNode, provenance: Provenance) -> None:
        """Keep the outputs of a run that may be published."""
        data = {"execution_seconds": provenance.seconds, "provenance": to_json(provenance)}
        bundle = CacheBundleIn(notebook, str(chapter.path), data=data)
        # What is left of a damaged entry would be in jupyter-cache's way.
        shutil.rmtree(self.folder / "executed" / self.name(chapter), ignore_errors=True)
        self._cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def prune(self, keep: int) -> None:
        """Remove all but the newest stores beside this one; what else lies there is not ours to remove."""
        stores = (path for path in self.folder.parent.iterdir() if path.is_dir() and is_digest(path.name))
        beside = (path for path in stores if path != self.folder)
        for old in sorted(beside, key=lambda path: path.stat().st_mtime, reverse=True)[keep - 1 :]:
            shutil.rmtree(old)
