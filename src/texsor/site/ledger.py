"""``{ledger}``: every formula of the book with its verdict; the end of a build prints the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from texsor.site import numbers
from texsor.site.book_formulas import Page, pages_of
from texsor.site.cards import Row, math, table, text
from texsor.site.equation_numbers import NUMBERS
from texsor.site.formula_nodes import screen_only
from texsor.site.verdict_box import reference
from texsor.site.words import words
from texsor.verdicts import Declared, Verdict

LOGGER = logging.getLogger(__name__)
WRITTEN = "texsor_ledger"
LEDGERS = "texsor_ledger_pages"
SIGNS = {"holds": "✓", "fails": "✗", "definition": "≝", "unchecked": "!"}


class ledger_node(nodes.General, nodes.Element):  # noqa: N801 - docutils' own way to name nodes
    """Where the table goes once every chapter is read."""


@dataclass(frozen=True)
class Line:
    """A formula in the ledger."""

    docname: str
    declared: Declared
    verdict: Verdict | None
    state: str
    """``holds``, ``fails``, ``definition`` or ``unchecked``: a key of the words."""

    @property
    def proved(self) -> int:
        """How many of its terms are proved."""
        return sum(term.proved for term in self.verdict.terms) if self.verdict else 0

    @property
    def stated(self) -> int:
        """How many of its terms are declared only."""
        return len(self.verdict.terms) - self.proved if self.verdict else 0


def setup_ledger(app: Sphinx) -> None:
    """Register the directive, what fills its table, and the summary."""
    app.add_directive("ledger", Ledger)
    app.add_post_transform(FillLedger)
    app.connect("doctree-read", _note)
    app.connect("env-purge-doc", lambda _app, env, docname: _ledgers(env).discard(docname))
    app.connect("env-merge-info", lambda _app, env, names, other: _ledgers(env).update(_ledgers(other) & set(names)))
    app.connect("env-get-updated", _rewrite, priority=901)  # after every number is given
    app.connect("build-finished", _summarise)


class Ledger(SphinxDirective):
    """Marks the place."""

    def run(self) -> list[nodes.Node]:
        """The mark."""
        return [ledger_node()]


class FillLedger(SphinxPostTransform):
    """Writes the table when a page is written: by then every chapter is read."""

    default_priority = 4  # before any reference is resolved: LaTeX has a way of its own with those to formulas

    def run(self, **_kwargs: Any) -> None:
        """Replace the mark."""
        say = words(self.config.language)
        for node in list(self.document.findall(ledger_node)):
            lines = list(ledger(self.env))
            rows = [_row(line, say, self.env) for line in lines]
            titles = [say[title] for title in ("formula", "tex", "verdict", "error", "terms", "chapter")]
            made = table(titles, rows, (12, 36, 14, 11, 11, 16), "texsor-ledger") if rows else text(say["none"])
            node.parent.replace(node, made)


def ledger(env: BuildEnvironment) -> Iterator[Line]:
    """Every declared formula, chapter by chapter in the order of the book."""
    order = {name: at for at, name in enumerate(_order(env))}
    for docname, page in sorted(pages_of(env).items(), key=lambda item: (order.get(item[0], len(order)), item[0])):
        for name, declared in page.formulas.declared.items():
            verdict = page.formulas.verdicts.get(name)
            yield Line(docname, declared, verdict, _state(name, verdict, page))


def _order(env: BuildEnvironment) -> Iterator[str]:
    """The pages as a reader turns them."""
    waiting, seen = [env.config.root_doc], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += reversed(env.toctree_includes.get(name, []))


def _state(name: str, verdict: Verdict | None, page: Page) -> str:
    if verdict is not None:
        return "holds" if verdict.holds else "fails"
    return "definition" if name in page.defined else "unchecked"


def _row(line: Line, say: Mapping[str, str], env: BuildEnvironment) -> Row:
    sign = screen_only("", SIGNS[line.state], classes=["texsor-icon"], **{"aria-hidden": "true"})
    verdict = [text(sign, say[line.state], classes=["texsor-mark", f"texsor-{line.state}"])]
    if line.verdict and not line.verdict.wanted:
        verdict.append(text(say["on purpose"], classes=["texsor-detail"]))
    error = numbers.error(numbers.worst(line.verdict)[0]) if line.verdict else ""
    terms = f"{line.proved}/{line.stated}" if line.verdict and line.verdict.terms else ""
    title = env.titles[line.docname].astext()
    chapter = pending_xref(
        "", nodes.inline("", title), refdomain="std", reftype="doc", reftarget=f"/{line.docname}", refexplicit=True,
        refdoc=env.docname, refwarn=True,
    )  # fmt: skip
    return [
        [text(reference(line.declared.name, env.docname))],
        [text(math(line.declared.latex))],
        verdict,
        [text(error)] if error else [],
        [text(terms)] if terms else [],
        [text(chapter)],
    ]


def _ledgers(env: BuildEnvironment) -> set[str]:
    if not hasattr(env, LEDGERS):
        setattr(env, LEDGERS, set())
    found: set[str] = getattr(env, LEDGERS)
    return found


def _note(app: Sphinx, doctree: nodes.document) -> None:
    if any(True for _ in doctree.findall(ledger_node)):
        _ledgers(app.env).add(app.env.docname)


def _rewrite(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages with a ledger, where it says something else than when they were last written."""
    titles = [env.titles[line.docname].astext() for line in ledger(env)]
    now = (list(ledger(env)), titles, getattr(env, NUMBERS, None))
    if getattr(env, WRITTEN, None) == now:
        return []
    setattr(env, WRITTEN, now)
    return sorted(_ledgers(env))


def _summarise(app: Sphinx, error: Exception | None) -> None:
    """Print one line a formula and one for all."""
    if error is not None or getattr(app, "env", None) is None:
        return
    lines = list(ledger(app.env))
    for line in lines:
        LOGGER.info("texsor: %s", _said(line))
    if lines:
        counts = {state: sum(line.state == state for line in lines) for state in SIGNS}
        counted = ", ".join(f"{count} {WORDED[state]}" for state, count in counts.items() if count)
        proved, stated = sum(line.proved for line in lines), sum(line.stated for line in lines)
        LOGGER.info("texsor: %d formula(s): %s; terms: %d proved, %d declared", len(lines), counted, proved, stated)


WORDED = {"holds": "proved", "fails": "shown to fail", "definition": "by definition", "unchecked": "NOT CHECKED"}


def _said(line: Line) -> str:
    said = f"{line.declared.name} ({line.docname}): {WORDED[line.state]}"
    if line.verdict:
        said += f", error {numbers.error(numbers.worst(line.verdict)[0])}"
    if line.verdict and line.verdict.terms:
        said += f", terms {line.proved} proved, {line.stated} declared"
    return said
