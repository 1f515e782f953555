"""Functions of a user's: called for every combination of indices, on the array axes alone, in float64."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from texsor.check.compare import relative_error
from texsor.check.evaluate_bindings import Function
from texsor.check.evaluate_value import ShapeError, Value, place, plain, reach_of, union

MANY = 32
"""Combinations of indices from which on it is tried to call a function once for all of them."""
CLOSE = 1e-13
"""How far a call for all may be from one for one."""


@dataclass(frozen=True)
class Call:
    """A function with what it is called with."""

    function: Function
    """The function."""
    tensors: tuple[Tensor, ...]
    """Its arguments, with the indices in front."""
    owned: tuple[tuple[str, ...], ...]
    """The indices that each argument has, in one order."""
    names: tuple[str, ...]
    """All of them."""

    @property
    def count(self) -> int:
        """How many combinations of indices there are."""
        sizes = {
            name: size
            for tensor, own in zip(self.tensors, self.owned, strict=True)
            for name, size in zip(own, tensor.shape, strict=False)
        }
        return torch.Size([sizes[name] for name in self.names]).numel()

    def at(self, place_: int) -> Call:
        """The same for one value of the first index."""
        first = self.names[0]
        pairs = list(zip(self.tensors, self.owned, strict=True))
        tensors = tuple(tensor[place_] if first in own else tensor for tensor, own in pairs)
        return Call(self.function, tensors, tuple(without(own, first) for own in self.owned), self.names[1:])

    @property
    def length(self) -> int:
        """How many values the first index has."""
        return next(
            tensor.shape[0] for tensor, own in zip(self.tensors, self.owned, strict=True) if self.names[0] in own
        )


def called(function: Function, values: Sequence[Value], name: str) -> Value:
    """The value of a function; refuses one that raises, gives no tensor, or draws random numbers."""
    values = [value if not value.data.is_floating_point() else plain(value) for value in values]
    names = union(values)
    owned = tuple(tuple(each for each in names if each in value.names) for value in values)
    laid = tuple(place(value.data, value.names, own, value.rank) for value, own in zip(values, owned, strict=True))
    call = Call(widened_module(function), laid, owned, names)
    if call.count == 0:
        raise ShapeError(f"the function bound to {name} is applied to no value", "bind tensors with values")
    before = torch.get_rng_state()
    try:
        out = at_once(call)
        data = (one_by_one(call) if out is None else out).to(torch.float64)
    except NoTensorError as error:
        what = f"the function bound to {name} gave {error}, and a tensor is wanted"
        raise ShapeError(what, "return a tensor") from None
    except Exception as error:
        torch.set_rng_state(before)
        what = f"the function bound to {name} raised {type(error).__name__}: {error}"
        remedy = "it is given float64 tensors, the array axes alone; a module is bound itself, not in a lambda"
        raise ShapeError(what, remedy) from error
    if not torch.equal(before, torch.get_rng_state()):
        torch.set_rng_state(before)
        what = f"the function bound to {name} draws random numbers, so that it has no value of its own"
        raise ShapeError(what, "bind what it drew; a module with dropout is put into evaluation mode")
    return Value(data, names, None, reach_of(data))


class NoTensorError(Exception):
    """A function gave something else; the message says what."""


def one_by_one(call: Call) -> Tensor:
    """The function for every value of the first index, and so on inwards, stacked in front."""
    if call.names:
        return torch.stack([one_by_one(call.at(place_)) for place_ in range(call.length)])
    # A copy, since a function may write into what it is given.
    out = call.function(*(tensor.clone() for tensor in call.tensors))
    if not isinstance(out, Tensor):
        raise NoTensorError(type(out).__name__)
    return out


def at_once(call: Call) -> Tensor | None:
    """The same by one call for all; None where that is not possible, or does not give the same."""
    if call.count < MANY:
        return None
    function = call.function
    for name in reversed(call.names):
        ways = tuple(0 if name in own else None for own in call.owned)
        function = torch.vmap(function, in_dims=ways)
    try:
        with warnings.catch_warnings(action="ignore"):  # of operations that vmap knows only one by one
            out = function(*(tensor.clone() for tensor in call.tensors))
    except Exception:
        return None  # a function may look at its numbers, or write into a tensor of its own
    if not isinstance(out, Tensor):
        return None
    return out if all(same(call, out, last) for last in (False, True)) else None


def same(call: Call, out: Tensor, last: bool) -> bool:
    """Whether the call for all gives what the call for the first combination of indices gives, or for the last."""
    while call.names:
        place_ = call.length - 1 if last else 0
        call, out = call.at(place_), out[place_]
    one = one_by_one(call)
    return one.shape == out.shape and one.dtype == out.dtype and relative_error(out, one) <= CLOSE


def without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Names without one of them."""
    return tuple(each for each in names if each != name)


def widened_module(function: Function) -> Function:
    """A module with its parameters in float64; anything else as it is."""
    if not isinstance(function, torch.nn.Module):
        return function
    module = function
    state = {name: tensor.double() if tensor.is_floating_point() else tensor for name, tensor in tensors_of(module)}

    def run(*arguments: Tensor) -> Tensor:
        out: Tensor = torch.func.functional_call(module, state, arguments)
        return out

    return run


def tensors_of(module: torch.nn.Module) -> list[tuple[str, Tensor]]:
    """The parameters and buffers of a module, by name."""
    return [*module.named_parameters(), *module.named_buffers()]
