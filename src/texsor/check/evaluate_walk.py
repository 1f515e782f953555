"""The visitor that computes: one method for each kind of node, and a refusal for any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from texsor.check import evaluate_safe as safe
from texsor.check.evaluate_bindings import CONSTANTS, bare
from texsor.check.evaluate_plan import Env
from texsor.check.evaluate_product import multiply_all
from texsor.check.evaluate_reduce import contract, reduce
from texsor.check.evaluate_symbol import count, look_up
from texsor.check.evaluate_value import SAFE, ShapeError, Value
from texsor.check.evaluate_walk_more import More
from texsor.formula.nodes import (
    Apply,
    Big,
    Call,
    Cases,
    Compare,
    Derivative,
    Fenced,
    Fraction,
    Group,
    Indexed,
    Indicator,
    Inner,
    Logic,
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

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": torch.tanh,
    "arcsin": safe.arcsin,
    "arccos": safe.arccos,
    "arctan": torch.arctan,
}


class Walker(More):
    """Computes nodes of one plan with one arithmetic."""

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node whose indices the environment explains."""
        visit = VISITORS.get(type(node))
        if visit is None:
            raise self.plan.formula.source.not_yet(node.span, f"{type(node).__name__} cannot be evaluated yet")
        try:
            return visit(self, node, env)
        except ShapeError as error:
            raise self.plan.formula.source.invalid(node.span, str(error), error.remedy) from None

    def number(self, node: Number, _env: Env) -> Value:
        """A numeral."""
        return self.constant(float(node.text))

    def symbol(self, node: Symbol, env: Env) -> Value:
        """An index, a constant, or what is bound."""
        if bare(node) in env and not node.indices:
            return count(self.plan, env[bare(node)])
        if self.plan.bindings.name_of(node) is not None:
            return look_up(self.plan, self.value, node, env)
        defined = self.plan.bindings.defined.get(bare(node))
        return self.constant(CONSTANTS[bare(node)] if defined is None else defined)

    def group(self, node: Group, env: Env) -> Value:
        """What is in brackets."""
        return self.value(node.body, env)

    def negate(self, node: Negate, env: Env) -> Value:
        """A leading minus."""
        return self.arithmetic.negate(self.value(node.operand, env))

    def plus(self, node: Plus, env: Env) -> Value:
        """A sum of two."""
        return self.arithmetic.add(self.value(node.left, env), self.value(node.right, env))

    def minus(self, node: Minus, env: Env) -> Value:
        """A difference."""
        return self.arithmetic.add(self.value(node.left, env), self.value(node.right, env), minus=True)

    def product(self, node: Product, env: Env) -> Value:
        """Factors in a row."""
        return multiply_all(self.arithmetic, node, [self.value(factor, env) for factor in node.factors])

    def fraction(self, node: Fraction, env: Env) -> Value:
        """A quotient."""
        return self.arithmetic.divide(self.value(node.numerator, env), self.value(node.denominator, env))

    def power(self, node: Power, env: Env) -> Value:
        """A power; of e, the exponential function."""
        if node.base == Symbol("e") and "e" not in self.plan.bindings and "e" not in env:
            return self.arithmetic.exp(self.value(node.exponent, env))
        base = self.value(node.base, env)
        if isinstance(node.exponent, Negate) and base.rank > 1:
            remedy = "write a fraction for 1 over each number, or indices"
            raise ShapeError("a negative power of a matrix could be its inverse, or 1 over each number", remedy)
        return self.arithmetic.power(base, self.value(node.exponent, env))

    def transpose(self, node: Transpose, env: Env) -> Value:
        """The last two axes change places."""
        value = self.value(node.operand, env)
        if value.rank == 1 and value.lying is None:
            raise ShapeError("the vector before the matrix stands, and this takes it for a row", r"write x^\top A")
        if value.rank == 1:
            return replace(value, lying=not value.lying)
        if value.rank < 2:
            raise ShapeError("a transpose needs an array, and this is a number")
        scale = None if value.scale is None else value.scale.mT
        return Value(value.data.mT, value.names, scale, value.reach)

    def root(self, node: Root, env: Env) -> Value:
        """A root."""
        degree = None if node.degree is None else self.value(node.degree, env)
        return self.arithmetic.root(self.value(node.radicand, env), degree)

    def call(self, node: Call, env: Env) -> Value:
        """A named function."""
        values = [self.value(argument, env) for argument in node.arguments]
        if node.function in ("max", "min"):
            return self.arithmetic.best(values, torch.maximum if node.function == "max" else torch.minimum)
        if node.function == "exp":
            return self.arithmetic.exp(values[0])
        if node.function in ("log", "ln", "lg"):
            return self.logarithm(node, values[0], env)
        return self.arithmetic.pointwise(values[0], FUNCTIONS[node.function])

    def logarithm(self, node: Call, value: Value, env: Env) -> Value:
        """A logarithm: natural where no base is written."""
        result = self.arithmetic.log(value)
        base = self.constant(10.0) if node.function == "lg" else None
        base = base if node.base is None else self.value(node.base, env)
        return result if base is None else self.arithmetic.divide(result, self.arithmetic.log(base))

    def big(self, node: Big, env: Env) -> Value:
        """A sign that runs over indices."""
        inner = self.plan.inner(node, env)
        condition = self.plan.conditions.get(id(node))
        counted = None if condition is None else self.value(condition, inner)
        sizes = {index.name: index.size or 0 for index in self.plan.under[id(node)]}
        body = node.body
        while isinstance(body, Group):
            body = body.body
        if self.plan.laws.get(id(node)):
            return self.expected(node, inner, sizes)
        if node.operator == "sum" and isinstance(body, Product) and sizes and counted is None:
            factors = [self.value(factor, inner) for factor in body.factors]
            if contractible(factors, sizes):
                return contract(factors, set(sizes))
            return reduce(self.arithmetic, "sum", multiply_all(self.arithmetic, body, factors), sizes)
        return reduce(self.arithmetic, node.operator, self.value(body, inner), sizes, counted)

    def expected(self, node: Big, inner: Env, sizes: dict[str, int]) -> Value:
        """An expectation, or a variance, with the probabilities that its indices are drawn with."""
        body, arithmetic = self.value(node.body, inner), self.arithmetic
        weight = self.constant(1.0)
        for law in self.plan.laws[id(node)]:
            weight = arithmetic.multiply(weight, self.value(law, inner))

        def mean(value: Value) -> Value:
            return reduce(arithmetic, "sum", arithmetic.multiply(weight, value), sizes)

        if node.operator == "expectation":
            return mean(body)
        apart = arithmetic.add(body, mean(body), minus=True)
        return mean(arithmetic.multiply(apart, apart))


