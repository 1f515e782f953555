"""What stands around a step: clipping, averages of weights, learning rates."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, optim

from published.algorithms import (
    DOCS,
)
from published.entry import Draw, Entry

WARM_UP = r"%s = d_{\text{model}}^{-0.5} \cdot \min(%s^{-0.5}, %s \cdot %s^{-1.5})"


def clipped(gradient: Tensor) -> Tensor:
    """A gradient after clipping, differentiable."""
    parameter = torch.zeros_like(gradient)
    parameter.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_([parameter], 0.5, foreach=False)
    return parameter.grad


def annealed(draw: Draw) -> dict[str, Any]:
    """A schedule from 1 to 0.1 in ten epochs."""
    return {r"\eta_{\min}": 0.1, r"\eta_{\max}": 1.0, "T_{max}": 10, "T_{cur}": 2 + draw.seed, "t": 2 + draw.seed}


def scheduled(epochs: int) -> Tensor:
    """Its learning rate after some epochs."""
    optimizer = optim.SGD([torch.zeros(1)], lr=1.0)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 10, 0.1)
    return torch.tensor(after(optimizer, schedule, epochs), dtype=torch.float64)


def warmed(epochs: int) -> Tensor:
    """The Transformer's learning rate after some steps."""
    optimizer = optim.SGD([torch.zeros(1)], lr=1.0)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda at: 64**-0.5 * min(max(at, 1) ** -0.5, at * 8**-1.5))
    return torch.tensor(after(optimizer, schedule, epochs), dtype=torch.float64)


def after(optimizer: optim.Optimizer, schedule: optim.lr_scheduler.LRScheduler, epochs: int) -> float:
    """The learning rate after so many steps of a schedule."""
    for _ in range(epochs):
        optimizer.step()
        schedule.step()
    return schedule.get_last_lr()[0]


ENTRIES = (
    Entry(
        "clipping by norm",
        r"\hat{\mathbf{g}} \leftarrow \frac{threshold}{\|\hat{\mathbf{g}}\|} \hat{\mathbf{g}}",
        "Pascanu, Mikolov, Bengio 2013, On the difficulty of training recurrent neural networks, algorithm 1",
        lambda draw: {r"\hat{\mathbf{g}}": 1 + draw.uniform(4), "threshold": 0.5, "s": 1e-6},
        lambda at: clipped(at[r"\hat{\mathbf{g}}"]),
        "torch.nn.utils.clip_grad_norm_",
        "max_norm=0.5",
        constants=("*",),
        changed="the case of a norm above the threshold",
        disagrees=True,
        diagnosis="1e-6 is added to the norm",
        corrected=r"\hat{\mathbf{g}} \leftarrow \frac{threshold}{\|\hat{\mathbf{g}}\| + s} \hat{\mathbf{g}}",
    ),
    Entry(
        "exponential moving average",
        r"W^\textrm{EMA}_{t+1} = \alpha W^\textrm{EMA}_{t} + (1 - \alpha) W^\textrm{model}_t",
        DOCS[:-1] + ", weight averaging",
        lambda draw: {
            r"W^\textrm{EMA}_{t}": draw.normal(4),
            r"W^\textrm{model}_t": draw.normal(4),
            r"\alpha": 0.9,
        },
        lambda at: optim.swa_utils.get_ema_avg_fn(0.9)(at[r"W^\textrm{EMA}_{t}"], at[r"W^\textrm{model}_t"], 3),
        "torch.optim.swa_utils.get_ema_avg_fn",
        "decay=0.9",
        constants=("*",),
    ),
    Entry(
        "stochastic weight averaging",
        r"w_\mathrm{SWA} \leftarrow \frac{w_\mathrm{SWA} \cdot n_\mathrm{models} + w}{n_\mathrm{models} + 1}",
        "Izmailov et al. 2018, Averaging Weights Leads to Wider Optima and Better Generalization, algorithm 1",
        lambda draw: {r"w_\mathrm{SWA}": draw.normal(4), "w": draw.normal(4), r"n_\mathrm{models}": 3},
        lambda at: optim.swa_utils.get_swa_avg_fn()(at[r"w_\mathrm{SWA}"], at["w"], 3),
        "torch.optim.swa_utils.get_swa_avg_fn",
        "three models",
        constants=("*",),
    ),
    Entry(
        "cosine annealing",
        r"\eta_t = \eta_{\min} + \frac{1}{2}(\eta_{\max} - \eta_{\min}) \left( 1 + \cos\left(\frac{T_{cur} "
        r"\pi}{T_{max}}"
        r"\right) \right)",
        "Loshchilov, Hutter 2017, SGDR, equation 5; " + DOCS + "lr_scheduler.CosineAnnealingLR",
        annealed,
        lambda at: scheduled(at["T_{cur}"]),
        "torch.optim.lr_scheduler.CosineAnnealingLR",
        "T_max=10, eta_min=0.1",
        constants=("*",),
    ),
    Entry(
        "cosine annealing by recursion",
        r"\eta_{t+1} = \eta_{\min} + (\eta_t - \eta_{\min}) \cdot \frac{1 + \cos\left(\frac{(T_{cur}+1) "
        r"\pi}{T_{max}}\right)}"
        r"{1 + \cos\left(\frac{T_{cur} \pi}{T_{max}}\right)}",
        DOCS + "lr_scheduler.CosineAnnealingLR",
        lambda draw: annealed(draw) | {r"\eta_t": float(scheduled(2 + draw.seed))},
        lambda at: scheduled(at["T_{cur}"] + 1),
        "torch.optim.lr_scheduler.CosineAnnealingLR",
        "T_max=10, eta_min=0.1",
        constants=("*",),
    ),
    Entry(
        "warm-up of the Transformer",
        WARM_UP % (r"\mathrm{lrate}", r"\mathrm{step\_num}", r"\mathrm{step\_num}", r"\mathrm{warmup\_steps}"),
        "Vaswani et al. 2017, Attention Is All You Need, equation 3",
        lambda draw: {
            r"d_{\text{model}}": 64,
            r"\mathrm{step\_num}": 3 + 10 * (draw.seed % 2),
            r"\mathrm{warmup\_steps}": 8,
        },
        lambda at: warmed(at[r"\mathrm{step\_num}"]),
        "torch.optim.lr_scheduler.LambdaLR",
        "warm-up of 8 steps, width 64",
        constants=("*",),
        changed="upright names",
        printed=WARM_UP % ("lrate", r"{step\_num}", r"{step\_num}", r"{warmup\_steps}"),
        refusal=r"the command \_ is not known",
    ),
)
