r"""The body of ``{terms}``, read line by line: Markdown would eat ``\\``, ``\{`` and ``*`` in the TeX of a term.

A term stands alone on a line. Under it come its definitions, each ``: `` and text that may go on, indented: first what
the term means, then, if it is wanted, an explanation; ``: declared:`` gives the reason why it is not proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from texsor.errors import Invalid, Location

DECLARED = "declared:"


@dataclass(frozen=True)
class Text:
    """A piece of prose and the line on which it begins, counted from 0 within the body."""

    lines: tuple[str, ...]
    at: int


@dataclass
class Explained:
    """A term and what its author says of it."""

    term: str
    """The TeX, as it was written."""
    at: int
    """Its line, counted from 0 within the body."""
    texts: list[Text] = field(default_factory=list)
    """Meaning and, if there is one, explanation."""
    reason: Text | None = None
    """Why it is declared and not proved."""


def read_terms(lines: Sequence[str], first: int, path: str) -> list[Explained]:
    """The terms of a body whose line 0 is line ``first`` of a file.

    :raises Invalid: text that is neither a term nor under one, a term without meaning, a term twice.
    """
    found = list[Explained]()
    at = 0
    while at < len(lines):
        line = lines[at]
        where = Location(path, first + at)
        if not line.strip():
            at += 1
        elif line.startswith(":"):
            at = _definition(found, lines, at, where)
        elif line[0].isspace() or (at and lines[at - 1].strip()):
            what = "this line is neither a term nor part of a definition"
            remedy = "indent what goes on with a definition; leave an empty line before the next term"
            raise Invalid(what, where=where, excerpt=line, remedy=remedy)
        else:
            found.append(Explained(line.strip(), at))
            at += 1
    _hold(found, first, path)
    return found


def _definition(found: list[Explained], lines: Sequence[str], at: int, where: Location) -> int:
    """Take one definition; where the next line to read stands."""
    if not found:
        raise Invalid("a definition without a term", where=where, excerpt=lines[at], remedy="write the term above it")
    end = at + 1
    while end < len(lines) and (lines[end][:1].isspace() or (not lines[end].strip() and _goes_on(lines, end))):
        end += 1
    taken = [lines[at][1:].strip(), *(line.strip() for line in lines[at + 1 : end])]
    explained = found[-1]
    if taken[0].startswith(DECLARED):
        explained.reason = Text((taken[0].removeprefix(DECLARED).strip(), *taken[1:]), at)
    elif len(explained.texts) == 2:
        what = f"{explained.term} has three definitions"
        raise Invalid(what, where=where, remedy="write a meaning and one explanation; a paragraph in it is indented")
    else:
        explained.texts.append(Text(tuple(taken), at))
    return end


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Whether an empty line stands inside a definition: an indented line follows."""
    rest = next((line for line in lines[at:] if line.strip()), "")
    return rest[:1].isspace()


def _hold(found: list[Explained], first: int, path: str) -> None:
    if not found:
        raise Invalid("{terms} explains nothing", where=Location(path, first), remedy="write terms and meanings in it")
    seen = set[str]()
    for explained in found:
        where = Location(path, first + explained.at)
        if not explained.texts or not any(explained.texts[0].lines):
            raise Invalid(f"{explained.term} has no meaning", where=where, remedy="write it under the term, after ': '")
        if explained.term in seen:
            raise Invalid(f"{explained.term} is explained twice", where=where, remedy="leave one of them")
        seen.add(explained.term)
