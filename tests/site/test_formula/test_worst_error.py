"""The one error that a verdict's headline shows, and the words for what it means."""

from __future__ import annotations

import pytest

from texsor.site.diagnosis_words import in_words
from texsor.site.numbers import worst
from texsor.site.words import words
from texsor.verdicts import MemberProof, Shown, Verdict

SHOWN = Shown((), "float64", None)


def verdict(exact: float | None, recorded: float) -> Verdict:
    """A verdict of one member with these errors."""
    member = MemberProof("x", SHOWN, exact or recorded, exact, None, None, recorded, overflows=False)
    return Verdict("f", "", "", False, True, (), SHOWN, (member,), (), 1e-10, 2e-5, "", "", (), ())


@pytest.mark.parametrize(
    ("exact", "recorded", "shown"),
    [
        (1e-16, 1e-7, (1e-16, 1e-10)),
        (0.5, 0.5, (0.5, 1e-10)),
        (1e-16, 0.7, (0.7, 2e-5)),
        (None, 1e-7, (1e-7, 2e-5)),
    ],
)
def test_the_error_that_fails_is_shown(exact, recorded, shown) -> None:
    """Exact errors come first, unless they are small and only the code's own dtype fails."""
    assert worst(verdict(exact, recorded)) == shown


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("in float64 the two agree, and in its own dtype the code loses the digits", "자릿수를 잃는다"),
        ("the values agree and the gradients do not: does the code detach something?", "기울기를 끊는가?"),
    ],
)
def test_each_diagnosis_has_its_korean(english, korean) -> None:
    """A Korean page has no English sentence in it."""
    (said,) = in_words(english, words("ko"))
    assert said.astext().endswith(korean)
