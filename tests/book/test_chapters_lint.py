"""What every page of the book keeps to, read from its source; no chapter runs here."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "book").rglob("*.md"))
HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

"""
CELL = re.compile(r"^(`{3,})\{code-cell\}[ ]*(\S*)\n((?::\w+:[^\n]*\n)*)(.*?)^\1[ ]*$", re.DOTALL | re.MULTILINE)
HANGUL = re.compile("[ᄀ-ᇿ㄰-㆏가-힣]")
TEX = re.compile(r"\\(?:mathrm|operatorname)\{\w+\}|\\[A-Za-z]+")
WORD = re.compile(r"[^\W\d_]{2,}")
LINES_A_CELL = 12


@dataclass(frozen=True)
class Cell:
    """A code cell of a page."""

    line: int
    """1-based line of the page on which its code starts."""
    language: str
    """What the fence says after ``{code-cell}``."""
    tags: tuple[str, ...]
    """Its tags."""
    code: str
    """Its lines, without the options."""


def read(page: str) -> str:
    """The source of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def cells(page: str) -> Iterator[Cell]:
    """The code cells of a page, in order."""
    text = read(page)
    for found in CELL.finditer(text):
        tags = re.search(r"^:tags: \[(.*)\]$", found[3], re.MULTILINE)
        names = tuple(name.strip() for name in tags[1].split(",")) if tags else ()
        yield Cell(text.count("\n", 0, found.start(4)) + 1, found[2], names, found[4])


def comments(cell: Cell) -> Iterator[tuple[int, str]]:
    """Each comment of a cell with its line in the page; a magic is no Python and is left out."""
    if cell.code.startswith("%%"):
        return
    python = re.sub(r"^[ ]*[%!].*$", "", cell.code, flags=re.MULTILINE)
    for token in tokenize.generate_tokens(io.StringIO(python).readline):
        if token.type == tokenize.COMMENT:
            yield cell.line + token.start[0] - 1, token.string.removeprefix("#").strip()


def listed(entry: Any) -> Iterator[str]:
    """Every page that a table of contents names, however deep."""
    if isinstance(entry, dict):
        yield from (f"{entry[key]}.md" for key in ("root", "file") if key in entry)
        entry = [value for value in entry.values() if isinstance(value, list)]
    if isinstance(entry, list):
        for item in entry:
            yield from listed(item)


CHAPTERS = [page for page in PAGES if "{code-cell}" in read(page)]


def test_every_page_is_in_the_table_of_contents():
    """Each page under book/ is named once in _toc.yml, and _toc.yml names no other."""
    named = sorted(listed(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))
    assert named == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_page_can_be_linked_to_by_a_name_that_stays(page):
    """A page starts with a target ``(ch-…)=`` and its title: the id that Korean titles get depends on their order."""
    start = read(page).removeprefix(HEADER)
    assert re.match(r"\(ch-[a-z0-9-]+\)=\n# \S", start), start[:80]


def test_no_two_pages_have_one_name():
    """Each target belongs to one page."""
    targets = [target for page in PAGES for target in re.findall(r"^\(([^)]+)\)=$", read(page), re.MULTILINE)]
    assert sorted(set(targets)) == sorted(targets)


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_is_a_notebook(page):
    """A page with code starts with the header that makes Jupyter and the build run it."""
    assert read(page).startswith(HEADER)


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_cell_is_read(page):
    """Each fence that says code-cell is a Python cell with options in the ``:tags:`` form."""
    assert len(list(cells(page))) == len(re.findall(r"^ *[`~:]{3,} *\{code-cell", read(page), re.MULTILINE))
    assert [cell.line for cell in cells(page) if cell.language != "python" or cell.code.startswith("---")] == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_loads_texsor_out_of_sight(page):
    """One cell that the reader does not see says ``%load_ext texsor``."""
    loading = [cell for cell in cells(page) if "%load_ext texsor" in cell.code.splitlines()]
    assert [("remove-cell" in cell.tags) for cell in loading] == [True]


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_opens_with_goals_and_ends_with_exercises(page):
    """The goals stand between the title and the first section, and the exercises are the last section."""
    top, *sections = re.split(r"^## ", re.sub(CELL, "", read(page)), flags=re.MULTILINE)
    assert "```{admonition} 이 장의 목표\n:class: tip\n- " in top
    title, _, body = sections[-1].partition("\n")
    assert title == "연습 문제"
    assert re.search(r"^1\. ", body, re.MULTILINE)


@pytest.mark.parametrize("page", CHAPTERS)
def test_cells_hold_no_natural_language(page):
    """No cell holds Hangul: one run serves every language of the book."""
    assert [cell.line for cell in cells(page) if HANGUL.search(cell.code)] == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_comments_are_shapes_or_terms(page):
    """A comment in a cell is a shape, a circled number or a term in TeX, never words."""
    said = [(line, text) for cell in cells(page) for line, text in comments(cell)]
    assert [(line, text) for line, text in said if not text or WORD.search(TEX.sub(" ", text))] == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_cells_are_short(page):
    """A cell has at most 12 lines."""
    lengths = {cell.line: len(cell.code.splitlines()) for cell in cells(page)}
    assert {line: length for line, length in lengths.items() if length > LINES_A_CELL} == {}


def test_every_file_beside_the_chapters_is_watched() -> None:
    """A module, style or data file under book/ that texsor_depends_on does not match would leave numbers stale."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    watched = {path for pattern in settings["texsor_depends_on"] for path in ROOT.glob(pattern)}
    beside = (path for path in (ROOT / "book").rglob("*") if path.is_file() and path.suffix not in (".md", ".ipynb"))
    assert [path for path in beside if path not in watched and "__pycache__" not in path.parts] == []
