"""Functions whose slope is infinite somewhere, without the NaN that autograd makes of it where nothing comes back.

A case that is not taken, a value that a condition leaves out, the 0 of 0 · log 0: the gradient that arrives there is 0,
and 0 · ∞ is not a number. Where that would happen, these give 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor

Function = Callable[..., Tensor]
INSIDE = 0.5
"""A number at which each of these functions has a slope."""


class Guarded(torch.autograd.Function):
    """A function of numbers, one by one, whose gradient is 0 where nothing comes back and its slope is infinite."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, function: Function, *inputs: Tensor) -> Tensor:
        """The function's value; all inputs have one shape."""
        ctx.function = function  # type: ignore[attr-defined] # a context takes any attribute
        ctx.save_for_backward(*inputs)
        return function(*inputs)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients, themselves differentiable."""
        (grad,) = grads
        function, inputs = ctx.function, ctx.saved_tensors  # type: ignore[attr-defined] # see forward
        again = torch.is_grad_enabled()
        with torch.enable_grad():
            lost = (grad == 0) & endless(function, inputs)
            # The numbers are exchanged, and not the slopes: then the slopes of slopes are finite too.
            tamed = [attached(each.masked_fill(lost, INSIDE)) for each in inputs]
            found = torch.autograd.grad(function(*tamed), tamed, grad, create_graph=again)
        return None, *found


def endless(function: Function, inputs: tuple[Tensor, ...]) -> Tensor:
    """Where a slope of a function is not finite."""
    bare = [each.detach().requires_grad_() for each in inputs]
    out = function(*bare)
    slopes = torch.autograd.grad(out, bare, torch.ones_like(out))
    return ~torch.stack([slope.isfinite() for slope in slopes]).all(0)


def attached(tensor: Tensor) -> Tensor:
    """A tensor at which a gradient can be asked for."""
    return tensor if tensor.requires_grad else tensor.detach().requires_grad_()


def guarded(function: Function, risky: Callable[[], Tensor], *inputs: Tensor) -> Tensor:
    """A function of numbers, guarded where ``risky`` says that a slope may be infinite."""
    slopes = torch.is_grad_enabled() and any(each.requires_grad for each in inputs)
    if not slopes or not bool(risky().any()):
        return function(*inputs)
    laid = torch.broadcast_tensors(*inputs)
    return cast(Tensor, Guarded.apply(function, *laid))  # type: ignore[no-untyped-call] # torch's stubs lack it


def log(data: Tensor) -> Tensor:
    """The natural logarithm; 0 · log 0 is 0, and so is its slope."""
    return guarded(torch.log, lambda: data.detach() == 0, data)


def quotient(above: Tensor, below: Tensor) -> Tensor:
    """A quotient; 0 · log(0/0) has no slope."""
    return guarded(torch.div, lambda: below.detach() == 0, above, below)


def root(data: Tensor) -> Tensor:
    """The square root."""
    return guarded(torch.sqrt, lambda: data.detach() <= 0, data)


def power(base: Tensor, exponent: Tensor) -> Tensor:
    """A power."""
    fixed = exponent.detach()
    if not exponent.requires_grad and bool(((fixed >= 1) & (fixed == fixed.floor())).all()):
        return torch.pow(base, exponent)  # a polynomial has a slope everywhere
    return guarded(torch.pow, lambda: base.detach() <= 0, base, exponent)


def arcsin(data: Tensor) -> Tensor:
    """The arc sine."""
    return guarded(torch.arcsin, lambda: data.detach().abs() >= 1, data)


def arccos(data: Tensor) -> Tensor:
    """The arc cosine."""
    return guarded(torch.arccos, lambda: data.detach().abs() >= 1, data)
