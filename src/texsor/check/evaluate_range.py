"""How far each index runs: axis sizes, and the bounds that must agree with them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from fractions import Fraction as Exact

from texsor.check.evaluate_bindings import Bindings, bare
from texsor.check.evaluate_plan import Index
from texsor.formula.nodes import Fraction, Group, Minus, Negate, Node, Number, Plus, Product, Symbol, children
from texsor.formula.printing import to_latex
from texsor.formula.source import Source


def settle(source: Source, bindings: Bindings, indices: Iterable[Index]) -> None:
    """Give every index its size and origin, or refuse it."""
    found = list(indices)
    for index in found:
        define(source, bindings, index)
    for index in found:
        if index.size is None:
            alike(index)
    for index in found:
        written(source, bindings, index)
    for index in found:
        apart(source, index)
        if index.number is not None and index.origin is None:
            what = f"{index.name} is used as a number, and nothing says where it starts"
            raise source.invalid(index.number.span, what, f"write its first value under its sign: {index.name}=0")
        if index.size is None:
            what = f"nothing says how far {index.name} runs"
            raise source.invalid(index.node.span, what, "use it on an axis, or write its bounds")


def alike(index: Index) -> None:
    """An index that no axis says runs as far as one that it is compared with; not one that only the condition names."""
    peer = next((peer for peer in index.peers if peer.size is not None), None)
    if peer is not None and not index.implied and (index.bound is None or index.bound.upper is None):
        index.size, index.sized_by = peer.size, f"{peer.name}, with which it is compared"


def apart(source: Source, index: Index) -> None:
    """Refuse indices that are compared and start at different numbers: their positions would be, or their numbers."""
    for other in index.beside:
        if index.origin is not None and other.origin not in (None, index.origin):
            what = (
                f"{index.name} starts at {index.origin}, and {other.name}, which is compared with it, at {other.origin}"
            )
            raise source.invalid(index.node.span, what, "start both at one number")


def define(source: Source, bindings: Bindings, index: Index) -> None:
    """``i=1`` to V, or ``i=0`` to V−1, where nothing is bound to V: V is the length of the axis."""
    bound = index.bound
    if bound is None or bound.lower is None or bound.upper is None or index.size is None:
        return
    upper, last = bound.upper, index.size
    if isinstance(upper, Minus) and upper.right == Number("1"):
        upper, last = upper.left, index.size - 1
    if not isinstance(upper, Symbol) or upper.indices or bindings.name_of(upper) is not None:
        return
    first = whole(source, bindings, bound.lower)
    # Any other pair would make V another number than the length, and a slip in a bound would go unnoticed.
    if first + index.size - 1 == last:
        known = bindings.defined.setdefault(bare(upper), index.size)
        if known != index.size:
            what = f"{bare(upper)} is the length of two axes, {known} and {index.size} ({index.sized_by})"
            raise source.invalid(bound.upper.span, what, "use two letters")


def written(source: Source, bindings: Bindings, index: Index) -> None:
    """Hold the written bounds against the axis."""
    bound = index.bound
    if bound is None or bound.lower is None:
        if bound is not None and bound.upper is not None:
            raise source.invalid(bound.upper.span, "an upper bound without a lower one", "write both")
        return
    index.origin = whole(source, bindings, bound.lower)
    if bound.upper is None:
        return
    last = whole(source, bindings, bound.upper)
    size = last - index.origin + 1
    if index.size is None:
        index.size, index.sized_by = size, "its bounds"
    if size != index.size or size < 0:
        runs = f"{index.name} runs from {index.origin} to {last}, which is {size} values"
        what = f"{runs}, and over {index.size} in {index.sized_by}"
        raise source.invalid(bound.span, what, "write the bounds of the whole axis")


def whole(source: Source, bindings: Bindings, node: Node) -> int:
    """The whole number that a bound says."""
    value = exact(source, bindings, node)
    if value.denominator != 1:
        raise source.invalid(node.span, f"the bound {to_latex(node)} is {value}, no whole number")
    return value.numerator


def exact(source: Source, bindings: Bindings, node: Node) -> Exact:
    """A bound's arithmetic, exactly."""
    if isinstance(node, Number):
        return Exact(node.text)
    if isinstance(node, Symbol):
        return letter(source, bindings, node)
    rule = ARITHMETIC.get(type(node))
    if rule is None:
        raise source.not_yet(node.span, "a bound is made of numbers, symbols, +, −, products and fractions")
    parts = [exact(source, bindings, part) for part in children(node)]
    if isinstance(node, Fraction) and parts[1] == 0:
        raise source.invalid(node.span, "the bound divides by zero")
    return rule(*parts)


def multiplied(*parts: Exact) -> Exact:
    """The product of any number of factors."""
    result = Exact(1)
    for part in parts:
        result *= part
    return result


ARITHMETIC: dict[type[Node], Callable[..., Exact]] = {
    Group: lambda body: body,
    Negate: operator.neg,
    Plus: operator.add,
    Minus: operator.sub,
    Product: multiplied,
    Fraction: operator.truediv,
}
"""What a bound may be made of."""


def letter(source: Source, bindings: Bindings, node: Symbol) -> Exact:
    """The number that a letter in a bound is bound to."""
    name = bindings.name_of(node)
    if name is None and bare(node) in bindings.defined:
        return Exact(bindings.defined[bare(node)])
    if name is None:
        raise bindings.unbound(node)
    tensor = bindings.tensor(name, node)
    value = float(tensor) if tensor.numel() == 1 else None
    if value is None or not value.is_integer():
        what = f"{name} stands in a bound and is {'no single number' if value is None else value}"
        raise source.invalid(node.span, what, "bind a whole number")
    return Exact(int(value))
