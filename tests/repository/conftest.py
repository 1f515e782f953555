"""The repository as git knows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder."""
    return ROOT


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command in the top folder, without coverage and without make's own variables."""
    kept = {name: value for name, value in os.environ.items() if not re.match("COV|MAKE|MFLAGS", name)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def tool(run: Run) -> Callable[..., str]:
    """Run a tool of this environment; the test fails with its report unless it exits 0."""

    def tool(name: str, *words: str) -> str:
        done = run(str(Path(sys.executable).with_name(name)), *words)
        if done.returncode:
            pytest.fail(f"{name} {' '.join(words)}\n{done.stdout}{done.stderr}", pytrace=False)
        return done.stdout

    return tool


@pytest.fixture(scope="session")
def tracked(run: Run) -> list[str]:
    """The path of every file that git tracks and that is there."""
    listed = run("git", "ls-files", "-z")
    assert listed.returncode == 0, listed.stderr
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def targets() -> dict[str, str]:
    """Each target of the Makefile that a person may call, with its line of help."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+):.*?## (.+)$", text, re.MULTILINE))
