r"""``%%formula NAME``: declare a formula and what its symbols are bound to.

The cell holds LaTeX, then a line ``where``, then one binding a line: a symbol, ``=``, Python on the chapter's names.
``%%formula NAME from lmloss.losses.nll`` takes the LaTeX from a docstring; the cell holds the bindings only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from IPython.display import display

from texsor.check.evaluate_bindings import vocabulary
from texsor.docstrings.find import find
from texsor.docstrings.source import latex_of
from texsor.errors import Invalid, Location
from texsor.formula import parse, parse_symbol, to_latex
from texsor.formula.vocabulary import Vocabulary
from texsor.notebook.earlier import defined
from texsor.notebook.session import Binding, Declaration, Session
from texsor.records import to_json
from texsor.verdicts import DECLARED, Declared, Known

HEADER = re.compile(r"(?P<name>[A-Za-z][\w-]*)(?:\s+from\s+(?P<source>[\w.]+))?")
CELL = "cell"
"""How a refusal names the running cell; the build turns it into file and line."""


def declare(session: Session, header: str, body: str) -> None:
    """Parse a formula and remember it under its name.

    :raises TexsorError: on a header, LaTeX or binding that cannot be read, with its line in the cell.
    """
    wanted = HEADER.fullmatch(header.partition("#")[0].strip())
    if wanted is None:
        raise Invalid(
            f"%%formula cannot read {header!r}",
            where=Location(CELL, 1),
            remedy="write %%formula NAME, or %%formula NAME from package.module.function",
        )
    declaration = _declaration(session, body, wanted["source"])
    session.declared[wanted["name"]] = declaration
    session.checked.pop(wanted["name"], None)
    _show(wanted["name"], declaration, wanted["source"])


def _declaration(session: Session, body: str, source: str | None) -> Declaration:
    if source is None:
        latex, bindings, first = split(body)
        if not latex.strip():
            raise Invalid("the formula is empty", where=Location(CELL, 2), remedy="write LaTeX under %%formula")
        bound = read_bindings(bindings, first)
        return Declaration(parse(latex, where=Location(CELL, 2, 1), vocabulary=_known(session, bound)), bound)
    written, bindings, first = split(body)
    if written.strip() and bindings:
        what = f"the formula comes from {source}, and the cell has one too"
        raise Invalid(what, where=Location(CELL, 2), excerpt=written, remedy="leave only bindings in the cell")
    if written.strip():
        bindings, first = body, 2  # `where` may be left out where nothing stands before it
    function = find(source)
    latex, where = latex_of(function)
    bound = read_bindings(bindings, first)
    return Declaration(parse(latex, where=where, vocabulary=_known(session, bound)), bound, function)


def _known(session: Session, bindings: tuple[Binding, ...]) -> Vocabulary:
    """What is known of the names so far: all that are bound, and which of the plain ones are functions or positions.

    A checked formula is read once more with what its bindings come to.
    """
    given = {binding.symbol: _looked_up(session.shell.user_ns, binding.expression) for binding in bindings}
    earlier = {
        name: checked.target for checked in session.checked.values() if (name := defined(checked.declaration.formula))
    }
    return vocabulary({**earlier, **given})


def _looked_up(names: Mapping[str, object], expression: str) -> object:
    """What a dotted name means now; None for anything that would have to be computed, or that is not there yet."""
    first, *others = expression.strip().split(".")
    if not all(part.isidentifier() for part in (first, *others)):
        return None
    found = names.get(first)
    for part in others:
        found = getattr(found, part, None)
    return found


def split(body: str) -> tuple[str, str, int]:
    """The LaTeX, the bindings, and the cell's line on which the bindings begin (the magic itself is line 1)."""
    lines = body.splitlines()
    for at, line in enumerate(lines):
        if line.strip() == "where":
            return "\n".join(lines[:at]).rstrip(), "\n".join(lines[at + 1 :]), at + 3
    return body.rstrip(), "", len(lines) + 2


def read_bindings(text: str, first: int) -> tuple[Binding, ...]:
    """One binding a line; a line that is indented goes on with the one above.

    :raises Invalid: a line without =, an expression that is no Python, a symbol bound twice.
    """
    found: dict[str, Binding] = {}
    for number, entry in _entries(text, first):
        binding = _binding(entry, number)
        name = to_latex(parse_symbol(binding.symbol, where=Location(CELL, number, 1)))
        if name in found:
            raise Invalid(f"{name} is bound twice", where=Location(CELL, number), excerpt=entry)
        found[name] = binding
    return tuple(found.values())


def _entries(text: str, first: int) -> Iterator[tuple[int, str]]:
    """Each binding with the lines that go on with it, and the number of its first line."""
    entry, begin = "", first
    for number, line in enumerate(text.splitlines(), start=first):
        if entry and line[:1].isspace():
            entry += f"\n{line}"
        elif line.strip():
            if entry:
                yield begin, entry
            entry, begin = line, number
    if entry:
        yield begin, entry


def _binding(entry: str, number: int) -> Binding:
    symbol, equals, expression = (part.strip() for part in entry.partition("="))
    where = Location(CELL, number)
    if not (symbol and equals and expression):
        raise Invalid("this is no binding", where=where, excerpt=entry, remedy="write SYMBOL = EXPRESSION")
    try:
        ast.parse(f"({expression}\n)", mode="eval")
    except SyntaxError as error:
        raise Invalid(f"this is no Python: {error.msg}", where=where, excerpt=entry) from None
    return Binding(symbol, expression)


def _show(name: str, declaration: Declaration, source: str | None) -> None:
    latex = declaration.formula.latex
    bindings = tuple((binding.symbol, binding.expression) for binding in declaration.bindings)
    data: dict[str, Any] = {
        DECLARED: to_json(Declared(name, latex, bindings, source, _names(declaration.formula.vocabulary))),
        "text/latex": f"$$ {latex} $$",
        "text/plain": f"{name}: {latex}",
    }
    display(data, raw=True)


def _names(known: Vocabulary) -> Known:
    """The same as a record, for whoever reads the formula without the notebook."""
    found = known.bound or (), known.words, known.functions, known.positions
    return Known(*(tuple(sorted(names)) for names in found))
