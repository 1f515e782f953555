"""The numbers that the seed notebook published come out of the chapters' own cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from texsor.execute import Stored

Chapters = Callable[[str], Stored]

# float32; the tolerances are those of the published table, half a unit of its last digit or less.
PROBABILITIES_1 = (7.454046e-05, 3.106058e-05, 1.156279e-05)
PROBABILITIES_2 = (1.033667e-05, 5.677593e-05, 4.755931e-06)
LOG_PROBABILITIES = (-9.5042, -10.3796, -11.3677, -11.4798, -9.7764, -12.2561)
LOSS, TOTAL = 10.7940, 64.7638


def value(stored: Stored, name: str) -> object:
    """The value that a chapter recorded under a name."""
    return stored.values()[name][0]


def outputs(stored: Stored) -> str:
    """Everything that a chapter's cells show as text."""
    data = (o.get("data", {}) for cell in stored.notebook.cells for o in cell.get("outputs", ()))
    return "\n".join(shown.get("text/plain", "") for shown in data)


@pytest.mark.parametrize(
    ("name", "published"), [("target_probas_1", PROBABILITIES_1), ("target_probas_2", PROBABILITIES_2)]
)
def test_target_probabilities(chapter: Chapters, name: str, published: tuple[float, ...]) -> None:
    """The probability of each target is the published one, to 2e-9."""
    assert value(chapter("loss/by-hand"), name) == pytest.approx(published, abs=2e-9, rel=0)


def test_log_probabilities(chapter: Chapters) -> None:
    """The log-probability of each target is the published one, to its last digit."""
    assert value(chapter("loss/by-hand"), "log_probas") == pytest.approx(LOG_PROBABILITIES, abs=6e-5, rel=0)


@pytest.mark.parametrize("name", ["loss/by-hand", "loss/mapping", "loss/cross-entropy"])
def test_loss(chapter: Chapters, name: str) -> None:
    """Three chapters come to the published loss by three ways."""
    assert value(chapter(name), "loss") == pytest.approx(LOSS, abs=5e-5, rel=0)


def test_total_is_six_times_the_mean(chapter: Chapters) -> None:
    """The sum over the positions is N times the mean, and is not the loss."""
    stored = chapter("loss/mapping")
    assert value(stored, "total") == pytest.approx(TOTAL, abs=5e-5 * 6, rel=0)
    assert value(stored, "ratio") == pytest.approx(6, rel=1e-6)


def test_the_reader_sees_the_published_digits(chapter: Chapters) -> None:
    """The cells print the loss and the log-probabilities with the published digits."""
    shown = outputs(chapter("loss/by-hand"))
    assert "tensor(10.7940)" in shown
    assert all(f"{number:.4f}" in shown for number in LOG_PROBABILITIES)


def test_token_ids(chapter: Chapters) -> None:
    """The data chapter prints the seed's token ids."""
    shown = re.sub(r"\s+", "", outputs(chapter("loss/data")))
    assert "tensor([[16833,3626,6100],[40,1107,588]])" in shown
    assert "tensor([[3626,6100,345],[1107,588,11311]])" in shown


@pytest.mark.parametrize("page", ["by-hand", "mapping"])
def test_prose_repeats_the_run(site: Path, chapter: Chapters, page: str) -> None:
    """The loss that the prose of a page names is the one its cells computed."""
    printed = f"{value(chapter(f'loss/{page}'), 'loss'):.4f}"
    html = (site / "book" / "loss" / f"{page}.html").read_text(encoding="utf-8")
    assert f'<span class="texsor-value">{printed}</span>' in html
