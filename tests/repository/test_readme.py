"""What the READMEs show is what is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

READMES = ("README.md", "README.ko.md")
QUIET = ("echo ", "touch ")


def read(root: Path, name: str) -> str:
    """The text of a README."""
    return (root / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The content of each fenced block of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def tree(text: str) -> dict[str, str]:
    """Each path that the tree names, with its clause."""
    (block,) = blocks(text, "text")
    found: dict[str, str] = {}
    parents: list[str] = []
    for line in block.splitlines():
        row = re.fullmatch(r"((?:  )*)(\S+)(?: +(.+))?", line)
        assert row is not None, f"not a line of a tree: {line!r}"
        parents[len(row[1]) // 2 :] = [row[2]]
        found["".join(parents)] = row[3] or ""
    return found


@pytest.fixture(scope="module")
def commands(root) -> list[str]:
    """Each line that README.md tells a reader to type."""
    return [line for block in blocks(read(root, READMES[0]), "sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def made(run) -> list[str]:
    """The commands behind ``make site`` and ``make test`` on a machine that has neither run."""
    done = run("make", "--always-make", "--dry-run", "site", "test", "PYTHON=python3.11", "VENV=.venv")
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if not line.startswith(QUIET)]


def test_both_languages_give_the_same_commands(root):
    """The two READMEs have the same blocks to type, in the same order."""
    english, korean = (blocks(read(root, name), "sh") for name in READMES)
    assert english == korean
    assert english


def test_commands_without_make_are_those_of_make(commands, made):
    """Whoever has no make types exactly what make would run, in its order."""
    assert [line for line in commands if line.startswith(("python3.11 ", ".venv/bin/"))] == made


def test_every_make_command_works(commands, targets, run):
    """Each ``make`` line names documented targets that make knows how to build."""
    lines = [re.fullmatch(r"(?:[A-Z_]+=\S+ )*make ?(.*)", line) for line in commands]
    called = [target for line in lines if line for target in line[1].split()]
    assert {"site", "test"} <= set(called) <= set(targets)
    for target in called:
        done = run("make", "--dry-run", target)
        assert done.returncode == 0, done.stderr


def test_every_texsor_command_is_known(commands, tool):
    """Each ``texsor`` line names a command that has help."""
    called = [line.split()[1] for line in commands if line.startswith(".venv/bin/texsor ")]
    assert called
    for command in called:
        assert f"texsor {command}" in tool("texsor", command, "--help")


def test_system_packages_are_those_of_ci(commands, root):
    """What a reader is told to install by hand is what ``.ci/run`` installs."""
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    installed = {name for names in re.findall(r"missing\+=\((.+?)\)", script) for name in names.split()}
    wanted = [line.split()[3:] for line in commands if line.startswith("sudo apt-get install ")]
    assert wanted
    assert {name for names in wanted for name in names} <= installed


def test_no_command_is_of_an_unknown_kind(commands):
    """Each line to type is of a kind that one of the tests above checks."""
    known = re.compile(r"([A-Z_]+=\S+ )*make( |$)|python3\.11 |\.venv/bin/|sudo apt-get install ")
    assert [line for line in commands if not known.match(line)] == []


@pytest.mark.parametrize("name", READMES)
def test_tree_names_what_is_there(root, tracked, name):
    """The tree names every tracked entry of the top level, each path in it exists, and each has a clause."""
    named = tree(read(root, name))
    assert [path for path in named if not (root / path).exists() or path.endswith("/") != (root / path).is_dir()] == []
    assert [path for path, clause in named.items() if not clause] == []
    top = {path.split("/")[0] + ("/" if "/" in path else "") for path in tracked}
    assert {path for path in named if path.rstrip("/").count("/") == 0} >= top


def test_both_languages_have_the_same_tree(root):
    """The two trees name the same paths in the same order."""
    english, korean = (list(tree(read(root, name))) for name in READMES)
    assert english == korean


@pytest.mark.parametrize("name", READMES)
def test_links_and_pictures_lead_somewhere(root, tracked, name):
    """Each link of a README is a tracked file."""
    links = re.findall(r"\]\(([^)]+)\)", read(root, name))
    assert links
    assert [link for link in links if link not in tracked] == []


def test_pictures_are_small(root):
    """Each picture is one that a slow connection can load."""
    sizes = {path.name: path.stat().st_size for path in (root / "docs" / "images").glob("*.png")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size >= 200_000} == {}
