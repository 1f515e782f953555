"""A verdict as text, for a terminal and for a notebook without our page."""

from __future__ import annotations

from collections.abc import Iterator

from texsor.verdicts import MemberProof, Shown, Verdict


def report(verdict: Verdict) -> str:
    """Both numbers, the errors and the tolerance, side by side; for a failure, what the code computes instead."""
    return "\n".join(_lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    word = "holds" if verdict.holds else "does NOT hold"
    unwanted = "" if verdict.holds is verdict.wanted else "; it should" + ("" if verdict.wanted else " not")
    yield f"{verdict.name or 'the formula'} {word}{unwanted}: {verdict.latex}"
    yield f"  code      {verdict.expression or 'value'} = {numbers(verdict.code)}"
    for member in verdict.members:
        yield f"  formula   {member.latex} = {numbers(member.value)}"
        yield f"            {errors(member, verdict)}"
    if verdict.value_only:
        values = all(member.gradient_error is None for member in verdict.members)
        yield f"  {'values only' if values else 'not in full'}: {verdict.value_only}"
    if verdict.diagnosis:
        yield f"  diagnosis: {verdict.diagnosis}"


def errors(member: MemberProof, verdict: Verdict) -> str:
    """How far a side is from the code."""
    found = f"recorded {member.recorded_error:.1e} (at most {verdict.recorded_tolerance:.0e})"
    if member.gradient_error is None:
        return found
    exact = f"float64 value {member.value_error:.1e}, gradient {member.gradient_error:.1e}"
    if member.random_value_error is not None:
        exact += f", random leaves {member.random_value_error:.1e}, {member.random_gradient_error:.1e}"
    return f"{exact} (at most {verdict.tolerance:.0e}); {found}" + (
        "; overflows as written" if member.overflows else ""
    )


def numbers(shown: Shown) -> str:
    """A tensor's numbers to seven digits; its type and shape where they are too many."""
    if shown.values is None:
        return f"{shown.dtype}{shown.shape}"
    return _text(shown.values)


def _text(values: object) -> str:
    if isinstance(values, tuple):
        return f"[{', '.join(_text(value) for value in values)}]"
    return f"{values:.7g}" if isinstance(values, float) else str(values)
