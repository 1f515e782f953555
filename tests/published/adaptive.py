"""Steps of optimisers that keep means of gradients and of squares."""

from __future__ import annotations

import torch
from torch import Tensor, optim

from published.algorithms import (
    ADAM,
    ADAMAX,
    ARROWS,
    CENTRED,
    DECAY,
    DECAYED,
    DOCS,
    EQUALS,
    HATS,
    MOMENTS,
    NADAM,
    OLD,
    PLAIN,
    RADAM,
    RATIO,
    RMSPROP,
    STEP,
    arrows,
    lines,
)
from published.entry import Entry
from published.steps import B, M, U, V, before, stepped

ADAMS = r"gamma beta_1 beta_2 epsilon t"
MOMENT_STATE = {"exp_avg": M, "exp_avg_sq": V}
BETAS = {"betas": (0.8, 0.9), "eps": 1e-3}
WITH_MOMENTS = before(ADAMS, m="normal", v="positive")
WITH_DECAY = before(ADAMS + " lambda", m="normal", v="positive")

CENTRED_BOUND = before("gamma epsilon alpha mu", v="positive", u="uniform", b="normal")
CENTRED_STEP = stepped(
    optim.RMSprop,
    {"square_avg": V, "grad_avg": U, "momentum_buffer": B},
    alpha=0.85,
    eps=1e-3,
    centered=True,
    momentum=0.7,
)


def nesterov_product() -> Tensor:
    """The product of the first two factors of NAdam."""
    factors = [0.8 * (1 - 0.5 * 0.96 ** (at * 0.04)) for at in (1, 2)]
    return torch.tensor(factors[0] * factors[1], dtype=torch.float64)


LION = (
    r"c_t <- \beta_1 m_{t-1} + (1 - \beta_1) g_t | \theta_t <- \theta_{t-1} - \gamma (\mathrm{sign}(c_t) + \lambda "
    r"\theta_{t-1})"
)

