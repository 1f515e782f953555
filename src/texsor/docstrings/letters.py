r"""A letter of a ``Shape`` line in LaTeX: ``ŷ`` is ``\hat{y}`` and ``τ`` is ``\tau``."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot"}
SCRIPT = {"ℓ": r"\ell"}
VARIANTS = {rf"\{name}": rf"\var{name}" for name in ("epsilon", "theta", "kappa", "pi", "rho", "sigma", "phi")}
"""Two shapes of a letter that are one letter in a Shape line; a formula decides which is meant."""


def latex_letter(text: str) -> str | None:
    r"""The LaTeX of a single letter, perhaps with an accent or primes; None for anything else.

    >>> latex_letter("ŷ"), latex_letter("τ"), latex_letter("x'"), latex_letter("no")
    ('\\hat{y}', '\\tau', "x'", None)
    """
    bare = text.rstrip("'")
    parts = unicodedata.normalize("NFD", bare)
    letter, marks = parts[:1], parts[1:]
    if not letter.isalpha() or any(mark not in ACCENTS for mark in marks):
        return None
    latex = SCRIPT.get(letter, letter) if letter.isascii() or letter in SCRIPT else _greek(letter)
    if latex is None:
        return None
    for mark in marks:
        latex = f"{ACCENTS[mark]}{{{latex}}}"
    return latex + text[len(bare) :]


def spelt(symbol: str, names: Collection[str]) -> str:
    r"""A symbol as the formula spells it: ``ε`` is ``\epsilon`` or ``\varepsilon``."""
    variant = VARIANTS.get(symbol, symbol)
    return variant if variant in names and symbol not in names else symbol


def _greek(letter: str) -> str | None:
    kind, _, name = unicodedata.name(letter, "").rpartition(" LETTER ")
    if kind not in ("GREEK SMALL", "GREEK CAPITAL") or " " in name:
        return None
    name = "lambda" if name == "LAMDA" else name.lower()
    return f"\\{name if kind == 'GREEK SMALL' else name.capitalize()}"
