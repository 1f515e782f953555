"""The ``Shape`` section of a docstring: for each argument its shapes, dtypes, symbol and domain.

``logits: (…, V) float64 or float32, z, no unit; -inf masks a class.`` docs/docstrings.md has the grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from texsor.docstrings.domain import Domain, add, meant
from texsor.docstrings.letters import latex_letter
from texsor.docstrings.sizes import parsed
from texsor.docstrings.source import Docstring
from texsor.errors import Invalid
from texsor.formula import Source, Span, parse_symbol

HEADING = re.compile(r"(?P<indent>\s*)Shape:\s*")
LINE = re.compile(r"\s*(?:[-*+] +)?(?P<names>\w+(?:, *\w+)*):(?: +|$)")
FLOATING = ("float64", "float32", "bfloat16", "float16")
INTEGER = ("int64", "int32", "int16", "int8", "uint8")
DTYPES = {"floating": FLOATING, "integer": INTEGER} | {name: (name,) for name in (*FLOATING, *INTEGER, "bool")}
SAME = "of the same dtype"
_ONE_KIND = r"(?:an? )?(?:tensor )?\([^()]*\)|(?:an? )?(?:float|int|bool)\b"
_DTYPE = r"(?:[a-z]+\d+|floating|integer|bool)\b"
KINDS = re.compile(rf"(?:{_ONE_KIND})(?: or (?:{_ONE_KIND}))*")
ONE_KIND = re.compile(_ONE_KIND)
DTYPE_LIST = re.compile(rf" *(?P<list>{SAME}|{_DTYPE}(?:(?:, or |, | or ){_DTYPE})*)")


@dataclass(frozen=True)
class Line:
    """A line of a Shape section as it is written."""

    names: tuple[str, ...]
    """The arguments, or results, that it describes."""
    source: Source
    """Its text, for carets."""
    start: int
    """Where what it says of them begins."""


@dataclass(frozen=True)
class Described:
    """What a line says of its arguments."""

    line: Line
    """The line."""
    kinds: tuple[tuple[str, ...] | str, ...]
    """The alternatives: the axes of a tensor, or ``float``, ``int``, ``bool``."""
    dtypes: tuple[str, ...]
    """What a tensor may hold; empty where it is what the argument before holds."""
    symbol: str
    """The LaTeX of its symbol; empty if none is stated."""
    domain: Domain
    """Which numbers."""


def shape_lines(docstring: Docstring) -> dict[str, Line]:
    """The lines of a docstring's Shape section, by the names that they describe."""
    rows = docstring.rows
    heading = next(((at, found) for at, row in enumerate(rows) if (found := HEADING.fullmatch(row))), None)
    if heading is None:
        return {}
    at, found = heading
    below = range(at + 1, len(rows))
    end = next((n for n in below if rows[n].strip() and _indent(rows[n]) <= len(found["indent"])), len(rows))
    filled = [number for number in range(at + 1, end) if rows[number].strip()]
    margin = min((_indent(rows[number]) for number in filled), default=0)
    begins = [number for number in filled if _indent(rows[number]) == margin]
    lines: dict[str, Line] = {}
    for begin, end in pairwise([*begins, *(number + 1 for number in filled[-1:])]):
        source = Source("\n".join(rows[begin:end]).rstrip(), docstring.at(begin, 1))
        named = LINE.match(source.text)
        if named:
            names = tuple(name.strip() for name in named["names"].split(","))
            lines |= dict.fromkeys(names, Line(names, source, named.end()))
    return lines


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def describe(line: Line) -> Described:
    """Read a line.

    :raises Invalid: a line that does not keep to the grammar, with a caret.
    """
    text = line.source.text
    kinds = KINDS.match(text, line.start)
    if kinds is None:
        what = f"this does not say which shape {line.names[0]} has"
        raise _refused(line, line.start, len(text), what, "write (B, T), float, int or bool, or give it by the hook")
    alternatives = tuple(_kind(line, found) for found in ONE_KIND.finditer(text, kinds.start(), kinds.end()))
    dtypes, at = _dtypes(line, kinds.end(), any(isinstance(kind, tuple) for kind in alternatives))
    symbol, domain = "", Domain()
    for begin, end in _clauses(text, at):
        clause = " ".join(text[begin:end].split())
        letter = _symbol(line, clause, begin)
        more = add(domain, clause.replace("...", "…"))
        if letter and symbol:
            raise _refused(line, begin, end, f"{symbol} is the symbol already", "state one symbol")
        if more is None and not letter and meant(clause.replace("...", "…")):
            remedy = "write at least 0, in [0, 1], in 0 … V - 1, or say it in a sentence of its own"
            raise _refused(line, begin, end, "this clause is not understood", remedy)
        symbol, domain = letter or symbol, more or domain
    return Described(line, alternatives, dtypes, symbol, domain)


