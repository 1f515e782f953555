"""Which chapters run, what is kept of them, and what is said."""

from __future__ import annotations

import copy
import importlib
import threading
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest

import texsor
from texsor.config import Config
from texsor.errors import Invalid, Location
from texsor.execute import Project, RunFailed, keys, refresh
from texsor.execute.run import Run

ROOM = importlib.import_module("texsor.execute.refresh")  # the package has the function under this name
FACTS = {"python": "3.11", "device": "cpu", "threads": 1, "peak_bytes": 1, "torch": None, "seed": None}
PAGE = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n# T\n\n```{{code-cell}}\n{}\n```\n"


def test_a_run_of_everything_names_every_problem(ran):
    """A refresh reports all that is wrong in all chapters, not only what it met first."""
    assert len({problem.where.path for problem in ran.problems}) == 16


def test_the_report_is_one_line_a_chapter(ran):
    """The run says what it begins and, as chapters end, how far it is and which failed."""
    assert ran.lines[0].startswith("running 17 chapter(s), 2 at a time, outputs in ")
    assert len(ran.lines) == 18
    assert [line.split(" of ")[0] for line in ran.lines[1:]] == [str(count) for count in range(1, 18)]
    assert sum(line.endswith("FAILED") for line in ran.lines) == 15
    assert sum("good.md" in line and line.endswith(" s") for line in ran.lines) == 1


def test_chapters_that_ran_well_are_kept_when_others_fail(ran, sources):
    """After a failed refresh only the failed chapters are due."""
    lines = []
    assert refresh(ran.project, [sources / "good.md", sources / "torch.md"], lines.append) == 0
    assert lines == []
    assert ran.project.stored(sources / "raises.md") is None


