"""``{terms}``: the table, and all that it refuses."""

from __future__ import annotations

import re

import pytest

from texsor.errors import Invalid
from texsor.records import SourceLine
from texsor.site.term_list import read_terms
from texsor.site.term_match import plain


def rows(page: str) -> list[list[str]]:
    """The words of each cell, row by row."""
    found = re.search(r'<table class="[^"]*texsor-terms.*?</table>', page, re.DOTALL)[0]
    found = re.sub(r'<annotation.*?</annotation>|<p class="texsor-column">.*?</p>', "", found, flags=re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", found, re.DOTALL)]
    return [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row] for row in cells]


def test_table_is_filled_from_the_run(site):
    """Number and TeX, meaning, line, operation, shapes, numbers and proof stand in the formula's order."""
    found = rows(site.page("chapter"))
    assert found[0] == ["수식 요소", "의미", "코드 매핑", "설명"]
    assert found[1] == [
        "① −",
        "Turn it round.",
        "losses = -logs log (6,) → (6,) float32 9.5042, 10.38, 11.368, 11.48, 9.7764, 12.256 ✓ 증명됨 (오차 3.1e-08)",
        "",
    ]
    assert found[2][3] == "A product becomes a sum of log \u2061 s."
    assert [row[0][0] for row in found[1:]] == ["①", "②", "③"]


def test_line_is_linked(site):
    """The code of a term leads to its line on the page."""
    page = site.page("chapter")
    targets = re.findall(r'<a class="texsor-line" href="#([^"]*)"', page)
    assert targets == ["texsor-in-2-3", "texsor-in-2-2", "texsor-in-2-1"]
    assert all(f'id="{target}"' in page for target in targets)


def test_line_that_is_not_shown_is_named(book, make):
    """A line of the library, or of a hidden cell, is no dead link; the library's says its file."""
    hidden = make.chapter.replace("{code-cell}\npicked", "{code-cell}\n:tags: [remove-input]\npicked")
    made = book(hidden + make.table)
    library = make.term("-", 3, line=SourceLine("lmloss/losses/nll.py", 43))
    made.verdicts["loss"] = make.verdict(terms=(library, *make.terms()[1:]))
    page = made.build().page()
    assert "texsor-line" not in page
    assert "lmloss/losses/nll.py:43" in rows(page)[1][2]


def test_table_may_stand_before_its_formula(book, make):
    """The table is filled wherever it stands on the page."""
    page = book(make.chapter.replace("# Chapter\n", f"# Chapter\n{make.table}")).build().page()
    assert len(rows(page)) == 4


def test_declared_term_shows_its_reason(book, make):
    """A term that is not proved is said to be declared, with the author's reason."""
    made = book(make.chapter + make.table.replace("Turn it round.", "Turn it.\n: declared: It is done in `backward`."))
    made.verdicts["loss"] = make.verdict(terms=(make.term("-", 3, proved=False, error=None), *make.terms()[1:]))
    (_, _, code, why) = rows(made.build().page())[1]
    assert code.endswith("○ 선언")
    assert why == "It is done in backward ."


def test_only_prose_is_for_translators(book, make):
    """Translators get meaning, explanation and reason, and no term, code, number or word of texsor's own."""
    built = book(make.chapter + make.table).build(builder="gettext")
    messages = re.findall(r'^msgid "(.+)"$', (built.out / "index.pot").read_text(encoding="utf-8"), re.MULTILINE)
    assert messages == [
        "Chapter",
        "Turn it round.",
        "Take the logarithm.",
        r"A product becomes a *sum* of $\\log$s.",
        "The target's probability.",
    ]


def test_translated_table(book, make):
    """A translation changes the prose of the table and nothing else in it."""
    made = book(make.chapter + make.table)
    folder = made.root / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    text = head + 'msgid "Turn it round."\nmsgstr "Flip **it**."\n'
    (folder / "index.po").write_text(text, encoding="utf-8")
    found = rows(made.build(language="en", locale_dirs=["locale"], gettext_compact=False).page())
    assert found[0] == ["Term", "Meaning", "Code", "Explanation"]
    assert found[1][1] == "Flip it ."
    assert found[2][1] == "Take the logarithm."


def test_latex_table(paper):
    """On paper the same table has columns that add up to the line, and neither signs nor the cards' labels."""
    assert r"\begin{longtable}{\X{14}{100}\X{20}{100}\X{36}{100}\X{30}{100}}" in paper
    assert len(re.findall(r"^Meaning$", paper, re.MULTILINE)) == 2  # the head, and that of a table that goes on
    assert r"\sphinxcode{\sphinxupquote{losses = \sphinxhyphen{}logs}}" in paper


REFUSED = {
    "no check": ("{terms} loss", "{terms} lost", "no formula 'lost' is checked on this page"),
    "no such term": ("\n-\n", "\n+\n", r"\+ is no paired term of loss\n  to do: its terms are: -; \\log; "),
    "unexplained": ("-\n: Turn it round.\n\n", "", "- of loss is not explained"),
}