VISITORS: dict[type[Node], Callable[..., Value]] = {
    Number: Walker.number,
    Symbol: Walker.symbol,
    Group: Walker.group,
    Negate: Walker.negate,
    Plus: Walker.plus,
    Minus: Walker.minus,
    Product: Walker.product,
    Fraction: Walker.fraction,
    Power: Walker.power,
    Transpose: Walker.transpose,
    Root: Walker.root,
    Call: Walker.call,
    Big: Walker.big,
    Compare: Walker.compare,
    Indicator: Walker.indicator,
    Logic: Walker.logic,
    Cases: Walker.cases,
    Apply: Walker.apply,
    Indexed: Walker.indexed,
    Fenced: Walker.fenced,
    Inner: Walker.inner,
    Derivative: Walker.derivative,
}
"""How each kind of node is computed."""


def contractible(factors: list[Value], sizes: dict[str, int]) -> bool:
    """Whether making the product would cost more than its factors and the sum, and nothing in it is special."""
    known = {name: size for factor in factors for name, size in zip(factor.names, factor.data.shape, strict=False)}
    if any(factor.rank or factor.scale is not None for factor in factors) or not set(sizes) <= set(known):
        return False
    whole = 1
    for size in known.values():
        whole *= size
    if whole <= max(factor.data.numel() for factor in factors):
        return False
    # What could run over or under, or be 0 · log 0, is multiplied out.
    safe = sum(factor.reach for factor in factors) < SAFE
    return safe and all(bool(factor.data.detach().isfinite().all()) for factor in factors)
