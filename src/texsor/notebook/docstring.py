"""A formula from a docstring: the function's own documentation is what is checked, so that letters cannot diverge."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from texsor.check.comments import CodeLine, code_lines
from texsor.errors import Invalid, Location

MATH = re.compile(r"^(?P<indent>[ \t]*)\.\. math::[ \t]*(?P<inline>.*)$", re.MULTILINE)
OPTION = re.compile(r"\s*(:\w+:.*)?$")
"""An empty line, or an option of the directive: what may stand between it and its formula."""


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


def latex_of(function: Any) -> tuple[str, Location]:
    """The first formula of a function's docstring, and where it stands.

    :raises Invalid: a function without one.
    """
    function = inspect.unwrap(function)
    try:
        path, (lines, first) = inspect.getsourcefile(function) or "?", inspect.getsourcelines(function)
    except (OSError, TypeError):
        raise Invalid(f"the source of {function!r} is not there", remedy="name a function written in Python") from None
    text, line = _documentation("".join(lines), first)
    found = MATH.search(text)
    if found is None:
        raise Invalid(
            f"the docstring of {function.__qualname__} has no `.. math::`",
            where=Location(path, first),
            remedy="write its formula there, or write the formula in the cell",
        )
    line += text.count("\n", 0, found.start("inline"))
    if found["inline"].strip():
        begin = found.start("inline") - text.rfind("\n", 0, found.start("inline"))
        return found["inline"].strip(), Location(path, line, begin)
    latex, where = _block(text[found.end() :].splitlines(), len(found["indent"]), Location(path, line))
    if not latex:
        raise Invalid("`.. math::` has nothing under it", where=where, remedy="indent the formula under it")
    return latex, where


def _documentation(source: str, first: int) -> tuple[str, int]:
    """A function's docstring as written, and the number of its first line."""
    indented = source[:1].isspace()
    try:
        tree = ast.parse(f"if True:\n{source}" if indented else source)
    except SyntaxError:
        return "", first  # a lambda, cut out of the middle of an expression
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    text = ast.get_docstring(nodes[0], clean=False) if nodes else None
    if text is None:
        return "", first
    return text, first - indented + nodes[0].body[0].lineno - 1


def _block(rows: Iterable[str], indent: int, where: Location) -> tuple[str, Location]:
    """The indented lines under a directive, and the place of the first."""
    taken: list[str] = []
    for number, row in enumerate(rows, start=where.line or 1):
        if row.strip() and len(row) - len(row.lstrip()) <= indent:
            break
        if taken or not OPTION.match(row):
            taken.append(row)
            where = where if len(taken) > 1 else Location(where.path, number, len(row) - len(row.lstrip()) + 1)
    return textwrap.dedent("\n".join(taken)).strip(), where


def lines_of(function: Any, path: str) -> list[CodeLine]:
    """The lines of a function whose comments name terms, by the name that the recording gives its file."""
    source, first = inspect.getsourcelines(inspect.unwrap(function))
    return code_lines("".join(source), path, first)
