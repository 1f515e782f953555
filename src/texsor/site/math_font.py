"""The math font: what the committed file covers, and how a site gets only the glyphs that its pages use.

The committed file is Latin Modern Math cut to [CHOSEN][] (see ``static/texsor-math-font.md``). At the end of a build
the copy in the output is cut again, to the characters of the written pages: a quarter of the bytes.
"""

from __future__ import annotations

import io
import re
from functools import cache
from html import unescape
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

FILE = "texsor-math.woff2"
FAMILY = "Texsor Math"

_RANGES = (
    (0x20, 0x7E), (0xA7, 0xA8), (0xAC, 0xAC), (0xAF, 0xB1), (0xB4, 0xB4), (0xB6, 0xB7), (0xD7, 0xD7), (0xF7, 0xF7),
    (0x131, 0x131), (0x237, 0x237), (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x300, 0x30C), (0x332, 0x332), (0x338, 0x338),
    (0x391, 0x3A9), (0x3B1, 0x3C9), (0x3D1, 0x3D6), (0x3F0, 0x3F6),
    (0x2013, 0x2016), (0x2018, 0x201D), (0x2020, 0x2026), (0x2032, 0x2037), (0x203E, 0x203E), (0x2044, 0x2044),
    (0x2057, 0x2057),
    (0x20D0, 0x20D7), (0x2102, 0x2138), (0x2190, 0x2199), (0x21A6, 0x21AA), (0x21BC, 0x21CC), (0x21D0, 0x21DD),
    (0x2200, 0x22FF), (0x2308, 0x230B), (0x2322, 0x2323), (0x239B, 0x23AE), (0x23B0, 0x23B1), (0x23DC, 0x23E1),
    (0x25A0, 0x25EF), (0x2605, 0x2605), (0x2660, 0x2663), (0x2713, 0x2713), (0x27C2, 0x27C2), (0x27E6, 0x27ED),
    (0x27F5, 0x27FC), (0x29F5, 0x29F5), (0x2A00, 0x2A0C), (0x2A3F, 0x2A3F), (0x2A74, 0x2A75), (0x2A7D, 0x2ABA),
    (0x1D400, 0x1D503), (0x1D538, 0x1D56B), (0x1D5A0, 0x1D5D3), (0x1D670, 0x1D6A5), (0x1D6A8, 0x1D755),
    (0x1D7CE, 0x1D7E1), (0x1D7F6, 0x1D7FF),
)  # fmt: skip
CHOSEN = frozenset(chain.from_iterable(range(first, last + 1) for first, last in _RANGES))
"""What the committed file was cut to: Latin, Greek, double-struck, script, operators, arrows, delimiters."""

# Spaces and invisible operators need no ink, so a missing glyph does not show.
INVISIBLE = frozenset(chain(range(0x2000, 0x2010), range(0x205F, 0x2065), (0xA0, 0xFEFF, 0xFE00)))

MATH = re.compile(r"<math.*?</math>", re.DOTALL)
TEXT = re.compile(r"<(annotation|mtext).*?</\1>|<[^>]*>", re.DOTALL)
ITALIC_LETTERS = frozenset(chain(range(0x1D434, 0x1D468), range(0x1D6E2, 0x1D71C), (0x210E, 0x1D6A4, 0x1D6A5)))
UNWRITTEN = ITALIC_LETTERS | frozenset(chain(range(0x20, 0x7F), (0x2212, 0x221A)))
"""What browsers draw for other characters: <mi>x</mi> as U+1D465, a hyphen as a minus, a root as U+221A."""


def setup_font(app: Sphinx) -> None:
    """Cut the output's font once every page is written."""
    app.connect("build-finished", shrink_font)


def missing_glyphs(mathml: str) -> str:
    """The characters of a formula, but for the words in it, that the font cannot draw."""
    return "".join(sorted(chr(code) for code in _drawn(mathml) - covered() - INVISIBLE))


@cache
def covered() -> frozenset[int]:
    """The characters that the committed font has."""
    return frozenset(TTFont(io.BytesIO(_committed()), lazy=True).getBestCmap())


def shrink_font(app: Sphinx, error: Exception | None) -> None:
    """Replace the font in the output by one with the glyphs of its pages."""
    target = Path(app.outdir) / "_static" / FILE
    if error or not target.exists():
        return
    pages = (page.read_text(encoding="utf-8") for page in sorted(Path(app.outdir).rglob("*.html")))
    formulas = set(chain.from_iterable(MATH.findall(page) for page in pages))
    used = set(chain.from_iterable(map(_drawn, formulas)))
    target.write_bytes(cut(_committed(), used | UNWRITTEN))


def cut(font: bytes, characters: set[int] | frozenset[int]) -> bytes:
    """Keep these characters and every size of them, under a name of its own, as the licence asks of a derived font."""
    options = subset.Options(
        flavor="woff2", layout_features=[], desubroutinize=True, hinting=False, notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["FFTM", "GPOS", "GSUB", "GDEF"]
    options.name_IDs = ["*"]
    tables = TTFont(io.BytesIO(font), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(tables)
    _rename(tables["name"])
    written = io.BytesIO()
    tables.flavor = "woff2"
    tables.save(written)
    return written.getvalue()


def _committed() -> bytes:
    return files("texsor.site").joinpath("static", FILE).read_bytes()


def _rename(names: Any) -> None:
    for name_id, text in {1: FAMILY, 3: f"{FAMILY} (from Latin Modern Math 1.959)", 4: FAMILY, 6: "TexsorMath"}.items():
        names.setName(text, name_id, 3, 1, 0x409)
    names.names = [name for name in names.names if name.platformID == 3 and name.nameID not in (16, 17)]


def _drawn(mathml: str) -> set[int]:
    """The characters between the tags, but for words and the TeX source, which the page's own fonts can draw."""
    return {ord(character) for character in unescape(TEXT.sub("", mathml)) if not character.isspace()}
