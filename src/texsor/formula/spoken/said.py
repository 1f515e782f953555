"""What is said of a part, and how closely it holds together: where a listener needs words for brackets and ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from texsor.formula.nodes import Big, Bound, Compare, Minus, Negate, Node, Number, Plus, Symbol

RELATION, SUM, PRODUCT, BIG, OVER, CALL, POWER, ATOM = range(8)
"""How closely a spoken text holds together, the loosest first.

A condition; terms with plus and minus; factors; what announces itself with a word of its own and runs on until it is
ended (sums, long fractions, maxima); ``1 over N``; a function with a short argument; a power; what nothing tears apart.
"""


@dataclass(frozen=True)
class Said:
    """The spoken text of a part."""

    text: str
    """The words."""
    level: int = ATOM
    """How closely they hold together."""
    open: tuple[str, ...] = ()
    """The words that would end what is not ended in it, the innermost first."""
    tight: str = ""
    """The words with brackets said, so that an index or a power behind them belongs to the whole; if they differ."""
    alone: str = ""
    """The words where nothing else is said, if they differ."""
    short: bool = False
    """Whether it is a name or a numeral: a function applied to it, or a power of it, needs no end."""
    bare: bool = False
    """Whether it is one letter or a numeral: what stands behind it without a sign is heard as a factor."""
    follows: bool = False
    """Whether it is heard as a factor behind a bare one, without a sign."""
    quotient: bool = False
    """Whether it ends in a denominator that goes no further than a pause."""

    @property
    def close(self) -> str:
        """The words that end it; needed only where anything follows that it could take in.

        An end ends the innermost part of its kind with all that is in it, so that it is said once for each of its kind.
        """
        return ", ".join(word for word in self.open if word == self.open[-1])

    @property
    def ended(self) -> str:
        """The words with those that end it."""
        return f"{self.text}, {self.close}," if self.close else self.text

    @property
    def paused(self) -> str:
        """The ended words before an operator: with a pause, if there are pauses or a denominator within."""
        return f"{self.ended}," if "," in self.text or self.close or self.quotient else self.text


def tidy(text: str) -> str:
    """A text with single spaces and single pauses, and none at its ends.

    >>> tidy(" the sum over i of y, end sum,, plus  ")
    'the sum over i of y, end sum, plus'
    """
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"( ?,)+", ",", text)
    return text.strip(" ,")


def terms(node: Plus | Minus) -> tuple[Node, list[tuple[bool, Node]]]:
    """The first term of a sum, and the others with whether they are added; a long sum costs no depth."""
    others = list[tuple[bool, Node]]()
    first: Node = node
    while isinstance(first, (Plus, Minus)):
        others.append((isinstance(first, Plus), first.right))
        first = first.left
    return first, others[::-1]


def short_exponent(node: Node) -> bool:
    """Whether a power's exponent needs no end: a name, a numeral, or one of these with a minus."""
    inner = node.operand if isinstance(node, Negate) else node
    return isinstance(inner, Number) or (isinstance(inner, Symbol) and not inner.superscript)


def short_indices(indices: tuple[Node, ...]) -> bool:
    """Whether indices need no end: plain letters and numerals, the last perhaps with one such index of its own."""
    *first, last = indices
    nested = last.indices if isinstance(last, Symbol) and not last.superscript and not last.label else ()
    ends = plain(last) or (len(nested) == 1 and plain(nested[0]))
    return ends and all(plain(index) for index in first)


def over_set(node: Big) -> bool:
    """Whether the condition of a sign says no more than which set its one index is in, as under a sum over i ∈ S."""
    condition = node.condition
    if not isinstance(condition, Compare) or condition.relations != (r"\in",):
        return False
    index = condition.operands[0]
    return isinstance(index, Symbol) and node.bounds == (Bound(index),)


def plain(node: Node) -> bool:
    """Whether a part is a numeral, or a name with nothing hung on it."""
    hung = isinstance(node, Symbol) and (node.indices or node.label or node.superscript)
    return isinstance(node, Number) or (isinstance(node, Symbol) and not hung)
