"""A small book in a temporary folder, built as a reader builds one; no warning goes unseen unless a test says so."""

from __future__ import annotations

import html
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.locale import translators
from sphinx.util.docutils import docutils_namespace, patch_docutils

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BIN = Path(sys.executable).parent
ANSI = re.compile(r"\x1b\[[0-9;]*m")

MAKES_OWN = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
"""Variables by which make speaks to a make below it."""

HEADER = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---
"""
"""Six lines that make a page a notebook."""

CONF = """
extensions = ["myst_nb", "texsor.site"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
myst_enable_extensions = ["dollarmath"]
html_theme = "basic"
exclude_patterns = ["_build"]
texsor_jobs = 2
"""

CONFIG = """
title: A book
author: Somebody
logo: ""
only_build_toc_files: true
execute:
  execute_notebooks: cache
  stderr_output: error
parse:
  myst_enable_extensions: [dollarmath]
sphinx:
  extra_extensions: [texsor.site]
  config:
    texsor_jobs: 2
"""


@dataclass(frozen=True)
class Built:
    """What a build left."""

    out: Path
    """The folder of pages."""
    log: str
    """All that the build said, without colours."""
    status: int
    """Its exit status."""

    def page(self, name: str = "index") -> str:
        """The HTML of a page."""
        return (self.out / f"{name}.html").read_text(encoding="utf-8")

    def text(self, name: str = "index") -> str:
        """The words of a page, as a reader sees them, on one line."""
        body = self.page(name).split("<body", 1)[1]
        words = re.sub(r"<[^>]*>", "", re.sub(r"<(script|style).*?</\1>", "", body, flags=re.DOTALL))
        return " ".join(html.unescape(words).split())

    def provenance(self, name: str = "index") -> str:
        """The words of a page's line on where its numbers came from."""
        line = re.search(r'<div class="texsor-provenance[^>]*>(.*?)</div>', self.page(name), re.DOTALL)
        assert line, self.page(name)
        return html.unescape(re.sub(r"<[^>]*>", "", line.group(1))).strip()


@dataclass(frozen=True)
class Book:
    """A folder of sources."""

    root: Path

    def write(self, files: Mapping[str, str]) -> None:
        """Write each file, in folders of its own where its name says so."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def sphinx(self, *, warnings: bool = False, parallel: int = 0, out: str = "html", **values: Any) -> Built:
        """Build with plain Sphinx, in this process; ``values`` stand above those of conf.py."""
        said, warned = io.StringIO(), io.StringIO()
        folders = (self.root, self.root, self.root / "_build" / out, self.root / "_build" / out / ".doctrees")
        translators.clear()  # Sphinx keeps a catalogue for the life of the process, whatever the language
        with patch_docutils(str(self.root)), docutils_namespace():
            try:
                app = Sphinx(*folders, "html", values, said, warned, parallel=parallel)
                app.build()
                status = app.statuscode
            except SphinxError as error:
                warned.write(f"{error.category}: {error}\n")
                status = 2
        assert warnings or not warned.getvalue(), warned.getvalue()
        return Built(folders[2], ANSI.sub("", said.getvalue() + warned.getvalue()), status)

    def run(self, *command: object, fails: bool = False, path: Path | None = None) -> Built:
        """Run a command in the folder, with ``path`` first on the import path; it must end as the test expects."""
        before = [part for part in (os.environ.get("PYTHONPATH"),) if part]
        # When make runs the tests, what it tells a make below it changes what that one prints.
        environment = {name: value for name, value in os.environ.items() if name not in MAKES_OWN}
        if path:
            environment["PYTHONPATH"] = os.pathsep.join([str(path), *before])
        words = [str(word) for word in command]
        done = subprocess.run(
            words,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        log = ANSI.sub("", done.stdout)
        assert bool(done.returncode) == fails, log
        assert fails or "WARNING" not in log, log
        return Built(self.root / "_build" / "html", log, done.returncode)

    def jupyter_book(self, **options: Any) -> Built:
        """Build as anybody does who knows Jupyter Book and nothing of texsor."""
        return self.run(BIN / "jupyter-book", "build", ".", **options)

    def texsor(self, **options: Any) -> Built:
        """Build with texsor's own command."""
        return self.run(BIN / "texsor", "build", ".", **options)


@pytest.fixture(scope="session")
def make_book() -> Callable[[Path, Mapping[str, str]], Book]:
    """A function that writes files into a folder, and what a project needs besides: ``make_book(folder, files)``."""

    def make(folder: Path, files: Mapping[str, str]) -> Book:
        book = Book(folder)
        names = sorted(Path(name).with_suffix("").as_posix() for name in files if name.endswith((".md", ".ipynb")))
        chapters = "".join(f"- file: {name}\n" for name in names if name != "index")
        toc = "format: jb-book\nroot: index\n" + (f"chapters:\n{chapters}" if chapters else "")
        book.write({"conf.py": CONF, "_config.yml": CONFIG, "_toc.yml": toc} | dict(files))
        return book

    return make


@pytest.fixture
def book(tmp_path: Path, make_book: Callable[..., Book]) -> Callable[[Mapping[str, str]], Book]:
    """A function that writes a book into a folder of the test's own: ``book(files).sphinx().page()``."""
    return lambda files: make_book(tmp_path, files)


@pytest.fixture(scope="session")
def chapter_of() -> Callable[..., str]:
    """A function from the code of cells to the text of a chapter; only the output of the last, ``shown``, is shown."""

    def text(*cells: str, shown: str = "", prose: str = "") -> str:
        hidden = "".join(f"\n```{{code-cell}}\n:tags: [remove-output]\n{cell}\n```\n" for cell in cells)
        last = f"\n```{{code-cell}}\n{shown}\n```\n" if shown else ""
        return f"{HEADER}\n# Chapter\n{hidden}{last}\n{prose}\n"

    return text


CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium that calls nobody; without it a test is not run, unless REQUIRE_ALL says that it must be.

    One a module: Playwright's loop runs as long as it is open, and while it does no chapter can be run in this thread.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "not run: chromium missing, install with apt-get install chromium"
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield started
        started.close()
