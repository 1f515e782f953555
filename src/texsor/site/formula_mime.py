"""How myst-nb takes texsor's records from the outputs of a cell: an entry point of ``myst_nb.mime_renderers``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from docutils import nodes
from docutils.nodes import make_id
from sphinx.environment import BuildEnvironment

from texsor.records import VALUES, from_json
from texsor.site.formula_nodes import record_node
from texsor.site.running import has_project
from texsor.verdicts import DECLARED, VERDICT, Declared

NAME = "texsor_formula"
"""The attribute of a display that a chapter declared: its name."""
KNOWN = "texsor_known"
"""The attribute that says what its names are."""
OURS = (DECLARED, VERDICT, VALUES)


class FormulaMime:
    """Turns a declared formula into a numbered display, and keeps other records for the transforms."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("*", mime, 1) for mime in OURS]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        """The nodes of a record; None for what is none, and outside a site that loads texsor."""
        env = renderer.renderer.sphinx_env
        if inline or data.mime_type not in OURS or env is None or not has_project(env.config):
            return None
        if data.mime_type == DECLARED:
            return display(env, renderer.renderer.document, from_json(Declared, data.content))
        return [record_node(mime_type=data.mime_type, record=data.content)]


def display(env: BuildEnvironment, document: nodes.document, declared: Declared) -> list[nodes.Node]:
    """A display that ``{eq}`` finds; it must be counted here, while the page is read, or numbers come out of order.

    A second display of one name gets no number: the build reports both places.
    """
    block = nodes.math_block(declared.latex, declared.latex, nowrap=False, number=None, label=None, translatable=False)
    block[NAME] = declared.name
    block[KNOWN] = declared.known
    block["docname"] = env.docname
    domain: Any = env.get_domain("math")
    if declared.name in domain.equations:
        return [block]
    domain.note_equation(env.docname, declared.name, location=block)
    block["label"] = declared.name
    block["number"] = domain.get_equation_number_for(declared.name)
    target = nodes.target("", "", ids=[make_id(f"equation-{declared.name}")])
    document.note_explicit_target(target)
    return [target, block]
