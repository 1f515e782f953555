"""Fills the tables of ``{terms}`` from the run, and holds them to it: every term has a line, a meaning and a proof."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

from texsor.errors import Invalid
from texsor.site.cards import Row, math, table, text
from texsor.site.formula_nodes import term_link
from texsor.site.formula_records import PageFormulas, formulas_of, numbered, place
from texsor.site.linking import TERM, key
from texsor.site.math_terms import circled
from texsor.site.problems import Subtype, report
from texsor.site.term_code import code_cell, shown_cells
from texsor.site.term_match import find
from texsor.site.term_table import prose_of, term_row, terms_node
from texsor.site.words import words
from texsor.verdicts import PairedTerm, Verdict

BARE = {r"\frac", r"\sqrt", "/", "^", "_"}
"""Signs that no formula can show alone."""
TITLES = ("term", "meaning", "code", "explanation")


def setup_term_tables(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(FillTerms)


class FillTerms(SphinxTransform):
    """Make the tables of a page that has just been read."""

    default_priority = 400  # after Locale, which finds the prose where its author left it

    def apply(self, **_kwargs: Any) -> None:
        """Replace each list of terms by its table, or warn."""
        if str(self.document.get("source")).endswith("<translated>"):
            return  # one message of a page, on its own
        formulas = formulas_of(self.env, self.env.docname)
        tables = list(self.document.findall(terms_node))
        shown = shown_cells(self.document)
        self._hold_reasoned(formulas, {node["name"] for node in tables})
        for node in tables:
            made = []
            try:
                made.append(_table(node, formulas, shown, self.env))
            except Invalid as problem:
                report(self.env, problem, Subtype.TERMS, node.line)
            node.parent.replace(node, made)

    def _hold_reasoned(self, formulas: PageFormulas, explained: set[str]) -> None:
        """A term that is not proved needs a reason, and only a table has a place for one."""
        for entry in formulas.entries:
            if isinstance(entry.record, Verdict) and entry.record.name not in explained:
                for term in entry.record.terms:
                    if not term.proved:
                        report(self.env, _unproved(entry.record, term, self.env), Subtype.TERMS, entry.line)


def _table(node: nodes.Element, formulas: PageFormulas, shown: Set[str], env: BuildEnvironment) -> nodes.table:
    say = words(env.config.language)
    verdict = _verdict(node["name"], formulas)
    _hold_paired(verdict, env)
    rows = {find(row["term"], verdict)[0]: row for row in node.findall(term_row)}
    _hold_complete(verdict, rows, env)
    facts = {number: code_cell(term, formulas, shown, say) for number, term in numbered(verdict)}
    cells = [_row(verdict.name, number, term, rows[number], facts[number]) for number, term in numbered(verdict)]
    made = table([say[title] for title in TITLES], cells, (14, 20, 36, 30), "texsor-terms")
    first = next(next(made.findall(nodes.tbody)).findall(nodes.row))
    for (number, _), row in zip(numbered(verdict), first.findall(nodes.row, descend=False, siblings=True), strict=True):
        row[TERM] = (verdict.name, number)
    return made


def _verdict(name: str, formulas: PageFormulas) -> Verdict:
    verdict = formulas.verdicts.get(name)
    if verdict is None:
        known = ", ".join(formulas.verdicts) or "none"
        raise Invalid(f"no formula {name!r} is checked on this page", remedy=f"checked are: {known}")
    return verdict


def _hold_paired(verdict: Verdict, env: BuildEnvironment) -> None:
    """Every term has a line."""
    if verdict.unpaired:
        near = [(free.term, ", ".join(place(env, line) for line in free.lines)) for free in verdict.unpaired]
        raise Invalid(
            f"{len(near)} term(s) of {verdict.name} are paired with no line",
            excerpt="\n".join(f"{term}: {lines or 'no line has its value'}" for term, lines in near),
            remedy="name each in the trailing comment of the line that computes it",
        )


def _hold_complete(verdict: Verdict, rows: Mapping[int, nodes.Element], env: BuildEnvironment) -> None:
    """Every term has a row, and one that is not proved has a reason in it."""
    for number, term in numbered(verdict):
        if number not in rows:
            what = f"{term.term} of {verdict.name} is not explained"
            raise Invalid(what, remedy="add the term and its meaning to {terms}")
        if not term.proved and "reason" not in prose_of(rows[number]):
            raise _unproved(verdict, term, env)


def _unproved(verdict: Verdict, term: PairedTerm, env: BuildEnvironment) -> Invalid:
    what = f"{term.term} of {verdict.name} is not proved: {place(env, term.line)} does not compute its value"
    remedy = "move its comment to the line that does, or say why not, in {terms}: ': declared: REASON'"
    return Invalid(what, excerpt=term.code, remedy=remedy)


def _row(name: str, number: int, term: PairedTerm, row: nodes.Element, code: list[nodes.Node]) -> Row:
    prose = prose_of(row)
    shown = term.latex if row["term"] in BARE else row["term"]
    sign = nodes.inline("", circled(number), classes=["texsor-number", f"texsor-term-{number}"])
    explanation = [*prose.get("explanation", []), *prose.get("reason", [])]
    back = term_link("", "", sign, **{"data-texsor-term": key(name, number)})
    return [[text(back, " ", math(shown))], prose["meaning"], code, explanation]
