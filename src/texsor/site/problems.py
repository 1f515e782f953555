"""What is wrong with a page's formulas: a warning of type ``texsor`` with its place, said again in every build."""

from __future__ import annotations

from enum import StrEnum

from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from texsor.errors import Location, TexsorError

LOGGER = logging.getLogger("texsor.site")
FAULTY = "texsor_faulty"


class Subtype(StrEnum):
    """The kinds of warning about formulas, for ``suppress_warnings``."""

    TERMS = "terms"
    DEFINITION = "definition"
    UNCHECKED = "unchecked"
    TWICE = "twice"
    UNPROVED = "unproved"


def report(env: BuildEnvironment, problem: TexsorError, subtype: Subtype, line: int | None = None) -> None:
    """Warn about the page that is being read, and have it read again by the next build."""
    env.temp_data[FAULTY] = True
    where = problem.where or Location(env.doc2path(env.docname), line)
    problem.where = None  # Sphinx writes it before the message
    warn(problem, subtype, where)


def warn(problem: TexsorError, subtype: Subtype, where: Location) -> None:
    """Warn about a place in a file."""
    LOGGER.warning("%s", problem, type="texsor", subtype=subtype.value, location=f"{where.path}:{where.line or 1}")
