"""A declared formula on the page: the display, its number, the numbers on its terms."""

from __future__ import annotations

import re

import pytest

EXTRA = "\n```{code-cell}\n%%formula first\nx = 1\n```\n\n```{definition} first\nA name.\n```\n"


def test_display_replaces_the_magic(site):
    """The page shows the formula once, numbered, with neither the magic nor any other form of the output."""
    html = site.page("chapter")
    assert re.search(r'<div class="math texsor-equation[^>]*id="equation-loss"', html)
    assert '<span class="eqno">(1)' in html
    assert "formula loss" not in site.text("chapter")
    assert html.count('class="math texsor-equation') == 1


def test_reference_from_another_page(site):
    """``{eq}`` finds a declared formula from another page."""
    assert 'href="chapter.html#equation-loss">(1)</a>' in site.page("other")


@pytest.mark.parametrize("numfig", [False, True])
def test_reference_follows_an_edit(book, make, numfig):
    """A formula that comes after another has the next number, in a build of what changed only."""
    made = book(make.toc, chapter=make.chapter, other=make.other)
    made.build(numfig=numfig)
    made.write({"chapter": make.chapter.replace("# Chapter\n", f"# Chapter\n{EXTRA}")})
    built = made.build(numfig=numfig)
    assert '<span class="eqno">(1)<a class="headerlink" href="#equation-first"' in built.page("chapter")
    assert ">(2)</a>" in built.page("other")


def test_terms_carry_numbers(site, make):
    """Each paired term has its number in reading order, its class on the glyph, and the source stays as it was."""
    html = site.page("chapter")
    formula = re.search(r'<div class="texsor-formula".*?</math>', html, re.DOTALL)[0]
    assert re.findall(r'<mtext class="texsor-number texsor-term-(\d)">(.)</mtext>', formula) == [
        ("1", "①"),
        ("2", "②"),
        ("3", "③"),
    ]
    assert '<mi class="texsor-term-2">log</mi>' in formula
    assert f">{make.latex}</annotation>" in formula


def test_no_terms_no_numbers(book, make):
    """A formula whose verdict pairs no term shows no numbers."""
    made = book(make.chapter)
    made.verdicts["loss"] = make.verdict(terms=())
    assert "texsor-term" not in made.build().page()


def test_verdict_of_another_formula_numbers_nothing(book, make):
    """Where verdict and formula are not the same text, no number is set at a wrong place."""
    made = book(make.chapter)
    made.verdicts["loss"] = make.verdict(latex=r"\ell = 1")
    assert "<mtext" not in made.build().page()


def test_latex_has_label_reference_and_numbers(paper):
    """In LaTeX the display has its label, references lead to it, and the terms have the same numbers."""
    assert r"\label{equation:chapter:loss}" in paper
    assert r"See \eqref{equation:chapter:loss}" in paper
    assert r"\mathbin{{}^{\text{①}}{-}}\mathop{{}^{\text{②}}}\nolimits\!\log {}^{\text{③}}\hat{y}_{n,t_n}" in paper


def test_recorded_values_show_nothing(book, make):
    """The output of record() is for the prose: the page shows its cell's code and no output."""
    html = book(make.page("\n# T\n\n```{code-cell}\nrecord(x=1.5)\n```\n")).build().page()
    assert "recorded as text" not in html
    assert "cell_output" not in html
    assert "cell_input" in html


def test_parallel_build_writes_the_same_pages(book, make):
    """Two processes number and refer as one does, and what they read is right in the build after."""
    names = [f"c{at}" for at in range(7)]
    pages = {f"c{at}": make.chapter.replace("loss", f"loss{at}") + f"\n{{eq}}`loss{(at + 1) % 7}`\n" for at in range(7)}
    made = book(make.toc, **pages)
    two = made.build(numfig=True, parallel=2, language="en")
    assert re.search(r"reading sources.* c0 \.\. c\d", two.log)
    assert [_numbers(two.page(name)) for name in names] == [[str(at + 1), str((at + 1) % 7 + 1)] for at in range(7)]
    made.write({"c3": pages["c3"].replace("# Chapter\n", f"# Chapter\n{EXTRA}")})
    after = made.build(numfig=True, language="en")
    assert _numbers(after.page("c2")) == ["3", "5"]


def _numbers(page: str) -> list[str]:
    """The numbers of a page's formulas, and of those that it refers to at its end."""
    return [*re.findall(r'class="eqno">\((\d)', page), *re.findall(r"<p><a [^>]*#equation[^>]*>\((\d)\)", page)]
