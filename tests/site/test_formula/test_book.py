"""The formulas of a whole book: what is unproved, defined, or there twice."""

from __future__ import annotations

import re

import pytest

DECLARED = "\n# T\n\n```{code-cell}\n%%formula ppl\nP = e^{L}\n```\n"
DEFINED = DECLARED + "\nText between.\n\n```{definition} ppl\nA *name*.\n```\n"


def test_definition_stands_under_its_formula(book, make):
    """The reason why a formula needs no check stands right under it, with the word, and is a message."""
    made = book(make.page(DEFINED))
    page = made.build().page()
    word = '<strong class="texsor-definition-word">정의</strong>'
    assert re.search(rf'</div>\s*<div class="texsor-definition[^>]*>\s*<p>{word} A <em>', page)
    assert page.index("texsor-definition") < page.index("Text between")
    assert "A *name*." in (made.build(builder="gettext").out / "index.pot").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{definition} ppl", "{definition} pl", r"15: WARNING: no formula 'pl' is shown on this page\n.*are: ppl"),
        ("A *name*.\n", "", r"15: WARNING: \{definition\} ppl gives no reason"),
        (
            "# T\n",
            "# T\n\n```{code-cell}\n%check ppl x\n```\n",
            r"19: WARNING: ppl is checked, and called a definition",
        ),
    ],
    ids=["unknown", "empty", "checked"],
)
def test_definition_refused(book, make, old, new, message):
    """A definition of what is not there, without a reason, or of what is checked, is a warning with its place."""
    warnings = book(make.page(DEFINED.replace(old, new))).build(warnings=True).warnings
    assert re.search(r"index\.md:" + message, warnings), warnings
    assert "[texsor.definition]" in warnings


def test_formula_that_nobody_proves(book, make):
    """A formula without check and definition is a warning that names file, line and formula, in every build."""
    made = book(make.page(DECLARED))
    for _ in range(2):
        warnings = made.build(warnings=True).warnings
        assert "index.md:8: WARNING: ppl is declared and never checked\n    P = e^{L}\n  to do: check it" in warnings
        assert "[texsor.unchecked]" in warnings


def test_name_declared_twice(book, make):
    """A name that two chapters declare is a warning that names both places, until one has another name."""
    made = book(make.toc, a=make.page(DEFINED), b=make.page(DEFINED))
    for _ in range(2):
        warnings = made.build(warnings=True).warnings
        assert re.search(r"b\.md:8: WARNING: ppl is declared twice, here and at \S*a\.md:8", warnings)
    made.write({"a": make.page(DEFINED.replace("ppl", "other"))})
    assert 'id="equation-ppl"' in made.build().page("b")


def test_name_checked_twice(book, make):
    """A formula that is checked twice is a warning that names both places."""
    made = book(make.chapter + "\n```{code-cell}\n%check loss losses\n```\n")
    made.verdicts["loss"] = make.verdict(terms=())
    warnings = made.build(warnings=True).warnings
    assert re.search(r"index\.md:22: WARNING: loss is checked twice, here and at \S*index\.md:15", warnings)


def test_displayed_formula_that_nothing_proves(book, make):
    """A display that no cell declares is a warning in a chapter with code, said again by the next build."""
    made = book(make.toc, a=make.chapter + "\n$$\nx = 1\n$$\n", plain="# P\n\n$$\ny = 1\n$$\n")
    for _ in range(2):
        warnings = made.build(warnings=True).warnings
        assert re.findall(r"(\w+\.md:\d+): WARNING: (.*)\n    (.*)", warnings) == [
            ("a.md:22", "a displayed formula that nothing proves", "x = 1")
        ]
        assert "[texsor.unproved]" in warnings


def test_unproved_displays_can_be_allowed(book, make):
    """A project may show formulas that nothing proves."""
    book(make.chapter + "\n$$\nx = 1\n$$\n").build(texsor_allow_unproved=True)


def test_mended_page_warns_no_more(book, make):
    """After its page is mended a warning is gone."""
    made = book(make.chapter + "\n$$\nx = 1\n$$\n")
    made.build(warnings=True)
    made.write({"index": make.chapter})
    made.build()
