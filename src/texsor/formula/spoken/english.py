"""English: the words, and their order."""

from __future__ import annotations

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
from texsor.formula.spoken.said import ATOM, BIG, CALL, POWER, PRODUCT, RELATION, SUM, Said, over_set
from texsor.formula.spoken.tables import BIG_WORDS
from texsor.formula.spoken.walk import Walk

IS = {
    "=": "equals",
    r"\ne": "is not equal to",
    "<": "is less than",
    ">": "is greater than",
    r"\le": "is at most",
    r"\ge": "is at least",
    r"\in": "is in",
    r"\notin": "is not in",
    r"\sim": "is drawn from",
    r"\leftarrow": "becomes",
}
"""Relations as verbs."""

BEING = {**{relation: words.removeprefix("is ") for relation, words in IS.items()}, "=": "equal to"}
"""Relations behind a noun: ``over all j not equal to i``."""

POWERS = {"2": "squared", "3": "cubed"}


class English(Walk):
    """Reads formulas in English."""

    plus, minus, negative, divided = "plus", "minus", "minus", "divided by"
    inner = "inner product"
    signs: ClassVar[dict[str, str]] = {
        "": "times",
        r"\times": "times",
        "*": "times",
        r"\cdot": "dot",
        r"\odot": "elementwise times",
        r"\otimes": "outer times",
    }
    arguments = frozenset((BIG, CALL, POWER, ATOM))
    powers_follow = True

    def formula(self, formula: Formula) -> str:
        """Equations in the order in which they are needed, as sentences."""
        *earlier, last = formula.equations
        return ". ".join([*(self.equation(members) for members in earlier), self.equation(last, formula.assigned)])

    def equation(self, members: tuple[Node, ...], assigned: bool = False) -> str:
        """Members with equals between them."""
        first, *others = [self.say(member) for member in members]
        if assigned:
            return f"the new value of {first.paused} is {others[0].text}"
        # Nothing but a relation stands between members, so that none needs its end.
        text = first.text
        for other in others:
            text += f"{',' * (',' in text)} equals {other.text}"
        return text

    def enclosed(self, text: str, bracket: str) -> str:
        """Words between brackets of this name."""
        return f"open {bracket} {text} close {bracket}"

    def subscripted(self, name: str, indices: list[str], *, short: bool) -> str:
        """``z sub n, i``."""
        if short:
            return f"{name} sub {', '.join(indices)}"
        return f"{name} with subscript {' comma '.join(indices)}, end subscript"

    def superscripted(self, name: str, superscript: str) -> str:
        """``x superscript t in parentheses``, ``theta star``."""
        if superscript[0] + superscript[-1] == "()":
            return f"{name} superscript {self.letters.spelled(superscript[1:-1])} in parentheses"
        spelled = self.letters.spelled(superscript)
        return f"{name} {spelled}" if superscript == "*" else f"{name} superscript {spelled}"

    def over(self, above: str, below: str) -> str:
        """``1 over N``."""
        return f"{above} over {below}"

    def fraction(self, above: Said, below: Said) -> Said:
        """``the fraction with numerator a, and denominator b``."""
        text = f"the fraction with numerator {above.ended}, and denominator {below.text}"
        return Said(text, BIG, (*below.open, "end fraction"))

    def raised(self, base: str, exponent: str, *, short: bool) -> str:
        """``x squared``, ``e to the z``."""
        if short:
            return f"{base}{',' * (',' in base)} {self.carried(exponent)}"
        return f"{base} raised to the exponent {exponent}, end exponent"

    def carried(self, exponent: str) -> str:
        """``sine squared``."""
        return POWERS.get(exponent, f"to the {exponent}")

    def transposed(self, text: str) -> str:
        """``A transpose``."""
        return f"{text} transpose"

    def rooted(self, under: str, degree: str, *, short: bool) -> str:
        """``the square root of x``, ``the cube root of the quantity x plus 1, end root``."""
        which = {"": "the square root", "3": "the cube root"}.get(degree, f"the root of degree {degree}")
        return f"{which} of {under}" if short else f"{which} of the quantity {under}, end root"

    def fenced(self, word: str, inside: str, order: str, *, short: bool) -> str:
        """``the absolute value of x``, ``the 2-norm of x``."""
        which = f"the {order}-{word}" if order else f"the {word}"
        return f"{which} of {inside}" if short else f"{which} of the quantity {inside}, end {word}"

    def applied(self, function: str, argument: Said, base: str, power: str) -> str:
        """``log x``, ``log base 2 of x``, ``sine squared of x``."""
        name = " ".join(part for part in (function, base and f"base {base}", power) if part)
        plain = argument.short and name == function != "exp"
        return f"{name} {argument.text}" if plain or not argument.text else f"{name} of {argument.text}"

    def of(self, function: str, argument: str) -> str:
        """``f of x``."""
        return f"{function} of {argument}"

    def listed(self, word: str, parts: list[Said]) -> Said:
        """``the maximum of 0 and x``."""
        texts = [*(part.ended for part in parts[:-1]), parts[-1].text]
        return Said(f"the {word} of {' and '.join(texts)}", BIG, (*parts[-1].open, f"end {word}"))

    def on_derivative(self, node: Derivative) -> Said:
        """``the partial derivative of L with respect to z``."""
        which = "gradient" if node.nabla else "partial derivative"
        return Said(
            f"the {which} of {self.say(node.operand).ended} with respect to {self.say(node.variable).text}", BIG
        )

    def on_big(self, node: Big) -> Said:
        """``the sum over i from 1 to V of``, ``the sum over all j not equal to i, of``."""
        word = self.word(BIG_WORDS[node.operator])
        where = " and ".join(self.say(bound).text for bound in node.bounds if not over_set(node))
        where = f"over {where}" if where else ""
        if node.condition is not None:
            where += f" {'with' if where else 'over all'} {self.clause(node.condition, BEING)},"
        body = self.operand(self.say(node.body), PRODUCT)
        text = f"the {word} {where}" + (f" of {body.text}" if body.text else "")
        return Said(text, BIG, (*body.open, f"end {word}"))

    def on_bound(self, node: Bound) -> Said:
        """``i from 1 to V``, ``i drawn from p``."""
        text = self.say(node.index).text
        if node.lower is not None:
            text += f" from {self.operand(self.say(node.lower), SUM).text}"
        if node.upper is not None:
            text += f" {'up to' if node.lower is None else 'to'} {self.operand(self.say(node.upper), SUM).text}"
        if node.law is not None:
            text += f" drawn from {self.operand(self.say(node.law), SUM).text}"
        return Said(text, RELATION)

    def clause(self, node: Node, words: dict[str, str]) -> str:
        """A condition, with its relations as verbs or behind a noun."""
        if isinstance(node, Logic):
            parts = [
                self.operand(self.say(part), SUM).text if isinstance(part, Logic) else self.clause(part, words)
                for part in node.operands
            ]
            return f", {node.operator} ".join(parts)
        if not isinstance(node, Compare):
            return self.say(node).ended
        text, *others = [self.operand(self.say(part), SUM).ended for part in node.operands]
        for at, (relation, other) in enumerate(zip(node.relations, others, strict=True)):
            text += f", which {IS[relation]} {other}" if at else f" {words[relation]} {other}"
        return text

    def on_compare(self, node: Compare) -> Said:
        """``i equals t sub n``; a chain goes on with ``which``."""
        return Said(self.clause(node, IS), RELATION)

    def on_logic(self, node: Logic) -> Said:
        """``i equals j, and j is less than k``."""
        return Said(self.clause(node, IS), RELATION)

    def on_indicator(self, node: Indicator) -> Said:
        """``the indicator that i equals t sub n``."""
        return Said(f"the indicator that {self.clause(node.condition, IS)}", BIG, ("end indicator",))

    def on_branch(self, node: Branch) -> Said:
        """``x, if x is greater than 0``."""
        condition = "otherwise" if node.condition is None else f"if {self.clause(node.condition, IS)}"
        return Said(f"{self.say(node.value).ended}, {condition}", RELATION)

    def on_cases(self, node: Cases) -> Said:
        """``2 cases, case 1, x, if …, case 2, 0, otherwise``."""
        lines = [f"case {at}, {self.say(branch).text}" for at, branch in enumerate(node.branches, 1)]
        plural = "case" if len(lines) == 1 else "cases"
        return Said(f"{len(lines)} {plural}, {', '.join(lines)}", BIG, ("end cases",))
