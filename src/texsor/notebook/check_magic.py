"""``%check NAME EXPRESSION``: prove a declared formula against what the code computed; outside it the cell raises.

``%check --fails NAME EXPRESSION`` shows a wrong formula going red, and raises if it holds.
"""

from __future__ import annotations

import dataclasses
import io
import os
import re
import tokenize
from collections.abc import Iterator
from typing import Any

from IPython.display import display
from torch import Tensor

from texsor.check.comments import CodeLine, code_lines
from texsor.check.diagnose import diagnose
from texsor.check.mutation import judge
from texsor.check.pairing import pair, unpaired
from texsor.check.proof import Proof, prove
from texsor.check.report import report
from texsor.check.sides import Claim
from texsor.errors import Invalid, Location, TexsorError
from texsor.notebook.docstring import lines_of
from texsor.notebook.earlier import earlier
from texsor.notebook.formula_magic import CELL
from texsor.notebook.session import Checked, Declaration, Session
from texsor.records import MUTANTS, SourceLine, to_json
from texsor.verdicts import VERDICT, Verdict

REQUEST = re.compile(r"(?P<fails>--fails\s+)?(?P<name>[A-Za-z][\w-]*)\s+(?P<expression>\S.*)", re.DOTALL)
CALLED = re.compile(r"\s*get_ipython\(\)\.run_line_magic\('check',")
"""A line of a cell on which ``%check`` stands, as IPython translates it."""


class CheckFailed(TexsorError):  # noqa: N818 - it says what happened
    """A formula and the code that it stands beside are not the same, or are although they should not be."""


@dataclasses.dataclass(frozen=True)
class Request:
    """What a %check line asks."""

    name: str
    """The formula's name."""
    expression: str
    """What it is checked against."""
    wanted: bool
    """Whether it is meant to hold."""
    line: SourceLine
    """Where it is asked."""

    @property
    def where(self) -> Location:
        """The line as refusals name it."""
        return Location(CELL, self.line.line)

    @classmethod
    def read(cls, text: str, line: SourceLine) -> Request:
        """Read what stands behind %check."""
        found = REQUEST.fullmatch(without_comment(text).strip())
        if found is None:
            what, remedy = (
                f"%check cannot read {text!r}",
                "write %check NAME EXPRESSION, or %check --fails NAME EXPRESSION",
            )
            raise Invalid(what, where=Location(CELL, line.line), remedy=remedy)
        return cls(found["name"], found["expression"].strip(), not found["fails"], line)


def check(session: Session, text: str) -> None:
    """Prove one formula, show the verdict, and raise where it is not the one that the chapter wants.

    :raises CheckFailed: with both numbers, the errors and what the code computes instead.
    :raises TexsorError: a formula or an expression that cannot be evaluated, a comment that names no term.
    """
    asked = Request.read(text, session.here())
    declaration = session.declaration(asked.name)
    recording = session.recorder.active
    try:
        claim = _claim(session, declaration, asked)
        session.flush()  # the lines above are complete: their operations can be asked for
        verdict = _verdict(session, claim, declaration, asked)
    finally:
        if recording and not session.recorder.active:
            session.recorder.start()
    _remember(session, Checked(declaration, verdict, claim.target))
    display({VERDICT: to_json(verdict), "text/plain": report(verdict)}, raw=True)
    if verdict.holds is not verdict.wanted:
        raise CheckFailed(report(verdict), where=asked.where)


def without_comment(text: str) -> str:
    """A magic's line without the trailing comment that IPython hands over with it."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                return text[: token.start[1]]
    except (tokenize.TokenError, SyntaxError):
        pass  # the expression is refused, with its place, when it is evaluated
    return text


def _remember(session: Session, checked: Checked) -> None:
    """Later formulas may use what this one defines, if it holds."""
    if checked.verdict.wanted:
        session.checked.pop(checked.verdict.name, None)
        if checked.verdict.holds:
            session.checked[checked.verdict.name] = checked


def _claim(session: Session, declaration: Declaration, asked: Request) -> Claim:
    target = _evaluate(session, asked.expression, f"the expression that {asked.name} is checked against", asked)
    if not isinstance(target, Tensor):
        what = f"{asked.expression} is {type(target).__name__}, and a check needs a tensor"
        remedy = "name the tensor that the code computed"
        raise Invalid(what, where=asked.where, excerpt=asked.expression, remedy=remedy)
    since = session.recorder.mark()
    where = {
        binding.symbol: _evaluate(session, binding.expression, f"the binding of {binding.symbol}", asked)
        for binding in declaration.bindings
    }
    where |= earlier(session, declaration.formula, where, target)
    return Claim.of(declaration.formula, target, where, session.recorder, since)


def _evaluate(session: Session, expression: str, what: str, asked: Request) -> Any:
    try:
        return eval(compile(f"({expression}\n)", f"<{what}>", "eval"), session.shell.user_ns)
    except Exception as error:
        problem = f"{what} raised {type(error).__name__}: {error}"
        raise Invalid(problem, where=asked.where, excerpt=expression) from error


def _verdict(session: Session, claim: Claim, declaration: Declaration, asked: Request) -> Verdict:
    proof = prove(claim, name=asked.name, expression=asked.expression, wanted=asked.wanted)
    if not proof.verdict.holds:
        return dataclasses.replace(proof.verdict, diagnosis=diagnose(proof))
    return _paired(session, proof, declaration, asked) if asked.wanted else proof.verdict


def _paired(session: Session, proof: Proof, declaration: Declaration, asked: Request) -> Verdict:
    lines = list(_code(session, declaration, asked))
    terms = pair(proof.evaluation, lines, session.recorder, session.calls)
    recorded = session.recorder.lines.known()
    near = [line for line in recorded if line.path == asked.line.path or not line.path.startswith("In[")]
    missing = unpaired(proof.evaluation, terms, near, session.recorder)
    judged = tuple(judge(proof)) if os.environ.get(MUTANTS) else ()
    return dataclasses.replace(proof.verdict, terms=terms, unpaired=missing, mutants=judged)


def _code(session: Session, declaration: Declaration, asked: Request) -> Iterator[CodeLine]:
    """The lines whose comments may name terms: of this cell since the check before, or of the formula's function."""
    if declaration.function is not None:
        yield from lines_of(declaration.function, _library_path(session, declaration.function))
        return
    source = session.source()
    rows = source.splitlines()[: asked.line.line - 1]
    first = max((number for number, row in enumerate(rows, start=1) if CALLED.match(row)), default=0)
    yield from (found for found in code_lines(source, asked.line.path) if first < found.line.line < asked.line.line)


def _library_path(session: Session, function: Any) -> str:
    """How the recording names the file of a function."""
    name = function.__module__.replace(".", "/")
    known = {line.path for line in session.recorder.lines.known()}
    return next((path for path in (f"{name}.py", f"{name}/__init__.py") if path in known), f"{name}.py")
