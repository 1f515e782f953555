r"""The ``where`` list under a formula: what each symbol is bound to, in Python.

A sentence, ``where :math:`y` = ``probas.flatten()`` and :math:`t` = ``targets```, or the word with a list under it.
``with ``reduction="sum"``` sets an argument, there or in a paragraph of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from texsor.docstrings.source import MATH, Docstring
from texsor.errors import Invalid, Location, TexsorError
from texsor.formula import Source, Span, parse, parse_symbol, to_latex

WHERE = re.compile(r"\s*(?:where\b:?|(?=with\s+`))")
NOT_CHECKED = re.compile(r"\s*Not checked:\s*(?P<reason>.*)", re.DOTALL)
SECTION = re.compile(r"\s*[A-Z]\w*( \w+)*:\s*")
"""The heading of a section, such as ``Shape:``: what stands below it belongs to no formula."""
BULLET = re.compile(r"^[ \t]*[-*+] +", re.MULTILINE)
BINDING = re.compile(r":math:`(?P<symbol>[^`]+)`\s*=\s*(?P<quote>``?)(?P<code>[^`]+)(?P=quote)")
SETTING = re.compile(r"with\s+(?P<quote>``?)(?P<code>[^`]+)(?P=quote)")
STARTS = re.compile(rf"{BINDING.pattern}|{SETTING.pattern.replace('quote', 'mark').replace('code', 'text')}")
BETWEEN = re.compile(r"\s*(?:[,;]\s*(?:and\s+)?|and\s+)")
END = re.compile(r"\s*\.?\s*\Z")


@dataclass(frozen=True)
class Entry:
    """One thing that a where list says."""

    left: str
    """The symbol's LaTeX; for an argument that ``with`` sets, its name."""
    name: str
    """The same in canonical spelling."""
    code: str
    """A Python expression."""
    source: Source
    """The text that it stands in, for carets."""
    span: Span
    """Where in that text the expression stands."""
    setting: bool = False
    """Whether it sets an argument."""

    def refuse(self, what: str, remedy: str | None = None) -> Invalid:
        """A refusal with a caret under the expression."""
        return self.source.invalid(self.span, what, remedy)


@dataclass(frozen=True)
class Beside:
    """What stands between one formula and the next."""

    entries: tuple[Entry, ...] = ()
    """The where list's entries."""
    listed: bool = False
    """Whether there is a where list."""
    not_checked: str = ""
    """Why the formula is not checked; empty if it is."""


def beside(docstring: Docstring, start: int) -> Beside:
    """Read what stands from a line of a docstring to its next formula or section.

    :raises Invalid: a where list that is not written as it must be, with a caret.
    """
    found = Beside()
    for begin, end in _paragraphs(docstring, start):
        text = "\n".join(docstring.rows[begin:end])
        reason = NOT_CHECKED.fullmatch(text)
        if reason:
            why = " ".join(reason["reason"].split())
            if not why:
                raise _source(docstring, begin, end).invalid(_whole(text), "no reason is given", "write why")
            found = Beside(found.entries, found.listed, why)
        elif WHERE.match(text):
            if found.listed:
                what, remedy = "a second where list for one formula", "write one list"
                raise _source(docstring, begin, end).invalid(_whole(text), what, remedy)
            found = Beside(tuple(_entries(docstring, begin, end)), True, found.not_checked)
    return found


def _paragraphs(docstring: Docstring, start: int) -> Iterator[tuple[int, int]]:
    """The first and behind the last line of each paragraph; a list belongs to the word above it."""
    rows = docstring.rows
    end = start
    while end < len(rows):
        begin = end
        while begin < len(rows) and not rows[begin].strip():
            begin += 1
        if begin == len(rows) or MATH.fullmatch(rows[begin]):
            return
        if SECTION.fullmatch(rows[begin]) and not NOT_CHECKED.fullmatch(rows[begin]):
            return
        end = _behind(rows, begin)
        if WHERE.fullmatch("\n".join(rows[begin:end]).rstrip()):
            while (more := _next(rows, end)) < len(rows) and BULLET.match(rows[more]):
                end = _behind(rows, more)
        yield begin, end


def _behind(rows: list[str], begin: int) -> int:
    """The line behind a paragraph."""
    return next((at for at in range(begin, len(rows)) if not rows[at].strip() or MATH.fullmatch(rows[at])), len(rows))


def _next(rows: list[str], at: int) -> int:
    """The next line with something on it."""
    return next((number for number in range(at, len(rows)) if rows[number].strip()), len(rows))


