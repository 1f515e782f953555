r"""Which paired term a row of ``{terms}`` explains: by its text, as the record spells it or as the author did."""

from __future__ import annotations

import re
from collections.abc import Sequence

from texsor.errors import Invalid
from texsor.site.formula_records import numbered
from texsor.verdicts import PairedTerm, Verdict

SPACE = re.compile(r"(?<=[A-Za-z])\s+(?=[A-Za-z])|\s+")
BRACED = re.compile(r"([_^])\{(\\[A-Za-z]+(?![^}]*\}[A-Za-z])|[^{}\\])\}")


def plain(tex: str) -> str:
    r"""One spelling of a term: no spaces but those that end a command, no braces around a single letter.

    >>> plain(r"\hat{y}_{ n, t_{n} }") == plain(r"\hat{y}_{n,t_n}")
    True
    """
    packed = SPACE.sub(lambda found: " " if _parts_command(tex, found) else "", tex.strip())
    while (barer := BRACED.sub(r"\1\2", packed)) != packed:
        packed = barer
    return packed


def _parts_command(tex: str, space: re.Match[str]) -> bool:
    before = re.search(r"\\[A-Za-z]+$", tex.strip()[: space.start()])
    after = tex.strip()[space.end() : space.end() + 1]
    return before is not None and after.isalpha()


def find(term: str, verdict: Verdict) -> tuple[int, PairedTerm]:
    """The paired term that an author means, with its number.

    :raises Invalid: none, or several; with the terms that there are.
    """
    for spellings in (_own, _sign):
        found = [(number, paired) for number, paired in numbered(verdict) if plain(term) in spellings(paired, verdict)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Invalid(f"{term} stands for {len(found)} terms", remedy=f"write one of: {listed(found)}")
    what = f"{term} is no paired term of {verdict.name}"
    raise Invalid(what, remedy=f"its terms are: {listed(numbered(verdict)) or 'none; name terms in trailing comments'}")


def listed(terms: Sequence[tuple[int, PairedTerm]]) -> str:
    """Terms for a message."""
    return "; ".join(paired.term for _, paired in terms)


def _own(paired: PairedTerm, _verdict: Verdict) -> set[str]:
    return {plain(paired.term), plain(paired.latex)}


def _sign(paired: PairedTerm, verdict: Verdict) -> set[str]:
    return {plain(verdict.latex[start:end]) for start, end in paired.places}