def _kind(line: Line, found: re.Match[str]) -> tuple[str, ...] | str:
    word = found[0].rpartition(" ")[2]
    if not found[0].endswith(")"):
        return word
    begin = found[0].index("(") + 1
    axes = [axis.strip().replace("...", "…") for axis in found[0][begin:-1].split(",")]
    axes = axes[:-1] if axes[-1] == "" else axes
    for at, axis in enumerate(axes):
        if parsed(axis) is None and not (axis == "…" and at == 0):
            what = f"{axis or 'nothing'} is no size of an axis"
            raise _refused(line, found.start(), found.end(), what, "write (B, T + 1) or (…, V)")
    return tuple(axes)


def _dtypes(line: Line, at: int, tensor: bool) -> tuple[tuple[str, ...], int]:
    """The dtypes behind the shapes, and where they end."""
    found = DTYPE_LIST.match(line.source.text, at)
    if found is None:
        if tensor:
            remedy = "write float32, int64, floating or integer behind the shape"
            raise _refused(line, at, at + 1, f"this does not say which dtype {line.names[0]} has", remedy)
        return (), at
    if found["list"] == SAME:
        return (), found.end()
    names: list[str] = []
    for word in re.finditer(_DTYPE, found["list"]):
        if word[0] not in DTYPES:
            begin = found.start("list") + word.start()
            remedy = f"write one of {', '.join(DTYPES)}, or give the argument by the hook"
            raise _refused(line, begin, begin + len(word[0]), f"the dtype {word[0]} is not known", remedy)
        names += DTYPES[word[0]]
    return tuple(names), found.end()


def _clauses(text: str, at: int) -> list[tuple[int, int]]:
    """Begin and end of what commas and semicolons outside brackets part, up to the end of the sentence."""
    found, depth, begin, end = [], 0, at, len(text)
    for number in range(at, len(text)):
        sign, behind = text[number], text[number + 1 : number + 2]
        depth += (sign in "([") - (sign in ")]")
        if sign == "." and depth <= 0 and not behind.strip() and text[number - 1] != ".":
            end = number
            break
        if sign in ",;" and depth <= 0:
            found.append((begin, number))
            begin = number + 1
    return [pair for pair in [*found, (begin, end)] if text[slice(*pair)].strip()]


def _symbol(line: Line, clause: str, begin: int) -> str:
    """The symbol that a clause states; empty if it is something else."""
    marked = re.fullmatch(r":math:`([^`]+)`", clause)
    if marked is None:
        return latex_letter(clause) or ""
    at = line.source.text.index(marked[1], begin)
    parse_symbol(marked[1], where=line.source.locate(Span(at, at)))
    return marked[1]


def _refused(line: Line, begin: int, end: int, what: str, remedy: str) -> Invalid:
    begin += len(line.source.text[begin:end]) - len(line.source.text[begin:end].lstrip())
    return line.source.invalid(Span(begin, max(begin + 1, end)), what, remedy)
