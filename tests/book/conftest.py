"""The book itself, built once for all tests of it: every number is from this run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from texsor.cli.book import project
from texsor.execute import Stored

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site() -> Path:
    """The HTML folder of the book, as ``make site`` builds it."""
    done = subprocess.run(
        [sys.executable, "-m", "texsor.cli", "build", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def pages(site: Path) -> list[Path]:
    """Every page that the table of contents names."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"]] + [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [site / f"{name}.html" for name in names]


@pytest.fixture(scope="session")
def chapter(site: Path) -> Callable[[str], Stored]:
    """A function from a chapter's name to the outputs that its page shows."""
    book = project(ROOT)

    def stored(name: str) -> Stored:
        found = book.stored(ROOT / "book" / f"{name}.md")
        assert found is not None, f"{name} has not run under {book.digest}"
        return found

    return stored
