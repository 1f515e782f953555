"""The generated part of docs/published.md, written by ``PYTHONPATH=tests python -m published.page``."""

from __future__ import annotations

from collections.abc import Iterable
from math import isinf
from pathlib import Path

from published.catalogue import ENTRIES, TOPICS
from published.compare import TOLERANCE, gap
from published.entry import Entry

PAGE = Path(__file__).parents[2] / "docs" / "published.md"
BEGIN = "<!-- generated: begin -->\n"
END = "<!-- generated: end -->\n"
SEED = 1


def written() -> str:
    """The generated part."""
    found = [entry for entry in ENTRIES if entry.disagrees]
    refused = [entry for entry in ENTRIES if entry.printed]
    counts = f"{len(ENTRIES)} formulas: {len(ENTRIES) - len(found)} agree, {len(found)} do not."
    parts = [
        f"{counts} texsor refuses {len(refused)} of them as they are printed; they are compared as written instead.",
        "## What differs",
        table(("", "Source", "Code", "Value", "Gradient", "Why"), map(differing, found)),
        "As they are printed:",
        *(block(entry) for entry in found),
        "## What texsor does not read as printed, yet",
        table(("", "Refused, since", "Written instead"), map(unread, refused)),
        "As they are printed:",
        *(block(entry) for entry in refused if not entry.disagrees),
        "## What agrees",
    ]
    for topic, entries in TOPICS.items():
        same = [entry for entry in entries if not entry.disagrees]
        parts += [f"### {topic}", table(("", "Source", "Code", "Changed"), map(agreed, same))]
    return "\n\n".join(parts) + "\n"


def block(entry: Entry) -> str:
    """A formula, which may be too long and have too many bars for a cell."""
    return f"{entry.name}\n\n```tex\n{entry.printed or entry.latex}\n```"


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, ("---",) * len(heads), *rows))


def differing(entry: Entry) -> tuple[str, ...]:
    """The row of a formula that is not what the code computes."""
    found = gap(entry, entry.latex, SEED)
    by = "another shape" if found.sizes_differ else amount(found.value)
    slope = "not compared" if found.gradient is None else amount(found.gradient)
    return entry.name, entry.source, implementation(entry), by, slope, entry.diagnosis


def unread(entry: Entry) -> tuple[str, ...]:
    """The row of a formula that had to be changed."""
    return entry.name, f"`{entry.refusal}`", entry.changed


def agreed(entry: Entry) -> tuple[str, ...]:
    """The row of a formula that is what the code computes."""
    return entry.name, entry.source, implementation(entry), entry.changed


def implementation(entry: Entry) -> str:
    """The code, and the options with which it ran."""
    return f"{entry.implementation} ({entry.options})" if entry.options else entry.implementation


def amount(error: float) -> str:
    """A relative error by one digit."""
    if error <= TOLERANCE:
        return "same"
    return "infinite" if isinf(error) else f"{error:.0e}"


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + written() + END + rest.partition(END)[2], encoding="utf-8")
