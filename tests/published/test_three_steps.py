"""The steps of optimisers again, three in a row: torch.optim on a real parameter, the formula on numbers of its own.

Value only: there the optimiser changes its parameter in place, under ``no_grad``. What the formula keeps from one step
to the next (a momentum, a mean of squares) are its own values; the optimiser is asked for nothing but the parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor, nn, optim

import texsor
from published.catalogue import ENTRIES
from published.entry import Draw
from published.steps import B, M, S, U, V
from texsor.check.compare import relative_error
from texsor.formula import to_latex

THETA = r"\theta_{t-1}"


@dataclass(frozen=True)
class Run:
    """An optimiser, and the formula of its step."""

    name: str
    """The formula's entry."""
    make: Callable[..., optim.Optimizer]
    """The optimiser."""
    options: dict[str, Any]
    """Its options, those of the entry."""
    kept: dict[str, str]
    """What the formula keeps: the name under which a step defines it, and that under which the next one is given it."""
    given: dict[str, Any] = field(default_factory=dict)
    """What is bound to other numbers than the entry's."""


TWO = {"m_{t}": M, "v_{t}": V}
BETAS = {"betas": (0.8, 0.9), "eps": 1e-3}
BUFFER = {r"\textbf{b}_{t}": B}
RUNS = (
    Run("SGD", optim.SGD, {"momentum": 0.7, "weight_decay": 0.05}, BUFFER, {r"\tau": 0.0}),
    Run("SGD, Nesterov", optim.SGD, {"momentum": 0.7, "nesterov": True, "weight_decay": 0.05}, BUFFER),
    Run("Adagrad", optim.Adagrad, {"lr_decay": 0.3, "weight_decay": 0.05, "eps": 1e-3}, {S.replace("t-1", "t"): S}),
    Run("Adadelta", optim.Adadelta, {"rho": 0.85, "eps": 1e-3, "weight_decay": 0.05}, {"v_{t}": V, "u_{t}": U}),
    Run("Adam", optim.Adam, BETAS, TWO),
    Run("Adam, weight decay", optim.Adam, BETAS | {"weight_decay": 0.05}, TWO),
    Run("AdamW", optim.AdamW, BETAS | {"weight_decay": 0.05}, TWO),
    Run("Adamax", optim.Adamax, BETAS, {"m_{t}": M, "u_{t}": U}),
    Run("RMSprop", optim.RMSprop, {"alpha": 0.85, "eps": 1e-3, "weight_decay": 0.05}, {"v_{t}": V}),
    Run(
        "RMSprop, centred and with momentum",
        optim.RMSprop,
        {"alpha": 0.85, "eps": 1e-3, "centered": True, "momentum": 0.7},
        {"v_{t}": V, "u_{t}": U} | BUFFER,
    ),
)


def objective(at: Tensor) -> Tensor:
    """Something to descend on, whose gradient changes from step to step."""
    return at.cosh().sum() + at.prod()


def slope(at: Tensor) -> Tensor:
    """Its gradient."""
    found: Tensor = torch.func.grad(objective)(at)
    return found


@pytest.mark.parametrize("run", RUNS, ids=[run.name for run in RUNS])
def test_three_steps(run: Run) -> None:
    """After each of the first three steps the parameter is where the formula says."""
    entry = next(entry for entry in ENTRIES if entry.name == run.name)
    start = Draw(5).normal(4)
    parameter = nn.Parameter(start.clone())
    optimizer = run.make([parameter], lr=0.1, **run.options)
    where = (
        entry.where(Draw(5)) | run.given | dict.fromkeys(run.kept.values(), torch.zeros_like(start)) | {THETA: start}
    )
    for step in (1, 2, 3):
        optimizer.zero_grad()
        objective(parameter).backward()
        optimizer.step()
        where |= {"g_t": slope(where[THETA])} | ({"t": step} if "t" in where else {})
        values = after(entry.latex, where)
        where |= {THETA: values[r"\theta_{t}"]} | {old: values[new] for new, old in run.kept.items()}
        assert relative_error(where[THETA], parameter) < 1e-10


def after(latex: str, where: dict[str, Any]) -> dict[str, Tensor]:
    """Everything that a step defines."""
    found = texsor.evaluate(latex, where=where)
    return {to_latex(part.plan.left): part.value.tensor for part in (*found.earlier, found) if part.plan.left}
