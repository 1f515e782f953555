"""Formulas of papers and documentation: each is what its implementation computes, or is known not to be."""

from __future__ import annotations

import pytest
import torch

import texsor
from published.catalogue import ENTRIES, TOPICS
from published.compare import caught, gap, proof
from published.entry import Draw, Entry
from texsor.errors import TexsorError

SEEDS = (1, 2)
"""Neighbours, since some entries take a case by whether the seed is odd."""

AGREE = [entry for entry in ENTRIES if not entry.disagrees]
DISAGREE = [entry for entry in ENTRIES if entry.disagrees]
REFUSED = [entry for entry in ENTRIES if entry.printed]


def named(entries: list[Entry]) -> pytest.MarkDecorator:
    """A test for each entry, by its name."""
    return pytest.mark.parametrize("entry", entries, ids=[entry.name for entry in entries])


@pytest.mark.parametrize("seed", SEEDS)
@named(AGREE)
def test_formula_is_what_the_code_computes(entry: Entry, seed: int) -> None:
    """Texsor's own check holds, in value and, where the code has a gradient, in gradient."""
    where = entry.where(Draw(seed))
    verdict = texsor.check(entry.latex, lambda: entry.code(where), where=where)
    assert verdict.holds, verdict.diagnosis
    compared = [member.gradient_error is not None for member in verdict.members]
    assert all(compared) or "*" in entry.constants, verdict.value_only


@pytest.mark.parametrize("seed", SEEDS)
@named(AGREE)
def test_formula_is_what_autograd_says(entry: Entry, seed: int) -> None:
    """The same without texsor's recorder: value and gradient of both sides by plain autograd."""
    found = gap(entry, entry.latex, seed)
    assert found.closed, found
    assert (found.gradient is None) == ("*" in entry.constants)


@named(AGREE)
def test_formula_is_what_the_code_computes_in_float32(entry: Entry) -> None:
    """Code that runs in float32 agrees at that dtype's tolerance."""
    where = entry.where(Draw(3, torch.float32))
    assert texsor.check(entry.latex, lambda: entry.code(where), where=where).holds


@named(AGREE)
def test_a_slip_in_the_formula_is_caught(entry: Entry) -> None:
    """The check goes red for a formula with one thing changed: it is not empty."""
    assert caught(entry, Draw(SEEDS[0]))


@pytest.mark.parametrize("seed", SEEDS)
@named(DISAGREE)
def test_known_disagreement_is_still_there(entry: Entry, seed: int) -> None:
    """A formula that is known to differ differs; should it ever agree, its entry is out of date."""
    assert not gap(entry, entry.latex, seed).closed
    if not entry.detached:
        assert not proof(entry, Draw(seed)).verdict.holds


@pytest.mark.parametrize("seed", SEEDS)
@named([entry for entry in DISAGREE if entry.corrected])
def test_diagnosis_is_right(entry: Entry, seed: int) -> None:
    """With what the diagnosis says put right, the formula is what the code computes."""
    found = gap(entry, entry.corrected, seed)
    assert found.value < 1e-10
    assert entry.detached or found.closed, found


@named(REFUSED)
def test_printed_formula_is_still_refused(entry: Entry) -> None:
    """What had to be changed is refused as it is printed; once it is read, the entry has to print it."""
    with pytest.raises(TexsorError) as caught:
        texsor.evaluate(entry.printed, where=entry.where(Draw(SEEDS[0])))
    assert entry.refusal in str(caught.value)


def test_entries_are_complete() -> None:
    """Names are unique, each topic has entries, and what differs or was changed is explained."""
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names) >= 50
    assert all(TOPICS.values())
    assert [entry.name for entry in ENTRIES if entry.disagrees != bool(entry.diagnosis)] == []
    assert [entry.name for entry in ENTRIES if entry.corrected and not entry.disagrees] == []
    assert [entry.name for entry in ENTRIES if bool(entry.printed) != bool(entry.refusal)] == []
    assert [entry.name for entry in ENTRIES if entry.printed and not entry.changed] == []
