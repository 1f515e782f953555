"""Distinctions of cases."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from texsor.check.evaluate_value import ShapeError, Value, align, double, laid_down, pose, scale_of


def choose(values: Sequence[Value], held: Sequence[Value | None]) -> Value:
    """For every number the value of the first case that holds; None holds always."""
    known = [condition for condition in held if condition is not None]
    lying = pose(values)
    names, laid = align(*values, *known)
    cases, conditions = laid[: len(values)], laid[len(values) :]
    scaled = any(case.scale is not None for case in cases)
    data = torch.zeros_like(double(cases[0].data))
    scale = torch.zeros_like(data) if scaled else None
    open_ = torch.ones((), dtype=torch.bool, device=data.device)
    for at, case in enumerate(cases):
        here = open_ if held[at] is None else open_ & (conditions[at].data != 0)
        data = torch.where(here, double(case.data), data)
        scale = None if scale is None else torch.where(here, scale_of(case), scale)
        open_ = open_ & ~here
    if bool(open_.any()):
        raise ShapeError(
            "no case holds for some numbers", "write \\text{otherwise} behind the last one, or a wider condition"
        )
    return laid_down(Value(data, names, scale, max(case.reach for case in cases)), lying)
