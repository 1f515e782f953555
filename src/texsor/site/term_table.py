"""``{terms} NAME``: the table of a formula's terms. Meaning and explanation are prose; the run fills in the rest."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from texsor.errors import Invalid
from texsor.site.problems import Subtype, report
from texsor.site.term_list import Explained, Text, read_terms


class terms_node(nodes.General, nodes.Element):  # noqa: N801 - docutils' own way to name nodes
    """The rows as their author wrote them, until the run's facts join them."""


class term_row(nodes.Part, nodes.Element):  # noqa: N801
    """A term; its children are the prose: meaning, explanation, reason."""


def setup_terms(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("terms", Terms)


class Terms(SphinxDirective):
    """Reads the terms; only their prose is Markdown, and a message for translators."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The rows, or a warning that says which line cannot be read."""
        source, line = self.get_source_info()
        try:
            rows = read_terms(list(self.content), line + 1, source)
        except Invalid as problem:
            report(self.env, problem, Subtype.TERMS)
            return []
        made = terms_node("", *map(self._row, rows), name=self.arguments[0])
        made.source, made.line = source, line
        return [made]

    def _row(self, explained: Explained) -> term_row:
        row = term_row(term=explained.term)
        for kind, prose in zip(("meaning", "explanation"), explained.texts, strict=False):
            row += self._prose(kind, prose)
        if explained.reason is not None:
            row += self._prose("reason", explained.reason)
        return row

    def _prose(self, kind: str, prose: Text) -> nodes.container:
        holder = nodes.container(kind=kind)
        self.state.nested_parse(StringList(list(prose.lines)), prose.at, holder)
        return holder


def prose_of(row: nodes.Element) -> dict[str, list[nodes.Node]]:
    """The blocks of a row's prose by their kind: ``meaning``, ``explanation``, ``reason``."""
    return dict(_kinds(row))


def _kinds(row: nodes.Element) -> Iterator[tuple[str, list[nodes.Node]]]:
    for holder in row.findall(nodes.container):
        if "kind" in holder:
            yield holder["kind"], holder.children
