"""The line at the foot of each page that says which execution its numbers came from."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from texsor.execute import Stored
from texsor.execute.provenance import commit
from texsor.records import Provenance
from texsor.site.running import project_of
from texsor.site.words import words

LOGGER = logging.getLogger(__name__)

MIB = 1024 * 1024


def setup_provenance(app: Sphinx) -> None:
    """Register the line."""
    app.add_transform(AddProvenance)


class AddProvenance(SphinxTransform):
    """Append the line to a page that has just been read."""

    default_priority = 400  # after Locale: the line is in the edition's language already

    def apply(self) -> None:
        """Write the run's facts, or that the page has nothing to run."""
        project = project_of(self.config)
        stored = project.stored(Path(self.env.doc2path(self.env.docname)))
        self._hold_to(stored)
        say = words(self.config.language)
        box = nodes.container(classes=["texsor-provenance"])
        if stored:
            box += _line(say["executed"], _facts(stored.provenance, say), _measured(stored.provenance, say))
        else:
            box += _line(say["plain"], [_commit(*commit(project.root), say)], [])
        sections = [node for node in self.document.children if isinstance(node, nodes.section)]
        (sections[-1] if sections else self.document).append(box)

    def _hold_to(self, stored: Stored | None) -> None:
        """Warn, and so fail the build, where the page shows other outputs than those of the run that the line names."""
        shown = NbMetadataCollector.get_exec_data(self.env, self.env.docname) or {}
        if shown.get("runtime") != (stored.provenance.seconds if stored else None):
            LOGGER.warning(
                "this page's outputs are not from texsor's run: leave the execution mode, kernel aliases and file "
                "formats of myst-nb as they are",
                location=self.env.docname,
                type="texsor",
                subtype="run",
            )


def _line(lead: str, facts: list[str], measured: list[str]) -> nodes.paragraph:
    line = nodes.paragraph("", "", nodes.strong(lead, lead), translatable=False)
    for text, classes in [(fact, []) for fact in facts] + [(fact, ["texsor-measured"]) for fact in measured]:
        line += nodes.Text(" · ")
        line += nodes.inline(text, text, classes=classes)
    return line


def _facts(run: Provenance, say: dict[str, str]) -> list[str]:
    facts = [_commit(run.commit, run.clean, say), f"Python {run.python}"]
    if run.torch is not None:
        facts.append(f"torch {run.torch}")
    facts += [run.device, f"{say['threads']} {run.threads}"]
    if run.seed is not None:
        facts.append(f"{say['seed']} {run.seed}")
    return facts


def _measured(run: Provenance, say: dict[str, str]) -> list[str]:
    """What another run would say differently."""
    return [f"{run.seconds:.1f} {say['seconds']}", f"{say['memory']} {run.peak_bytes / MIB:,.0f} MiB", run.when]


def _commit(name: str | None, clean: bool | None, say: dict[str, str]) -> str:
    if name is None:
        return say["no commit"]
    return f"{say['commit']} {name[:10]} ({say['clean'] if clean else say['dirty']})"
