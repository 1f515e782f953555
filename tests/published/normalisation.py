"""Normalisations, similarities, and cells made of gates."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry

DOCS = "PyTorch 2.13 documentation, torch.nn."
IOFFE = "Ioffe, Szegedy 2015, Batch Normalization, "
STANDARD = r"y = \frac{x - \mathrm{E}[x]}{ \sqrt{\mathrm{Var}[x] + \epsilon}} * \gamma + \beta"
MOVING = r"\hat{x}_\text{new} = (1 - \text{momentum}) \times \hat{x} + \text{momentum} \times x_t"
RMS = r"\text{RMS}%s = \sqrt{\epsilon + \frac{1}{n} \sum_{i=1}^{n} x_i^2}"
LAYER = (
    r"\mu = \frac{1}{H} \sum_{i=1}^H a_i, \quad \sigma = \sqrt{\frac{1}{H} \sum_{i=1}^H (a_i - \mu)^2%s}, \quad "
    r"h_i = \frac{g_i}{\sigma} (a_i - \mu) + b_i"
)
BATCH = (
    r"%s %s \frac{1}{m} \sum_{i=1}^m x_i, \quad %s %s \frac{1}{m} \sum_{i=1}^m (x_i - %s)^2, \quad "
    r"\hat{x}_i %s \frac{x_i - %s}{\sqrt{%s + \epsilon}}, \quad y_i %s \gamma \hat{x}_i + \beta"
)
MU, SIGMA, ARROW = r"\mu_\mathcal{B}", r"\sigma_\mathcal{B}^2", r"\leftarrow"
AS_PRINTED = BATCH % (MU, ARROW, SIGMA, ARROW, MU, ARROW, MU, SIGMA, ARROW)
INSTANCE = (
    r"\mu_{ti} = \frac{1}{HW} \sum_{l=1}^W \sum_{m=1}^H x_{tilm}, \quad %s = \frac{1}{HW} \sum_{l=1}^W \sum_{m=1}^H "
    r"(x_{tilm} - \mu_{ti})^2, \quad y_{tijk} = \frac{x_{tijk} - \mu_{ti}}{\sqrt{%s + \epsilon}}"
)
LRN = r"b_{c} = a_{c}\left(k + \frac{\alpha}{n} \sum_{c'=\max(0, c-n/2)}^{\min(N-1,c+n/2)}a_{c'}^2\right)^{-\beta}"
WINDOW = r"b_{c} = a_{c}\left(k + \frac{\alpha}{n} \sum_{j} w_{c,j} a_{j}^2\right)^{-\beta}"


def affine(draw: Draw, *shape: int) -> dict[str, Any]:
    """What scales and shifts, and what keeps the root from 0."""
    return {r"\gamma": draw.normal(*shape), r"\beta": draw.normal(*shape), r"\epsilon": 1e-5}


def channels(width: int) -> dict[str, Any]:
    """Constants of a local response norm, and the channels in each window as its formula's bounds say."""
    at = torch.arange(7)
    near = (at[:, None] - at).abs() <= width // 2
    return {"w": near.long(), "n": width, "k": 2.0, r"\alpha": 0.3, r"\beta": 0.75, "N": 7}


