"""A page with two formulas whose terms have the same numbers: one with a table, one with terms within a term."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sphinx.locale import translators

from texsor.records import SourceLine

_SPEC = importlib.util.spec_from_file_location("small_book", Path(__file__).parents[1] / "test_formula" / "conftest.py")
assert _SPEC is not None
assert _SPEC.loader is not None
small = sys.modules[_SPEC.name] = importlib.util.module_from_spec(_SPEC)  # its dataclasses look themselves up
_SPEC.loader.exec_module(small)

MAKE = small.Records()
RATIO = r"r = \frac{a}{b_n} + a"
SECOND = r"""
```{code-cell}
%%formula ratio
r = \frac{a}{b_n} + a
where
a = p
```

```{code-cell}
a, b = p.split(1)   # a; b_n
r = a / b           # \frac
%check ratio r
```
"""
FAR = "\n".join(f"Paragraph {at}.\n" for at in range(60))
TABLE = MAKE.table.replace("Take the logarithm.", 'The <b> & "log" of *one* $x$.')


def ratio(text: str, number: int, *places: tuple[int, int]) -> Any:
    """A term of `RATIO`, on a line of the fourth cell."""
    code = {1: "a, b = p.split(1)", 2: "r = a / b"}[number]
    return replace(MAKE.term("-", 1), term=text, latex=text, places=places, line=SourceLine("In[4]", number), code=code)


TERMS = (
    ratio(r"\frac", 2, (4, 9)),
    ratio("a", 1, (10, 11), (20, 21)),
    ratio("b_n", 1, (13, 16)),
)
"""The terms of the second formula: a fraction, above it a letter that comes again, below it another."""


class _Book(small.SmallBook):
    def build(self, **options: Any) -> Any:
        translators.clear()  # Sphinx keeps a page's catalogue for the life of the process, whatever book it was of
        return super().build(**options)


@pytest.fixture(scope="session")
def write() -> Callable[[Path, str], Any]:
    """Write a book of one chapter, whose checks find what its records say."""

    def wrote(root: Path, text: str) -> Any:
        made = _Book(root, {"index": text})
        made.verdicts["ratio"] = MAKE.verdict("ratio", latex=RATIO, terms=TERMS)
        return made

    return wrote


@pytest.fixture(scope="session")
def chapter() -> str:
    """The chapter: both formulas, then far below the table of the first."""
    return MAKE.chapter + SECOND + "\n```python\nx = 1  # no cell\n```\n" + FAR + TABLE + FAR


@pytest.fixture(scope="session")
def table() -> str:
    """The table of the first formula."""
    return TABLE


@pytest.fixture(scope="session")
def make_term() -> Any:
    """The first term of the first formula."""
    return MAKE.terms()[0]


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory, write: Callable[..., Any], chapter: str) -> Any:
    """The page in the theme of the real book, in Korean."""
    return write(tmp_path_factory.mktemp("linked"), chapter).build(html_theme="sphinx_book_theme")


@pytest.fixture
def opened(linked: Any, browser: Any) -> Callable[..., Any]:
    """A function that opens the page in a context of its own; an error of the script fails the test."""

    @contextmanager
    def opening(width: int = 1440, fragment: str = "", theme: str = "light", **options: Any) -> Iterator[Any]:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        context.set_default_timeout(5000)
        page = context.new_page()
        said = list[str]()
        page.on("pageerror", lambda error: said.append(str(error.stack)))
        page.goto((linked.out / "index.html").as_uri() + fragment)
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        yield page
        context.close()
        assert [text for text in said if "texsor-terms.js" in text] == []

    return opening


LIT = """() => [...document.querySelectorAll("[data-texsor-term], tr[id^='texsor-row-'], span[id^='texsor-in-']")]
    .filter(part => {
        const style = getComputedStyle(part);
        return style.outlineStyle == "solid" && parseFloat(style.outlineWidth) >= 2;
    })
    .map(part => part.id || `${part.localName} ${part.getAttribute("data-texsor-term")}`)
    .sort()"""


@pytest.fixture(scope="session")
def lit() -> Callable[[Any], list[str]]:
    """What a reader sees lit on a page: each thing with a solid line round it, by its id, or else element and term."""
    return lambda page: page.evaluate(LIT)


@pytest.fixture(scope="session")
def log() -> list[str]:
    """All that belongs to the logarithm of the first formula: button, number in row and line, glyphs, line, row."""
    return ["a loss:2"] * 3 + ["mrow loss:2", "texsor-in-2-2", "texsor-row-loss-2"]
