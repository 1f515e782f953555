"""The font that is committed, and the smaller one that a site gets."""

from __future__ import annotations

import io
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont

from texsor.site.math import render
from texsor.site.math_font import CHOSEN, FAMILY, covered, cut, missing_glyphs

COMMITTED = files("texsor.site").joinpath("static/texsor-math.woff2").read_bytes()


def test_committed_font_covers_what_was_chosen():
    """The committed file holds chosen characters only, with its MATH table, in at most 120 KB."""
    assert covered() - CHOSEN == {ord("⟜")}  # fontTools keeps the mirror image of ⊸.
    assert {ord(letter) for letter in "xΣαℓ𝟙𝔼ℒ∑√⟨→≤‖"} <= covered()
    assert "MATH" in TTFont(io.BytesIO(COMMITTED))
    assert len(COMMITTED) <= 120_000


def test_committed_font_bears_its_own_name():
    """A derived font is not called Latin Modern, as its licence asks, and keeps the copyright."""
    names = TTFont(io.BytesIO(COMMITTED))["name"]
    assert [names.getDebugName(i) for i in (1, 4, 6)] == [FAMILY, FAMILY, "TexsorMath"]
    assert "Jackowski" in names.getDebugName(0)


def test_cut_font_is_renamed():
    """Whatever the original is called, a font cut from it bears our name."""
    original = TTFont(io.BytesIO(COMMITTED))
    for name_id in (1, 16):
        original["name"].setName("Latin Modern Math", name_id, 3, 1, 0x409)
    written = io.BytesIO()
    original.save(written)
    names = TTFont(io.BytesIO(cut(written.getvalue(), {ord("x")})))["name"]
    assert (names.getDebugName(1), names.getDebugName(16)) == (FAMILY, None)


def test_cut_is_reproducible_and_keeps_sizes():
    """The same characters give the same bytes, and a bracket keeps its larger forms."""
    small = cut(COMMITTED, {ord("(")})
    assert small == cut(COMMITTED, {ord("(")})
    variants = TTFont(io.BytesIO(small))["MATH"].table.MathVariants.VertGlyphConstruction
    assert len(variants[0].MathGlyphVariantRecord) > 3


@pytest.mark.parametrize(
    ("mathml", "missing"),
    [
        ("<math><mi>x</mi><mo>①</mo></math>", "①"),
        ("<math><mtext>가 ①</mtext></math>", ""),
        ('<math><mi title="①">x</mi><annotation encoding="application/x-tex">①</annotation></math>', ""),
        ("<math><mo>&lt;</mo></math>", ""),
    ],
    ids=["drawn", "words", "not drawn", "escaped"],
)
def test_missing_glyphs(mathml, missing):
    """A character that the font lacks is told, unless it is in words or not drawn at all."""
    assert missing_glyphs(mathml) == missing


def test_site_font_holds_what_pages_draw(build):
    """The site's font has the pages' characters, the root that nobody writes, and not the rest."""
    site = build("# T\n\n$\\sqrt{\\aleph}$\n")
    file = site.folder / "_static/texsor-math.woff2"
    kept = set(TTFont(io.BytesIO(file.read_bytes())).getBestCmap())
    assert {ord("√"), ord("ℵ"), ord("𝑥"), ord("−")} <= kept
    assert ord("∮") not in kept
    assert file.stat().st_size < len(COMMITTED) / 3


def test_site_font_follows_the_next_build(build):
    """A character that a later edit brings is in the font after the next build."""
    build("# T\n\n$x$\n")
    site = build("# T\n\n$\\oint x$\n")
    assert ord("∮") in TTFont(io.BytesIO((site.folder / "_static/texsor-math.woff2").read_bytes())).getBestCmap()


def test_every_letter_shape_is_drawn():
    """Bold, double-struck, script, sans serif and typewriter letters are in the font."""
    for style in ("mathbf", "boldsymbol", "mathbb", "mathcal", "mathsf", "mathtt", "mathrm"):
        assert "<math>" in render(rf"\{style}{{ABXYZ}}", display=False)
