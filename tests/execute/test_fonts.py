"""matplotlib's list of fonts is there before a chapter asks for it."""

from __future__ import annotations

import os
import subprocess
import sys

from texsor.execute.fonts import list_fonts


def test_the_list_is_made_where_there_is_none(monkeypatch, tmp_path) -> None:
    """With an empty configuration folder the list is written, so that no chapter has to."""
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    list_fonts()
    assert list(tmp_path.glob("fontlist*.json"))


def test_without_matplotlib_nothing_runs(monkeypatch) -> None:
    """A project without matplotlib pays nothing."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr(subprocess, "run", lambda *_words, **_options: sys.exit(f"ran something in {os.getcwd()}"))
    list_fonts()
