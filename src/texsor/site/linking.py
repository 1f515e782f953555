"""What ties a term's glyphs, its row and its line of code together: one name, on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from docutils import nodes
from docutils.nodes import make_id

from texsor.site.formula_nodes import column_name
from texsor.site.formula_records import PageFormulas, numbered
from texsor.site.spoken import said

Numbered: TypeAlias = tuple[str, int]
"""A formula's name and the number of one of its terms."""

TERM = "texsor_term"
"""The attribute of a table's row that says which term it is of."""
LINES = "texsor_lines"
"""The attribute of a block of code: its lines that show numbers, counted as they are shown, each with its terms."""


def key(name: str, number: int) -> str:
    """What the page calls a term, wherever a part of it stands.

    >>> key("loss", 3)
    'loss:3'
    """
    return f"{name}:{number}"


def row_id(name: str, number: int) -> str:
    """The id of a term's row. Names that differ in case or in a hyphen are two, so it holds the name as it is.

    >>> row_id("token-loss", 3)
    'texsor-row-token-loss-3'
    """
    return f"texsor-row-{name}-{number}"


def display_id(name: str) -> str:
    """The id of a formula's display.

    >>> display_id("token_loss")
    'equation-token-loss'
    """
    return make_id(f"equation-{name}")


def terms_of_lines(formulas: PageFormulas, path: str) -> dict[int, list[Numbered]]:
    """For each line of a cell the terms that it computes."""
    found: dict[int, list[Numbered]] = {}
    for verdict in formulas.verdicts.values():
        for number, term in numbered(verdict):
            if term.line.path == path:
                found.setdefault(term.line.line, []).append((verdict.name, number))
    return found


def words_of(blocks: Iterable[nodes.Node], language: str) -> str:
    """Prose as one line of plain text, each formula in it as it is said, or else as it is written."""
    return " ".join("".join(part for block in blocks for part in _parts(block, language)).split())


def _parts(node: nodes.Node, language: str) -> Iterator[str]:
    if isinstance(node, nodes.math | nodes.math_block):
        yield said(node.astext(), language) or node.astext()
    elif isinstance(node, nodes.Text):
        yield node.astext()
    elif not isinstance(node, column_name | nodes.raw):
        for child in node.children:
            yield from _parts(child, language)
        if not isinstance(node, nodes.Inline):
            yield " "
