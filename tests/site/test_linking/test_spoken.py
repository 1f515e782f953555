"""Words for those who hear a formula, in place of its glyphs."""

from __future__ import annotations

import importlib
import re

import pytest

from texsor.site import spoken


@pytest.fixture
def words(monkeypatch):
    """Words that say which formula and language they were made of."""
    spoken.said.cache_clear()
    room = importlib.import_module("texsor.formula.spoken")
    monkeypatch.setattr(room, "spoken", lambda formula, language: f"<{language}> {len(formula.members)}")
    yield
    spoken.said.cache_clear()


@pytest.fixture
def text(chapter):
    """The chapter, with formulas in its heading, in its prose, and one that has no tree."""
    return chapter.replace("# Chapter\n", "# Chapter of $h$\n\nSee $x = y$, and $= ($.\n\n$$z = 1$$\n\n$$= )$$\n")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_words_in_place_of_glyphs(tmp_path, write, text, words, language):
    """Every formula that has a tree has words in the edition's language, escaped, and glyphs that are not heard."""
    page = write(tmp_path, text).build(language=language, texsor_allow_unproved=True).page()
    pair = rf'<span class="texsor-spoken">&lt;{language}&gt; (\d)</span><math aria-hidden="true"'
    assert re.findall(pair, page.split('id="equation-loss"')[1])[0] == "2"
    assert re.search(rf'<div class="texsor-formula">{pair}', page.split("See <span")[1].split("equation-loss")[0])
    assert re.search(rf"See <span [^>]*>{pair}", page)
    assert page.count('<math aria-hidden="true"') == page.count('class="texsor-spoken"')


def test_formula_without_words(tmp_path, write, text, words):
    """Half a formula keeps its MathML, which a reader speaks; so does one in a heading, whose text is also a title."""
    page = write(tmp_path, text).build(texsor_allow_unproved=True).page()
    assert re.search(r"and <span [^>]*><math><semantics>", page)
    assert re.search(r'<div class="texsor-formula"><math display="block"[^>]*><semantics><mrow><mo[^>]*>=', page)
    assert re.search(r"<h1>Chapter of <span [^>]*><math><semantics>", page)
    assert "&lt;ko&gt;" not in re.search(r"<title>.*?</title>", page)[0]


def test_terms_without_a_table_are_called_by_their_words(tmp_path, write, text, words):
    """A button's name has the words of its term where no table says what it means."""
    page = write(tmp_path, text).build(texsor_allow_unproved=True).page()
    assert 'aria-label="항 2: &lt;ko&gt; 1"' in page
    assert 'aria-label="항 2: The &amp; &quot;log&quot; of one &lt;ko&gt; 1."' in page


@pytest.mark.parametrize(
    ("language", "heard"), [("ko", "y 햇 아래첨자 n, t 아래첨자 n"), ("en", "y hat sub n, t sub n")]
)
def test_the_words_are_those_of_the_tree(language, heard):
    """The words are made of the tree, in the language of the edition."""
    spoken.said.cache_clear()
    assert spoken.said(r"\hat{y}_{n,t_n}", language) == heard


def test_words_are_heard_and_not_seen(tmp_path, write, text, words, browser):
    """The words are in what is heard, the glyphs are not; the words take no room and make no box scroll."""
    built = write(tmp_path, text).build(html_theme="sphinx_book_theme", texsor_allow_unproved=True)
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto((built.out / "index.html").as_uri())
    heard = page.locator("#equation-loss").aria_snapshot()
    assert "<ko> 2" in heard
    assert "math" not in heard
    assert "log" not in heard
    box = page.locator("#equation-loss .texsor-spoken").bounding_box()
    assert (box["width"], box["height"]) == (1, 1)
    assert page.locator("#equation-loss .texsor-formula").evaluate("e => e.scrollWidth == e.clientWidth")
    context.close()
