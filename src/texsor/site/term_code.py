"""What the run says of a term: its line, the operation, shapes and numbers, and whether that is proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from docutils import nodes

from texsor.site import numbers
from texsor.site.cards import code, text
from texsor.site.code_numbers import line_id, line_prefix
from texsor.site.formula_nodes import line_link, screen_only
from texsor.site.formula_records import PageFormulas
from texsor.verdicts import PairedTerm


def code_cell(term: PairedTerm, formulas: PageFormulas, shown: Set[str], say: Mapping[str, str]) -> list[nodes.Node]:
    """The blocks of the table's cell."""
    return list(_blocks(term, formulas, shown, say))


def _blocks(term: PairedTerm, formulas: PageFormulas, shown: Set[str], say: Mapping[str, str]) -> Iterator[nodes.Node]:
    target = line_target(term, formulas, shown)
    yield text(line_link("", "", code(term.code), href=f"#{target}") if target else code(term.code))
    if not term.line.path.startswith("In["):
        yield text(code(str(term.line)), classes=["texsor-detail"])
    if term.proved:
        name = nodes.strong("", numbers.operation(term.operation))
        dtype = f" {term.output.dtype}" if term.output else ""
        yield text(name, f" {numbers.shapes(term.inputs, term.output)}{dtype}", classes=["texsor-detail"])
    if term.value is not None and term.value.values is not None:
        yield text(numbers.values(term.value), classes=["texsor-detail", "texsor-numbers"])
    yield _mark(term, say)


def _mark(term: PairedTerm, say: Mapping[str, str]) -> nodes.paragraph:
    sign = screen_only("", "✓" if term.proved else "○", classes=["texsor-icon"], **{"aria-hidden": "true"})
    found = f" ({say['error']} {numbers.error(term.error)})" if term.error is not None else ""
    kind = "proved" if term.proved else "declared"
    return text(sign, say[kind] + found, classes=["texsor-mark", f"texsor-{kind}"])


def shown_cells(page: nodes.Element) -> set[str]:
    """What the ids of lines begin with, for each cell whose source the page shows."""
    options: list[dict[str, str]] = [block.get("highlight_args", {}) for block in page.findall(nodes.literal_block)]
    return {option["linespans"] for option in options if "linespans" in option}


def line_target(term: PairedTerm, formulas: PageFormulas, shown: Set[str]) -> str | None:
    """The id of the line on the page; None where the page does not show it."""
    source = dict(formulas.sources).get(term.line.path)
    if source is None or line_prefix(term.line.path) not in shown:
        return None
    return line_id(source, term.line.path, term.line.line)
