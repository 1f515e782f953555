"""What every tracked file, every module and the papers keep to."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest
import yaml

# Put together from parts, or this file would find itself.
OF_THIS_MACHINE = re.compile("|".join(rf"(?<![\w.*-])/{folder}/\w" for folder in ("work", "root", "home", "Users")))
REGISTRIES = re.compile(r"\b(pypi|pythonhosted|npmjs|debian|ubuntu|anaconda)\.(?:org|com)\b")
LINES_A_MODULE = 250


@pytest.fixture(scope="module")
def written(root, tracked) -> dict[str, str]:
    """Each tracked text file."""
    found = {}
    for name in tracked:
        data = (root / name).read_bytes()
        if b"\0" not in data[:8000]:
            found[name] = data.decode("utf-8")
    return found


@pytest.fixture(scope="module")
def modules(root) -> dict[str, str]:
    """Each Python file of src."""
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in sorted((root / "src").rglob("*.py"))}


def lines_with(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    """Where a pattern occurs, as ``file:line``."""
    return [
        f"{name}:{number}: {found[0]}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def test_no_file_names_a_path_of_somebodys_machine(written):
    """No tracked file holds an absolute path of the machine on which it was written."""
    assert lines_with(OF_THIS_MACHINE, written) == []


def test_no_file_names_a_package_registry(written):
    """No tracked file holds the host of a package registry: where packages come from is the machine's business."""
    assert lines_with(REGISTRIES, written) == []


def test_no_module_is_long(modules):
    """Each module of src has at most 250 lines: one job a file."""
    lengths = {name: len(text.splitlines()) for name, text in modules.items()}
    assert {name: length for name, length in lengths.items() if length > LINES_A_MODULE} == {}


def test_every_package_says_what_it_is_for(root):
    """Each folder of modules is a package whose docstring says what the room is."""
    rooms = {path.parent for path in (root / "src").rglob("*.py")} - {root / "src" / "texsor" / "site" / "vendor"}
    silent = [str(room.relative_to(root)) for room in sorted(rooms) if not _docstring(room / "__init__.py")]
    assert silent == []


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) if path.is_file() else None


def test_no_library_module_prints(modules):
    """Only the command line prints; ``print`` in a docstring's example is no call."""
    printing = [
        f"{name}:{node.lineno}"
        for name, text in modules.items()
        if not name.startswith("src/texsor/cli/")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


@pytest.mark.parametrize("package", ["lmloss", "texsor"])
def test_versions_agree(root, package):
    """The packages, pyproject.toml and the citation name one version."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    version = importlib.import_module(package).__version__
    assert (project["version"], str(citation["version"])) == (version, version)


def test_citation_is_complete(root):
    """The citation has what its format requires, and the two licences."""
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert all(set(author) & {"name", "family-names"} for author in citation["authors"])
    assert (citation["license"], citation["preferred-citation"]["license"]) == ("Apache-2.0", "CC-BY-4.0")


def test_changelog_starts_with_what_is_not_released(root):
    """The first section of the changelog is Unreleased, and it is not empty."""
    sections = re.split(r"^## ", (root / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    title, _, body = sections[1].partition("\n")
    assert title == "Unreleased"
    assert "- " in body


@pytest.mark.parametrize(
    ("name", "first"),
    [("LICENSE", "Apache License"), ("LICENSE-CC-BY-4.0", "Creative Commons Attribution 4.0 International")],
)
def test_licences_are_whole(root, name, first):
    """Each licence starts with its name and is the full text, not a notice of it."""
    text = (root / name).read_text(encoding="utf-8").strip()
    assert text.startswith(first)
    assert len(text) > 10_000


def test_decisions_are_dated_newest_first(root):
    """The sections of docs/decisions.md are days, the newest first."""
    text = (root / "docs" / "decisions.md").read_text(encoding="utf-8")
    days = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert days
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) for day in days)
    assert days == sorted(days, reverse=True)
