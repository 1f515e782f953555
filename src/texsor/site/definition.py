"""``{definition} NAME``: why a formula is a definition, with nothing to prove, shown under the formula."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from texsor.errors import Invalid
from texsor.site.formula_mime import NAME
from texsor.site.formula_records import formulas_of
from texsor.site.problems import Subtype, report
from texsor.site.words import words

DEFINES = "texsor_defines"


def setup_definitions(app: Sphinx) -> None:
    """Register the directive and what moves its text."""
    app.add_directive("definition", Definition)
    app.add_transform(PlaceDefinitions)


class Definition(SphinxDirective):
    """Reads the reason, which is Markdown and a message for translators."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """A box with the reason, or a warning where there is none."""
        if not any(line.strip() for line in self.content):
            problem = Invalid(
                f"{{definition}} {self.arguments[0]} gives no reason", remedy="say why nothing is to prove"
            )
            report(self.env, problem, Subtype.DEFINITION, self.lineno)
            return []
        box = nodes.container(classes=["texsor-definition"])
        box[DEFINES] = self.arguments[0]
        self.set_source_info(box)
        self.state.nested_parse(self.content, 0, box)
        return [box]


class PlaceDefinitions(SphinxTransform):
    """Set each reason under its formula."""

    default_priority = 400

    def apply(self, **_kwargs: Any) -> None:
        """Move the boxes and head them with the word."""
        word = words(self.config.language)["definition"]
        for box in [node for node in self.document.findall(nodes.container) if DEFINES in node]:
            try:
                block = self._block(box[DEFINES])
            except Invalid as problem:
                report(self.env, problem, Subtype.DEFINITION, box.line)
                continue
            box.parent.remove(box)
            block.parent.insert(block.parent.index(block) + 1, box)
            lead = nodes.strong(word, word, classes=["texsor-definition-word"])
            first = next(iter(box.findall(nodes.paragraph)), box)
            first.insert(0, [lead, nodes.Text(" ")])

    def _block(self, name: str) -> nodes.Element:
        formulas = formulas_of(self.env, self.env.docname)
        if name in formulas.verdicts:
            raise Invalid(f"{name} is checked, and called a definition", remedy="remove the check or {definition}")
        for block in self.document.findall(nodes.math_block):
            if block.get(NAME) == name:
                return block
        known = ", ".join(formulas.declared) or "none"
        raise Invalid(f"no formula {name!r} is shown on this page", remedy=f"declared are: {known}")