@pytest.fixture
def fake(monkeypatch):
    """Runs that start no kernel: each cell's source is its output; a cell ``fail`` fails. Returns what ran."""
    names: list[str] = []

    def run(chapter, _config):
        names.append(chapter.path.name)
        notebook = copy.deepcopy(chapter.notebook)
        source = notebook.cells[-1].source
        notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text=source)]
        problem = Invalid("it failed", where=Location(str(chapter.path), 9))
        return Run(notebook, 0.5, FACTS, (problem,) if source == "fail" else ())

    monkeypatch.setattr(ROOM, "run_chapter", run)
    return names


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A function that writes pages, opens their project anew and refreshes it; what it reported."""
    monkeypatch.setattr(texsor, "__file__", str(tmp_path / "texsor" / "__init__.py"))
    monkeypatch.setattr(keys, "distributions", list)  # the real list takes half a second

    def refreshed(watch=(), jobs=1, report=None, **pages):
        folder = tmp_path / "book"
        for name, text in pages.items():
            path = folder / f"{name.replace('__', '/')}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        project = Project(folder, tmp_path / "stores", Config(depends_on=watch, jobs=jobs, keep_stores=2))
        lines: list[str] = []
        refresh(project, sorted(folder.rglob("*.md")), report or lines.append)
        return project, lines

    return refreshed


def test_only_what_is_due_runs(fake, project):
    """A second refresh runs nothing and says nothing; a third runs the one chapter whose code was edited."""
    project(a=PAGE.format("1"), b=PAGE.format("2"), c="# No code\n")
    assert sorted(fake) == ["a.md", "b.md"]
    _, lines = project()
    assert (sorted(fake), lines) == (["a.md", "b.md"], [])
    project(a=PAGE.format("1").replace("# T", "# Other prose"))
    assert len(fake) == 2
    project(b=PAGE.format("3"))
    assert fake[2:] == ["b.md"]


def test_everything_runs_after_an_edit_of_what_is_watched(fake, project, tmp_path):
    """An edit of a watched file makes every chapter due; going back to it runs nothing."""
    source = tmp_path / "book" / "src.py"
    source.parent.mkdir()
    for text, ran in (("1", 2), ("2", 4), ("1", 4)):
        source.write_text(text)
        project(watch=("*.py",), a=PAGE.format("1"), b=PAGE.format("2"))
        assert len(fake) == ran


def test_old_stores_are_pruned(fake, project, tmp_path):
    """A refresh leaves as many stores as the project keeps."""
    source = tmp_path / "book" / "src.py"
    source.parent.mkdir()
    for text in "123":
        source.write_text(text)
        project(watch=("*.py",), a=PAGE.format("1"))
    assert len(list((tmp_path / "stores").iterdir())) == 2


def test_a_failed_chapter_is_not_kept(fake, project):
    """A chapter that failed is due again, whatever else went well."""
    pages = {"a": PAGE.format("1"), "b": PAGE.format("fail"), "c": "```{code-cell}\n```\n"}
    with pytest.raises(RunFailed, match="it failed") as failed:
        project(**pages)
    assert "c.md:1: a code cell in a page that is no notebook" in str(failed.value)
    assert "b.md:9: it failed" in str(failed.value)
    with pytest.raises(RunFailed, match="it failed"):
        project()
    assert sorted(fake) == ["a.md", "b.md", "b.md"]


def test_what_is_stored_is_asked_once(fake, project, tmp_path, monkeypatch):
    """The answer for a page is kept until the next refresh, which may change it."""
    made, _ = project(a=PAGE.format("1"), plain="# T\n")
    path = tmp_path / "book" / "a.md"
    assert made.stored(path) is made.stored(path)
    assert made.stored(tmp_path / "book" / "plain.md") is None
    path.write_text(PAGE.format("2"))
    assert made.stored(path).notebook.cells[-1].outputs[0].text == "1"
    refresh(made, [path], print)
    assert made.stored(path).notebook.cells[-1].outputs[0].text == "2"


def test_the_same_cells_in_another_folder_are_refused(fake, project):
    """Two chapters that would share one entry, and read different files by one relative path, are refused by name."""
    with pytest.raises(
        RunFailed, match=r"two/b\.md:1: the same code cells as in .*one/a\.md, which runs in another folder"
    ):
        project(one__a=PAGE.format("open('data.txt').read()"), two__b=PAGE.format("open('data.txt').read()"))
    project(two__b=PAGE.format("open('data.txt').read()  # b"))


def test_the_same_cells_in_one_folder_are_one_chapter(fake, project, tmp_path):
    """Two pages of a folder with the same cells have the same outputs."""
    made, _ = project(a=PAGE.format("1"), b=PAGE.format("1"))
    assert made.stored(tmp_path / "book" / "a.md").provenance == made.stored(tmp_path / "book" / "b.md").provenance


def test_an_interrupted_refresh_begins_nothing_more(fake, project, monkeypatch):
    """When the build is stopped, the chapters that wait do not run."""
    cancelled = threading.Event()
    run_chapter = ROOM.run_chapter

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait=True, *, cancel_futures=False):
            super().shutdown(wait and not cancel_futures, cancel_futures=cancel_futures)
            if cancel_futures:
                cancelled.set()

    def run(chapter, config):
        if fake:
            cancelled.wait(9)  # the second chapter is still running when the build is stopped
            cancelled.set()
        return run_chapter(chapter, config)

    def stop(line):
        if line.startswith("1 of"):
            raise KeyboardInterrupt("stopped")

    monkeypatch.setattr(ROOM, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(ROOM, "run_chapter", run)
    with pytest.raises(KeyboardInterrupt, match="stopped"):
        project(report=stop, **{f"p{number}": PAGE.format(number) for number in range(4)})
    assert len(fake) <= 2


def test_the_record_of_a_run_can_be_read_again(fake, project, tmp_path):
    """What a run says of itself is stored with its outputs."""
    made, _ = project(a=PAGE.format("1"))
    run = made.stored(tmp_path / "book" / "a.md").provenance
    assert (run.key, run.seconds, run.device) == (made.digest, 0.5, "cpu")
