"""What a docstring states: its formulas in order, each with its where list and the formulas that it goes on from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from texsor.docstrings.shape import Line, describe, shape_lines
from texsor.docstrings.source import Docstring, Written, formulas
from texsor.docstrings.where import Beside, Entry, beside
from texsor.errors import Location, TexsorError
from texsor.formula import Formula, Node, parse, to_latex, walk
from texsor.formula.nodes import Symbol

KINDS = ("random", "edge")
"""The kinds of cases that a formula is put to."""


@dataclass(frozen=True)
class Statement:
    """A formula of a docstring, or why it cannot be read."""

    number: int
    """Which formula of its docstring, counted from 1."""
    where: Location
    """Where it stands."""
    formula: Formula | None = None
    """Its tree; None where it cannot be read."""
    entries: tuple[Entry, ...] = ()
    """What its symbols are bound to, and which arguments are set."""
    steps: tuple[Statement, ...] = ()
    """The formulas before it that define symbols of it, in order."""
    step: bool = False
    """Whether it is such a formula itself: it is checked by way of the one that goes on from it."""
    not_checked: str = ""
    """Why it is not checked; empty if it is."""
    problem: TexsorError | None = None
    """Why it cannot be."""


@dataclass(frozen=True)
class Page:
    """A docstring, read."""

    docstring: Docstring
    """The docstring."""
    statements: tuple[Statement, ...]
    """Its formulas."""
    lines: dict[str, Line] = field(default_factory=dict)
    """Its Shape section, by argument."""

    @property
    def dtypes(self) -> tuple[str, ...]:
        """What is tried one after the other: the dtypes of the first floating argument, else of the first tensor."""
        found = [dtypes for line in dict.fromkeys(self.lines.values()) if (dtypes := _dtypes(line))]
        floats = [dtypes for dtypes in found if any("float" in dtype for dtype in dtypes)]
        return next(iter(floats or found), ())


def _dtypes(line: Line) -> tuple[str, ...]:
    """What a line says; nothing where it describes a result, or cannot be read and will be refused."""
    if "result" in line.names:
        return ()
    try:
        return describe(line).dtypes
    except TexsorError:
        return ()


def read(docstring: Docstring) -> Page:
    """Read a docstring; what is wrong with a formula is kept beside it."""
    try:
        written = formulas(docstring)
    except TexsorError as error:
        return Page(docstring, (Statement(1, error.where or docstring.where, problem=error),))
    found: list[Statement] = []
    inherited: dict[str, Entry] = {}
    waiting = 0
    for number, each in enumerate(written, start=1):
        statement = Statement(number, each.where, entries=tuple(inherited.values()))
        try:
            statement = replace(statement, formula=parse(each.latex, where=each.where))
            same_directive = number < len(written) and written[number].end == each.end
            below = Beside() if same_directive else beside(docstring, each.end)
            _check_names(below.entries)
        except TexsorError as error:
            below, statement = _below_problem(docstring, each), replace(statement, problem=error)
        found.append(replace(statement, not_checked=below.not_checked))
        if below.listed:
            now = inherited | {entry.name: entry for entry in below.entries}
            found[waiting:] = [replace(one, entries=tuple(now.values())) for one in found[waiting:]]
            inherited = {name: entry for name, entry in now.items() if not entry.setting}
            waiting = number
    return Page(docstring, tuple(_used(_linked(found))), shape_lines(docstring))


def _below_problem(docstring: Docstring, each: Written) -> Beside:
    """What stands under a formula that cannot be read: a reason not to check it, or a list for others too."""
    try:
        return beside(docstring, each.end)
    except TexsorError:
        return Beside()  # it is this that is refused


def _check_names(entries: tuple[Entry, ...]) -> None:
    for at, entry in enumerate(entries):
        if entry.name in {other.name for other in entries[:at]}:
            raise entry.refuse(f"{entry.left} is bound twice", "keep one of them")


def name_of(symbol: Symbol) -> str:
    """A symbol's name without its indices."""
    return to_latex(replace(symbol, indices=()))


def names_in(nodes: tuple[Node, ...]) -> set[str]:
    """Every name that stands in some expressions, without and with its indices."""
    symbols = [part for node in nodes for part in walk(node) if isinstance(part, Symbol)]
    return {name_of(symbol) for symbol in symbols} | {to_latex(symbol) for symbol in symbols}


def left_of(statement: Statement) -> Node | None:
    """The left side of an equation."""
    formula = statement.formula
    return formula.members[0] if formula is not None and len(formula.members) > 1 else None


def target_of(statement: Statement) -> Entry | None:
    """The entry that says what the code computed: the one of the left side, which stands nowhere else."""
    left = left_of(statement)
    if left is None or statement.formula is None:
        return None
    elsewhere = names_in(statement.formula.members[1:])
    names = {to_latex(left)} | ({name_of(left)} if isinstance(left, Symbol) else set())
    return next((e for e in statement.entries if e.name in names and e.name not in elsewhere and not e.setting), None)


def _linked(found: list[Statement]) -> list[Statement]:
    """Tie formulas to the earlier ones that define their symbols."""
    for at, statement in enumerate(found):
        if statement.formula is None:
            continue
        right = statement.formula.members[1:] or statement.formula.members
        bound = {entry.name for entry in statement.entries}
        steps: dict[int, Statement] = {}
        for earlier in found[:at]:
            defined = left_of(earlier)
            if not isinstance(defined, Symbol) or earlier.not_checked or target_of(earlier) is not None:
                continue
            if name_of(defined) in names_in(right) - bound:
                steps |= {step.number: step for step in (*earlier.steps, earlier)}
        found[at] = replace(statement, steps=tuple(steps[number] for number in sorted(steps)))
    used = {step.number for statement in found for step in statement.steps}
    return [replace(statement, step=statement.number in used) for statement in found]


def uses(formulas: Iterable[Formula], entry: Entry) -> bool:
    """Whether any of some formulas speaks of what an entry binds."""
    members = tuple(member for formula in formulas for member in formula.members)
    if entry.name in names_in(members):
        return True
    # A function's name, or a left side that is more than a symbol.
    return len(entry.name) > 1 and any(entry.name in to_latex(member) for member in members)


def _used(found: list[Statement]) -> list[Statement]:
    """Refuse entries that no formula of the docstring uses: a symbol is misspelt."""
    formulas = [statement.formula for statement in found if statement.formula is not None]
    if len(formulas) < len(found):
        return found  # what cannot be read may use them
    for at, statement in enumerate(found):
        for entry in statement.entries:
            if not entry.setting and not uses(formulas, entry):
                what = f"no formula of this docstring uses {entry.left}"
                problem = entry.refuse(what, "write it as the formula does")
                found[at] = replace(found[at], problem=found[at].problem or problem)
    return found
