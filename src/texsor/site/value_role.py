"""``{value}`loss:.4f```: a number in the prose, from the chapter's own run.

It is resolved where it is parsed, so it works in a translated paragraph as in the source.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from texsor.errors import Invalid
from texsor.execute import Stored
from texsor.site.running import project_of

LOGGER = logging.getLogger(__name__)

WANTED = re.compile(r"(?:(?P<page>[^:]+)::)?(?P<name>\w+)(?:\[(?P<index>-?\d+)\])?(?::(?P<format>[^:]+))?")
"""``name``, ``name:.4f``, ``name[2]:.4f`` and, from another chapter, ``forward.md::name:,``."""


def setup_values(app: Sphinx) -> None:
    """Register the role."""
    app.add_role("value", ValueRole())


class ValueRole(SphinxRole):
    """Print a recorded value."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The formatted value, or a warning, which fails the build, where there is none."""
        classes = ["texsor-value"]
        try:
            printed, measured = self._printed()
        except Invalid as problem:
            LOGGER.warning(str(problem), location=self.get_location(), type="texsor", subtype="value")
            printed, measured = self.text, False
        if measured:
            classes.append("texsor-measured")
        return [nodes.inline(self.rawtext, printed, classes=classes)], []

    def _printed(self) -> tuple[str, bool]:
        wanted = WANTED.fullmatch(self.text)
        if wanted is None:
            raise Invalid(f"{{value}} cannot read {self.text!r}", remedy="write name, name:.4f or name[0]:.4f")
        values = self._stored(wanted["page"]).values()
        if wanted["name"] not in values:
            known = ", ".join(sorted(values)) or "none"
            remedy = f"call record({wanted['name']}=…) in a cell; recorded are: {known}"
            raise Invalid(f"no value {wanted['name']!r} was recorded", remedy=remedy)
        value, measured = values[wanted["name"]]
        return _format(value, wanted["index"], wanted["format"] or "", self.text), measured

    def _stored(self, page: str | None) -> Stored:
        path = Path(self.env.doc2path(self.env.docname))
        if page is not None:
            path = (path.parent / page).resolve()
            self.env.note_dependency(str(path))
        stored = project_of(self.env.config).stored(path) if path.is_file() else None
        if stored is None:
            raise Invalid(f"{page or path.name} is no chapter that has run", remedy="name it relative to this page")
        return stored


def _format(value: Any, index: str | None, format_: str, text: str) -> str:
    try:
        return format(value if index is None else value[int(index)], format_)
    except (TypeError, ValueError, IndexError) as error:
        raise Invalid(f"{{value}} cannot print {text!r}, which is {value!r}: {error}") from None
