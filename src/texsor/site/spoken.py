"""What a screen reader says instead of a formula's glyphs.

Not ``aria-label`` on ``<math>``: readers that speak MathML themselves (MathCAT in NVDA, VoiceOver) may read the tree
below it and skip the label, in whichever language they are set to. So the glyphs are hidden from them, and words stand
beside the glyphs that only they meet. Nothing in the glyphs takes the focus, or it would be hidden with them. A formula
that nobody has words for stays as it was: MathML that the reader speaks.
"""

from __future__ import annotations

from functools import cache
from html import escape

from texsor.errors import TexsorError
from texsor.verdicts import Known

WORDS = '<span class="texsor-spoken">{}</span>'
"""Beside the glyphs, for ears only."""


@cache
def said(tex: str, language: str, known: Known | None = None) -> str | None:
    """The words of a formula; None for one that has no tree, such as half an expression in the prose."""
    from texsor.formula import parse  # noqa: PLC0415 - the parser is loaded where a page has a formula
    from texsor.formula.spoken import spoken  # noqa: PLC0415
    from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary  # noqa: PLC0415

    names = known and map(frozenset, (known.bound, known.words, known.functions, known.positions))
    try:
        return spoken(parse(tex, vocabulary=Vocabulary(*names) if names else NO_VOCABULARY), language)
    except TexsorError:
        return None


def speak(html: str, words: str) -> str:
    """Put words in place of the glyphs, for whoever hears the page; a formula that is no MathML stays as it is."""
    return html.replace("<math", f'{WORDS.format(escape(words))}<math aria-hidden="true"', 1)
