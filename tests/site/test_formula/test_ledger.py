"""The ledger: every formula of the book with its verdict, on a page and at the end of a build."""

from __future__ import annotations

import re

BOOK = "# Book\n\n```{toctree}\nb\na\nledger\n```\n"
DEFINED = "\n# Names\n\n```{code-cell}\n%%formula ppl\nP = e^{L}\n```\n\n```{definition} ppl\nA name.\n```\n"


def rows(page: str) -> list[str]:
    """The words of each formula's row."""
    table = re.search(r'<table class="[^"]*texsor-ledger.*?</table>', page, re.DOTALL)[0]
    heard = r'<span class="texsor-spoken">.*?</span>'
    hidden = rf'<annotation.*?</annotation>|<p class="texsor-column">.*?</p>|{heard}'
    table = re.sub(hidden, "", table, flags=re.DOTALL)
    found = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def made_of(book, make):
    """A book of two chapters and a ledger."""
    return book(BOOK, a=make.chapter + make.table, b=make.page(DEFINED), ledger=make.ledger)


def test_ledger_lists_the_book(book, make):
    """Each formula is there in the order of the book: number with link, TeX, verdict, error, terms, chapter."""
    page = made_of(book, make).build(numfig=True).page("ledger")
    assert rows(page) == [
        "(1) P = e L ≝ 정의 Names",
        "(2) ℓ n = − log ⁡ y ˆ n , t n ✓ 증명됨 3e-16 3/0 Chapter",
    ]
    assert 'href="a.html#equation-loss"' in page


def test_summary_at_the_end(book, make):
    """The build prints a line a formula and one for all."""
    log = made_of(book, make).build().log
    assert "texsor: ppl (b): by definition\n" in log
    assert "texsor: loss (a): proved, error 3e-16, terms 3 proved, 0 declared\n" in log
    assert "texsor: 2 formula(s): 1 proved, 1 by definition; terms: 3 proved, 0 declared\n" in log


def test_ledger_follows_an_edit(book, make):
    """A change in a chapter rewrites the ledger, whose own page has not changed; no change leaves it alone."""
    made = made_of(book, make)
    made.build()
    made.verdicts["loss"] = make.verdict(holds=False, wanted=False, terms=())
    made.write({"a": make.chapter.replace("picked.log()", "picked.log2()")})
    built = made.build()
    assert "✗ 어긋난다 일부러 보인 틀린 수식 3e-16 Chapter" in rows(built.page("ledger"))[1]
    before = (built.out / "ledger.html").stat().st_mtime_ns
    assert (made.build().out / "ledger.html").stat().st_mtime_ns == before


def test_ledger_forgets_a_chapter(book, make):
    """A chapter that is gone is gone from the ledger."""
    made = made_of(book, make)
    made.build()
    (made.root / "b.md").unlink()
    made.write({"index": BOOK.replace("b\n", "")})
    assert len(rows(made.build().page("ledger"))) == 1


def test_ledger_of_a_parallel_build(book, make):
    """Formulas that other processes read are in the ledger."""
    pages = {f"c{i}": make.chapter.replace("loss", f"loss{i}") for i in range(7)}
    built = book(make.toc, ledger=make.ledger, **pages).build(parallel=2, language="en")
    assert re.search(r"reading sources.* c0 \.\. c\d", built.log)
    assert len(rows(built.page("ledger"))) == 7


def test_empty_ledger(book, make):
    """A book without formulas says so, and the build prints nothing of them."""
    built = book(make.ledger).build()
    assert "아직 선언된 수식이 없다" in built.page()
    assert "formula(s)" not in built.log


def test_latex_ledger(paper):
    """On paper the ledger's references lead to the formulas."""
    assert paper.count(r"\eqref{equation:chapter:loss}") == 3  # the verdict's, that of the other page, the ledger's
    assert r"\begin{longtable}{\X{12}{100}" in paper