def _source(docstring: Docstring, begin: int, end: int) -> Source:
    return Source("\n".join(docstring.rows[begin:end]), docstring.at(begin, 1))


def _whole(text: str) -> Span:
    return Span(len(text) - len(text.lstrip()), len(text.rstrip()))


def _entries(docstring: Docstring, begin: int, end: int) -> Iterator[Entry]:
    source = _source(docstring, begin, end)
    word = WHERE.match(source.text)
    at = word.end() if word else 0
    rest = source.text[at:]
    if not rest.strip():
        raise source.invalid(_whole(source.text), "nothing stands under where", "write :math:`y` = ``probas``")
    head, _, below = rest.partition("\n")
    bullets = [] if head.strip() else list(BULLET.finditer(source.text, at))
    if not bullets:
        yield from _sentence(source, at + len(rest) - len(rest.lstrip()))
        return
    if below.partition("\n")[0].strip():
        what = "on the page this is no list but one line of text"
        raise source.invalid(Span(*bullets[0].span()), what, "leave an empty line above the list")
    ends = [*(bullet.start() for bullet in bullets[1:]), len(source.text)]
    for bullet, behind in zip(bullets, ends, strict=True):
        yield from _bullet(source, bullet.end(), behind)


def _sentence(source: Source, at: int) -> Iterator[Entry]:
    """Bindings with commas or "and" between them, and nothing else."""
    while True:
        entry, at = _entry(source, at)
        yield entry
        if END.match(source.text, at):
            return
        between = BETWEEN.match(source.text, at)
        if between is None:
            rest = Span(at, len(source.text.rstrip()))
            what = "a where sentence holds bindings and nothing else"
            raise source.invalid(rest, what, "write a list under where to explain them, or a paragraph of its own")
        at = between.end()


def _bullet(source: Source, at: int, behind: int) -> Iterator[Entry]:
    """Bindings, and behind a comma, a colon or a bracket any words."""
    while True:
        entry, at = _entry(source, at)
        yield entry
        between = BETWEEN.match(source.text, at, behind)
        if between is None or not STARTS.match(source.text, between.end(), behind):
            break
        at = between.end()
    rest = source.text[at:behind].strip()
    hidden = BINDING.search(source.text, at, behind)
    if hidden:
        raise source.invalid(Span(*hidden.span()), "this binding stands behind words", "give it a line of its own")
    if rest and rest[0] not in ".,;:(—":
        raise source.invalid(Span(at, behind), "a comma is missing before these words", "write one")


def _entry(source: Source, at: int) -> tuple[Entry, int]:
    binding, setting = BINDING.match(source.text, at), SETTING.match(source.text, at)
    found = binding or setting
    if found is None:
        line = source.text.find("\n", at)
        rest = Span(at, len(source.text) if line < 0 else line)
        remedy = "write :math:`SYMBOL` = ``PYTHON``, or with ``ARGUMENT=PYTHON``"
        raise source.invalid(rest, "this is no binding", remedy)
    span = Span(*found.span("code"))
    if binding:
        name = _name(binding["symbol"], source.locate(Span(*binding.span("symbol"))))
        code = " ".join(binding["code"].split())
        entry = Entry(binding["symbol"], name, code, source, span)
        _check_python(entry, code)
        return entry, found.end()
    return _setting(" ".join(found["code"].split()), source, span), found.end()


def _name(latex: str, where: Location) -> str:
    """A symbol, or a left side that is more than one, in canonical spelling."""
    try:
        return to_latex(parse_symbol(latex, where=where))
    except TexsorError as error:
        try:
            # As a left side: g(u) alone would be a product.
            left, _ = parse(f"{latex} = 0", where=where).members
        except (TexsorError, ValueError):
            raise error from None
        return to_latex(left)


def _check_python(entry: Entry, code: str) -> ast.expr:
    try:
        return ast.parse(f"({code}\n)", mode="eval").body
    except SyntaxError as error:
        raise entry.refuse(f"this is no Python: {error.msg}") from None


def _setting(code: str, source: Source, span: Span) -> Entry:
    """``with ``reduction="sum"```: an argument for this formula's call."""
    name, equals, value = (part.strip() for part in code.partition("="))
    entry = Entry(name, name, value, source, span, setting=True)
    if not (name.isidentifier() and equals and value):
        raise entry.refuse("this sets no argument", 'write with ``reduction="sum"``')
    _check_python(entry, value)
    return entry
