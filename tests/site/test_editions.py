"""One book in two languages: numbers in prose, and the line that says where they came from."""

from __future__ import annotations

import re

import pytest

FORMS = {
    "loss": "10.794",
    "loss:.4f": "10.7940",
    "loss:.2e": "1.08e+01",
    "count": "50257",
    "count:,": "50,257",
    "losses": "[1.0, 2.5, -3.0]",
    "losses[0]": "1.0",
    "losses[2]:.1f": "-3.0",
    "losses[-1]:.0f": "-3",
    "name": "한국",
    "name[0]": "한",
    "flag": "True",
    "손실": "7",
    "index.md::count:,": "50,257",
    "../{folder}/index.md::count": "50257",
}
"""What a page asks for, and what it shows."""

CELL = """\
from texsor.notebook import measure, record
record(loss=10.794, count=50257, losses=[1.0, 2.5, -3.0], name="한국", flag=True, 손실=7)
measure(seconds=1.2345)"""

PROSE = """\
손실은 {value}`loss:.4f`이고 어휘는 {value}`count:,`개다.

걸린 시간은 {value}`seconds:.1f`초다.
"""

CATALOGUE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "손실은 {value}`loss:.4f`이고 어휘는 {value}`count:,`개다."
msgstr "Of {value}`count:,` words, the loss is {value}`loss:.2f`."

msgid "걸린 시간은 {value}`seconds:.1f`초다."
msgstr "It took {value}`second:.1f` s."
"""


@pytest.fixture(scope="module")
def edition(tmp_path_factory, make_book, chapter_of):
    """A function that builds the book, ``edition(out="en", language="en")``, each variant once."""
    root = tmp_path_factory.mktemp("editions")
    forms = "".join(f"\n- N{number} {{value}}`{form.format(folder=root.name)}` ;" for number, form in enumerate(FORMS))
    pages = {f"page{number}.md": f"# Page {number}\n\nNothing to run.\n" for number in range(6)}
    toc = "\n```{toctree}\n:glob:\n\npage*\npart/*\n```\n"
    pages |= {
        "index.md": chapter_of(CELL, prose=f"{PROSE}{forms}\n{toc}"),
        "part/deep.md": "# Deep\n\nNot run here: {value}`../index.md::losses[1]:.3f`.\n",
        "locale/en/LC_MESSAGES/index.po": CATALOGUE,
    }
    book = make_book(root, pages)
    built = {}

    def build(out="ko", language="ko", **options):
        if out not in built:
            built[out] = book.sphinx(out=out, language=language, locale_dirs=["locale"], **options)
        return built[out]

    build()
    return build


@pytest.mark.parametrize(("number", "shown"), list(enumerate(FORMS.values())), ids=list(FORMS))
def test_a_value_is_printed_as_it_is_asked_for(edition, number, shown):
    """A name, a format, an index, an index with a format, and another page's name each print the recorded value."""
    assert f"N{number} {shown} ;" in edition().text()


def test_a_page_of_another_folder_names_the_chapter_from_where_it_is(edition):
    """A page without code prints a value of a chapter that it names relative to itself."""
    assert "Not run here: 2.500." in edition().text("part/deep")


def test_a_measured_value_is_marked(edition):
    """What another run would give differently has a class of its own; what it would not, has not."""
    page = edition().page()
    assert '<span class="texsor-value texsor-measured">1.2</span>' in page
    assert '<span class="texsor-value">10.7940</span>' in page


def test_a_translated_paragraph_has_the_values(edition):
    """A translation prints the same run's values, in its own order and with its own formats, and runs nothing."""
    english = edition(out="en", language="en", warnings=True)
    assert "Of 50,257 words, the loss is 10.79." in english.text()
    assert "running" not in english.log


def test_a_slip_in_a_translation_is_a_warning(edition):
    """A name that a translator misspelt is reported as in the source."""
    english = edition(out="en", language="en", warnings=True)
    lines = (english.out.parent.parent / "index.md").read_text().splitlines()
    line = 1 + next(number for number, line in enumerate(lines) if "걸린" in line)
    warnings = re.findall(r"^.*/(index\.md:\d+):<translated>:1: WARNING: (.*)$", english.log, re.MULTILINE)
    assert set(warnings) == {(f"index.md:{line}", "no value 'second' was recorded")}


RUN = r"Python 3\.\d+\.\d+ · .+ · {threads} 1 · [\d.]+ {seconds} · {memory} \d+ MiB · \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.mark.parametrize(
    ("language", "page", "says"),
    [
        (
            "ko",
            "index",
            r"이 쪽의 수는 실제 실행에서 나왔다 · git 저장소 밖 · "
            + RUN.format(threads="스레드", seconds="초", memory="최대 메모리"),
        ),
        (
            "en",
            "index",
            r"The numbers on this page come from a real run · outside a git checkout · "
            + RUN.format(threads="threads", seconds="s", memory="peak memory"),
        ),
        ("ko", "page0", r"이 쪽에는 실행하는 코드가 없다 · git 저장소 밖"),
        ("en", "page0", r"This page has no code to run · outside a git checkout"),
    ],
)
def test_each_page_says_where_its_numbers_came_from(edition, language, page, says):
    """The line names the run, or that there was none, in the language of the edition."""
    built = edition(out=language, language=language, warnings=True)
    assert re.fullmatch(says, built.provenance(page))


def test_what_is_measured_in_the_line_is_marked(edition):
    """Seconds, memory and time are marked as what another run would say differently; the processor is not."""
    line = re.search(r'<div class="texsor-provenance.*?</div>', edition().page(), re.DOTALL).group()
    marked = re.findall(r'<span class="texsor-measured">(.*?)</span>', line)
    assert [word.split()[-1][-1] for word in marked] == ["초", "B", "Z"]


def test_two_processes_read_what_one_reads(edition):
    """A parallel build shows the same words, page for page, as a serial one."""
    parallel = edition(out="parallel", parallel=2)
    assert "] index .. page2" in parallel.log
    for name in ("index", "part/deep", *(f"page{number}" for number in range(6))):
        assert parallel.text(name) == edition().text(name)


def test_a_language_without_words_is_refused(edition):
    """A language that texsor cannot speak stops the build and says which it knows."""
    french = edition(out="fr", language="fr", warnings=True)
    assert french.status == 2
    assert "texsor has no words in 'fr' (it has ko, en)" in french.log
