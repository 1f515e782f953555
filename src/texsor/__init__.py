"""texsor: LaTeX formulas that are tests, for Jupyter Book and Sphinx.

Four calls need no page: ``texsor.parse(latex)``, ``texsor.evaluate(latex, where=...)``, ``texsor.check(latex, value,
where=...)`` and ``texsor.trace(function, *args)``. ``texsor.register_function(name, function)`` makes a function known
to every formula. Importing texsor imports none of them, and no torch.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_LAZY = {"parse": "texsor.formula", "evaluate": "texsor.check", "register_function": "texsor.check"}
_ROOMS = ("check", "trace")
"""Rooms that are called by their own name."""


def __getattr__(name: str) -> Any:
    """Import a call's room when it is first asked for."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    if name in _ROOMS:
        return import_module(f"texsor.{name}")
    raise AttributeError(f"module 'texsor' has no attribute {name!r}")


def load_ipython_extension(shell: object) -> None:
    """``%load_ext texsor``: make texsor's magics known to this notebook."""
    import_module("texsor.notebook.extension").load(shell)


def unload_ipython_extension(shell: object) -> None:
    """``%unload_ext texsor``: stop recording."""
    import_module("texsor.notebook.extension").unload(shell)
