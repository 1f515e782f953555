"""Links between a formula's terms, the rows of its table and the lines of code, on a page that has just been read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from texsor.site.formula_mime import NAME
from texsor.site.formula_nodes import term_link
from texsor.site.formula_records import PageFormulas, formulas_of, numbered
from texsor.site.linking import LINES, TERM, Numbered, display_id, key, row_id, words_of
from texsor.site.linking_html import LINKS, Link, term_buttons
from texsor.site.math_terms import circled, marks_of
from texsor.site.spoken import said
from texsor.site.term_code import line_target, shown_cells
from texsor.site.words import words


def setup_linking(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(LinkTerms)


class LinkTerms(SphinxTransform):
    """Give each row an id, each formula its buttons, and each number in a row or a line of code its link."""

    default_priority = 410  # after the tables are filled

    def apply(self, **_kwargs: Any) -> None:
        """Link what the page shows; nothing leads to what it does not show."""
        displays = [block for block in self.document.findall(nodes.math_block) if NAME in block and marks_of(block)]
        rows = [row for row in self.document.findall(nodes.row) if TERM in row]
        if not displays and not rows:
            return
        formulas = formulas_of(self.env, self.env.docname)
        say = words(self.config.language)
        page = _Page(formulas, displays, rows, shown_cells(self.document), say)
        for row in rows:
            page.link_back(row)
        for block in self.document.findall(nodes.literal_block):
            if LINES in block:
                block[LINKS] = [link for line, terms in block[LINES] for link in page.in_line(line, terms)]
        for display in displays:
            if links := list(page.buttons(display[NAME])):
                to = "to row" if page.has_table(display[NAME]) else "to line"
                made = term_buttons(label=say["formula terms"], to=say[to])
                made[LINKS] = links
                display.parent.insert(display.parent.index(display) + 1, made)


class _Page:
    """What a page shows of its formulas, and what it calls their terms."""

    def __init__(
        self,
        formulas: PageFormulas,
        displays: Sequence[nodes.Element],
        rows: Sequence[nodes.Element],
        cells: set[str],
        say: dict[str, str],
    ) -> None:
        self._say = say
        self._displayed = {display[NAME] for display in displays}
        self._terms = {
            name: {number: (term, line_target(term, formulas, cells)) for number, term in numbered(verdict)}
            for name, verdict in formulas.verdicts.items()
        }
        self._rows: dict[Numbered, nodes.Element] = {}
        for row in rows:
            if row[TERM] not in self._rows:  # a second table of a formula repeats the first
                self._rows[row[TERM]] = row
                row["ids"].append(row_id(*row[TERM]))

    def has_table(self, name: str) -> bool:
        """Whether the page explains a formula's terms; then it explains every one."""
        return (name, 1) in self._rows

    def link_back(self, row: nodes.Element) -> None:
        """Lead from a row's number to the formula."""
        name, number = row[TERM]
        if name in self._displayed:
            for link in row.findall(term_link):
                link["href"] = f"#{display_id(name)}"
                link["aria-label"] = self._called(number, self._say["to formula"])

    def in_line(self, line: int, terms: Sequence[Numbered]) -> Iterator[Link]:
        """The numbers in a line's comment, each with all the terms that have it, and where it leads to."""
        for number in sorted({number for _, number in terms}):
            names = [name for name, other in terms if other == number]
            rows = [name for name in names if (name, number) in self._rows]
            shown = [name for name in names if name in self._displayed]
            keys = " ".join(key(name, number) for name in names)
            if rows:
                label = self._called(number, self._meaning(rows[0], number))
                yield Link(number, keys, row_id(rows[0], number), label, line=line)
            elif shown:
                label = self._called(number, self._say["to formula"])
                yield Link(number, keys, display_id(shown[0]), label, line=line)

    def buttons(self, name: str) -> Iterator[Link]:
        """The numbers beside a formula: each leads to its row, or to its line where there is no table."""
        for number, (term, target) in self._terms[name].items():
            to = row_id(name, number) if (name, number) in self._rows else target
            if to is not None:
                meaning = self._meaning(name, number)
                note = f"{circled(number)} {meaning} — {term.code}" if meaning != term.code else meaning
                yield Link(number, key(name, number), to, self._called(number, meaning), note=note)

    def _meaning(self, name: str, number: int) -> str:
        """What the table says that a term means; without a table its words, and without these its code."""
        if (name, number) in self._rows:
            return words_of(self._rows[name, number][1].children, self._say["edition"])
        term, _ = self._terms[name][number]
        return said(term.latex, self._say["edition"]) or term.code

    def _called(self, number: int, meaning: str) -> str:
        return f"{self._say['one term']} {number}: {meaning}"