ENTRIES = (
    Entry(
        "Adam",
        lines(ADAM),
        "Kingma, Ba 2015, Adam, algorithm 1; " + DOCS + "Adam",
        WITH_MOMENTS,
        stepped(optim.Adam, MOMENT_STATE, **BETAS),
        "torch.optim.Adam",
        "betas, eps",
        changed=EQUALS,
        printed=arrows(ADAM),
        refusal=ARROWS,
    ),
    Entry(
        "Adam, weight decay",
        lines(DECAYED + MOMENTS.replace("g_t", "g'_t").replace("g^2_t", "(g'_t)^2") + HATS + STEP),
        DOCS + "Adam",
        WITH_DECAY,
        stepped(optim.Adam, MOMENT_STATE, weight_decay=0.05, **BETAS),
        "torch.optim.Adam",
        "betas, eps, weight_decay",
        changed=EQUALS,
        printed=arrows(DECAYED + MOMENTS + HATS + STEP),
        refusal=ARROWS,
    ),
    Entry(
        "Adam, the efficient order",
        lines(
            MOMENTS[3:]
            + r" | \hat{\gamma} <- \gamma \cdot \sqrt{1 - \beta_2^t}/(1 - \beta_1^t) | \theta_t <- \theta_{t-1} - "
            r"\hat{\gamma} \cdot m_t / (\sqrt{v_t} + \epsilon)"
        ),
        "Kingma, Ba 2015, Adam, section 2",
        WITH_MOMENTS,
        stepped(optim.Adam, MOMENT_STATE, **BETAS),
        "torch.optim.Adam",
        "betas, eps",
        changed=EQUALS + "; torch's gamma for the paper's alpha",
        disagrees=True,
        diagnosis="the paper's second form has an epsilon hat of its own: with the same number as eps it is "
        "another step",
        corrected=lines(ADAM),
    ),
    Entry(
        "AdamW",
        lines(
            r"\theta'_t <- \theta_{t-1} - \gamma \lambda \theta_{t-1}"
            + MOMENTS
            + HATS
            + STEP.replace(OLD, r"\theta'_t")
        ),
        DOCS + "AdamW",
        WITH_DECAY,
        stepped(optim.AdamW, MOMENT_STATE, weight_decay=0.05, **BETAS),
        "torch.optim.AdamW",
        "betas, eps, weight_decay",
        changed=EQUALS,
        printed=arrows(
            r"\theta_t <- \theta_{t-1} - \gamma \lambda \theta_{t-1}" + MOMENTS + HATS + STEP.replace(OLD, r"\theta_t")
        ),
        refusal=ARROWS,
    ),
    Entry(
        "AdamW of the paper",
        lines(MOMENTS[3:] + HATS + r" | \theta_t <- \theta_{t-1} - \eta_t \left(\gamma " + RATIO + DECAY % ""),
        "Loshchilov, Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2",
        lambda draw: WITH_DECAY(draw) | {r"\eta_t": 1.0},
        stepped(optim.AdamW, MOMENT_STATE, weight_decay=0.05, **BETAS),
        "torch.optim.AdamW",
        "betas, eps, weight_decay",
        changed=EQUALS + "; torch's gamma for the paper's alpha",
        printed=arrows(MOMENTS[3:] + HATS + r" | \theta_t <- \theta_{t-1} - \eta_t \left(\gamma " + RATIO + DECAY % ""),
        refusal=ARROWS,
        disagrees=True,
        diagnosis="torch multiplies the decay by the learning rate, the paper by the schedule's multiplier alone",
        corrected=lines(
            MOMENTS[3:] + HATS + r" | \theta_t <- \theta_{t-1} - \eta_t \left(\gamma " + RATIO + DECAY % r"\gamma "
        ),
    ),
    Entry(
        "Adamax",
        lines(ADAMAX % r"+\epsilon"),
        DOCS + "Adamax",
        before("gamma beta_1 beta_2 epsilon t", m="normal", u="positive"),
        stepped(optim.Adamax, {"exp_avg": M, "exp_inf": U}, **BETAS),
        "torch.optim.Adamax",
        "betas, eps",
        changed=EQUALS,
        printed=arrows(ADAMAX % r"+\epsilon"),
        refusal=ARROWS,
    ),
    Entry(
        "Adamax of the paper",
        lines(ADAMAX % ""),
        "Kingma, Ba 2015, Adam, algorithm 2",
        lambda draw: (
            before("gamma beta_1 beta_2 epsilon t", m="normal", u="positive")(draw) | {U: draw.positive(4) / 50}
        ),
        stepped(optim.Adamax, {"exp_avg": M, "exp_inf": U}, **BETAS),
        "torch.optim.Adamax",
        "betas, eps",
        changed=EQUALS + "; torch's gamma for the paper's alpha",
        printed=arrows(ADAMAX % ""),
        refusal=ARROWS,
        disagrees=True,
        diagnosis="the paper adds no eps to the absolute gradient",
        corrected=lines(ADAMAX % r"+\epsilon"),
    ),
    Entry(
        "NAdam",
        lines(NADAM),
        DOCS + "NAdam",
        lambda draw: WITH_MOMENTS(draw) | {r"\psi": 0.04, "P": float(nesterov_product())},
        stepped(optim.NAdam, MOMENT_STATE | {"mu_product": nesterov_product()}, momentum_decay=0.04, **BETAS),
        "torch.optim.NAdam",
        "betas, eps, momentum_decay",
        changed=EQUALS + "; P for the product of the first two mu",
        printed=arrows(
            NADAM.replace(r"P \mu_t \mu_{t+1}", r"\prod_{i=1}^{t+1}\mu_i").replace(r"P \mu_t", r"\prod_{i=1}^{t}\mu_i")
        ),
        refusal=ARROWS,
    ),
    Entry(
        "RAdam",
        lines(RADAM),
        DOCS + "RAdam",
        lambda draw: WITH_MOMENTS(draw) | {"t": 8},
        stepped(optim.RAdam, MOMENT_STATE | {"step": torch.tensor(7.0, dtype=torch.float64)}, **BETAS),
        "torch.optim.RAdam",
        "betas, eps, the eighth step",
        changed=EQUALS + "; an upright index for the infinity; \\odot where nothing is printed; the case rho_t > 5",
        printed=arrows(RADAM.replace(r"\mathrm{inf}", r"\infty").replace(r"\odot ", "")),
        refusal=ARROWS,
    ),
    Entry(
        "RMSprop",
        lines(RMSPROP % (DECAYED + " | ", "g'", "g'") + PLAIN),
        DOCS + "RMSprop",
        before("gamma epsilon lambda alpha", v="positive"),
        stepped(optim.RMSprop, {"square_avg": V}, alpha=0.85, eps=1e-3, weight_decay=0.05),
        "torch.optim.RMSprop",
        "alpha, eps, weight_decay",
        changed=EQUALS,
        printed=arrows(RMSPROP % (DECAYED + " | ", "g'", "g'") + PLAIN),
        refusal=ARROWS,
    ),
    Entry(
        "RMSprop, centred and with momentum",
        lines(CENTRED % r"\big(\sqrt{\tilde{v}_t} + \epsilon \big)"),
        DOCS + "RMSprop",
        CENTRED_BOUND,
        CENTRED_STEP,
        "torch.optim.RMSprop",
        "alpha, eps, centered, momentum",
        changed=EQUALS + "; one letter for the average of gradients",
        printed=arrows(CENTRED.replace("u_", r"g^{ave}_") % r"\big(\sqrt{\tilde{v}_t} + \epsilon \big)"),
        refusal="only a symbol takes a new value",
    ),
    Entry(
        "RMSprop of Graves",
        lines(CENTRED % r"\sqrt{\tilde{v}_t + \epsilon}"),
        "Graves 2013, Generating Sequences With Recurrent Neural Networks, in torch's letters",
        CENTRED_BOUND,
        CENTRED_STEP,
        "torch.optim.RMSprop",
        "alpha, eps, centered, momentum",
        changed="torch's letters",
        disagrees=True,
        diagnosis="the paper adds eps under the root, torch behind it, as its page says",
        corrected=lines(CENTRED % r"\big(\sqrt{\tilde{v}_t} + \epsilon \big)"),
    ),
    Entry(
        "Lion",
        lines(LION),
        "Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, algorithm 2",
        before("gamma lambda beta_1", m="normal"),
        lambda at: at[OLD] * (1 - 0.1 * 0.05) - 0.1 * torch.lerp(at["g_t"], at[M], 0.8).sign(),
        "plain torch",
        changed="torch's letters; without the new momentum",
        printed=arrows(LION),
        refusal=ARROWS,
    ),
)
