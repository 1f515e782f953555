"""Reads a formula once, before any number is computed: what each index does, and how long each axis is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from texsor.check.evaluate_bindings import CONSTANTS, Bindings, bare
from texsor.check.evaluate_functions import entries_of, is_known
from texsor.check.evaluate_left import left_of, named, plain_letters
from texsor.check.evaluate_loose import loose
from texsor.check.evaluate_norms import is_frobenius
from texsor.check.evaluate_plan import Env, Index, Plan, Way
from texsor.check.evaluate_range import settle
from texsor.check.evaluate_read_signs import Signs
from texsor.check.evaluate_sets import sets_of
from texsor.check.evaluate_shapes import shape_of
from texsor.formula.naming import is_name
from texsor.formula.nodes import (
    Apply,
    Arguments,
    Big,
    Compare,
    Derivative,
    Fenced,
    Formula,
    Group,
    Indexed,
    Node,
    Power,
    Symbol,
    children,
)
from texsor.formula.printing import to_latex


def plan(formula: Formula, bindings: Bindings, ways: Mapping[str, Way] | None = None) -> Plan:
    """Resolve every index of a formula, or refuse it."""
    made = Plan(formula, bindings, sets=sets_of(formula, bindings), ways=ways or {})
    reader = Reader(made)
    made.defines = left_of(formula, bindings)
    axes = list(loose(bindings, formula.members[0] if made.left is None else Symbol("", indices=made.left.indices)))
    for symbol in made.defines:
        reader.defined(symbol)
    if made.left is not None:
        axes = named(made, axes)
        reader.shifted_left(made.left)
    for symbol in axes:
        made.free.setdefault(symbol.name, Index(symbol.name, symbol))
    for member in made.evaluated:
        reader.read(member, made.free)
    settle(
        formula.source, bindings, [*made.free.values(), *(index for found in made.under.values() for index in found)]
    )
    reader.check_symbols()
    return made


class Reader(Signs):
    """Walks the members once and notes what every index does."""

    def read(self, node: Node, env: Env) -> None:
        """A node in whose place a number is wanted."""
        if isinstance(node, Symbol):
            self.symbol(node, env)
        elif isinstance(node, Big):
            self.big(node, env)
        elif isinstance(node, Compare):
            self.compare(node, env)
        elif type(node) in OTHERS:
            OTHERS[type(node)](self, node, env)
        else:
            for child in children(node):
                self.read(child, env)

    def apply(self, node: Apply, env: Env) -> None:
        """A function that is bound or known, and what it is applied to."""
        if not is_known(node.function) and self.bindings.function(node.function) is None:
            if self.bindings.name_of(node.function) is None:
                raise self.bindings.unbound(node.function)
            what = f"{to_latex(node.function)} is applied, and is bound to no function"
            raise self.source.invalid(node.span, what, "bind a function to it")
        for part in entries_of(node):
            self.read(part, env)

    def power(self, node: Power, env: Env) -> None:
        """A power; refuses a letter in round brackets above a name, which most readers take for something else."""
        base = node.base.body if isinstance(node.base, Group) else node.base
        written = isinstance(node.base, Group) and node.base.span != base.span
        if isinstance(base, Symbol) and base.name != "e" and not written and is_name(node.exponent):
            what = f"{self.source.slice(node.span)} could be a power, or a name that nothing is bound to"
            raise self.source.invalid(node.span, what, "write the power without brackets, or bind the name")
        self.read(node.base, env)
        self.read(node.exponent, env)

    def stray(self, node: Arguments, _env: Env) -> None:
        """A list that no function takes."""
        what = "this list belongs to no function that is known"
        raise self.source.invalid(node.span, what, "bind a function to the name before it")

    def indexed(self, node: Indexed, env: Env) -> None:
        """An index on an expression."""
        self.read(node.body, env)
        shape = shape_of(self.bindings, node.body, env) or ()
        for at, index in enumerate(node.indices):
            self.position(index, env)
            if at < len(shape) and isinstance(index, Symbol) and bare(index) in env and not index.indices:
                self.use_size(env[bare(index)], shape[at], f"{to_latex(node.body)} (axis {at + 1})", index)

    def fenced(self, node: Fenced, env: Env) -> None:
        """Bars; the F of a Frobenius norm is no symbol."""
        self.read(node.body, env)
        if node.order is not None and not is_frobenius(node.order, self.bindings):
            self.read(node.order, env)

    def derivative(self, node: Derivative, env: Env) -> None:
        """A derivative: of anything, with respect to a bound tensor."""
        name = self.bindings.name_of(node.variable)
        if name is None:
            raise self.bindings.unbound(node.variable)
        if not self.bindings.tensor(name, node.variable).is_floating_point():
            what = f"{name} holds {self.bindings.tensor(name, node.variable).dtype}: nothing is differentiated by it"
            raise self.source.invalid(node.variable.span, what, "bind a floating tensor")
        self.symbol(node.variable, env)
        self.read(node.operand, env)

    def defined(self, left: Symbol) -> None:
        """The left side names each axis of its result once; a letter with a number of its own is part of the name."""
        plain = plain_letters(left)
        names = [bare(index) for index in plain]
        if len(set(names)) < len(names):
            raise self.source.invalid(left.span, "the left side names an axis twice", "use two letters")
        for index in plain:
            name = self.bindings.name_of(index)
            if name is not None and self.bindings.tensor(name, index).dim():
                what = f"{bare(index)} names an axis, and is bound to a tensor"
                raise self.source.invalid(index.span, what, "use another letter")

    def shifted_left(self, left: Symbol) -> None:
        r"""Anything but a letter below the left side is part of a name: ``\theta_{t+1}`` where θ_t is bound whole."""
        if len(plain_letters(left)) < len(left.indices) and not self.plan.whole:
            raise self.source.not_yet(left.span, "the left side names its axes by plain letters only")

    def check_symbols(self) -> None:
        """Refuse symbols that neither a binding nor a written bound explains."""
        for symbol in self.pending:
            if bare(symbol) not in CONSTANTS and bare(symbol) not in self.bindings.defined:
                raise self.bindings.unbound(symbol)


OTHERS: dict[type[Node], Callable[..., None]] = {
    Apply: Reader.apply,
    Arguments: Reader.stray,
    Indexed: Reader.indexed,
    Fenced: Reader.fenced,
    Power: Reader.power,
    Derivative: Reader.derivative,
}
"""How the nodes are read whose parts are not all numbers."""
