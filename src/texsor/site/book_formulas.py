"""The formulas of the whole book, kept with Sphinx's environment: right in incremental and in parallel builds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from texsor.errors import Invalid, Location
from texsor.site.definition import DEFINES
from texsor.site.formula_mime import NAME
from texsor.site.formula_records import Entry, PageFormulas, formulas_of
from texsor.site.problems import FAULTY, Subtype, report, warn
from texsor.site.running import project_of
from texsor.verdicts import Declared, Verdict

PAGES = "texsor_pages"


@dataclass(frozen=True)
class Page:
    """What the book needs to know of one page."""

    entries: tuple[Entry, ...]
    """Its records."""
    defined: tuple[str, ...]
    """The formulas that it calls definitions."""
    faulty: bool
    """Whether it has to be read again, so that its warnings are said again."""

    @property
    def formulas(self) -> PageFormulas:
        """Its formulas by name."""
        return PageFormulas(self.entries)


def setup_book_formulas(app: Sphinx) -> None:
    """Collect page by page, and look at the whole once all are read."""
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-get-outdated", _read_again)
    app.connect("env-updated", _look_at_all)


def pages_of(env: BuildEnvironment) -> dict[str, Page]:
    """Every page with formulas, by its name."""
    if not hasattr(env, PAGES):
        setattr(env, PAGES, {})
    pages: dict[str, Page] = getattr(env, PAGES)
    return pages


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    env = app.env
    formulas = formulas_of(env, env.docname)
    defined = tuple(box[DEFINES] for box in doctree.findall(nodes.container) if DEFINES in box)
    if formulas.sources and not project_of(app.config).config.allow_unproved:
        _lint(env, doctree)
    page = Page(formulas.entries, defined, bool(env.temp_data.get(FAULTY)))
    if page.entries or page.faulty:
        pages_of(env)[env.docname] = page


def _lint(env: BuildEnvironment, doctree: nodes.document) -> None:
    """No displayed formula of a chapter is unproved."""
    for block in doctree.findall(nodes.math_block):
        if NAME not in block and not _is_output(block):
            remedy = "declare it with %%formula and check it, call it a definition, or set texsor_allow_unproved"
            problem = Invalid("a displayed formula that nothing proves", excerpt=block.astext().strip(), remedy=remedy)
            report(env, problem, Subtype.UNPROVED, block.line)


def _is_output(node: nodes.Element | None) -> bool:
    """Whether a cell's code displayed it."""
    while node is not None:
        if node.get("nb_element") == "cell_code_output":
            return True
        node = node.parent
    return False


def _forget(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    pages_of(env).pop(docname, None)


def _merge(_app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    pages_of(env).update({name: page for name, page in pages_of(other).items() if name in docnames})


def _read_again(_app: Sphinx, env: BuildEnvironment, *_changes: Any) -> list[str]:
    return [name for name, page in pages_of(env).items() if page.faulty]


def _look_at_all(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of formulas that two places declare or check, and of those that nobody proves."""
    seen: dict[tuple[type, str], tuple[str, Location]] = {}
    for docname, entry, where in _entries(env):
        key = (type(entry.record), entry.record.name)
        if isinstance(entry.record, Verdict) and not entry.record.wanted:
            continue  # a formula may be shown going red, beside its proof or without one
        if key in seen:
            verb = "declared" if isinstance(entry.record, Declared) else "checked"
            problem = Invalid(f"{key[1]} is {verb} twice, here and at {seen[key][1]}", remedy="give one another name")
            warn(problem, Subtype.TWICE, where)
            # Only one of the two has a number, and it may not be the one that stays.
            for name in (docname, seen[key][0]):
                pages_of(env)[name] = replace(pages_of(env)[name], faulty=True)
        else:
            seen[key] = (docname, where)
        _hold_proved(entry, pages_of(env)[docname], where)


def _hold_proved(entry: Entry, page: Page, where: Location) -> None:
    name, verdicts = entry.record.name, page.formulas.verdicts
    if isinstance(entry.record, Declared) and name not in verdicts and name not in page.defined:
        what = f"{name} is declared and never checked"
        remedy = f"check it, %check {name} EXPRESSION, or say why it needs no check: {{definition}} {name}"
        warn(Invalid(what, excerpt=entry.record.latex, remedy=remedy), Subtype.UNCHECKED, where)


def _entries(env: BuildEnvironment) -> Iterator[tuple[str, Entry, Location]]:
    for docname, page in sorted(pages_of(env).items()):
        for entry in page.entries:
            yield docname, entry, Location(env.doc2path(docname), entry.line)
