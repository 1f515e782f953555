"""Every published formula, by topic."""

from __future__ import annotations

from published import (
    activations,
    adaptive,
    attention,
    cells,
    losses,
    metrics,
    normalisation,
    optimisers,
    pairs,
    regression,
    schedules,
    smooth,
)
from published.entry import Entry

TOPICS: dict[str, tuple[Entry, ...]] = {
    "Losses": losses.ENTRIES + regression.ENTRIES + pairs.ENTRIES,
    "Activations": activations.ENTRIES + smooth.ENTRIES,
    "Normalisation, similarities, cells": normalisation.ENTRIES + cells.ENTRIES,
    "Attention and positions": attention.ENTRIES,
    "Optimisers and schedules": optimisers.ENTRIES + adaptive.ENTRIES + schedules.ENTRIES,
    "Metrics": metrics.ENTRIES,
}
"""The topics, in the order of the page."""

ENTRIES = tuple(entry for entries in TOPICS.values() for entry in entries)
"""All of them."""
