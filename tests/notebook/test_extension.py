"""``%load_ext texsor`` in a notebook."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from texsor.notebook import measure, record
from texsor.records import VALUES


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A notebook's IPython, without a kernel and without the user's history."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    made = InteractiveShell.instance()
    yield made
    made.run_line_magic("unload_ext", "texsor")
    made.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_loading_gives_the_names(shell):
    """After the magic, a cell can call `record` and `measure` without an import."""
    shell.run_line_magic("load_ext", "texsor")
    assert shell.user_ns["record"] is record
    assert shell.user_ns["measure"] is measure


def test_a_cell_records(shell):
    """A cell that records shows a bundle with the value."""
    shell.run_line_magic("load_ext", "texsor")
    shown = []
    shell.display_pub.publish = lambda data, **_: shown.append(data)
    shell.run_cell("record(loss=1 + 1)").raise_error()
    assert [data[VALUES]["values"] for data in shown] == [{"loss": 2}]


def test_a_cell_that_records_nonsense_fails(shell):
    """A value that cannot be printed fails the cell, and with it the build."""
    shell.run_line_magic("load_ext", "texsor")
    done = shell.run_cell("record(loss=None)", silent=True)
    assert "the value 'loss' is a NoneType" in str(done.error_in_exec)
