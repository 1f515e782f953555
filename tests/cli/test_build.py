"""A build that cannot lie: ``texsor build`` refuses what must not be published, and is quiet about the rest."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from texsor.cli import main
from texsor.cli.build import JUPYTER_BOOK

REPOSITORY = Path(__file__).parents[2]

RAISES = "x = 1\nx / 0  # HERE"
WARNS = "import warnings\nwarnings.warn('careful')"
GLYPH = "import matplotlib.pyplot as plt\n_ = plt.figure().suptitle('손실')"
GOOD = "from texsor.notebook import record\nrecord(loss=1.5)"


@pytest.fixture(scope="module")
def refused_run(tmp_path_factory, make_book, chapter_of):
    """The log of a build in which every chapter but one fails as it runs."""
    pages = {
        "raises.md": chapter_of(RAISES),
        "warns.md": chapter_of(WARNS),
        "glyph.md": chapter_of(GLYPH),
        "headless.md": "# T\n\n```{code-cell}\nx = 1\n```\n",
        "index.md": chapter_of(GOOD),
    }
    return make_book(tmp_path_factory.mktemp("run"), pages).texsor(fails=True)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("raises.md:13", "the cell raised ZeroDivisionError: division by zero"),
        ("warns.md:12", "the cell wrote to stderr"),
        ("glyph.md:12", "the cell wrote to stderr"),
        ("headless.md:3", "a code cell in a page that is no notebook"),
    ],
    ids=["raises", "warns", "glyph", "headless"],
)
def test_a_failing_chapter_stops_the_build(refused_run, place, says):
    """A cell that raises or warns, a missing glyph and a page without its header: one build names each by its line."""
    assert f"{refused_run.out.parent.parent}/{place}: {says}" in refused_run.log


@pytest.mark.parametrize("excerpt", ["x / 0  # HERE", "UserWarning: careful", "Glyph 49552", "format_name: myst"])
def test_a_failing_chapter_shows_what_there_is_to_see(refused_run, excerpt):
    """The line, the warning, the glyph and the header to write are in the report."""
    assert excerpt in refused_run.log


def test_nothing_of_a_refused_run_is_published(refused_run):
    """When a chapter fails no page is read or written, and the last line says where to look."""
    assert "reading sources" not in refused_run.log
    assert not (refused_run.out / "index.html").exists()
    assert "the book was not built: see the lines above" in refused_run.log


@pytest.fixture(scope="module")
def refused_pages(tmp_path_factory, make_book, chapter_of):
    """The log of a build in which all chapters run and their prose is wrong."""
    prose = (
        "{ref}`no-such-label`\n\n{value}`los`\n\n{value}`loss:.4q`\n\n{eq}`no-such-equation`\n\n[](#nowhere)\n\n"
        "{value}`loss:.4f` is fine."
    )
    book = make_book(tmp_path_factory.mktemp("pages"), {"index.md": chapter_of(GOOD, prose=prose)})
    book.write({"_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: missing\n"})
    return book.texsor(fails=True)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("index.md:16", "undefined label: 'no-such-label'"),
        ("index.md:18", "no value 'los' was recorded"),
        ("index.md:20", "{value} cannot print 'loss:.4q'"),
        ("index.md:22", "equation not found: no-such-equation"),
        ("index.md:24", "'myst' cross-reference target not found: 'nowhere'"),
        ("index.md:", "toctree contains reference to nonexisting document 'missing'"),
    ],
    ids=["label", "value", "format", "equation", "link", "table of contents"],
)
def test_a_wrong_page_fails_the_build(refused_pages, place, says):
    """An unknown reference, value, format, equation, link or page: one build names each by its line."""
    assert f"{refused_pages.out.parent.parent}/{place}: WARNING: {says}" in refused_pages.log


def test_nothing_else_is_refused(refused_pages):
    """There are as many warnings as there are faults."""
    assert refused_pages.log.count("WARNING: ") == 6


MODULE = "LOSS = {}\n"
SHOWS = "print('printed:', LOSS)"
RECORDS = "from subject import LOSS\nfrom texsor.notebook import record\nrecord(loss=LOSS)"


@pytest.fixture(scope="module")
def history(tmp_path_factory, make_book, chapter_of):
    """A project with a module of its own: made, built unchanged, and built in two ways after edits of the module."""
    root = tmp_path_factory.mktemp("history")
    chapter = chapter_of(RECORDS, shown=SHOWS, prose="In prose: {value}`loss:.3f`.")
    book = make_book(root, {"index.md": chapter, "src/subject.py": MODULE.format(1.25)})
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements.lock", "requirements-model.txt"):
        shutil.copy2(REPOSITORY / name, root / name)
    # An environment that make finds installed: the real one's programs, under a stamp of its own.
    venv = tmp_path_factory.mktemp("venv")
    (venv / "bin").symlink_to(Path(sys.executable).parent)
    (venv / ".installed").touch()
    make_site = ("make", "site", f"VENV={venv}")

    done = [book.run(*make_site, path=root / "src"), book.texsor(path=root / "src")]
    steps = [(built.log, built.text()) for built in done]
    book.write({"src/subject.py": MODULE.format(2.375)})
    built = book.run(*make_site, path=root / "src")
    steps.append((built.log, built.text()))
    book.write({"src/subject.py": MODULE.format(13.5)})
    built = book.jupyter_book(path=root / "src")
    steps.append((built.log, built.text()))
    return root, steps


def test_a_good_book_is_built_and_found(history):
    """A book without a fault is built, and the last line says where it is."""
    root, steps = history
    log, text = steps[0]
    assert log.splitlines()[-1] == f"The book: {root}/_build/html/index.html"
    assert "texsor: running 1 chapter(s)" in log
    assert "printed: 1.25" in text
    assert "In prose: 1.250." in text


def test_make_installs_nothing_twice(history):
    """Make takes an environment that is newer than what it is made from as it is."""
    _, steps = history
    assert not any(re.search("installing|pip", log) for log, _ in steps)


def test_an_unchanged_book_runs_nothing(history):
    """A second build with nothing changed runs no chapter, reads no page, and says where the book is."""
    root, steps = history
    log, _ = steps[1]
    assert "running" not in log
    assert "0 added, 0 changed, 0 removed" in log
    assert log.splitlines()[-1] == f"The book: {root}/_build/html/index.html"


@pytest.mark.parametrize(
    ("step", "printed", "prose"), [(2, "2.375", "2.375"), (3, "13.5", "13.500")], ids=["make", "jb"]
)
def test_a_published_number_is_never_stale(history, step, printed, prose):
    """After an edit of a module, ``make site`` and ``jupyter-book build`` alike show its new number, also in prose."""
    _, steps = history
    log, text = steps[step]
    assert "texsor: running 1 chapter(s)" in log
    assert f"printed: {printed} " in text
    assert f"In prose: {prose}." in text


@pytest.mark.parametrize("everything", [False, True], ids=["changed", "all"])
def test_the_command_is_strict(tmp_path, monkeypatch, everything):
    """Jupyter Book is told to take every warning for an error and to go on looking; --all reaches it."""
    (tmp_path / "_toc.yml").touch()
    told = []

    class Done:
        returncode = 0

    def start(words, *, check):
        assert check is False
        told.append(words)
        return Done

    monkeypatch.setattr(subprocess, "run", start)
    done = CliRunner().invoke(main, ["build", str(tmp_path), *(["--all"] if everything else [])])
    assert done.exit_code == 0
    strict = [*JUPYTER_BOOK, "build", str(tmp_path), "-W", "-n", "--keep-going"]
    assert told == [[*strict, "--all"] if everything else strict]


def test_the_books_files_do_not_shadow_modules(book, chapter_of):
    """A file of the book's that is called like a module of Python's is not taken for it by the build."""
    made = book({"index.md": "# T\n", "random.py": "raise SystemExit('shadowed')\n"})
    done = made.run(*JUPYTER_BOOK, "--help")
    assert "shadowed" not in done.log
