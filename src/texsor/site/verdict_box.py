"""What a check found, under the cell that asked for it: one line, and the details folded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from texsor.records import from_json
from texsor.site import numbers
from texsor.site.cards import Row, code, math, table, text
from texsor.site.diagnosis_words import in_words
from texsor.site.formula_nodes import fold, fold_body, fold_head, record_node, screen_only
from texsor.site.words import words
from texsor.verdicts import MemberProof, MutantResult, Verdict

Say = Mapping[str, str]


def setup_verdicts(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(ShowVerdicts)


class ShowVerdicts(SphinxTransform):
    """Write each verdict of a page that has just been read."""

    default_priority = 400  # after Locale: the words are in the edition's language already

    def apply(self, **_kwargs: Any) -> None:
        """Replace the records."""
        for node in list(self.document.findall(record_node)):
            verdict = from_json(Verdict, node["record"])
            node.parent.replace(node, box(verdict, words(self.config.language), self.env.docname))


def box(verdict: Verdict, say: Say, docname: str) -> nodes.Element:
    """The whole verdict."""
    head = fold_head("", "", *_head(verdict, say, docname))
    body = fold_body("", _members(verdict, say), *_facts(verdict, say))
    if verdict.mutants:
        body += _mutants(verdict.mutants, say)
    return fold("", head, body, classes=["texsor-verdict", "texsor-holds" if verdict.holds else "texsor-fails"])


def reference(name: str, docname: str) -> nodes.Node:
    """The number of a formula, linked to it from any page; its name where the page does not show it."""
    return pending_xref(
        "", nodes.literal(name, name), refdomain="math", reftype="eq", reftarget=name, refdoc=docname, refwarn=False
    )


def _head(verdict: Verdict, say: Say, docname: str) -> Iterator[nodes.Node]:
    word = say["holds" if verdict.holds else "fails"]
    yield screen_only("", "✓" if verdict.holds else "✗", classes=["texsor-icon"], **{"aria-hidden": "true"})
    yield nodes.strong(word, word)
    yield nodes.Text(" ")
    yield reference(verdict.name, docname)
    yield nodes.Text(" = ")
    yield code(verdict.expression)
    for fact in _short(verdict, say):
        yield nodes.Text(" · ")
        yield nodes.inline(fact, fact, classes=["texsor-fact"])
    if verdict.diagnosis:
        lead = nodes.Text(f" {say['diagnosis']}: ")
        yield nodes.inline("", "", lead, *in_words(verdict.diagnosis, say), classes=["texsor-diagnosis"])


def _short(verdict: Verdict, say: Say) -> Iterator[str]:
    """What one line can say of it."""
    if not verdict.wanted:
        yield say["on purpose"]
    yield f"{say['computed']} {numbers.values(verdict.code, numbers.FEW)}"
    if verdict.members:
        yield f"{say['literal']} {numbers.values(verdict.members[0].value, numbers.FEW)}"
    found, allowed = numbers.worst(verdict)
    yield f"{say['error']} {numbers.error(found)} ({say['allowed']} {numbers.limit(allowed)})"
    if verdict.value_only:
        gradients = any(member.gradient_error is not None for member in verdict.members)
        yield f"{say['value and gradient' if gradients else 'value only']}, {say['one set']}"
    elif verdict.holds:
        yield f"{say['value and gradient']}, {say['two sets']}"


def _members(verdict: Verdict, say: Say) -> nodes.table:
    """Each side of the formula with its numbers and how far it is from the code."""
    kinds = ("value error", "gradient error", "random value error", "random gradient error", "recorded error")
    titles = [say["side"], say["value"], f"{say['error']}"]
    rows: list[Row] = [
        [
            [text(math(member.latex)), *([text(say["overflows"])] if member.overflows else [])],
            [text(numbers.values(member.value), classes=["texsor-numbers"])],
            [text(f"{say[kind]} {found}") for kind in kinds if (found := _error(member, kind))],
        ]
        for member in verdict.members
    ]
    shown = numbers.values(verdict.code)
    rows.append([[text(code(verdict.expression))], [text(shown, classes=["texsor-numbers"])], []])
    return table(titles, rows, (40, 32, 28), "texsor-members")


def _error(member: MemberProof, kind: str) -> str:
    found = getattr(member, kind.replace(" ", "_"))
    return "" if found is None else numbers.error(found)


def _facts(verdict: Verdict, say: Say) -> Iterator[nodes.Node]:
    dtype = f"{verdict.code.dtype} ({say['recorded error']}) {numbers.limit(verdict.recorded_tolerance)}"
    yield text(f"{say['allowed']}: float64 {numbers.limit(verdict.tolerance)}, {dtype}")
    if verdict.leaves and not verdict.value_only:
        leaves = [part for leaf in verdict.leaves for part in (nodes.Text(" "), code(leaf))]
        yield text(f"{say['leaves']}:", *leaves)
    if verdict.zero_log:
        yield text(say["zero log"])
    if verdict.value_only:
        yield text(f"{say['why value only']}: {verdict.value_only}")


def _mutants(mutants: tuple[MutantResult, ...], say: Say) -> nodes.Element:
    title = f"{say['mutants']} ({len(mutants)})"
    rows: list[Row] = [
        [
            [text(*_change(mutant.note))],
            [text(mutant.value)] if mutant.value else [],
            [text(f"{say[mutant.status]}" + (f": {mutant.reason}" if mutant.reason else ""))],
        ]
        for mutant in mutants
    ]
    listed = table([say["change"], say["value"], say["result"]], rows, (40, 30, 30), "texsor-mutants")
    return fold("", fold_head("", title), fold_body("", listed))


def _change(note: str) -> list[nodes.Node]:
    before, arrow, after = note.partition(" → ")
    return [math(before), nodes.Text(" → "), math(after)] if arrow else [nodes.Text(note)]
