"""The second half of the visitor: conditions, functions by name, bars, indexed expressions, derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from texsor.check.evaluate_arithmetic import Arithmetic
from texsor.check.evaluate_bindings import REGISTERED, bare
from texsor.check.evaluate_called import called
from texsor.check.evaluate_cases import choose
from texsor.check.evaluate_derivative import differentiate
from texsor.check.evaluate_functions import COARSE, EXPONENTIAL, WHOLE, check_array, entries_of, known
from texsor.check.evaluate_norms import is_frobenius, norm
from texsor.check.evaluate_plan import Env, Plan
from texsor.check.evaluate_product import inner
from texsor.check.evaluate_sets import members, set_in_bars, size_of_set
from texsor.check.evaluate_symbol import check_range, count, look_up, position
from texsor.check.evaluate_value import ShapeError, Value, align, double, laid_down, plain, reach_of
from texsor.formula.nodes import (
    Apply,
    Cases,
    Compare,
    Derivative,
    Fenced,
    Indexed,
    Indicator,
    Inner,
    Logic,
    Node,
    Symbol,
)
from texsor.formula.printing import to_latex

RELATIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "=": torch.eq,
    r"\ne": torch.ne,
    "<": torch.lt,
    ">": torch.gt,
    r"\le": torch.le,
    r"\ge": torch.ge,
}


class More:
    """Computes what holds or not, functions by name, and indexed expressions."""

    def __init__(self, plan: Plan, arithmetic: Arithmetic) -> None:
        self.plan = plan
        self.arithmetic = arithmetic

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node whose indices the environment explains."""
        raise NotImplementedError

    def constant(self, number: float) -> Value:
        """A number by itself."""
        data = torch.tensor(number, dtype=torch.float64, device=self.plan.bindings.device)
        return Value(data, (), None, reach_of(data))

    def compare(self, node: Compare, env: Env) -> Value:
        """Where a condition holds: one, else zero."""
        if node.relations[0] in (r"\in", r"\notin"):
            return self.belongs(node, env)
        if id(node) in self.plan.positional:
            sides = [position(self.plan, self.value, operand, env) for operand in node.operands]
        else:
            sides = [self.value(operand, env) for operand in node.operands]
        held = [
            self.arithmetic.compare(left, right, RELATIONS[relation])
            for relation, left, right in zip(node.relations, sides[:-1], sides[1:], strict=True)
        ]
        result = held[0]
        for other in held[1:]:
            result = self.arithmetic.multiply(result, other)
        return result

    def belongs(self, node: Compare, env: Env) -> Value:
        """Whether a position is one of a set."""
        element = position(self.plan, self.value, node.operands[0], env)
        held = members(self.plan, node, element, env)
        return Value((held if node.relations[0] == r"\in" else ~held).double(), element.names)

    def logic(self, node: Logic, env: Env) -> Value:
        """Conditions joined by a word."""
        values = [self.value(operand, env) for operand in node.operands]
        return self.arithmetic.best(values, torch.minimum if node.operator == "and" else torch.maximum)

    def cases(self, node: Cases, env: Env) -> Value:
        """The value of the first case that holds."""
        held = [None if part.condition is None else self.value(part.condition, env) for part in node.branches]
        return choose([self.value(part.value, env) for part in node.branches], held)

    def apply(self, node: Apply, env: Env) -> Value:
        """A function by name."""
        values = [self.argument(part, env) for part in entries_of(node)]
        bound = self.plan.bindings.function(node.function)
        function = bound or REGISTERED.get(to_latex(node.function))
        if function is not None:
            return called(function, values, to_latex(node.function))
        if len(values) != 1:
            raise ShapeError(f"{to_latex(node.function)} takes one argument, and has {len(values)}")
        return self.known(node.function, values[0])

    def argument(self, node: Node, env: Env) -> Value:
        """What a function is applied to; whole numbers stay whole, since they may be positions."""
        name = self.plan.bindings.name_of(node) if isinstance(node, Symbol) else None
        if isinstance(node, Symbol) and name is not None and bare(node) not in env:
            tensor = self.plan.bindings.tensor(name, node)
            if not tensor.is_floating_point():
                found = look_up(self.plan, self.value, node, env, raw=True)
                return replace(found, data=found.data.bool()) if tensor.dtype == torch.bool else found
        return self.value(node, env)

    def known(self, symbol: Symbol, value: Value) -> Value:
        """A function that need not be bound."""
        function = known(symbol)
        assert function is not None
        name = bare(symbol).removeprefix(r"\mathrm{").removesuffix("}")
        if name in WHOLE:
            check_array(name, value)
        if name in EXPONENTIAL:
            return self.arithmetic.exponential(value, function, EXPONENTIAL[name])
        if name in COARSE:
            return self.arithmetic.coarse(value, function)
        if name not in WHOLE:
            return self.arithmetic.pointwise(value, function)
        data = function(plain(value).data)
        return laid_down(Value(data, value.names, None, reach_of(data)), value.lying)

    def indexed(self, node: Indexed, env: Env) -> Value:
        """An expression at its indices."""
        value = self.value(node.body, env)
        if value.rank < len(node.indices):
            raise ShapeError(f"{len(node.indices)} indices on an array of {value.rank} axes")
        places = [count(self.plan, env[name], raw=True) for name in value.names]
        for axis, index in enumerate(node.indices, start=len(value.names)):
            found = position(self.plan, self.value, index, env)
            check_range(self.plan, index, found.data, value.data.shape[axis], to_latex(node.body))
            if isinstance(index, Symbol) and bare(index) in env and found.data.numel() != value.data.shape[axis]:
                what = f"{bare(index)} runs over {found.data.numel()} values, and this has {value.data.shape[axis]}"
                raise ShapeError(what)
            places.append(found)
        names, laid = align(*places)
        at = tuple(found.data for found in laid)
        return Value(value.data[at], names, None if value.scale is None else value.scale[at], value.reach)

    def fenced(self, node: Fenced, env: Env) -> Value:
        """Bars and the like."""
        if (name := set_in_bars(self.plan, node)) is not None:
            return self.constant(float(size_of_set(self.plan.bindings.tensor(name, node))))
        value = self.value(node.body, env)
        if node.kind == "abs":
            return replace(value, data=double(value.data).abs())
        if node.kind == "positive":
            return self.arithmetic.best([self.constant(0.0), value], torch.maximum)
        if node.kind == "norm":
            return norm(self.arithmetic, value, self.order(node, env))
        return self.arithmetic.coarse(value, {"floor": torch.floor, "ceil": torch.ceil}[node.kind])

    def order(self, node: Fenced, env: Env) -> float | str | None:
        """Which norm."""
        if node.order is None:
            return None
        if is_frobenius(node.order, self.plan.bindings):
            return "F"
        value = self.value(node.order, env)
        if value.data.numel() != 1:
            raise ShapeError("the order of a norm is one number")
        return float(plain(value).data)

    def inner(self, node: Inner, env: Env) -> Value:
        """An inner product."""
        return inner(self.arithmetic, self.value(node.left, env), self.value(node.right, env))

    def derivative(self, node: Derivative, env: Env) -> Value:
        """A derivative."""
        return differentiate(self.plan, self.value, node, env)

    def indicator(self, node: Indicator, env: Env) -> Value:
        """A condition that counts."""
        return self.value(node.condition, env)
