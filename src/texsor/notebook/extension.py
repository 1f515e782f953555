"""What ``%load_ext texsor`` does."""

from __future__ import annotations

from texsor.notebook.values import measure, record


def load(shell: object) -> None:
    """Put `record` and `measure` into the notebook's namespace."""
    shell.push({"record": record, "measure": measure})  # type: ignore[attr-defined]
