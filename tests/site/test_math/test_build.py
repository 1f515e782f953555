"""Formulas in a Sphinx project."""

from __future__ import annotations

import re

import pytest

PAGE = r"""# Loss $\ell_n$

One $x_1$.

$$
L = \frac{1}{N}
$$ (loss)

See {eq}`loss`.

\begin{align}
a &= b \\
c &= d
\end{align}

\begin{align*}
e &= f
\end{align*}
"""


def test_inline(build):
    """A formula in a line of text is a math element in a span."""
    html = build(PAGE).page()
    assert '<span class="math texsor-inline notranslate nohighlight"><math><semantics><msub><mi>x</mi>' in html


def test_display_is_numbered_and_linked(build):
    """A labelled display has its number, a permalink to itself, and the text's reference leads to it."""
    html = build(PAGE).page()
    assert re.search(r'<div class="math texsor-equation[^>]*id="equation-loss"><div class="texsor-formula"><math', html)
    assert '<span class="eqno">(1)<a class="headerlink" href="#equation-loss"' in html
    assert 'href="#equation-loss">(1)</a>' in html


def test_amsmath_has_one_number_for_all_rows(build):
    """An amsmath environment is numbered by Sphinx, once, and its starred form not at all."""
    html = build(PAGE).page()
    assert re.findall(r'class="eqno">\((\d)\)', html) == ["1", "2"]
    assert "tml-eqn" not in html


def test_page_title_reads_once(build):
    """The title of the page does not repeat a formula as TeX."""
    assert "<title>Loss ℓn &#8212;" in build(PAGE).page()


def test_nothing_from_elsewhere(build):
    """No page names a script for math, and none but links of the theme names another host."""
    site = build(PAGE)
    html = site.page()
    assert "mathjax" not in html.lower()
    assert not re.search(r'(?:src|data)="?(?:https?:)?//|<link[^>]*href="(?:https?:)?//', html)
    assert "http" not in (site.folder / "_static/texsor-math.css").read_text(encoding="utf-8")


def test_style_sheet_and_licence_are_served(build):
    """The page links the style sheet; the font and its licence lie beside it."""
    site = build(PAGE)
    assert "_static/texsor-math.css" in site.page()
    assert {path.name for path in (site.folder / "_static").glob("texsor-math*")} == {
        "texsor-math.css",
        "texsor-math.woff2",
        "texsor-math-font.md",
        "texsor-math-GUST-FONT-LICENSE.txt",
    }


@pytest.mark.parametrize("tex", [r"$\nosuch$", "$$\n\\nosuch\n$$"], ids=["inline", "display"])
def test_bad_formula_is_a_warning_with_its_place(build, tex):
    """A formula that cannot be drawn is a warning of our type, with file and line, and shows as its source."""
    site = build(f"# T\n\n{tex}\n", warnings=True, conf="show_warning_types = True")
    assert re.search(r"index\.md:3: WARNING: unknown command in a formula: \\nosuch", site.warnings)
    assert "[texsor.math]" in site.warnings
    assert '<code class="texsor-math-error">' in site.page()


def test_nowrap_math_directive(build):
    """A math directive that brings its own environment is not wrapped in another."""
    html = build("# T\n\n```{math}\n:nowrap:\n\n\\begin{gather}a \\\\ b\\end{gather}\n```\n").page()
    assert html.count("<mtr>") == 2


def test_parallel_build_writes_the_same_pages(build):
    """Two processes write what one writes."""
    pages = {f"p{i}": f"# P\n\n$x_{i} + \\sqrt{{y}}$\n" for i in range(6)}
    index = PAGE + "\n```{toctree}\n:glob:\n*\n```\n"
    one = build(index, **pages)
    before = {name: one.page(name) for name in pages}
    two = build(index, parallel=2, builder="dirhtml", **pages)
    formula = re.compile(r"<math>.*?</math>")
    for name, html in before.items():
        written = (two.folder / name / "index.html").read_text(encoding="utf-8")
        assert formula.findall(written) == formula.findall(html) != []


def test_other_renderer_is_respected(build):
    """A project that names another renderer keeps it."""
    assert "<math>" not in build(PAGE, conf='html_math_renderer = "mathjax"').page()


def test_latex_is_untouched(build):
    """The LaTeX builder still gets TeX, not MathML."""
    site = build(PAGE, builder="latex")
    tex = next(site.folder.glob("*.tex")).read_text(encoding="utf-8")
    assert r"\begin{equation}\label{equation:index:loss}" in tex
    assert "<math" not in tex
