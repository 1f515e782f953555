"""A table that becomes a stack of cards on a phone: every cell carries its column's name, which a wide screen hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from docutils import nodes

from texsor.site.formula_nodes import column_name

Row: TypeAlias = Sequence[Sequence[nodes.Node]]
"""The blocks of each cell of a row."""


def table(titles: Sequence[str], rows: Sequence[Row], widths: Sequence[int], name: str) -> nodes.table:
    """A table from the titles of its columns and, row by row, the blocks of each cell."""
    body = nodes.tbody("", *(_row(titles, row) for row in rows))
    head = nodes.thead("", nodes.row("", *(nodes.entry("", text(title)) for title in titles)))
    columns = [nodes.colspec(colwidth=width) for width in widths]
    group = nodes.tgroup("", *columns, head, body, cols=len(titles))
    classes = ["texsor-cards", name, "colwidths-given", "longtable"]
    return nodes.table("", group, classes=classes)


def text(*parts: str | nodes.Node, classes: Sequence[str] = ()) -> nodes.paragraph:
    """A paragraph of texsor's own; without a source it is no message for a translator."""
    inline = [nodes.Text(part) if isinstance(part, str) else part for part in parts]
    return nodes.paragraph("", "", *inline, classes=list(classes))


def code(source: str) -> nodes.literal:
    """A piece of code in a line of text."""
    return nodes.literal(source, source, classes=["texsor-code"])


def math(tex: str) -> nodes.math:
    """A formula in a line of text."""
    return nodes.math(tex, tex)


def _row(titles: Sequence[str], cells: Row) -> nodes.row:
    return nodes.row("", *(_cell(title, cell) for title, cell in zip(titles, cells, strict=True)))


def _cell(title: str, content: Sequence[nodes.Node]) -> nodes.entry:
    return nodes.entry(
        "", *([column_name("", title)] if content else []), *content, classes=[] if content else ["texsor-empty"]
    )
