"""What texsor refuses, and how it says so.

Two classes are a promise. [NotSupported][] may become valid in a later release; [Invalid][] never will.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Location:
    """A place in somebody's source."""

    path: str
    """The file, as the user named it, or ``<string>``."""
    line: int | None = None
    """1-based line; None where the whole file is meant."""
    column: int | None = None
    """1-based column; None where the whole line is meant."""

    def __str__(self) -> str:
        """Read as ``file:line:column``, which terminals and editors turn into a link."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class TexsorError(Exception):
    """Anything that texsor refuses: what is wrong, where, what was found, and what to do.

    >>> print(Invalid("the sum has no body", where=Location("a.md", 3), remedy="write what is summed"))
    a.md:3: the sum has no body
      to do: write what is summed
    """

    def __init__(
        self, what: str, *, where: Location | None = None, excerpt: str | None = None, remedy: str | None = None
    ) -> None:
        self.what = what
        self.where = where
        self.excerpt = excerpt
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        """The whole report, one fact a line."""
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.excerpt:
            lines += [f"    {line}" for line in self.excerpt.splitlines()]
        if self.remedy:
            lines.append(f"  to do: {self.remedy}")
        return "\n".join(lines)


class NotSupported(TexsorError):  # noqa: N818 - the name says what it promises: not yet
    """Meaningful, but not known to this release."""


class Invalid(TexsorError):  # noqa: N818 - the name says what it promises: never
    """Wrong in itself: no release will accept it."""


def caret(line: str, column: int, width: int = 1) -> str:
    r"""Show a line with a caret under the offending text.

    >>> print(caret(r"\sum_i y_i +", 12))
    \sum_i y_i +
               ^
    """
    return f"{line}\n{' ' * (column - 1)}{'^' * max(1, width)}"
