"""The command line, as far as it needs no book."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

import texsor
from texsor.cli import main


def run(*words):
    """The outcome of a command, in this process."""
    return CliRunner().invoke(main, words)


def test_version():
    """The version is the package's."""
    done = run("--version")
    assert (done.exit_code, done.output.split()[-1]) == (0, texsor.__version__)


def test_help_is_short():
    """The help fits on a small screen and has a line for each command."""
    done = run("--help")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) < 16
    for name in main.commands:
        assert f"\n  {name} " in done.output


def test_every_command_has_help():
    """Each command says what it does, and how it ends."""
    for command in main.commands.values():
        assert command.help
        assert run(command.name, "--help").exit_code == 0


@pytest.mark.parametrize("module", ["torch", "sphinx", "myst_nb", "nbclient", "IPython", "jupyter_cache"])
def test_help_imports_nothing_heavy(imported, module):
    """Asking for help loads none of what only the commands need."""
    assert module not in imported


@pytest.fixture(scope="module")
def imported():
    """The modules of a process that has shown the help."""
    code = "import sys; from texsor.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_it_runs_as_a_module():
    """Where the script was not installed, the package can be run."""
    done = subprocess.run([sys.executable, "-m", "texsor.cli", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"texsor, version {texsor.__version__}\n"


def test_an_unknown_command_is_refused():
    """A command that there is not is named, and the exit status is that of wrong usage."""
    done = run("biuld")
    assert done.exit_code == 2
    assert "No such command 'biuld'" in done.output


def test_a_folder_without_a_book_is_refused(tmp_path):
    """A folder without a table of contents is named, with what to do."""
    done = run("build", str(tmp_path))
    assert done.exit_code == 1
    assert f"{tmp_path} is no book: it has no _toc.yml\n  to do: name the folder that has one" in done.output


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    """A folder that does not exist is named."""
    done = run("build", str(tmp_path / "missing"))
    assert done.exit_code == 2
    assert "does not exist" in done.output
