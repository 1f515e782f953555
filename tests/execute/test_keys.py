"""What an output depends on besides its own cells."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from importlib.metadata import PathDistribution, distributions
from pathlib import Path

import pytest

import texsor
from texsor.config import Config
from texsor.errors import Invalid
from texsor.execute import keys
from texsor.execute.keys import environment_digest, is_digest

ENGINE = "../site-packages/texsor"
CONFIG = Config(depends_on=("src/**/*", "data/*.txt", "requirements.lock"))


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project, and a copy of some of texsor's own files in the place of texsor."""
    engine = tmp_path / "site-packages" / "texsor"
    shutil.copytree(Path(texsor.__file__).parent / "notebook", engine / "notebook")
    (engine / "formula").mkdir()
    (engine / "formula" / "latex.lark").write_text("start: x")
    monkeypatch.setattr(texsor, "__file__", str(engine / "__init__.py"))
    monkeypatch.setattr(keys, "distributions", list)  # the real list takes half a second
    folder = tmp_path / "project"
    for name in ("src/lib/a.py", "src/lib/data.bin", "data/b.txt", "requirements.lock", "chapter.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def change(root):
    """A function that writes each file with its text, and removes each whose text is None."""

    def apply(files):
        for name, text in files.items():
            path = root / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)

    return apply


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"src/lib/a.py": "edited"}, id="edited"),
        pytest.param({"src/lib/data.bin": "\0"}, id="binary edited"),
        pytest.param({"src/lib/new.py": ""}, id="added"),
        pytest.param({"src/lib/a.py": None}, id="removed"),
        pytest.param({"src/lib/a.py": None, "src/lib/c.py": "src/lib/a.py"}, id="renamed"),
        pytest.param({"src/lib/a.py": None, "src/a.py": "src/lib/a.py"}, id="moved"),
        pytest.param({"src/lib/a.py": "src/lib/data.bin", "src/lib/data.bin": "src/lib/a.py"}, id="swapped"),
        pytest.param({"data/b.txt": "edited"}, id="data edited"),
        pytest.param({"requirements.lock": "torch==9"}, id="lock file edited"),
        pytest.param({"requirements.lock": None}, id="lock file removed"),
        pytest.param({f"{ENGINE}/notebook/values.py": "edited"}, id="texsor edited"),
        pytest.param({f"{ENGINE}/formula/latex.lark": "start: y"}, id="texsor's grammar edited"),
    ],
)
def test_what_a_chapter_can_reach_changes_the_digest(root, change, files):
    """The digest is another after a change of a watched file's bytes or name, or of texsor's own source."""
    before = environment_digest(root, CONFIG)
    change(files)
    assert environment_digest(root, CONFIG) != before


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"chapter.md": "other prose"}, id="prose"),
        pytest.param({"data/notes.md": ""}, id="unwatched file"),
        pytest.param({"src/lib/__pycache__/a.cpython-311.pyc": "\0"}, id="compiled"),
        pytest.param({"src/lib.egg-info/PKG-INFO": ""}, id="installed in place"),
        pytest.param({"src/.ipynb_checkpoints/a.py": ""}, id="saved in Jupyter"),
        pytest.param({f"{ENGINE}/__pycache__/errors.cpython-311.pyc": "\0"}, id="texsor compiled"),
    ],
)
def test_what_no_output_depends_on_leaves_the_digest(root, change, files):
    """Prose, compiled files, an installation's notes and unwatched files run nothing again."""
    before = environment_digest(root, CONFIG)
    change(files)
    assert environment_digest(root, CONFIG) == before


def test_a_date_leaves_the_digest(root):
    """A file with a new date and the same bytes runs nothing again."""
    before = environment_digest(root, CONFIG)
    os.utime(root / "src/lib/a.py", (1, 1))
    assert environment_digest(root, CONFIG) == before


@pytest.mark.parametrize(
    "change",
    [{"device": "cuda"}, {"threads": 2}, {"seed": 1}, {"depends_on": ("src/**/*", "data/*.txt", "none")}],
    ids=lambda change: next(iter(change)),
)
def test_what_a_kernel_runs_under_changes_the_digest(root, change):
    """Another device, number of threads, seed or set of watched files is another digest."""
    assert environment_digest(root, replace(CONFIG, **change)) != environment_digest(root, CONFIG)


@pytest.mark.parametrize(
    "change", [{"jobs": 9}, {"timeout_s": 9}, {"keep_stores": 9}], ids=lambda change: next(iter(change))
)
def test_what_only_the_build_knows_leaves_the_digest(root, change):
    """How many chapters run at once, how long they may take and what is kept do not show in outputs."""
    assert environment_digest(root, replace(CONFIG, **change)) == environment_digest(root, CONFIG)


def test_an_installed_version_changes_the_digest(root, tmp_path, monkeypatch):
    """The digest is another when another version of a package is installed, whatever the lock file says."""

    def install(version):
        folder = tmp_path / f"numpy-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Name: numpy\nVersion: {version}\n")
        monkeypatch.setattr(keys, "distributions", lambda: [PathDistribution(folder)])
        return environment_digest(root, CONFIG)

    assert install("1.0") != install("2.0")


@pytest.mark.parametrize("version", ["python_version", "machine", "system"])
def test_interpreter_and_machine_change_the_digest(root, monkeypatch, version):
    """Another Python, processor or system is another digest."""
    before = environment_digest(root, CONFIG)
    monkeypatch.setattr(keys.platform, version, lambda: "other")
    assert environment_digest(root, CONFIG) != before


def test_the_digest_does_not_depend_on_the_place(root, tmp_path):
    """The same files in another folder have the same digest."""
    before = environment_digest(root, CONFIG)
    assert environment_digest(root.rename(tmp_path / "elsewhere"), CONFIG) == before


def test_a_watched_file_may_lie_outside_the_source_folder(root):
    """A pattern may climb out of the source folder; the file's bytes count."""
    outside = root.parent / "shared.txt"
    outside.write_text("one")
    config = Config(depends_on=("../shared.txt",))
    before = environment_digest(root, config)
    outside.write_text("two")
    assert environment_digest(root, config) != before


@pytest.mark.parametrize("pattern", ["/etc/*", "src**/a"])
def test_a_pattern_that_is_no_glob_is_refused(root, pattern):
    """A pattern that cannot be looked for is named, instead of watching nothing."""
    with pytest.raises(Invalid, match=r"option texsor_depends_on holds .*: .*") as refused:
        environment_digest(root, Config(depends_on=(pattern,)))
    assert repr(pattern) in str(refused.value)


@pytest.mark.parametrize(
    ("name", "ours"),
    [("0123456789abcdef", True), ("executed", False), ("0123456789abcde", False), ("0123456789abcdeg", False)],
)
def test_a_digest_is_known_by_its_look(name, ours):
    """Sixteen hexadecimal digits are a digest."""
    assert is_digest(name) is ours


def test_every_digest_looks_like_one(root, monkeypatch):
    """What the digest is made as, from what is really installed, is what it is known by."""
    monkeypatch.setattr(keys, "distributions", distributions)
    assert is_digest(environment_digest(root, CONFIG))
