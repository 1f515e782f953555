"""Values: each formula a second time, by plain loops over its indices."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from texsor.check import evaluate
from texsor.formula import Node, parse, to_latex
from texsor.formula.nodes import (
    Big,
    Call,
    Compare,
    Fraction,
    Group,
    Indicator,
    Minus,
    Negate,
    Number,
    Plus,
    Power,
    Product,
    Root,
    Symbol,
)

SIZES = {"n": 2, "i": 3, "j": 3}


def dumb(node: Node, where: Mapping[str, torch.Tensor], at: dict[str, int]) -> float:  # noqa: PLR0911, PLR0912 - a case a line
    """A formula's value at one place, in Python floats and loops: slow, short, and without torch's arithmetic."""
    match node:
        case Number():
            return float(node.text)
        case Symbol(name="e"):
            return math.e
        case Symbol() if node.name in at:
            return at[node.name]
        case Symbol():
            return float(where[node.name][tuple(int(dumb(index, where, at)) for index in node.indices)])
        case Group():
            return dumb(node.body, where, at)
        case Negate():
            return -dumb(node.operand, where, at)
        case Plus():
            return dumb(node.left, where, at) + dumb(node.right, where, at)
        case Minus():
            return dumb(node.left, where, at) - dumb(node.right, where, at)
        case Product():
            return math.prod(dumb(factor, where, at) for factor in node.factors)
        case Fraction():
            return dumb(node.numerator, where, at) / dumb(node.denominator, where, at)
        case Power():
            return dumb(node.base, where, at) ** dumb(node.exponent, where, at)
        case Root():
            return math.sqrt(dumb(node.radicand, where, at))
        case Indicator():
            left, right = (dumb(side, where, at) for side in node.condition.operands)
            return float(
                {"=": left == right, r"\ne": left != right, r"\le": left <= right}[node.condition.relations[0]]
            )
        case Call():
            values = [dumb(argument, where, at) for argument in node.arguments]
            functions: dict[str, Callable[..., float]] = {"max": max, "min": min, "exp": math.exp, "log": math.log}
            return functions.get(node.function, getattr(math, node.function, max))(*values)
        case Big():
            name = node.bounds[0].index.name
            values = [dumb(node.body, where, at | {name: place}) for place in range(SIZES[name])]
            signs: dict[str, Callable[[list[float]], float]] = {
                "sum": math.fsum,
                "prod": math.prod,
                "max": max,
                "min": min,
                "mean": lambda found: math.fsum(found) / len(found),
            }
            return signs[node.operator](values)
        case _:
            raise TypeError(type(node).__name__)


INDEX, J, ROW = Symbol("i"), Symbol("j"), Symbol("n")
LEAVES = st.sampled_from(
    [
        Number("2"),
        Number("0.5"),
        Symbol("c"),
        Symbol("a", "", (ROW, INDEX)),
        Symbol("b", "", (ROW,)),
        Symbol("w", "", (INDEX, INDEX)),
        Symbol("a", "", (ROW, Symbol("t", "", (ROW,)))),
        Indicator(Compare((INDEX, Symbol("t", "", (ROW,))), ("=",))),
        Indicator(Compare((Symbol("b", "", (ROW,)), Symbol("c")), (r"\le",))),
    ]
)
INNER = st.sampled_from([Symbol("a", "", (ROW, J)), Symbol("w", "", (INDEX, J)), Symbol("w", "", (J, J))])


def summed() -> st.SearchStrategy[Node]:
    """A sign over j, whose body mentions j."""
    body = st.one_of(
        INNER, st.builds(lambda a, b: Product((a, b), ("",)), INNER, INNER), st.builds(Plus, INNER, LEAVES)
    )
    bound = parse(r"\sum_j x_j").members[0].bounds  # type: ignore[attr-defined]
    return st.builds(Big, st.sampled_from(["sum", "prod", "max", "min", "mean"]), st.just(bound), body)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """One level more."""
    return st.one_of(
        st.builds(Negate, inner),
        st.builds(Plus, inner, inner),
        st.builds(Minus, inner, inner),
        st.builds(lambda a, b, c: Product((a, b, c), ("", r"\cdot")), inner, inner, inner),
        st.builds(Fraction, inner, st.sampled_from([Number("3"), Symbol("c")])),
        st.builds(Power, inner, st.just(Number("2"))),
        st.builds(Call, st.sampled_from(["sin", "cos", "tanh"]), st.tuples(inner)),
        st.builds(Call, st.sampled_from(["max", "min"]), st.tuples(inner, inner)),
        summed(),
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.recursive(LEAVES, grown, max_leaves=5), st.integers(0, 99))
def test_any_formula_by_loops(tree: Node, seed: int) -> None:
    """A random formula on random tensors has the value that loops over its indices give."""
    made = torch.Generator().manual_seed(seed)
    where = {
        "a": torch.randn(2, 3, generator=made, dtype=torch.float64),
        "b": torch.randn(2, generator=made, dtype=torch.float64),
        "w": torch.randn(3, 3, generator=made, dtype=torch.float64),
        "c": torch.tensor(0.75, dtype=torch.float64),
        "t": torch.randint(0, 3, (2,), generator=made),
    }
    # Every letter has its range from a member of its own.
    latex = rf"r_{{n,i}} = {to_latex(tree)} = a_{{n,i}} + w_{{i,i}}"
    found = evaluate(latex, where)
    loops = [[dumb(tree, where, {"n": n, "i": i}) for i in range(3)] for n in range(2)]
    assert found.axes == ("n", "i")
    torch.testing.assert_close(
        found.members[0].value.tensor, torch.tensor(loops, dtype=torch.float64), rtol=1e-12, atol=1e-12
    )
