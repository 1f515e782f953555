"""Running chapters: what an output depends on, the run, its provenance, and the store that myst-nb reads.

This is the only place where a chapter's code runs for the book. It never imports torch or Sphinx.
"""

from texsor.execute.chapters import Chapter, read_chapter
from texsor.execute.refresh import Project, RunFailed, refresh
from texsor.execute.store import Store, Stored

__all__ = ["Chapter", "Project", "RunFailed", "Store", "Stored", "read_chapter", "refresh"]