def moved(x: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """The moving variance after one batch."""
    after = before.clone()[None]
    F.batch_norm(x[:, None], torch.zeros_like(after), after, training=True)
    return after


ROWS = (
    Entry(
        "layer norm",
        STANDARD,
        DOCS + "LayerNorm",
        lambda draw: {"x": draw.normal(6)} | affine(draw, 6),
        lambda at: F.layer_norm(at["x"], (6,), at[r"\gamma"], at[r"\beta"]),
        "torch.nn.functional.layer_norm",
    ),
    Entry(
        "layer norm of the paper",
        LAYER % "",
        "Ba, Kiros, Hinton 2016, Layer Normalization, equation 3 with gain and bias",
        lambda draw: {"a": draw.normal(6), "g": draw.normal(6), "b": draw.normal(6), "H": 6, r"\epsilon": 1e-5},
        lambda at: F.layer_norm(at["a"], (6,), at["g"], at["b"]),
        "torch.nn.functional.layer_norm",
        changed="without the layer's index l",
        disagrees=True,
        diagnosis="the paper adds nothing to the variance, torch 1e-5",
        corrected=LAYER % r" + \epsilon",
    ),
    Entry(
        "RMS norm",
        RMS % "" + r", \quad y_i = \frac{x_i}{\mathrm{RMS}} * \gamma_i",
        DOCS + "RMSNorm",
        lambda draw: {"x": draw.normal(6), r"\gamma": draw.normal(6), r"\epsilon": 1e-6},
        lambda at: F.rms_norm(at["x"], (6,), at[r"\gamma"], 1e-6),
        "torch.nn.functional.rms_norm",
        "eps=1e-6",
        changed="RMS as a number for RMS(x), a function that the same formula defines",
        printed=r"y_i = \frac{x_i}{\mathrm{RMS}(x)} * \gamma_i, \quad \text{where} \quad " + RMS % "(x)",
        refusal=r"\mathrm{RMS} is bound to nothing",
    ),
    Entry(
        "batch norm, training",
        BATCH % (r"\mu", "=", "v", "=", r"\mu", "=", r"\mu", "v", "="),
        IOFFE + "algorithm 1",
        lambda draw: {"x": draw.normal(6)} | affine(draw),
        lambda at: F.batch_norm(at["x"][:, None], None, None, at[r"\gamma"][None], at[r"\beta"][None], training=True),
        "torch.nn.functional.batch_norm",
        "training=True, one channel",
        changed="= for the arrows, mu and v for what the mini-batch's subscript and a square name",
        printed=AS_PRINTED,
        refusal="only a symbol takes a new value",
    ),
    Entry(
        "batch norm, evaluation",
        r"y = \frac{\gamma}{\sqrt{v + \epsilon}} \cdot x + \left( \beta - \frac{\gamma \mu}{\sqrt{v + "
        r"\epsilon}} \right)",
        IOFFE + "algorithm 2",
        lambda draw: {"x": draw.normal()} | affine(draw) | {r"\mu": 1, "v": 2},
        lambda at: F.batch_norm(
            at["x"][None, None],
            torch.tensor([1.0], dtype=at["x"].dtype),
            torch.tensor([2.0], dtype=at["x"].dtype),
            at[r"\gamma"][None],
            at[r"\beta"][None],
        ),
        "torch.nn.functional.batch_norm",
        "one channel",
        changed="mu and v for the population's E[x] and Var[x], which nothing can be bound to",
    ),
    Entry(
        "batch norm, moving variance",
        r"x_t = \mathrm{Var}[a], \quad " + MOVING,
        DOCS + "BatchNorm1d",
        lambda draw: {"a": draw.normal(6), r"\hat{x}": draw.positive(), r"\text{momentum}": 0.1, "m": 6, "t": 1},
        lambda at: moved(at["a"], at[r"\hat{x}"]),
        "torch.nn.functional.batch_norm",
        "training=True, one channel",
        constants=("*",),
        changed="the variance of the page's formula in its rule for moving averages",
        disagrees=True,
        diagnosis="the moving average takes the unbiased variance and the output the biased one, as the page "
        "says in words",
        corrected=r"x_t = \frac{m}{m - 1} \cdot \mathrm{Var}[a], \quad " + MOVING,
    ),
    Entry(
        "instance norm",
        INSTANCE % ("v_{ti}", "v_{ti}"),
        "Ulyanov, Vedaldi, Lempitsky 2016, Instance Normalization",
        lambda draw: {"x": draw.normal(2, 3, 2, 4), "W": 2, "H": 4, r"\epsilon": 1e-5},
        lambda at: F.instance_norm(at["x"]),
        "torch.nn.functional.instance_norm",
        changed="the definitions first; v for what is named by a square",
        printed=INSTANCE % (r"\sigma_{ti}^2", r"\sigma_{ti}^2"),
        refusal=r"\sigma is bound to nothing",
    ),
    Entry(
        "group norm",
        STANDARD,
        DOCS + "GroupNorm",
        lambda draw: {"x": draw.normal(6)} | affine(draw, 6),
        lambda at: F.group_norm(at["x"][None], 1, at[r"\gamma"], at[r"\beta"]),
        "torch.nn.functional.group_norm",
        "one group",
        changed="bound to one group: the mean and variance are taken in each, as the page says in words",
    ),
    Entry(
        "local response norm, odd size",
        WINDOW,
        DOCS + "LocalResponseNorm",
        lambda draw: {"a": draw.normal(7)} | channels(3),
        lambda at: F.local_response_norm(at["a"][None, :, None], 3, 0.3, 0.75, 2.0),
        "torch.nn.functional.local_response_norm",
        "size=3, alpha=0.3, beta=0.75, k=2",
        changed="the bounds of the sum as a matrix of zeros and ones, n / 2 rounded down",
        printed=LRN,
        refusal="a bound that varies with c is not supported yet",
    ),
    Entry(
        "local response norm, even size",
        WINDOW,
        DOCS + "LocalResponseNorm",
        lambda draw: {"a": draw.normal(7)} | channels(4),
        lambda at: F.local_response_norm(at["a"][None, :, None], 4, 0.3, 0.75, 2.0),
        "torch.nn.functional.local_response_norm",
        "size=4, alpha=0.3, beta=0.75, k=2",
        changed="the bounds of the sum as a matrix of zeros and ones",
        printed=LRN,
        refusal="a bound that varies with c is not supported yet",
        disagrees=True,
        diagnosis="the printed bounds have n + 1 channels where n is even, the implementation n: none at the "
        "upper bound",
        corrected=WINDOW.replace("w_{c,j} a", r"w_{c,j} \mathbb{1}[j \ne c + 2] a"),
    ),
    Entry(
        "local response norm of AlexNet",
        r"b_{c} = a_{c} / \left(k + \alpha \sum_{j} w_{c,j} a_{j}^2\right)^{\beta}",
        "Krizhevsky, Sutskever, Hinton 2012, ImageNet Classification with Deep CNNs, section 3.3",
        lambda draw: {"a": draw.normal(7)} | channels(5),
        lambda at: F.local_response_norm(at["a"][None, :, None], 5, 0.3, 0.75, 2.0),
        "torch.nn.functional.local_response_norm",
        "size=5, alpha=0.3, beta=0.75, k=2",
        changed="the bounds of the sum as a matrix of zeros and ones; without the position in the image",
        disagrees=True,
        diagnosis="torch divides alpha by the size of the window, the paper does not",
        corrected=WINDOW,
    ),
)

ENTRIES = ROWS
