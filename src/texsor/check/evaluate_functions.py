"""Functions by name: the known ones, and those that a user binds or registers."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from texsor.check import evaluate_safe as safe
from texsor.check.evaluate_bindings import REGISTERED, Function, bare
from texsor.check.evaluate_value import ShapeError, Value
from texsor.errors import Invalid
from texsor.formula.nodes import Apply, Arguments, Group, Node, Symbol
from texsor.formula.parsing import parse_symbol
from texsor.formula.printing import to_latex

ELEMENTWISE: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "Sigmoid": torch.sigmoid,
    "logsigmoid": torch.nn.functional.logsigmoid,
    "LogSigmoid": torch.nn.functional.logsigmoid,
    "relu": torch.relu,
    "ReLU": torch.relu,
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "Softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "erf": torch.erf,
    "sign": torch.sign,
    "sgn": torch.sign,
    "abs": torch.abs,
    "sqrt": safe.root,
    "round": torch.round,
}
"""Functions of a number."""

WHOLE: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda x: x.softmax(-1),
    "Softmax": lambda x: x.softmax(-1),
    "logsoftmax": lambda x: x.log_softmax(-1),
    "LogSoftmax": lambda x: x.log_softmax(-1),
    "logsumexp": lambda x: x.logsumexp(-1),
    "tr": lambda x: x.diagonal(dim1=-2, dim2=-1).sum(-1),
    "diag": torch.diag_embed,
}
"""Functions of an array: of its last axis, or of its last two."""

LEAST = {"tr": 2}
"""How many axes a function of an array needs, where it is not one."""

EXPONENTIAL: dict[str, Callable[[Tensor], Tensor]] = {
    r"\sigma": torch.nn.functional.logsigmoid,
    "sigmoid": torch.nn.functional.logsigmoid,
    "Sigmoid": torch.nn.functional.logsigmoid,
    "softmax": lambda x: x.log_softmax(-1),
    "Softmax": lambda x: x.log_softmax(-1),
}
"""Functions that may run under, by the logarithms of their values, which do not."""

COARSE = frozenset(("relu", "ReLU", "sign", "sgn", "abs", "round"))
"""Functions whose value is 0 where they say so, and not because it ran under."""

SYMBOLS: dict[str, Callable[[Tensor], Tensor]] = {
    r"\sigma": torch.sigmoid,
    r"\Phi": lambda x: (1 + torch.erf(x / math.sqrt(2))) / 2,
}
"""The logistic function, and the distribution function of the standard normal."""


def register_function(name: str, function: Function) -> None:
    r"""Make a function known to every formula under a name, such as ``\mathrm{GELU}``.

    It is called with float64 tensors, one for each argument, of the arguments' array axes alone; it gives one tensor.
    A name that a formula binds itself means what it is bound to there.

    :raises Invalid: a name that cannot be read, something that cannot be called.
    """
    if not callable(function):
        raise Invalid(f"{function!r} cannot be called", remedy="register a function of tensors")
    REGISTERED[to_latex(parse_symbol(name))] = function


def is_known(symbol: Symbol) -> bool:
    """Whether a name is a function that need not be bound."""
    return known(symbol) is not None


def known(symbol: Symbol) -> Callable[[Tensor], Tensor] | Function | None:
    """The function of a name that is not bound."""
    name = to_latex(symbol)
    if name in REGISTERED:
        return REGISTERED[name]
    if name in SYMBOLS:
        return SYMBOLS[name]
    plain_name = bare(symbol).removeprefix(r"\mathrm{").removesuffix("}")
    return ELEMENTWISE.get(plain_name) or WHOLE.get(plain_name)


def entries_of(node: Apply) -> tuple[Node, ...]:
    """What a function is applied to."""
    if isinstance(node.argument, Arguments):
        return node.argument.entries
    return (node.argument.body,) if isinstance(node.argument, Group) else (node.argument,)


def check_array(name: str, value: Value) -> None:
    """Refuse a number where an array is wanted, and arrays of which the function could mean two things."""
    if value.rank < LEAST.get(name, 1):
        raise ShapeError(f"{name} needs an array of {LEAST.get(name, 1)} or more axes, and this has {value.rank}")
    if name == "diag" and value.rank > 1:
        raise ShapeError("diag of a matrix could be its diagonal, or a matrix of each row: bind a function")
    if name == "tr" and value.data.shape[-1] != value.data.shape[-2]:
        raise ShapeError(f"tr needs a square matrix, and this has the shape {tuple(value.data.shape[-2:])}")
