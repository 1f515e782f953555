"""Which part of a formula a term stands for."""

from __future__ import annotations

from texsor.errors import TexsorError
from texsor.formula.fitting import fits
from texsor.formula.nodes import Formula, strip
from texsor.formula.parts import Term, parts, terms
from texsor.formula.pattern import Pattern, parse_term
from texsor.formula.printing import to_latex
from texsor.formula.source import Span


def match(term: str | Pattern, formula: Formula, *, member: int | None = None) -> Term:
    """The one part of a formula, or of its member with that number, that a term stands for."""
    pattern = parse_term(term, vocabulary=formula.vocabulary) if isinstance(term, str) else term
    found = candidates(pattern, formula, member=member)
    whole = Span(0, len(pattern.source.text))
    if not found:
        known = "; ".join(part.text for part in terms(formula, member=member))
        raise pattern.source.invalid(whole, "this term is no part of the formula", f"its terms are: {known}")
    if pattern.which is not None and not 1 <= pattern.which <= len(found):
        raise pattern.source.invalid(whole, f"@{pattern.which} is asked for, and {len(found)} parts fit")
    if pattern.which is None and len(found) > 1:
        raise ambiguous(pattern, found)
    return found[(pattern.which or 1) - 1]


def ambiguous(pattern: Pattern, found: list[Term]) -> TexsorError:
    """The refusal of a term that fits several parts, with a way to say each."""
    listed = "\n".join(f"@{number}  {to_latex(part.node)}" for number, part in enumerate(found, start=1))
    error = pattern.source.invalid(
        Span(0, len(pattern.source.text)),
        f"this term stands for {len(found)} different parts",
        f"write more of it, or its number: {pattern.source.text.strip()} @1",
    )
    error.excerpt = f"{error.excerpt}\n{listed}"
    return error


def candidates(term: str | Pattern, formula: Formula, *, member: int | None = None) -> list[Term]:
    """Every different part that a term could stand for, in reading order."""
    pattern = parse_term(term, vocabulary=formula.vocabulary) if isinstance(term, str) else term
    return [part for part in parts(formula, member) if any(fits(pattern.tree, strip(place)) for place in part.places)]
