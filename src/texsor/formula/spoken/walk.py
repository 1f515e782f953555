"""Reads a tree aloud: what English and Korean share. The words and their order are in english.py and korean.py."""

from __future__ import annotations

from dataclasses import replace

from texsor.formula.nodes import (
    Apply,
    Arguments,
    Call,
    Fenced,
    Fraction,
    Group,
    Hole,
    Indexed,
    Inner,
    Minus,
    Negate,
    Node,
    Number,
    Plus,
    Power,
    Product,
    Root,
    Symbol,
    Transpose,
)
from texsor.formula.spoken.letters import taken_apart
from texsor.formula.spoken.said import (
    ATOM,
    BIG,
    CALL,
    OVER,
    POWER,
    PRODUCT,
    SUM,
    Said,
    short_exponent,
    short_indices,
    terms,
)
from texsor.formula.spoken.tables import FENCE_WORDS, SEPARATOR_WORDS
from texsor.formula.spoken.tongue import Tongue


class Walk(Tongue):
    """One method for each kind of node that both languages build up in the same way."""

    def say(self, node: Node) -> Said:
        """What is said of a part."""
        method = getattr(self, f"on_{type(node).__name__.lower()}", None)
        if method is None:
            raise TypeError(f"nothing says how {type(node).__name__} is read aloud")
        said: Said = method(node)
        return said

    def operand(self, said: Said, least: int) -> Said:
        """A part, in brackets where it would be torn apart."""
        return said if said.level >= least else Said(self.bracketed(said.text))

    def tight(self, said: Said) -> str:
        """A part that an index or a power can be hung on."""
        return said.text if said.level == ATOM else said.tight or self.bracketed(said.text)

    def on_number(self, node: Number) -> Said:
        """Digits as they are."""
        return Said(node.text, short=True, bare=True)

    def on_hole(self, _: Hole) -> Said:
        """Nothing."""
        return Said("")

    def on_symbol(self, node: Symbol) -> Said:
        """A name, what belongs to it, and its indices."""
        name = self.letters.name(node.name)
        if node.superscript:
            name = self.superscripted(name, node.superscript) + "," * bool(node.indices)
        label = (self.letters.label(node.label),) if node.label else ()
        hung = bool(label or node.indices or node.superscript)
        text = self.indexed(name, label, node.indices) if label or node.indices else name
        bare = taken_apart(node.name).letter and not hung
        return Said(text, POWER if node.superscript else ATOM, short=not node.superscript, bare=bare, follows=bare)

    def indexed(self, name: str, label: tuple[str, ...], indices: tuple[Node, ...]) -> str:
        """Words with indices, ended where they are more than letters."""
        short = not indices or short_indices(indices)
        return self.subscripted(name, [*label, *(self.say(index).ended for index in indices)], short=short)

    def on_group(self, node: Group) -> Said:
        """Printed brackets; those around what nothing can tear apart are not said."""
        said = self.say(node.body)
        return replace(said, bare=False) if said.level == ATOM else Said(self.bracketed(said.text, node.bracket))

    def on_arguments(self, node: Arguments) -> Said:
        """A list in brackets."""
        text = self.say(node.entries[0]).ended
        for mark, entry in zip(node.marks, node.entries[1:], strict=True):
            text += f" {self.word(SEPARATOR_WORDS.get(mark, (mark, mark)))} {self.say(entry).ended}"
        return Said(self.bracketed(text, node.bracket))

    def on_negate(self, node: Negate) -> Said:
        """A minus before a term."""
        operand = self.operand(self.say(node.operand), PRODUCT)
        return Said(f"{self.negative} {operand.text}", SUM, operand.open)

    def on_plus(self, node: Plus | Minus) -> Said:
        """Terms with plus and minus between them."""
        first, others = terms(node)
        said = self.operand(self.say(first), SUM)
        parts = list[str]()
        for added, other in others:
            parts += [said.paused, self.plus if added else self.minus]
            said = self.operand(self.say(other), PRODUCT)
        return Said(" ".join([*parts, said.text]), SUM, said.open)

    def on_minus(self, node: Minus) -> Said:
        """The same."""
        return self.on_plus(node)

    def on_product(self, node: Product) -> Said:
        """Factors; a sign that is not printed is said unless letters and functions stand side by side."""
        slash = isinstance(node.factors[0], Fraction) and node.factors[0].slash
        said = self.operand(self.say(node.factors[0]), PRODUCT if slash else BIG)
        parts = list[str]()
        for sign, factor in zip(node.signs, node.factors[1:], strict=True):
            behind = self.operand(self.say(factor), BIG)
            silent = not sign and said.bare and behind.follows
            parts += [said.text] if silent else [said.paused, self.sign(sign, said, behind)]
            said = behind
        return Said(" ".join([*parts, said.text]), PRODUCT, said.open)

    def sign(self, sign: str, before: Said, behind: Said) -> str:
        """How a sign between two factors is read; a dot beside a numeral is no inner product."""
        plain = before.text.isdigit() or behind.text.isdigit()
        return self.signs["" if plain and sign == r"\cdot" else sign]

    def on_fraction(self, node: Fraction) -> Said:
        """A quotient: short for letters and numerals, else with the names of its halves."""
        above, below = self.say(node.numerator), self.say(node.denominator)
        if node.slash:
            above, below = self.operand(above, PRODUCT), self.operand(below, CALL if below.level == OVER else BIG)
            return Said(f"{above.paused} {self.divided} {below.text}", PRODUCT, below.open, quotient=True)
        if above.bare and below.bare:
            return Said(self.over(above.text, below.text), OVER, quotient=True)
        return self.fraction(above, below)

    def on_power(self, node: Power) -> Said:
        """A power; one of a function is said before the argument."""
        called, exponent = node.base, self.say(node.exponent)
        if isinstance(called, Call) and len(called.arguments) == 1 and isinstance(node.exponent, Number):
            return self.called(called, self.carried(exponent.text))
        base = self.say(node.base)
        short = short_exponent(node.exponent)
        text = self.raised(self.tight(base), exponent.text, short=short)
        return Said(text, POWER, follows=self.powers_follow and base.bare)

    def on_transpose(self, node: Transpose) -> Said:
        """A transpose."""
        return Said(self.transposed(self.tight(self.say(node.operand))), POWER)

    def on_root(self, node: Root) -> Said:
        """A root; of more than a name, with its end."""
        under = self.say(node.radicand)
        degree = self.tight(self.say(node.degree)) if node.degree is not None else ""
        long = self.rooted(under.text, degree, short=False)
        return Said(self.rooted(under.text, degree, short=True), CALL, tight=long) if under.short else Said(long)

    def on_fenced(self, node: Fenced) -> Said:
        """Bars; around more than a name, with their end."""
        inside = self.say(node.body)
        order = self.tight(self.say(node.order)) if node.order is not None else ""
        word = self.word(FENCE_WORDS[node.kind])
        long = self.fenced(word, inside.text, order, short=False)
        return Said(self.fenced(word, inside.text, order, short=True), CALL, tight=long) if inside.short else Said(long)

    def on_call(self, node: Call) -> Said:
        """A named function."""
        if len(node.arguments) == 1:
            return self.called(node)
        return self.listed(self.function(node.function), [self.say(argument) for argument in node.arguments])

    def called(self, node: Call, power: str = "") -> Said:
        """A function of one argument, and the power that it carries."""
        argument = self.say(node.arguments[0])
        if argument.level not in self.arguments:
            argument = self.operand(argument, ATOM)
        base = self.tight(self.say(node.base)) if node.base is not None else ""
        text = self.applied(self.function(node.function), argument, base, power)
        return Said(text, CALL, argument.open, follows=True)

    def on_apply(self, node: Apply) -> Said:
        """A function of what stands in its brackets, which are said unless nothing can tear it apart."""
        function, given = self.say(node.function).text, node.argument
        if isinstance(given, Arguments):
            return Said(self.of(function, self.say(given).text))
        argument = self.say(given.body)
        tight = self.of(function, self.bracketed(argument.text, given.bracket))
        return Said(self.of(function, argument.text), CALL, tight=tight) if argument.level == ATOM else Said(tight)

    def on_indexed(self, node: Indexed) -> Said:
        """An index on an expression."""
        return Said(self.indexed(self.tight(self.say(node.body)), (), node.indices))

    def on_inner(self, node: Inner) -> Said:
        """An inner product."""
        return self.listed(self.inner, [self.say(node.left), self.say(node.right)])
