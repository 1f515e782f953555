"""What ``%load_ext texsor`` does: names, hooks and magics."""

from __future__ import annotations

from typing import Any

from IPython.core.magic import no_var_expand

from texsor.notebook.check_magic import check
from texsor.notebook.formula_magic import declare
from texsor.notebook.session import Session
from texsor.notebook.values import measure, record


def load(shell: Any) -> Session:
    """Give the notebook `record` and `measure`, record its cells, and register the magics; again: start anew."""
    unload(shell)
    session = Session.of(shell)
    shell.texsor = session
    shell.push({"record": record, "measure": measure})

    @no_var_expand  # IPython would fill in braces: \\hat{y} has some
    def formula(line: str, cell: str) -> None:
        declare(session, line, cell)

    @no_var_expand
    def check_line(line: str) -> None:
        check(session, line)

    shell.register_magic_function(formula, "cell", "formula")
    shell.register_magic_function(check_line, "line", "check")
    return session


def unload(shell: Any) -> None:
    """Stop recording; the names stay."""
    session = getattr(shell, "texsor", None)
    if session is not None:
        session.close()
        shell.texsor = None
