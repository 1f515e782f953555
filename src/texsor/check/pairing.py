"""Which line of code computes which term: a trailing comment says it, the line's tensor proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor

from texsor.check.comments import CodeLine
from texsor.check.compare import recorded_tolerance, relative_error
from texsor.check.evaluate import Evaluation
from texsor.check.shown import show
from texsor.errors import Invalid, TexsorError
from texsor.formula import Pattern, Term, candidates, match, parse_terms, to_latex
from texsor.formula.matching import ambiguous
from texsor.formula.parts import terms
from texsor.formula.vocabulary import Vocabulary
from texsor.records import OpCall, SourceLine, TensorMeta
from texsor.trace import LineValue, Recorder
from texsor.verdicts import PairedTerm, Unpaired

REMARKS = "a comment behind code is a shape, or terms of the formula, or both; put a remark on a line of its own"


@dataclass(frozen=True, eq=False)
class _Evidence:
    """A line's tensor that equals a term's value."""

    value: LineValue
    tensor: Tensor
    error: float


def pair(
    evaluation: Evaluation, lines: Sequence[CodeLine], recorder: Recorder, calls: Sequence[OpCall]
) -> tuple[PairedTerm, ...]:
    """Give each line's comment the part that it means, and prove it by the line's tensor.

    :raises TexsorError: on a comment that is no term of the formula, that could mean several of its parts, or on a part
        that two lines claim.
    """
    found: dict[int, PairedTerm] = {}
    for line in lines:
        for pattern in _patterns(line, evaluation.formula.vocabulary):
            term, evidence = _meant(pattern, evaluation, line, recorder)
            known = found.get(id(term.node))
            if known is not None:
                what = f"{term.text} is named on two lines: here and on {known.line}"
                raise Invalid(what, where=line.where, excerpt=line.code, remedy="leave it on one of them")
            found[id(term.node)] = _paired(term, line, evidence, calls)
    return tuple(sorted(found.values(), key=lambda paired: paired.places))


def unpaired(
    evaluation: Evaluation, paired: Iterable[PairedTerm], lines: Iterable[SourceLine], recorder: Recorder
) -> tuple[Unpaired, ...]:
    """The terms that no comment names, each with the lines whose tensor equals its value."""
    named, known = {term.places for term in paired}, list(lines)
    return tuple(
        Unpaired(term.text, tuple(_proving(_value(evaluation, term), known, recorder)))
        for term in terms(evaluation.formula)
        if _places(term) not in named
    )


def _patterns(line: CodeLine, vocabulary: Vocabulary) -> list[Pattern]:
    try:
        return parse_terms(line.terms, where=line.where, vocabulary=vocabulary)
    except TexsorError as error:
        error.remedy = error.remedy or REMARKS
        raise


def _meant(
    pattern: Pattern, evaluation: Evaluation, line: CodeLine, recorder: Recorder
) -> tuple[Term, _Evidence | None]:
    """The part that a comment means: the only one that fits, or the only one that the line's tensor proves."""
    fitting = candidates(pattern, evaluation.formula)
    if len(fitting) < 2 or pattern.which is not None:
        try:
            fitting = [match(pattern, evaluation.formula)]
        except TexsorError as error:
            error.remedy = f"{error.remedy}\n  {REMARKS}" if error.remedy else REMARKS
            raise
    found = [(term, _evidence(_value(evaluation, term), line.lines, recorder)) for term in fitting]
    proved = [(term, evidence) for term, evidence in found if evidence]
    if len(found) > 1 and len(proved) != 1:
        raise ambiguous(pattern, fitting)
    return (proved or found)[0]


def _value(evaluation: Evaluation, term: Term) -> Tensor:
    return evaluation.at(term.node).tensor


def _evidence(wanted: Tensor, lines: Iterable[SourceLine], recorder: Recorder) -> _Evidence | None:
    """The tensor of some lines that equals a value, each line's last one first; None if none does."""
    for line in lines:
        for value in reversed(recorder.values(line)):
            tensor = value.tensor
            if tensor is None or tensor.is_complex() or tensor.numel() != wanted.numel():
                continue
            error = relative_error(tensor, wanted)
            if error <= recorded_tolerance(tensor.dtype):
                return _Evidence(value, tensor, error)
    return None


def _proving(wanted: Tensor, lines: Iterable[SourceLine], recorder: Recorder) -> Iterator[SourceLine]:
    return (line for line in lines if _evidence(wanted, [line], recorder))


def _paired(term: Term, line: CodeLine, evidence: _Evidence | None, calls: Sequence[OpCall]) -> PairedTerm:
    call = _call(evidence, calls) if evidence else None
    return PairedTerm(
        term=term.text,
        latex=to_latex(term.node),
        places=_places(term),
        line=line.line,
        code=line.code.strip(),
        proved=evidence is not None,
        operation=evidence.value.operation if evidence else "",
        inputs=call.inputs if call else (),
        output=_meta(evidence.tensor) if evidence else None,
        value=show(evidence.tensor) if evidence else None,
        error=evidence.error if evidence else None,
    )


def _call(evidence: _Evidence, calls: Sequence[OpCall]) -> OpCall | None:
    """The recorded operation that made a line's tensor, the latest where the line ran several times."""
    value, made = evidence.value, _meta(evidence.tensor)
    fitting = (call for call in reversed(calls) if value.line in call.stack and call.operation == value.operation)
    return next((call for call in fitting if made in call.outputs), None)


def _meta(tensor: Tensor) -> TensorMeta:
    return TensorMeta(tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."), str(tensor.device))


def _places(term: Term) -> tuple[tuple[int, int], ...]:
    return tuple((node.head.start, node.head.end) for node in term.places)
