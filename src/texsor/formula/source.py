"""Where in a formula something stands, and how a refusal points at it."""

from __future__ import annotations

from dataclasses import dataclass

from texsor.errors import Invalid, Location, NotSupported, caret

HERE = "<formula>"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a formula's text."""

    start: int
    """Offset of the first character."""
    end: int
    """Offset behind the last character."""

    def to(self, other: Span) -> Span:
        """The stretch from here to the end of another."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True)
class Source:
    """A formula's text and the place where it was written."""

    text: str
    """LaTeX, without dollar signs."""
    where: Location | None = None
    """Where the first character stands; None for a formula that a program passed."""

    def locate(self, span: Span) -> Location:
        """The line and column at which a stretch begins, counted in the user's file."""
        line = self.text.count("\n", 0, span.start)
        column = span.start - (self.text.rfind("\n", 0, span.start) + 1)
        first = self.where or Location(HERE, 1, 1)
        shift = (first.column or 1) if line == 0 else 1
        return Location(first.path, (first.line or 1) + line, column + shift)

    def excerpt(self, span: Span) -> str:
        """The formula's line with carets under the stretch."""
        begin = self.text.rfind("\n", 0, span.start) + 1
        end = self.text.find("\n", span.start)
        line = self.text[begin:] if end < 0 else self.text[begin:end]
        # A tab would move the caret away from what it points at.
        width = min(span.end - span.start, max(1, len(line) - (span.start - begin)))
        return caret(line.replace("\t", " "), span.start - begin + 1, width)

    def invalid(self, span: Span, what: str, remedy: str | None = None) -> Invalid:
        """What no release will accept."""
        return Invalid(what, where=self.locate(span), excerpt=self.excerpt(span), remedy=remedy)

    def not_yet(self, span: Span, what: str, remedy: str | None = None) -> NotSupported:
        """What a later release may accept."""
        return NotSupported(what, where=self.locate(span), excerpt=self.excerpt(span), remedy=remedy)

    def slice(self, span: Span) -> str:
        """The text of a stretch."""
        return self.text[span.start : span.end]
