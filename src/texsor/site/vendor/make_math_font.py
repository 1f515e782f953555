"""Make ``static/texsor-math.woff2`` from Latin Modern Math 1.959.

Usage: ``python make_math_font.py latinmodern-math.otf texsor-math.woff2``

Each change is one that TeX's own fonts or a browser's defect asks for; the looks were compared on pictures.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from texsor.site.math_font import CHOSEN, cut

# cmsy10's sup_drop and sub_drop. Latin Modern's larger drop hangs the n of y_n lower than the n of x_n, since MathML,
# unlike TeX, drops scripts of single letters too.
SUPERSCRIPT_DROP, SUBSCRIPT_DROP = 386, 50

# Chromium reserves the widest root sign for every root, which left a gap after a small one: all get about one width.
ROOT_SHIFTS = {"radical": 67, "radical.v1": -100, "radical.v2": -100, "radical.v3": -100, "radical.v4": -100}
ROOT_SHIFTS |= {"uni23B7": -111, "radical.ex": -111, "radical.tp": -111}


def main(source: str, target: str) -> None:
    """Change, cut and write the font."""
    font = TTFont(source, recalcTimestamp=False)
    for table in font["cmap"].tables:
        # Temml writes a prime as a superscript; the plain glyph is small and raised already.
        table.cmap[0x2032] = "minute.st"
        # \bar is U+203E in Temml's MathML.
        table.cmap[0x203E] = table.cmap[0xAF]
    constants = font["MATH"].table.MathConstants
    constants.SuperscriptBaselineDropMax.Value = SUPERSCRIPT_DROP
    constants.SubscriptBaselineDropMin.Value = SUBSCRIPT_DROP
    for name, by in ROOT_SHIFTS.items():
        _shift(font, name, by)
    changed = io.BytesIO()
    font.save(changed)
    Path(target).write_bytes(cut(changed.getvalue(), CHOSEN))


def _shift(font: Any, name: str, by: int) -> None:
    """Move a glyph to the right, with its right edge."""
    width, left = font["hmtx"][name]
    top = font["CFF "].cff.topDictIndex[0]
    private = top.CharStrings[name].private
    pen = T2CharStringPen(width + by - private.nominalWidthX, None)
    font.getGlyphSet()[name].draw(TransformPen(pen, (1, 0, 0, 1, by, 0)))
    top.CharStrings[name] = pen.getCharString(private, top.GlobalSubrs)
    font["hmtx"][name] = (width + by, left + by)


if __name__ == "__main__":
    main(*sys.argv[1:])
