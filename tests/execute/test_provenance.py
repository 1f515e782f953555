"""Which commit a number came from."""

from __future__ import annotations

import re
import subprocess

import pytest

from texsor.execute import provenance as room
from texsor.execute.provenance import commit, provenance

FACTS = {"python": "3.11", "device": "cpu", "threads": 1, "peak_bytes": 1, "torch": None, "seed": None}


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A function that runs git in the test's folder, as nobody in particular and with nobody's configuration."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    def run(*words):
        who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        done = subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


@pytest.fixture
def checkout(git, tmp_path):
    """A folder with one commit."""
    git("init", "--quiet")
    (tmp_path / "a.md").write_text("# A")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    return tmp_path


def test_a_clean_checkout(checkout, git):
    """An unchanged tree is its commit."""
    assert commit(checkout) == (git("rev-parse", "HEAD"), True)


@pytest.mark.parametrize("name", ["a.md", "new.md"], ids=["edited", "untracked"])
def test_a_changed_checkout(checkout, git, name):
    """A tree with an edited or an added file is not its commit."""
    (checkout / name).write_text("# B")
    assert commit(checkout) == (git("rev-parse", "HEAD"), False)


def test_a_folder_of_a_checkout(checkout, git):
    """A book may lie in a folder of a repository."""
    (checkout / "book").mkdir()
    assert commit(checkout / "book") == (git("rev-parse", "HEAD"), True)


def test_outside_a_checkout(git, tmp_path):
    """A folder without git has no commit, and is neither clean nor changed."""
    assert commit(tmp_path) == (None, None)


def test_before_the_first_commit(git, tmp_path):
    """A repository without a commit has none to name."""
    git("init", "--quiet")
    assert commit(tmp_path) == (None, None)


def test_without_git(checkout, monkeypatch):
    """A machine without git has no commit to name."""
    monkeypatch.setenv("PATH", "")
    assert commit(checkout) == (None, None)


def test_what_a_run_says_of_itself(checkout, git):
    """The record of a run joins the commit, the key, the seconds, the time in UTC, and what the kernel said."""
    made = provenance(checkout, "key", 1.23456, FACTS)
    assert (made.commit, made.clean, made.key, made.seconds) == (git("rev-parse", "HEAD"), True, "key", 1.23)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made.when)
    assert {name: getattr(made, name) for name in FACTS} == FACTS


def test_the_time_is_utc(tmp_path, monkeypatch):
    """The time does not depend on where the machine stands."""

    class Clock(room.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 22, 1, 2, 3, 456, tzinfo=tz)

    monkeypatch.setattr(room, "datetime", Clock)
    assert provenance(tmp_path, "key", 0.0, FACTS).when == "2026-11-22T01:02:03Z"
