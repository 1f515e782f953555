"""What a second build does: as much as changed, and no less."""

from __future__ import annotations

import pickle
import subprocess

import pytest

CELL = "from texsor.notebook import record\nrecord(loss={})"
TOC = "```{toctree}\nplain\n```"
PLAIN = "# Plain\n\nThe loss is {value}`index.md::loss:.3f`.\n"


@pytest.fixture(scope="module")
def builds(tmp_path_factory, make_book, chapter_of):
    """A book built into its own folder of sources: from nothing, unchanged, with other prose, with another number."""

    def chapter(loss):
        return chapter_of(CELL.format(loss), shown=f"print('printed:', {loss})", prose=TOC)

    book = make_book(tmp_path_factory.mktemp("history"), {"index.md": chapter(1.5), "plain.md": PLAIN})
    done = []
    for change in ({}, {}, {"plain.md": PLAIN + "\nMore prose.\n"}, {"index.md": chapter(2.5)}):
        book.write(change)
        built = book.sphinx(out="", exclude_patterns=[])
        done.append((built, built.text(), built.text("plain")))
    return done


def test_a_first_build_runs_everything(builds):
    """From nothing, each chapter runs, and the build says so."""
    built, chapter, plain = builds[0]
    assert "texsor: running 1 chapter(s)" in built.log
    assert "texsor: 1 of 1: index.md" in built.log
    assert "printed: 1.5" in chapter
    assert "The loss is 1.500." in plain


def test_an_unchanged_book_is_left_alone(builds):
    """With nothing changed nothing runs, nothing is read, and nothing that was built is taken for a page."""
    assert "running" not in builds[1][0].log
    assert "0 added, 0 changed, 0 removed" in builds[1][0].log


def test_prose_runs_nothing(builds):
    """An edit of prose reads the page again and runs nothing."""
    built, _, plain = builds[2]
    assert "running" not in built.log
    assert "0 added, 1 changed, 0 removed" in built.log
    assert "More prose." in plain


def test_a_number_changes_wherever_it_is_shown(builds):
    """An edit of a cell changes the chapter's own page and each page that shows its value."""
    built, chapter, plain = builds[3]
    assert "texsor: running 1 chapter(s)" in built.log
    assert "printed: 2.5" in chapter
    assert "The loss is 2.500." in plain


def test_the_project_is_not_kept_with_the_environment(builds):
    """What Sphinx keeps between builds holds no paths or objects of texsor's."""
    kept = pickle.loads((builds[0][0].out / ".doctrees" / "environment.pickle").read_bytes())
    assert not [name for name in vars(kept.config) if "texsor_project" in name]


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A function that runs git in the test's folder, with nobody's configuration."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def run(*words):
        who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        done = subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


def test_a_plain_page_names_the_tree_it_was_read_from(book, git):
    """A page without code names the commit and whether the tree was exactly that, whatever it is written in."""
    git("init", "--quiet")
    old = ":orphan:\n\nOld\n===\n"
    made = book({"index.md": "Words before any title.\n", ".gitignore": "_build/\n", "old.rst": old})
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    commit = git("rev-parse", "HEAD")[:10]
    first = made.sphinx()
    for page in ("index", "old"):
        assert first.provenance(page) == f"This page has no code to run · commit {commit} (clean tree)"
    made.write({"index.md": "# A title\n"})
    assert made.sphinx().provenance() == f"This page has no code to run · commit {commit} (with uncommitted changes)"
    assert made.sphinx(language="ko").provenance().endswith(f"커밋 {commit} (커밋하지 않은 수정 포함)")
