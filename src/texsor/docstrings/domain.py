"""Which numbers an argument may hold, as the clauses of its Shape line say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import inf

from texsor.docstrings.sizes import parsed

NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
WORDS = r"(?:[A-Za-z][\w-]* )*?"
INTERVAL = re.compile(rf"{WORDS}in (?P<open>[\[(])(?P<low>{NUMBER}), ?(?P<high>{NUMBER})(?P<close>[\])])")
RANGE = re.compile(rf"{WORDS}in (?P<low>[^…\[\]]+)…(?P<high>[^…\[\]]+)")
BOUND = re.compile(rf"(?P<word>at least|at most|above|below) (?P<number>{NUMBER})")
MASK = re.compile(r"-inf\b.*")
ROWS = re.compile(r"each row sums to 1|rows sum to 1")
EMPTY = re.compile(r"may be empty")
MEANT = re.compile(
    r"(.* )?in [\[(].*|(.* )?in [^()\[\]]*….*|(at least|at most|above|below)\b.*|.*\b(may be empty|sums? to 1)\b.*"
)
"""A clause that looks as if it were one of the above."""


@dataclass(frozen=True)
class Domain:
    """The numbers that an argument may hold."""

    low: float = -inf
    """The smallest."""
    high: float = inf
    """The largest."""
    low_open: bool = False
    """Whether the smallest itself is excluded."""
    high_open: bool = False
    """Whether the largest itself is excluded."""
    first: str = ""
    """For integers: the first one, as a size; empty where no range is stated."""
    last: str = ""
    """The last one."""
    masks: bool = False
    """Whether -inf may stand for a class that is masked."""
    rows: bool = False
    """Whether each row sums to 1."""
    empty: bool = False
    """Whether there may be no element at all."""

    def holds(self, number: float) -> bool:
        """Whether a number lies in it."""
        above = number > self.low if self.low_open else number >= self.low
        return above and (number < self.high if self.high_open else number <= self.high)


def add(domain: Domain, clause: str) -> Domain | None:  # noqa: PLR0911 - one return a kind of clause
    """The domain with one more clause; None for a clause that says nothing of numbers."""
    clause = clause.replace("−", "-").replace("∞", "inf")
    if found := INTERVAL.fullmatch(clause):
        low, high = float(found["low"]), float(found["high"])
        return replace(domain, low=low, high=high, low_open=found["open"] == "(", high_open=found["close"] == ")")
    if (found := RANGE.fullmatch(clause)) and parsed(found["low"]) and parsed(found["high"]):
        return replace(domain, first=found["low"].strip(), last=found["high"].strip())
    if found := BOUND.fullmatch(clause):
        number, strict = float(found["number"]), found["word"] in ("above", "below")
        if found["word"] in ("at least", "above"):
            return replace(domain, low=number, low_open=strict)
        return replace(domain, high=number, high_open=strict)
    if MASK.fullmatch(clause):
        return replace(domain, masks=True)
    if ROWS.fullmatch(clause):
        return replace(domain, low=0.0, high=1.0, rows=True)
    return replace(domain, empty=True) if EMPTY.fullmatch(clause) else None


def meant(clause: str) -> bool:
    """Whether a clause that `add` does not know looks like one that it should know.

    >>> meant("at least two tokens a row"), meant("in nats"), meant("in [0, one]")
    (True, False, True)
    """
    return bool(MEANT.fullmatch(clause.replace("−", "-")))
