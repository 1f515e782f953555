r"""The trailing comments of code that name terms of a formula.

A comment on a line of code is a shape, ``# (N, V)``, or terms of the formula, ``# \log``, or both: ``# (N,) \log; -``.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from texsor.errors import Location
from texsor.records import SourceLine
from texsor.verdicts import SHAPE


@dataclass(frozen=True)
class CodeLine:
    """A statement with a trailing comment that names terms."""

    line: SourceLine
    """The line on which the comment stands."""
    lines: tuple[SourceLine, ...]
    """Every line of the statement: an operation may have run on any of them."""
    code: str
    """The text before the comment."""
    terms: str
    """The comment, without # and shape."""
    where: Location
    """Where the terms begin, for carets."""


def code_lines(source: str, path: str, first: int = 1) -> list[CodeLine]:
    """The lines of a piece of Python whose trailing comment names terms; ``first`` is the number of its first line.

    A function may be indented, as it is in a class.
    """
    if next((row for row in source.splitlines() if row.strip()), "")[:1].isspace():
        return code_lines(f"if True:\n{source}", path, first - 1)
    rows, statements = source.splitlines(), list(_statements(source))
    found = []
    for (row, column), text in _comments(source):
        before, named = rows[row - 1][:column], _without_shape(text)
        if not before.strip() or not named:
            continue
        begin = column + 1 + len(text.rstrip()) - len(named)
        found.append(
            CodeLine(
                line=SourceLine(path, first + row - 1),
                lines=tuple(SourceLine(path, first + at - 1) for at in _around(row, statements)),
                code=before.rstrip(),
                terms=named,
                where=Location(path, first + row - 1, begin),
            )
        )
    return found


def _without_shape(text: str) -> str:
    """What a comment says besides a shape; empty if nothing."""
    body = text.removeprefix("#")
    shape = SHAPE.match(body)
    return body[shape.end() if shape else 0 :].strip()


def _comments(source: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Place and text of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start, token.string


def _statements(source: str) -> Iterator[range]:
    """The lines of each statement; of one that holds others, those of its head."""
    with warnings.catch_warnings(action="ignore"):  # Python warned of it when it ran
        tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            inner = getattr(node, "body", None) or getattr(node, "cases", None)
            end = max(node.lineno, _first(inner[0]) - 1) if inner else node.end_lineno or node.lineno
            yield range(node.lineno, end + 1)


def _first(node: ast.AST) -> int:
    # Only statements and cases come here; the stubs give a line to those classes, not to ast.AST.
    line: int = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno  # type: ignore[attr-defined]
    return line


def _around(row: int, statements: list[range]) -> range:
    """The smallest statement that a line belongs to."""
    return min((lines for lines in statements if row in lines), key=len, default=range(row, row + 1))
