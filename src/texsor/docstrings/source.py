"""The docstrings of a file and the formulas in them, each with its place in the file."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from texsor.errors import Invalid, Location

MATH = re.compile(r"(?P<indent>[ \t]*)\.\. math::[ \t]*(?P<inline>.*)")
OPTION = re.compile(r"\s*:\w+:")
"""An option of the directive, which stands between it and its formula."""
Defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Docstring:
    """A docstring as it is written."""

    name: str
    """Whose it is, by the name within its module; empty for the module's own."""
    text: str
    """All of it, indentation included."""
    where: Location
    """Where its first line stands."""

    @property
    def rows(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()

    def at(self, row: int, column: int | None = None) -> Location:
        """The place of a line, counted from 0, in its file."""
        return Location(self.where.path, (self.where.line or 1) + row, column)


@dataclass(frozen=True)
class Written:
    """A formula in a docstring."""

    latex: str
    """Its LaTeX."""
    where: Location
    """Where it begins."""
    end: int
    """The line of the docstring behind its directive, counted from 0."""


def docstrings(source: str, path: str) -> list[Docstring]:
    """Every docstring with a formula in a piece of Python, in order; of nested functions too."""
    return [found for found in _below(ast.parse(source), path, "") if any(map(MATH.fullmatch, found.rows))]


def _below(node: ast.AST, path: str, prefix: str) -> Iterator[Docstring]:
    if isinstance(node, (*Defined, ast.Module)):
        text, name = ast.get_docstring(node, clean=False), prefix + getattr(node, "name", "")
        if text is not None:
            yield Docstring(name, text, Location(path, node.body[0].lineno))
        inner = "." if isinstance(node, ast.ClassDef) else ".<locals>."
        prefix = f"{name}{inner}" if name else ""
    for child in ast.iter_child_nodes(node):
        yield from _below(child, path, prefix)


def formulas(docstring: Docstring) -> list[Written]:
    """The formulas of a docstring, in order; parts of a directive that an empty line separates are formulas each.

    :raises Invalid: a directive without a formula.
    """
    rows = docstring.rows
    found: list[Written] = []
    for at, row in enumerate(rows):
        directive = MATH.fullmatch(row)
        if directive:
            found += _under(docstring, at, directive)
    return found


def _under(docstring: Docstring, at: int, directive: re.Match[str]) -> list[Written]:
    """What one directive holds: on its line, and indented under it."""
    rows, indent = docstring.rows, len(directive["indent"])
    end = at + 1
    while end < len(rows) and (not rows[end].strip() or _indent(rows[end]) > indent):
        end += 1
    while not rows[end - 1].strip():
        end -= 1
    body = list(range(at + 1, end))
    while body and OPTION.match(rows[body[0]]):
        body.pop(0)
    parts = [list(part) for filled, part in groupby(body, lambda number: bool(rows[number].strip())) if filled]
    if directive["inline"].strip():
        goes_on = parts and parts[0][0] == at + 1
        parts = [[at, *parts[0]], *parts[1:]] if goes_on else [[at], *parts]
    if not parts:
        raise Invalid("`.. math::` has nothing under it", where=docstring.at(at), remedy="indent the formula under it")
    return [_written(docstring, part, directive if part[0] == at else None, end) for part in parts]


def _written(docstring: Docstring, part: list[int], directive: re.Match[str] | None, end: int) -> Written:
    taken = [docstring.rows[number] for number in part]
    column = _indent(taken[0])
    if directive is not None:
        column = directive.start("inline")
        taken[0] = " " * min(map(_indent, taken[1:]), default=0) + directive["inline"]
    latex = textwrap.dedent("\n".join(taken)).strip()
    return Written(latex, docstring.at(part[0], column + 1), end)


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


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
    found = formulas(Docstring(function.__qualname__, text, Location(path, line)))
    if not found:
        raise Invalid(
            f"the docstring of {function.__qualname__} has no `.. math::`",
            where=Location(path, first),
            remedy="write its formula there, or write the formula in the cell",
        )
    return found[0].latex, found[0].where


def _documentation(source: str, first: int) -> tuple[str, int]:
    """A function's docstring as written, and the number of its first line."""
    indented = source[:1].isspace()
    try:
        tree = ast.parse(f"if True:\n{source}" if indented else source)
    except SyntaxError:
        return "", first  # a lambda, cut out of the middle of an expression
    nodes = [node for node in ast.walk(tree) if isinstance(node, Defined)]
    text = ast.get_docstring(nodes[0], clean=False) if nodes else None
    if text is None:
        return "", first
    return text, first - indented + nodes[0].body[0].lineno - 1
