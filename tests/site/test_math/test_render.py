"""One formula: what comes out, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from texsor.errors import Invalid, NotSupported
from texsor.site.math import may_overflow, render
from texsor.site.math_temml import to_mathml

FIXTURES = Path(__file__).with_name("fixtures.txt").read_text(encoding="utf-8")


def cases():
    """Read the fixture file; its first paragraph explains it."""
    for case in FIXTURES.strip().split("\n\n")[1:]:
        title, tex, how, fragments = case.split("\n.\n")
        yield pytest.param(tex, how == "display", fragments.splitlines(), id=title)


@pytest.mark.parametrize(("tex", "display", "fragments"), list(cases()))
def test_fixture(tex, display, fragments):
    """Each formula of the fixture file holds its fragments, and none of the forbidden ones."""
    mathml = render(tex, display=display)
    assert [f for f in fragments if not f.startswith("!") and f not in mathml] == [], mathml
    assert [f for f in fragments if f.startswith("!") and f[1:] in mathml] == [], mathml


@pytest.mark.parametrize(
    ("tex", "kind", "match"),
    [
        (r"\nosuch x", NotSupported, r"unknown command in a formula: \\nosuch\n    \\nosuch x\n    \^"),
        (r"\frac{1}{2", Invalid, "not valid TeX: Unexpected end of input"),
        (r"x }", Invalid, r"not valid TeX: Expected 'EOF', got '}'\n    x }\n      \^"),
        (r"\begin{nosuch}x\end{nosuch}", Invalid, "No such environment: nosuch"),
        (r"\style{background:url(http://a/b)}{x}", Invalid, "not trusted"),
        (r"\includegraphics{http://a/b.png}", Invalid, "not trusted"),
        (r"\data{a onclick=alert}{x}", Invalid, "not trusted"),
        (r"\class{a\"b}{x}", Invalid, "not trusted"),
        (r"\id{a b}{x}", Invalid, "not trusted"),
        (r"\eqref{loss}", NotSupported, r"\\eqref does not work on the site\n.*\n.*\{eq\}`label`"),
        (r"\cancelto{0}{x}", NotSupported, r"\\cancelto does not work"),
        (r"\begin{CD}A @>>> B\end{CD}", NotSupported, r"\\begin\{CD\} does not work"),
        (r"a \\ b", Invalid, "cannot have several rows"),
        (r"\begin{align}a\end{align}", Invalid, "only in display mode"),
        ("  ", Invalid, "the formula is empty"),
        ("\beta", Invalid, "control character"),
        (r"\mathfrak{A}", NotSupported, "the math font has no 𝔄"),
        (r"\def\f{\f\f}\f", Invalid, "Too many expansions"),
    ],
)
def test_refused(tex, kind, match):
    """What cannot be drawn right, or could reach another host, is refused with the reason."""
    with pytest.raises(kind, match=match):
        render(tex, display=False)


def test_too_deep_formula_is_refused_and_the_next_one_renders():
    """A formula that exhausts the engine is refused, and the engine is whole for the next."""
    with pytest.raises(Invalid, match=r"Temml gave up on the formula \(InternalError: stack overflow\)"):
        render("{" * 5000 + "}" * 5000, display=False)
    assert "<mi>w</mi>" in render("w", display=False)


def test_macros_do_not_outlive_their_formula():
    r"""A ``\gdef`` in one formula is unknown to the next."""
    to_mathml(r"\gdef\loss{L}\loss", False)
    with pytest.raises(NotSupported, match=r"\\loss"):
        to_mathml(r"\loss + 1", False)


def test_equations_are_set_under_each_other():
    """An empty line in a display separates two equations."""
    assert render("a = 1\n\nb = 2", display=True).count("<mtr>") == 2


@pytest.mark.parametrize(("tex", "wide"), [("x = 1", False), ("x" * 40, True), (r"\text{" + "가" * 18 + "}", True)])
def test_wide_formula_is_known(tex, wide):
    """A formula that may be wider than a phone is known before a browser sees it."""
    assert may_overflow(render(tex, display=True)) is wide
