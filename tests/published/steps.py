"""What is bound before a step of an optimiser, and the step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, optim

from published.algorithms import OLD
from published.entry import Draw, Where

M, V, U, B, S = "m_{t-1}", "v_{t-1}", "u_{t-1}", r"\textbf{b}_{t-1}", r"\mathrm{state\_sum}_{t-1}"
NAMES = {"m": M, "v": V, "u": U, "b": B, "s": S}

OPTIONS = {
    r"\gamma": 0.1,
    r"\beta_1": 0.8,
    r"\beta_2": 0.9,
    r"\epsilon": 1e-3,
    r"\lambda": 0.05,
    r"\mu": 0.7,
    r"\tau": 0.2,
    r"\alpha": 0.85,
    r"\rho": 0.85,
    r"\eta": 0.3,
    r"\psi": 0.04,
    "t": 3,
}
"""Far from the defaults, so that each matters; the third step."""


def before(options: str, **state: str) -> Callable[[Draw], dict[str, Any]]:
    """What is bound before a step; ``state`` names what the optimiser keeps, and says which draw it is."""

    def where(draw: Draw) -> dict[str, Any]:
        kept = {NAMES[name]: getattr(draw, kind)(4) for name, kind in state.items()}
        given = {rf"\{name}" if len(name) > 1 else name: None for name in options.split()}
        return {OLD: draw.normal(4), "g_t": draw.normal(4), **kept, **{name: OPTIONS[name] for name in given}}

    return where


def stepped(
    make: Callable[..., optim.Optimizer], state: dict[str, str | Tensor], **options: object
) -> Callable[[Where], Tensor]:
    """The parameter after the third step, differentiable; the state is bound to what the formula calls it."""

    def step(at: Where) -> Tensor:
        parameter = at[r"\theta_{t-1}"].clone()
        if parameter.requires_grad:
            parameter.retain_grad()
        parameter.grad = at["g_t"].clone()
        made = make([parameter], **({"lr": 0.1, "differentiable": True} | options))
        kept = {name: (at[given] if isinstance(given, str) else given).clone() for name, given in state.items()}
        made.state[parameter] = ({} if make is optim.SGD else {"step": torch.tensor(2.0, dtype=torch.float64)}) | kept
        made.step()
        return parameter

    return step
