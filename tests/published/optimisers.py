"""Steps of gradient descent: with momentum, and with sums of squares."""

from __future__ import annotations

from typing import Any

import torch
from torch import optim

from published.algorithms import (
    ADADELTA,
    ADAGRAD,
    ARROWS,
    DOCS,
    EQUALS,
    LR,
    MOMENTUM,
    NESTEROV,
    SUMS,
    arrows,
    lines,
)
from published.entry import Entry, Where
from published.steps import B, S, U, V, before, stepped


def renamed(at: Where) -> dict[str, Any]:
    """A note's letters as those of the algorithms."""
    return {**at, r"\theta_{t-1}": at["p_{t}"], "g_t": at["g_{t+1}"]}


ENTRIES = (
    Entry(
        "SGD",
        lines(MOMENTUM + r" | \theta_t <- \theta_{t-1} - \gamma \textbf{b}_t"),
        DOCS + "SGD",
        before("gamma lambda mu tau", b="normal"),
        stepped(optim.SGD, {"momentum_buffer": B}, momentum=0.7, dampening=0.2, weight_decay=0.05),
        "torch.optim.SGD",
        "momentum, dampening, weight_decay",
        changed=EQUALS,
        printed=arrows(MOMENTUM + r" | \theta_t <- \theta_{t-1} - \gamma \textbf{b}_t"),
        refusal=ARROWS,
    ),
    Entry(
        "SGD, Nesterov",
        lines(NESTEROV),
        DOCS + "SGD",
        before("gamma lambda mu", b="normal"),
        stepped(optim.SGD, {"momentum_buffer": B}, momentum=0.7, nesterov=True, weight_decay=0.05),
        "torch.optim.SGD",
        "momentum, nesterov, weight_decay",
        changed=EQUALS,
        printed=arrows(NESTEROV),
        refusal=ARROWS,
    ),
    Entry(
        "SGD, dampening at the first step",
        r"\textbf{b}_t = \mu \textbf{b}_{t-1} + (1 - \tau) g_t, \quad \theta_t = \theta_{t-1} - \gamma \textbf{b}_t",
        DOCS + "SGD, without its distinction of the first step",
        lambda draw: before("gamma mu tau")(draw) | {B: torch.zeros(4, dtype=torch.long)},
        stepped(optim.SGD, {}, momentum=0.7, dampening=0.2),
        "torch.optim.SGD",
        "momentum, dampening, the first step",
        changed="from a buffer of 0, as other libraries have it",
        disagrees=True,
        detached=True,
        diagnosis="the first buffer is a detached copy of the gradient, undampened, as the page says",
        corrected=r"\theta_t = \theta_{t-1} - \gamma g_t",
    ),
    Entry(
        "momentum",
        r"\begin{aligned} v_{t+1} & = \mu * v_{t} + g_{t+1}, \\ p_{t+1} & = p_{t} - \text{lr} * v_{t+1}, \end{aligned}",
        DOCS + "SGD, note",
        lambda draw: {
            "v_{t}": draw.normal(4),
            "g_{t+1}": draw.normal(4),
            "p_{t}": draw.normal(4),
            r"\mu": 0.7,
            LR: 0.1,
        },
        lambda at: stepped(optim.SGD, {"momentum_buffer": "v_{t}"}, momentum=0.7)(renamed(at)),
        "torch.optim.SGD",
        "momentum",
    ),
    Entry(
        "momentum of Sutskever after a change of rate",
        r"\begin{aligned} v_{t+1} & = \mu * v_{t} + \text{lr} * g_{t+1}, \\ p_{t+1} & = p_{t} - v_{t+1}. \end{aligned}",
        "Sutskever et al. 2013, as " + DOCS + "SGD quotes it",
        lambda draw: {
            "v_{t}": 0.2 * (sum_ := draw.normal(4)),
            "s": sum_,
            "g_{t+1}": draw.normal(4),
            "p_{t}": draw.normal(4),
            r"\mu": 0.7,
            LR: 0.1,
            r"\text{lr}_{t}": 0.2,
        },
        lambda at: stepped(optim.SGD, {"momentum_buffer": "s"}, momentum=0.7)(renamed(at)),
        "torch.optim.SGD",
        "momentum, lr 0.2 before and 0.1 now",
        constants=("*",),
        disagrees=True,
        diagnosis="torch scales the whole sum by the present rate, the paper each gradient by the rate of its "
        "own step; "
        "at a constant rate they agree",
        corrected=r"\begin{aligned} v_{t+1} & = \mu * v_{t} * \text{lr} / \text{lr}_{t} + \text{lr} * "
        r"g_{t+1}, \\ p_{t+1} & = "
        r"p_{t} - v_{t+1}. \end{aligned}",
    ),
    Entry(
        "Adagrad",
        lines(ADAGRAD % (SUMS, SUMS, SUMS)),
        DOCS + "Adagrad",
        before("gamma epsilon lambda eta t", s="positive"),
        stepped(optim.Adagrad, {"sum": S}, lr_decay=0.3, weight_decay=0.05, eps=1e-3),
        "torch.optim.Adagrad",
        "lr_decay, weight_decay, eps",
        changed=EQUALS + "; an upright name for the letters",
        printed=arrows(ADAGRAD % ((r"state\_sum",) * 3)),
        refusal=r"the command \_ is not known",
    ),
    Entry(
        "Adadelta",
        lines(ADADELTA.replace(r"\Delta x", "d")),
        DOCS + "Adadelta",
        before("gamma epsilon lambda rho", v="positive", u="positive"),
        stepped(optim.Adadelta, {"square_avg": V, "acc_delta": U}, rho=0.85, eps=1e-3, weight_decay=0.05),
        "torch.optim.Adadelta",
        "rho, eps, weight_decay",
        changed=EQUALS + r"; one letter for \Delta x; \odot where nothing is printed",
        printed=arrows(ADADELTA.replace(r"\odot ", "")),
        refusal="only a symbol takes a new value",
    ),
)
