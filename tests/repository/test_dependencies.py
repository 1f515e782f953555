"""requirements.txt, requirements.lock, pyproject.toml and the imports say the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = {"lmloss", "texsor"}
FOLDERS = ("src", "tests", "benchmarks", "docs")


def requirements(path: Path) -> dict[str, Requirement]:
    """What a requirements file asks for, by normalised name."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    asked = [Requirement(line) for line in lines if line]
    assert len({canonicalize_name(one.name) for one in asked}) == len(asked), f"{path.name} names a package twice"
    return {canonicalize_name(one.name): one for one in asked}


def exact(requirement: Requirement) -> str:
    """The one version that a requirement allows."""
    (only,) = requirement.specifier
    assert (only.operator, "*" in only.version) == ("==", False), f"{requirement} is no exact pin"
    return only.version


@pytest.fixture(scope="module")
def direct(root) -> dict[str, Requirement]:
    """requirements.txt."""
    return requirements(root / "requirements.txt")


@pytest.fixture(scope="module")
def locked(root) -> dict[str, Requirement]:
    """requirements.lock."""
    return requirements(root / "requirements.lock")


@pytest.fixture(scope="module")
def newest(root) -> dict[str, Requirement]:
    """What tests/stranger installs as the newest Sphinx."""
    return requirements(root / "tests" / "stranger" / "requirements-newest.txt")


@pytest.fixture(scope="module")
def required(root) -> dict[str, Requirement]:
    """What pyproject.toml makes everybody install."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {canonicalize_name(one.name): one for one in map(Requirement, project["dependencies"])}


@pytest.fixture(scope="module")
def ranges(root, required) -> dict[str, Requirement]:
    """The dependencies of pyproject.toml, the optional ones included."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = chain.from_iterable(project["optional-dependencies"].values())
    return required | {canonicalize_name(one.name): one for one in map(Requirement, optional)}


@cache
def owners() -> Mapping[str, list[str]]:
    """The distributions that bring each importable name."""
    return packages_distributions()


def own_modules(root: Path) -> set[str]:
    """What a file of the tests or benchmarks can import from beside itself."""
    return {path.stem for path in chain((root / "benchmarks").glob("*.py"), (root / "tests").glob("*/"))}


def imported(folder: Path) -> dict[str, str]:
    """Each distribution that the Python files of a folder import, with one file that does."""
    found = {}
    ours = OURS | own_modules(folder.parent)
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for top in {name.split(".")[0] for name in names} - sys.stdlib_module_names - ours:
                for owner in owners().get(top, [top]):
                    found.setdefault(canonicalize_name(owner), f"{folder.name}/{path.relative_to(folder)}")
    return found


def test_every_direct_dependency_is_pinned_and_locked_alike(direct, locked):
    """Each line of requirements.txt is one exact version, and the lock file has the same one."""
    assert {name: exact(one) for name, one in direct.items()} == {
        name: exact(locked[name]) if name in locked else "not locked" for name in direct
    }


def test_locks_pin_everything_exactly(locked, newest):
    """Each line of the lock file, and of that for the newest Sphinx, is one exact version."""
    assert all(exact(one) for one in (*locked.values(), *newest.values()))


def test_two_sphinxes_are_tested(locked, newest, required):
    """The newest Sphinx is a later one than the book's, and all that a stranger needs but torch is pinned with it."""
    assert int(exact(locked["sphinx"]).split(".")[0]) < int(exact(newest["sphinx"]).split(".")[0])
    assert set(required) - set(newest) == {"torch"}
    assert [name for name in newest if name in required and exact(newest[name]) not in required[name].specifier] == []


def test_pins_lie_within_the_ranges_of_the_packages(direct, ranges):
    """Each dependency of pyproject.toml is in requirements.txt, at a version that its range allows."""
    assert [name for name in ranges if name not in direct] == []
    outside = [str(direct[name]) for name, one in ranges.items() if not one.specifier.contains(exact(direct[name]))]
    assert outside == []


@pytest.mark.parametrize("name", ["requirements.lock", "tests/stranger/requirements-newest.txt"])
def test_lock_ties_nobody_to_a_machine(root, name):
    """A lock file names no local version such as +cpu and no address, so every platform can install from it."""
    text = (root / name).read_text(encoding="utf-8")
    assert re.findall(r"==\S*\+\S*|\S*://\S*|^--?\w.*", text, re.MULTILINE) == []


def test_packages_declare_what_they_import(root, ranges):
    """Each third-party package that src imports is a dependency in pyproject.toml."""
    assert {name: file for name, file in imported(root / "src").items() if name not in ranges} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_import_is_a_direct_dependency(root, direct, folder):
    """Each third-party package that a file imports is pinned in requirements.txt, not left to come with another."""
    assert {name: file for name, file in imported(root / folder).items() if name not in direct} == {}
