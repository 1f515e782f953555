"""A project that is no Jupyter Book uses texsor from an installed wheel, on our Sphinx and on the newest."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest

VERSIONS = """
import docutils, myst_nb, sphinx, texsor
for module in (docutils, myst_nb, sphinx, texsor):
    print(module.__name__, module.__version__, module.__file__)
"""


@dataclass(frozen=True)
class History:
    """A project built from nothing, after an edit of prose, and after an edit of its module that is wrong."""

    first: object
    prose: object
    wrong: object


@pytest.fixture(scope="module")
def history(stranger):
    """The three builds."""
    first = stranger.build()
    stranger.edit("docs/cooling.md", "A cup of tea stands", "Somebody's cup of tea stands")
    prose = stranger.build()
    stranger.edit("src/heatlab/cooling.py", "return room + (", "return room - (")
    return History(first, prose, stranger.build())


def test_the_sphinx_under_test_is_the_one_that_is_pinned(stranger):
    """Sphinx, myst-nb and docutils are of the pinned versions, and they and texsor come from the stranger's machine."""
    done = stranger.run("-c", VERSIONS)
    assert done.returncode == 0, done.stderr
    found = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", stranger.versions.read_text(encoding="utf-8").lower(), re.MULTILINE))
    wanted = {"docutils": pins["docutils"], "myst_nb": pins["myst-nb"], "sphinx": pins["sphinx"]}
    assert {name: version for name, version, _ in found if name != "texsor"} == wanted
    assert [path for _, _, path in found if not path.startswith(str(stranger.python.parents[1]))] == []


def test_nothing_is_wrong_with_it(history):
    """The build is strict, and ends well: no warning of Sphinx's, and none of Python's from any package."""
    assert history.first.status == 0, history.first.log
    assert "WARNING" not in history.first.log
    assert "texsor: 3 formula(s): 3 proved" in history.first.log


def test_both_kinds_of_notebook_run_and_what_is_excluded_does_not(history):
    """The Markdown notebook and the .ipynb run; a page that conf.py excludes neither runs nor is shown."""
    assert "texsor: running 2 chapter(s)" in history.first.log
    assert set(re.findall(r"of 2: (\S+) ", history.first.log)) == {"cooling.md", "half-life.ipynb"}
    assert not [name for name in history.first.pages if "unfinished" in name]


@pytest.mark.parametrize(("page", "name", "number"), [("cooling", "misfit", 2), ("half-life", "half-life", 1)])
def test_a_formula_is_numbered_where_it_stands(history, page, name, number):
    """A declared formula is a display with a number that can be linked to; its magic is not on the page."""
    html = history.first.pages[page]
    display = re.search(rf'<div class="math texsor-equation[^>]*id="equation-{name}">.*?</math>.*?\((\d)\)', html)
    assert display is not None
    assert int(display[1]) == number
    assert "%%formula" not in html


def test_a_formula_is_referred_to_from_another_page(history):
    """{eq} leads from one notebook to the other, in both directions."""
    assert (
        '<a class="reference internal" href="half-life.html#equation-half-life">(1)</a>'
        in history.first.pages["cooling"]
    )
    assert (
        '<a class="reference internal" href="cooling.html#equation-cooling">(1)</a>' in history.first.pages["half-life"]
    )


def test_a_docstring_is_proved(history):
    """The formula of the package's own docstring is shown, and proved in value and gradient."""
    text = history.first.text("cooling")
    assert "Proved (1) = predicted · code 90, 74.516, 62.457, … · formula 90, 74.516, 62.457, …" in text
    assert "value and gradient, two sets: this chapter’s tensors and random ones" in text


@pytest.mark.parametrize(
    "row",
    [
        "Meaningover the readings Codemisfit = squares.sum() sum (4,) → () float32 1.125849 ✓proved",
        "Meaninghow far one reading is off Codeapart = T - r sub (4,), (4,) → (4,) float32",
        "Meaningwhat the thermometer said Coder = readings ○declared Explanationnothing computed it",
    ],
    ids=["sum", "minus", "declared"],
)
def test_the_table_is_filled_from_the_run(history, row):
    """Code, operation, shapes and values stand beside what the author wrote; what is not proved has its reason."""
    assert row in history.first.text("cooling")


def test_numbers_in_the_prose_are_the_runs(history):
    """{value} prints what the cells recorded."""
    assert f"it has {20 + 70 * math.exp(-0.05 * 20):.1f} degrees" in history.first.text("cooling")
    assert f"halves every {math.log(2) / 0.05:.2f} minutes" in history.first.text("half-life")


def test_the_ledger_lists_every_formula(history):
    """A page that is no notebook lists the formulas of both notebooks with their verdicts."""
    html = history.first.pages["formulas"]
    for page, name in (("cooling", "cooling"), ("cooling", "misfit"), ("half-life", "half-life")):
        assert f'href="{page}.html#equation-{name}"' in html
    assert history.first.text("formulas").count("✓Proved") == 3


def test_mathematics_needs_no_script(history):
    """Formulas are MathML, in reStructuredText too, and no page loads a script for them."""
    assert re.search(r"<math[^>]*><semantics>.*?<mi>π</mi>", history.first.pages["index"])
    for html in history.first.pages.values():
        assert "mathjax" not in html.lower()
    assert "texsor-math.css" in history.first.pages["index"]


class Requests(HTMLParser):
    """Collects what a browser loads by itself: the address of anything but a link to follow."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.found += [value or "" for name, value in attrs if name in {"src", "srcset", "href", "data", "poster"}]


def test_no_page_asks_another_host(history, stranger):
    """All that a page loads by itself lies beside it, style sheets and what they name included."""
    site = stranger.root / "docs/_build/html"
    requests = Requests()
    for html in history.first.pages.values():
        requests.feed(html)
    # The theme links a style sheet that the project may have, and works without.
    wanted = {address.partition("?")[0] for address in requests.found} - {"_static/custom.css", "#"}
    assert {"_static/texsor.css", "_static/texsor-math.css"} <= wanted
    assert [address for address in wanted if re.match(r"\w+:|//", address) or not (site / address).is_file()] == []
    for sheet in (site / "_static").glob("*.css"):
        assert not re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8"))


def test_an_edit_of_prose_runs_nothing(history):
    """With another sentence the page is written again, and no cell runs: the number is the same run's."""
    assert history.prose.status == 0, history.prose.log
    assert "texsor: running" not in history.prose.log
    assert "0 added, 1 changed, 0 removed" in history.prose.log
    assert "Somebody’s cup of tea stands in a room." in history.prose.text("cooling")
    said = [build.text("cooling").split("The numbers on this page")[1] for build in (history.first, history.prose)]
    assert said[0] == said[1]


def test_an_edit_of_the_module_that_is_wrong_ends_the_build(history):
    """The notebooks run again when the package is edited; code that its own docstring contradicts is not published."""
    assert history.wrong.status != 0
    assert "texsor: running 2 chapter(s)" in history.wrong.log
    assert re.search(r"heatlab/docs/cooling\.md:\d+: ", history.wrong.log)
    assert "A - (S - A) e^{-k m_{i}}" in history.wrong.log
