"""What ties a term together in the page itself, before any script runs."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from texsor.site.linking_html import Link, anchor
from texsor.site.math_terms import name_terms

SUFFIXES = {".tex", ".txt", ".1", ".texi"}


def links(page: str, kind: str) -> list[tuple[str, str, str]]:
    """Term, target and name of each link of a kind."""
    found = re.findall(rf'<a [^>]*class="texsor-{kind}[" ][^>]*>', page)
    read = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in found]
    return [
        tuple(html.unescape(tag.get(name, "")) for name in ("data-texsor-term", "href", "aria-label")) for tag in read
    ]


def test_one_name_for_all_parts(linked):
    """Glyphs, button, row and line of a term carry its one name; the same number of another formula is another name."""
    page = linked.page()
    assert len(re.findall(r'<mrow data-texsor-term="loss:2"><mpadded', page)) == 1
    assert len(re.findall(r'<mrow data-texsor-term="ratio:2"><mpadded', page)) == 2
    assert re.search(r'<tr [^>]*id="texsor-row-loss-2"', page)
    assert page.count('data-texsor-term="loss:2"') == 4


def test_every_link_leads_somewhere(linked):
    """Each link's target is on the page, once."""
    page = linked.page()
    targets = [target for kind in ("link", "button") for _, target, _ in links(page, kind)]
    assert len(targets) == 6 + 3 + 3 + 3
    assert all(page.count(f'id="{target[1:]}"') == 1 for target in targets)


def test_where_they_lead(linked):
    """A button leads to the row, or without a table to the line; a line to the row, or the formula; a row back."""
    page = linked.page()
    buttons, others = links(page, "button"), links(page, "link")
    assert buttons[1] == ("loss:2", "#texsor-row-loss-2", '항 2: The & "log" of one x.')
    assert buttons[3] == ("ratio:1", "#texsor-in-4-2", "항 1: r = a / b")
    assert ("loss:2", "#texsor-row-loss-2", '항 2: The & "log" of one x.') in others
    assert ("loss:2", "#equation-loss", "항 2: 수식으로") in others
    assert ("ratio:3", "#equation-ratio", "항 3: 수식으로") in others


def test_script_only_where_it_is_needed(tmp_path, write, chapter):
    """A page without terms does not load the script; one with terms loads it deferred, and nothing of it is inline."""
    book = write(tmp_path, "# Book\n\n```{toctree}\nchapter\n```\n")
    book.write({"chapter": chapter})
    built = book.build()
    assert "texsor-terms.js" not in built.page()
    (tag,) = re.findall(r"<script [^>]*texsor-terms[^>]*>", built.page("chapter"))
    assert tag.startswith('<script defer="defer" src="_static/texsor-terms.js')
    assert not re.search(r"<[^>]* on\w+=|data-texsor[^>]*style=", built.page("chapter"))
    assert (built.out / "_static" / "texsor-terms.js").stat().st_size < 4096


def test_in_english(tmp_path, write, chapter):
    """Names are in the language of the edition."""
    page = write(tmp_path, chapter).build(language="en").page()
    assert ("loss:3", "#equation-loss", "term 3: to the formula") in links(page, "link")
    assert 'aria-label="Terms of the formula"' in page


def test_two_formulas_on_one_line(tmp_path, write, chapter, make_term):
    """A number that a line computes for two formulas is one link that stands for both."""
    book = write(tmp_path, chapter)
    term = replace(book.verdicts["ratio"].terms[0], line=make_term.line, code=make_term.code)
    book.verdicts["ratio"] = replace(book.verdicts["ratio"], terms=(term,))
    found = [link for link in links(book.build().page(), "link") if link[0] == "loss:1 ratio:1"]
    assert found == [("loss:1 ratio:1", "#texsor-row-loss-1", "항 1: Turn it round.")]


@pytest.mark.parametrize(
    ("edit", "counts"),
    [
        (("{code-cell}\npicked", "{code-cell}\n:tags: [remove-input]\npicked"), (6, 3)),
        (("{code-cell}\na, b", "{code-cell}\n:tags: [remove-input]\na, b"), (3, 3)),
        (("{code-cell}\n%%formula loss", "{code-cell}\n:tags: [remove-cell]\n%%formula loss"), (3, 0)),
    ],
    ids=["code of a table's terms hidden", "code of terms without a table hidden", "formula hidden"],
)
def test_nothing_leads_to_what_is_hidden(tmp_path, write, chapter, edit, counts):
    """Where code or formula are not on the page, no link leads there."""
    page = write(tmp_path, chapter.replace(*edit)).build().page()
    back = sum(target == "#equation-loss" for _, target, _ in links(page, "link"))
    assert (len(links(page, "button")), back) == counts
    targets = [target for kind in ("link", "button") for _, target, _ in links(page, kind) if target]
    assert all(page.count(f'id="{target[1:]}"') == 1 for target in targets)


def test_line_that_leads_nowhere(tmp_path, write, chapter, table):
    """The number in a line stays plain text where neither formula nor table are on the page."""
    text = chapter.replace("{code-cell}\n%%formula loss", "{code-cell}\n:tags: [remove-cell]\n%%formula loss")
    page = write(tmp_path, text.replace(table, "")).build().page()
    assert "# (N,)  ②</span>" in page
    assert "loss:" not in str(links(page, "link"))


def test_second_table_repeats_no_id(tmp_path, write, chapter, table):
    """A second table of a formula has no ids of its own; its numbers lead to the formula like those of the first."""
    page = write(tmp_path, chapter + table).build().page()
    assert page.count('id="texsor-row-loss-2"') == 1
    assert sum(link == ("loss:2", "#equation-loss", "항 2: 수식으로") for link in links(page, "link")) == 2


def test_names_are_escaped():
    """A name with quotes and brackets stays a name."""
    name = '"><script>&'
    tag = anchor(Link(1, f"{name}:1", f"texsor-row-{name}-1", name, note=name), "texsor-button")
    assert tag.count("<") == 2
    assert tag.count("&quot;&gt;&lt;script&gt;&amp;") == 4
    mathml = '<mrow><mpadded voffset="0"><mtext class="texsor-number texsor-term-1">①</mtext></mpadded></mrow>'
    assert name_terms(mathml, name).startswith('<mrow data-texsor-term="&quot;&gt;&lt;script&gt;&amp;:1"><mpadded')


def test_code_can_still_be_copied(linked):
    """Links change no character of the code."""
    block = re.search(r"<pre>(.*?texsor-in-2-3.*?)</pre>", linked.page(), re.DOTALL)[1]
    assert html.unescape(re.sub(r"<[^>]*>", "", block)).splitlines() == [
        "picked = p.gather(-1, t)   # ③",
        "logs = picked.log()        # (N,)  ②",
        "losses = -logs             # ①",
    ]


@pytest.mark.parametrize("builder", ["latex", "text", "man", "texinfo"])
def test_other_formats_have_no_links(tmp_path, write, chapter, builder):
    """What is no HTML shows the numbers and nothing of the links."""
    built = write(tmp_path, chapter).build(builder=builder, language="en", man_pages=[("index", "x", "", "", 1)])
    written = "".join(path.read_text(encoding="utf-8") for path in built.out.iterdir() if path.suffix in SUFFIXES)
    assert "①" in written
    assert "to the formula" not in written
    assert "texsor-row" not in written
