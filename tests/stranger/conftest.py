"""A stranger's machine: an environment with a wheel of this repository and its Sphinx, and the stranger's own project.

The Sphinx side is installed anew, at exact versions. What is large and never matters to it, torch and what torch
brings, is linked from the environment that runs the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).with_name("project")
collect_ignore = ["project"]

STACKS = {"our pins": ROOT / "requirements.lock", "newest": Path(__file__).with_name("requirements-newest.txt")}
"""The versions of each environment; `make lock` writes both files."""
OURS = ("pyproject.toml", "README.md", "LICENSE", "src")
"""All that a wheel is made of."""
UNDER_TEST = {"jinja2", "markupsafe", "typing-extensions"}
"""What torch brings and the Sphinx side uses: each environment has its own."""
SPHINX_BUILD = ("-W", "-n", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@dataclass(frozen=True)
class Built:
    """What one build left."""

    status: int
    log: str
    pages: dict[str, str]
    """The HTML of each page, by its name."""

    def text(self, name: str) -> str:
        """The words of a page on one line, without the TeX that a formula carries for whoever copies it."""
        body = self.pages[name].split("<body", 1)[1]
        shown = re.sub(r"<(script|style|annotation).*?</\1>", "", body, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]*>", "", shown)).split())


@dataclass(frozen=True)
class Stranger:
    """Somebody's project, and the Python that they installed texsor into."""

    root: Path
    python: Path
    versions: Path
    """The file that pins what was installed."""

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run their Python in their folder; each warning of each package is an error."""
        kept = {name: value for name, value in os.environ.items() if not re.match("COV|PYTHON|VIRTUAL_ENV", name)}
        environment = kept | {"PYTHONWARNINGS": "error"}
        command = [str(self.python), *words]
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)

    def build(self) -> Built:
        """Build the documentation, as docs/any-sphinx-project.md says."""
        done = self.run("-m", "sphinx", *SPHINX_BUILD)
        pages = (self.root / "docs/_build/html").glob("*.html")
        return Built(done.returncode, done.stdout + done.stderr, {page.stem: page.read_text("utf-8") for page in pages})

    def edit(self, name: str, before: str, after: str) -> None:
        """Replace words in a file, once."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top folder."""
    return ROOT


@pytest.fixture(scope="session")
def project() -> Path:
    """The stranger's project as it is committed."""
    return PROJECT


@pytest.fixture(scope="session")
def sphinx_build() -> str:
    """What the stranger types behind ``python -m sphinx``."""
    return " ".join(SPHINX_BUILD)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this repository, made from a copy: setuptools leaves files behind."""
    copy = tmp_path_factory.mktemp("wheel")
    for name in OURS:
        path = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(path, copy / name, ignore=ignored) if path.is_dir() else shutil.copy2(path, copy)
    _pip("wheel", "--no-deps", "--wheel-dir", str(copy), str(copy))
    return next(copy.glob("*.whl"))


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with links to torch and what it brings."""
    folder = tmp_path_factory.mktemp("linked")
    for name in _closure("torch", set()) - UNDER_TEST:
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            (folder / top).symlink_to(str(found.locate_file(top)))
    return folder


@pytest.fixture(scope="session", params=STACKS.values(), ids=STACKS)
def stranger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheel: Path, linked: Path
) -> Iterator[Stranger]:
    """A stranger whose machine has nothing but Python, the wheel and what the wheel asks for."""
    root = tmp_path_factory.mktemp("stranger")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / "venv")], check=True)
    python = root / "venv/bin/python"
    (packages,) = (root / "venv/lib").glob("python*/site-packages")
    (packages / "linked.pth").write_text(f"{linked}\n", encoding="utf-8")
    _pip("--python", str(python), "install", "--no-compile", "--constraint", str(request.param), str(wheel))
    shutil.copytree(PROJECT, root / "heatlab")
    (packages / "heatlab.pth").write_text(f"{root / 'heatlab/src'}\n", encoding="utf-8")  # as `pip install -e` does
    yield Stranger(root / "heatlab", python, request.param)
    shutil.rmtree(root)  # pytest keeps its folders, and this one is large


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"pip {' '.join(words)}\n{done.stdout}{done.stderr}", pytrace=False)


def _closure(name: str, seen: set[str]) -> set[str]:
    """A distribution and all that it asks for, by normalised name."""
    if name not in seen:
        seen.add(name)
        for asked in map(Requirement, distribution(name).requires or ()):
            if asked.marker is None or asked.marker.evaluate({"extra": ""}):
                _closure(canonicalize_name(asked.name), seen)
    return seen
