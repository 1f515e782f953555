"""What a language has to say: its words, and the order in which it puts them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from texsor.formula.nodes import (
    Big,
    Bound,
    Branch,
    Cases,
    Compare,
    Derivative,
    Formula,
    Indicator,
    Logic,
    Node,
)
from texsor.formula.spoken.letters import Letters
from texsor.formula.spoken.said import Said
from texsor.formula.spoken.tables import BIG_WORDS, BRACKET_WORDS, FUNCTION_NAMES, Words


class Tongue(ABC):
    """The words of a language; a language that leaves one out cannot be made."""

    plus: ClassVar[str]
    """Between two terms."""
    minus: ClassVar[str]
    """Between two terms."""
    negative: ClassVar[str]
    """Before a term."""
    divided: ClassVar[str]
    """A slash."""
    inner: ClassVar[str]
    """An inner product."""
    signs: ClassVar[dict[str, str]]
    """How each sign of a product is read."""
    arguments: ClassVar[frozenset[int]]
    """The levels at which a function's argument needs no brackets."""
    powers_follow: ClassVar[bool]
    """Whether a power is heard as a factor behind a bare letter."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters

    def word(self, words: Words) -> str:
        """The one of this language."""
        return words[self.letters.column]

    def function(self, name: str) -> str:
        """A function's name in words."""
        return self.word(FUNCTION_NAMES.get(name) or BIG_WORDS.get(name, (name, name)))

    def bracketed(self, text: str, bracket: str = "(") -> str:
        """Words between words for brackets."""
        return self.enclosed(text, self.word(BRACKET_WORDS[bracket]))

    @abstractmethod
    def say(self, node: Node) -> Said:
        """What is said of a part."""

    @abstractmethod
    def operand(self, said: Said, least: int) -> Said:
        """A part, in brackets where it would be torn apart."""

    @abstractmethod
    def formula(self, formula: Formula) -> str:
        """A whole formula."""

    @abstractmethod
    def enclosed(self, text: str, bracket: str) -> str:
        """Words between brackets of this name."""

    @abstractmethod
    def subscripted(self, name: str, indices: list[str], *, short: bool) -> str:
        """Words with indices."""

    @abstractmethod
    def superscripted(self, name: str, superscript: str) -> str:
        """A name with the superscript that belongs to it."""

    @abstractmethod
    def over(self, above: str, below: str) -> str:
        """A fraction of letters and numerals."""

    @abstractmethod
    def fraction(self, above: Said, below: Said) -> Said:
        """Any other fraction."""

    @abstractmethod
    def raised(self, base: str, exponent: str, *, short: bool) -> str:
        """A power."""

    @abstractmethod
    def carried(self, exponent: str) -> str:
        """The power that a function's name carries."""

    @abstractmethod
    def transposed(self, text: str) -> str:
        """A transpose."""

    @abstractmethod
    def rooted(self, under: str, degree: str, *, short: bool) -> str:
        """A root; of degree two where none is given."""

    @abstractmethod
    def fenced(self, word: str, inside: str, order: str, *, short: bool) -> str:
        """Bars and the like."""

    @abstractmethod
    def applied(self, function: str, argument: Said, base: str, power: str) -> str:
        """A named function, the base of its logarithm and the power that it carries."""

    @abstractmethod
    def of(self, function: str, argument: str) -> str:
        """The value of a function that a name stands for."""

    @abstractmethod
    def listed(self, word: str, parts: list[Said]) -> Said:
        """A function of several parts that have no brackets."""

    @abstractmethod
    def on_derivative(self, node: Derivative) -> Said:
        """A derivative or a gradient."""

    @abstractmethod
    def on_big(self, node: Big) -> Said:
        """A sign that runs: its indices, ranges and condition before its body."""

    @abstractmethod
    def on_bound(self, node: Bound) -> Said:
        """An index and its range."""

    @abstractmethod
    def on_compare(self, node: Compare) -> Said:
        """A condition."""

    @abstractmethod
    def on_logic(self, node: Logic) -> Said:
        """Conditions joined by a word."""

    @abstractmethod
    def on_indicator(self, node: Indicator) -> Said:
        """One where a condition holds."""

    @abstractmethod
    def on_branch(self, node: Branch) -> Said:
        """One line of a distinction of cases."""

    @abstractmethod
    def on_cases(self, node: Cases) -> Said:
        """A distinction of cases: the number of lines first."""
