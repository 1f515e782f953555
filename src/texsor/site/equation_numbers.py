"""The numbers of formulas in references from other pages, right in an incremental build.

Sphinx rewrites a page whose own formulas have got other numbers, and leaves the pages that refer to them as they were.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.nodes import make_id
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

REFERENCES = "texsor_references"
NUMBERS = "texsor_numbers"


def setup_equation_numbers(app: Sphinx) -> None:
    """Note who refers to what, and compare numbers once all are given."""
    app.connect("doctree-read", _note)
    app.connect("env-purge-doc", lambda _app, env, docname: references_of(env).pop(docname, None))
    app.connect("env-merge-info", _merge)
    app.connect("env-get-updated", _outdated, priority=900)  # after Sphinx has counted


def references_of(env: BuildEnvironment) -> dict[str, set[str]]:
    """For each page the formulas that it refers to."""
    if not hasattr(env, REFERENCES):
        setattr(env, REFERENCES, {})
    found: dict[str, set[str]] = getattr(env, REFERENCES)
    return found


def _note(app: Sphinx, doctree: nodes.document) -> None:
    wanted = {node["reftarget"] for node in doctree.findall(pending_xref) if node.get("refdomain") == "math"}
    if wanted:
        references_of(app.env)[app.env.docname] = wanted


def _merge(_app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    references_of(env).update({name: found for name, found in references_of(other).items() if name in docnames})


def _outdated(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    before, now = getattr(env, NUMBERS, {}), _numbers(env)
    setattr(env, NUMBERS, now)
    changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    return [docname for docname, wanted in references_of(env).items() if wanted & changed]


def _numbers(env: BuildEnvironment) -> dict[str, Any]:
    """The page and number of each formula, whichever way the project counts."""
    domain: Any = env.get_domain("math")
    found: dict[str, Any] = {}
    for name, (docname, number) in domain.equations.items():
        counted = env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        found[name] = (docname, number, counted.get(make_id(f"equation-{name}")))
    return found