@pytest.mark.parametrize(("old", "new", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(book, make, old, new, message):
    """A table that does not fit the check is a warning with file, line and what to do, and no table."""
    built = book(make.chapter + make.table.replace(old, new)).build(warnings=True)
    assert re.search(r"index\.md:22: WARNING: " + message, built.warnings), built.warnings
    assert "[texsor.terms]" in built.warnings
    assert "texsor-cards texsor-terms" not in built.page()


@pytest.mark.parametrize(("lines", "where"), [((1, 2), "index.md:16, index.md:17"), ((), "no line has its value")])
def test_unpaired_term(book, make, lines, where):
    """A term that no comment names is a warning with the lines where its comment probably belongs."""
    made = book(make.chapter + make.table)
    made.verdicts["loss"] = make.verdict(unpaired=(make.unpaired(r"\sum", *lines), make.unpaired("y", 3)))
    warnings = made.build(warnings=True).warnings
    assert "md:22: WARNING: 2 term(s) of loss are paired with no line\n" in warnings
    assert f"    \\sum: {where}\n    y: index.md:18\n" in warnings


def test_unproved_term(book, make):
    """A term that is not proved is a warning unless the table says why."""
    made = book(make.chapter + make.table)
    made.verdicts["loss"] = make.verdict(terms=(make.term("-", 3, proved=False), *make.terms()[1:]))
    warnings = made.build(warnings=True).warnings
    assert "md:22: WARNING: - of loss is not proved: index.md:18 does not compute its value" in warnings


def test_unproved_term_without_a_table(book, make):
    """A term that is not proved needs a table, the only place for a reason."""
    made = book(make.chapter)
    made.verdicts["loss"] = make.verdict(terms=(make.term("-", 3, proved=False),))
    warnings = made.build(warnings=True).warnings
    assert "index.md:15: WARNING: - of loss is not proved: index.md:18" in warnings


@pytest.mark.parametrize(
    ("body", "at", "message"),
    [
        ("", 7, "explains nothing"),
        (": a", 7, "a definition without a term"),
        ("-\n: a\n\\log\n: b", 9, "neither a term nor part of a definition"),
        ("-\n\n\\log\n: b", 7, "- has no meaning"),
        ("-\n: declared: a", 7, "- has no meaning"),
        ("-\n: a\n\n-\n: b", 10, "- is explained twice"),
        ("-\n: a\n: b\n: c", 10, "three definitions"),
        ("- a\n: a\n\n  b\n\nc d", 12, "c d has no meaning"),
    ],
)
def test_unreadable_body(body, at, message):
    """A body that is no list of terms is refused with its line; nothing becomes a paragraph in silence."""
    with pytest.raises(Invalid, match=message) as caught:
        read_terms(body.splitlines(), 7, "a.md")
    assert str(caught.value.where) == f"a.md:{at}"


def test_body_line_in_a_page(book, make):
    """The line that is named is the line of the page."""
    warnings = book(make.chapter + make.table.replace(": Turn", "Turn")).build(warnings=True).warnings
    assert "index.md:24: WARNING: this line is neither a term nor part of a definition" in warnings


def test_raw_tex_survives():
    r"""Braces, stars and backslashes of a term are read as they are written; paragraphs go on when indented."""
    (read,) = read_terms(["\\{a\\}* \\\\", ": one", "  more", ": two", "", "  three"], 1, "a.md")
    assert read.term == "\\{a\\}* \\\\"
    assert [text.lines for text in read.texts] == [("one", "more"), ("two", "", "three")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (r"\hat{y}_{n,t_{n}}", r"\hat{y}_{n, t_n}", True),
        (r"\log x", r"\logx", False),
        (r"x_{n}", "x_n", True),
        (r"x_{nm}", "x_nm", False),
        (r"K^{\top}", r"K^\top", True),
    ],
)
def test_spelling(one, other, same):
    """Spaces and braces around one letter do not make another term."""
    assert (plain(one) == plain(other)) is same


def test_sign_means_the_only_term_that_has_it(book, make):
    """An author may write a sign alone where only one paired term has it."""
    made = book(make.chapter + make.table)
    made.verdicts["loss"] = make.verdict(
        terms=(make.terms()[0], make.term(r"\log", 2, term=r"\log \hat{y}"), make.terms()[2])
    )
    assert len(rows(made.build().page())) == 4


def test_ambiguous_sign_is_refused(book, make):
    """A sign that two paired terms have is refused with both."""
    made = book(make.chapter + make.table)
    two = [make.term(r"\log", 2, term=rf"\log {letter}") for letter in "ab"]
    made.verdicts["loss"] = make.verdict(terms=(make.terms()[0], *two, make.terms()[2]))
    assert r"\log stands for 2 terms" in made.build(warnings=True).warnings
