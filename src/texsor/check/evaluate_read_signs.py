"""What runs under a sign, and what its conditions compare."""

from __future__ import annotations

from dataclasses import replace

import torch

from texsor.check.evaluate_bindings import bare
from texsor.check.evaluate_conditions import last, ranges
from texsor.check.evaluate_loose import conditional, loose
from texsor.check.evaluate_plan import Env, Index
from texsor.check.evaluate_read_symbols import Symbols
from texsor.check.evaluate_sets import BELONGS, check_set
from texsor.formula.nodes import Big, Compare, Group, Minus, Node, Number, Plus, Symbol, walk


class Signs(Symbols):
    """Reads signs and conditions."""

    def big(self, node: Big, env: Env) -> None:
        """A sign with its indices; without written ones it takes those that nobody else has."""
        length = self.length(node, env)
        running = [letter for letter in self.runs_in(node, env) if letter != length]
        bounds, condition = ranges(node, running, lambda part: part != length and self.runs(part, env))
        if bounds:
            implied = not node.bounds
            indices = tuple(Index(bare(bound.index), bound, bound, implied=implied) for bound in bounds)
        else:
            names = {symbol.name: symbol for symbol in loose(self.bindings, node.body) if symbol.name not in env}
            indices = tuple(Index(name, symbol) for name, symbol in names.items())
        for at, index in enumerate(indices):
            taken = index.name in env or index.name in {other.name for other in indices[:at]}
            if taken or index.name in self.bindings:
                other = "an index already" if taken else "bound to a tensor"
                what = f"{index.name} runs under a sign, and is {other}"
                raise self.source.invalid(index.node.span, what, "use another letter")
        self.plan.under[id(node)] = indices
        for bound in bounds:
            for part in (bound.lower, bound.upper):
                self.check_bound(part, env)
        inner = self.plan.inner(node, env)
        if condition is not None:
            self.plan.conditions[id(node)] = condition
            self.read(condition, inner)
        self.laws(node, inner)
        self.read(node.body, inner)

    def runs_in(self, node: Big, env: Env) -> list[Symbol]:
        """The letters of a condition that run because nothing else explains them."""
        found = {symbol.name: symbol for symbol in conditional(self.bindings, node) if symbol.name not in env}
        if node.condition is not None and not node.bounds and not found:
            raise self.source.invalid(node.condition.span, "no letter of this condition runs", "write which one does")
        return [] if node.bounds else list(found.values())

    def length(self, node: Big, env: Env) -> Symbol | None:
        """The letter that a chain of inequalities ends with, if it is no index: the last value, the axis's length."""
        end = last(node)
        inside = {symbol.name for symbol in loose(self.bindings, node.body)}
        return end if end is not None and end.name not in env and end.name not in inside else None

    def runs(self, node: Node, env: Env) -> bool:
        """Whether a side of a condition is a letter that runs, here or further out."""
        if not isinstance(node, Symbol) or node.indices:
            return False
        return bare(node) in env or self.bindings.name_of(node) is None

    def laws(self, node: Big, inner: Env) -> None:
        """The probabilities that an expectation is taken with: ``p_i`` where i is drawn from p."""
        found: list[Symbol] = []
        for bound in node.bounds:
            if bound.law is not None and not isinstance(bound.law, Symbol):
                raise self.source.not_yet(bound.span, "a distribution is a bound name here", "bind one to it")
            if bound.law is not None:
                found.append(replace(bound.law, indices=(*bound.law.indices, bound.index)))
                self.symbol(found[-1], inner)
        if found and len(found) < len(node.bounds):
            what = "one index is drawn from a distribution here, and another is not"
            raise self.source.invalid(node.bounds[0].span, what, r"write i \sim p, j \sim q")
        if found and node.condition is not None:
            what = "it is not clear whether the probabilities are divided by that of the condition"
            raise self.source.invalid(node.condition.span, what, "write an indicator as a factor, and divide yourself")
        self.plan.laws[id(node)] = tuple(found)

    def check_bound(self, part: Node | None, env: Env) -> None:
        """A written bound must not run itself."""
        for symbol in walk(part) if part is not None else ():
            if isinstance(symbol, Symbol) and bare(symbol) in env:
                what = f"a bound that varies with {bare(symbol)} is not supported yet"
                raise self.source.not_yet(symbol.span, what, rf"write it as a condition, \sum_{{j \le {bare(symbol)}}}")

    def compare(self, node: Compare, env: Env) -> None:
        """A condition: of positions if an index is compared with an index or with integers, else of numbers."""
        if any(relation in BELONGS for relation in node.relations):
            if len(node.operands) != 2:
                raise self.source.not_yet(node.span, "a set stands in a condition of two sides only")
            self.belongs(node, env)
            return
        runs = [self.shifted(operand, env) for operand in node.operands]
        if any(runs) and all(run or self.integers(operand) for run, operand in zip(runs, node.operands, strict=True)):
            self.plan.positional.add(id(node))
            for operand in node.operands:
                self.position(operand, env)
            self.compared(node, runs, env)
            return
        for operand in node.operands:
            self.read(operand, env)

    def compared(self, node: Compare, runs: list[Index | None], env: Env) -> None:
        """Indices that are compared with each other run over the same positions, from the same first one."""
        known = [index for index in runs if index is not None]
        plain = [part for part in node.operands if isinstance(part, Symbol) and not part.indices and bare(part) in env]
        for part in plain:
            env[bare(part)].peers += [env[bare(other)] for other in plain if other is not part]
        for index in known:
            index.beside += [other for other in known if other is not index]
        ordered = any(relation not in ("=", r"\ne") for relation in node.relations)
        if ordered and len(known) < len(runs) and not all(map(from_zero, known)):
            # t_n = i is clear, since t_n is bound as positions; a length, a rank, a number of things is not.
            what = "whether counting starts at 0 or 1 decides where this holds"
            remedy = "start the range at 0, compare two indices, or bind the positions to a symbol of their own"
            raise self.source.invalid(node.span, what, remedy)

    def shifted(self, node: Node, env: Env) -> Index | None:
        """The index that a side of a condition is, perhaps shifted."""
        while isinstance(node, Group) or (isinstance(node, (Plus, Minus)) and self.constant(node.right, env)):
            node = node.body if isinstance(node, Group) else node.left
        return env.get(bare(node)) if isinstance(node, Symbol) and not node.indices else None

    def integers(self, node: Node) -> bool:
        """Whether a side of a condition holds positions: an integer tensor, or where a maximum stands."""
        if isinstance(node, Big):
            return node.operator.startswith("arg")
        name = self.bindings.name_of(node) if isinstance(node, Symbol) else None
        return name is not None and not self.bindings.tensor(name, node).is_floating_point()

    def belongs(self, node: Compare, env: Env) -> None:
        """Whether a position is one of a set: whole numbers, or truth values, one for each position."""
        element, members = node.operands
        name = self.bindings.name_of(members) if isinstance(members, Symbol) else None
        if name is None:
            raise self.source.invalid(members.span, "a set is a bound tensor of positions, or of truth values")
        tensor = self.bindings.tensor(name, members)
        check_set(self.source, tensor, name, members)
        self.plan.positional.add(id(node))
        self.position(element, env)
        runs = isinstance(element, Symbol) and not element.indices and bare(element) in env
        if tensor.dtype == torch.bool and runs and isinstance(element, Symbol):
            self.use_size(env[bare(element)], tensor.shape[0], name, members)


def from_zero(index: Index) -> bool:
    """Whether an index is written to start at 0, so that its numbers are its positions."""
    return index.bound is not None and index.bound.lower == Number("0")
