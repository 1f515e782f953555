"""The function of a dotted name."""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType
from typing import Any

from texsor.errors import Invalid


def find(dotted: str) -> Any:
    """The function of a dotted name.

    Of a module the one public function that it defines will do, or the one that is called like the module.

    :raises Invalid: a name that leads to no function, or to a module with several.
    """
    module, names = _module(dotted)
    found: Any = module
    for name in names:
        if not hasattr(found, name):
            raise Invalid(f"{dotted} is not there: {module.__name__} has no {'.'.join(names)}")
        found = getattr(found, name)
    function = _of_module(found, dotted) if isinstance(found, ModuleType) else found
    if not callable(function) or not hasattr(function, "__module__"):
        raise Invalid(f"{dotted} is no function but {type(function).__name__}", remedy="name a function")
    return function


def _module(dotted: str) -> tuple[ModuleType, list[str]]:
    """The longest part of a dotted name that is a module, imported, and the names behind it."""
    parts = dotted.split(".")
    for split in range(len(parts), 0, -1):
        name = ".".join(parts[:split])
        try:
            return importlib.import_module(name), parts[split:]
        except ModuleNotFoundError as error:
            if not f"{name}.".startswith(f"{error.name}."):
                raise Invalid(f"{name} cannot be imported: {error}") from error
        except Exception as error:
            raise Invalid(f"{name} cannot be imported: {type(error).__name__}: {error}") from error
    raise Invalid(f"there is no module {parts[0]}", remedy="name a function that the chapter can import")


def _of_module(module: ModuleType, dotted: str) -> Any:
    own = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    last = dotted.rpartition(".")[2]
    if last in own or len(own) == 1:
        return own.get(last) or next(iter(own.values()))
    listed = ", ".join(sorted(own))
    what = f"the module {dotted} defines {'several functions' if own else 'no function'}"
    raise Invalid(what, remedy=f"name one: {listed}" if own else "name a function")
