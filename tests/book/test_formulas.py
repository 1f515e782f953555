"""Every formula of the book: proved, and by a check that would have found it wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from texsor.execute import Stored
from texsor.records import from_json
from texsor.verdicts import DECLARED, VERDICT, Declared, Verdict

Chapters = Callable[[str], Stored]
CHAPTERS = ["probabilities", "by-hand", "mapping", "cross-entropy"]


def verdicts(stored: Stored) -> list[Verdict]:
    """What the checks of a chapter found."""
    return [from_json(Verdict, record) for record in stored.records(VERDICT)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_declared_formula_is_proved(chapter: Chapters, name: str) -> None:
    """Each formula that a chapter declares holds, in value and gradient, on two sets of leaves."""
    stored = chapter(f"loss/{name}")
    proved = {found.name: found for found in verdicts(stored) if found.wanted}
    for declared in (from_json(Declared, record) for record in stored.records(DECLARED)):
        found = proved[declared.name]
        assert found.holds
        assert found.value_only == "", (declared.name, found.value_only)
        for member in found.members:
            assert member.gradient_error is not None
            assert max(member.value_error, member.gradient_error) <= 1e-10


def test_the_seed_formula_is_proved_in_four_checks(chapter: Chapters) -> None:
    """The mapping chapter proves ℓ, the sum that picks, the total 64.7638 and the mean 10.7940."""
    found = {verdict.name: verdict for verdict in verdicts(chapter("loss/mapping")) if verdict.wanted}
    assert len(found["token-loss"].members[0].value.values) == 6  # type: ignore[arg-type]
    assert len(found["sum-picks"].members) == 2
    assert found["sum-loss"].members[0].value.values == pytest.approx(64.7638, abs=3e-4)
    assert found["mean-loss"].members[0].value.values == pytest.approx(10.7940, abs=5e-5)
    assert all(term.proved for name in ("token-loss", "picked-loss") for term in found[name].terms)
    assert [len(found[name].unpaired) for name in ("token-loss", "picked-loss")] == [0, 0]


def test_the_sum_against_the_mean_goes_red_with_its_reason(chapter: Chapters) -> None:
    """The wrong check is shown red, and its diagnosis names the ratio and the axis."""
    (red,) = [verdict for verdict in verdicts(chapter("loss/mapping")) if not verdict.wanted]
    assert not red.holds
    assert "6, the size of axis n" in red.diagnosis


def test_mutants_of_the_book_are_caught(chapter: Chapters) -> None:
    """At least 99 % of the mutants that are other formulas turn the chapters' own checks red."""
    statuses = Counter(
        mutant.status
        for name in CHAPTERS
        for verdict in verdicts(chapter(f"loss/{name}"))
        for mutant in verdict.mutants
    )
    assert statuses["caught"] >= 50
    assert statuses["caught"] >= 0.99 * (statuses["caught"] + statuses["survived"])
