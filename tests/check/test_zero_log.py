"""0 · log 0 is 0, and the verdict says that it was needed."""

from __future__ import annotations

import pytest
import torch

import texsor


@pytest.mark.parametrize(
    ("probas", "needed"), [([0.25, 0.75, 0.0], True), ([0.25, 0.5, 0.25], False)], ids=["a zero", "none"]
)
def test_the_verdict_says_whether_the_convention_was_used(probas, needed) -> None:
    """A probability of 0 beside a factor 0 gives a finite loss, and a note; without one there is no note."""
    p, y = torch.tensor(probas), torch.tensor([0.0, 1.0, 0.0])
    verdict = texsor.check(r"L = -\sum_i y_i \log p_i", lambda: -p[1].log(), where={"y": y, "p": p})
    assert verdict.holds
    assert verdict.members[0].value.values == pytest.approx(-torch.log(torch.tensor(probas[1])).item())
    assert verdict.zero_log is needed


def test_an_infinite_loss_is_no_convention() -> None:
    """Where the target itself has probability 0 the loss is infinite, and nothing is taken as 0."""
    p, y = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    verdict = texsor.check(r"L = -\sum_i y_i \log p_i", lambda: -p[1].log(), where={"y": y, "p": p})
    assert verdict.holds
    assert not verdict.zero_log
