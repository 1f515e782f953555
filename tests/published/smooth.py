"""Smooth activations, and functions of a row."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry

DOCS = "PyTorch 2.13 documentation, torch.nn."
HENDRYCKS = "Hendrycks, Gimpel 2016, Gaussian Error Linear Units (GELUs), section 2"
ONE_NUMBER = "bound to single numbers: between rows the printed product would be an inner product"
CIRCLED = "where nothing else is said the sign is an outer product; the source says in words that it is elementwise"
SWIGLU = r"\mathrm{SwiGLU}(x, W, V, b, c, \beta) = \mathrm{Swish}_\beta(xW + b) %s (xV + c)"


def row(draw: Draw) -> dict[str, Any]:
    """Numbers on both sides of every kink."""
    return {"x": draw.spread(8)}


def number(draw: Draw) -> dict[str, Any]:
    """A number near 0."""
    return {"x": draw.normal()}


CELU = r"\text{CELU}(x) = \max(0,x) + \min(0, \alpha * (\exp(x/\alpha) - 1))"

SMOOTH = (
    Entry(
        "GELU",
        r"\text{GELU}(x) = x * \Phi(x)",
        DOCS + "GELU",
        row,
        lambda at: F.gelu(at["x"]),
        "torch.nn.functional.gelu",
    ),
    Entry(
        "GELU by the error function",
        r"\mathrm{GELU}(x) = x \cdot \frac{1}{2} \left[1 + \mathrm{erf}(x/\sqrt{2})\right]",
        HENDRYCKS,
        number,
        lambda at: F.gelu(at["x"]),
        "torch.nn.functional.gelu",
        changed=ONE_NUMBER,
    ),
    Entry(
        "GELU by tanh",
        r"\text{GELU}(x) = 0.5 * x * (1 + \text{Tanh}(\sqrt{2 / \pi} * (x + 0.044715 * x^3)))",
        DOCS + "GELU",
        lambda draw: row(draw) | {r"\text{Tanh}": torch.tanh},
        lambda at: F.gelu(at["x"], approximate="tanh"),
        "torch.nn.functional.gelu",
        "approximate='tanh'",
    ),
    Entry(
        "GELU by tanh, against the exact one",
        r"\mathrm{GELU}(x) = 0.5x(1 + \tanh[\sqrt{2/\pi}(x + 0.044715x^3)])",
        HENDRYCKS,
        number,
        lambda at: F.gelu(at["x"]),
        "torch.nn.functional.gelu",
        changed=ONE_NUMBER,
        disagrees=True,
        diagnosis="an approximation, as the paper says; torch computes it only with approximate='tanh'",
        corrected=r"\mathrm{GELU}(x) = x \Phi(x)",
    ),
    Entry(
        "GELU by the logistic function, against the exact one",
        r"\mathrm{GELU}(x) = x \sigma(1.702 x)",
        HENDRYCKS,
        number,
        lambda at: F.gelu(at["x"]),
        "torch.nn.functional.gelu",
        changed=ONE_NUMBER,
        disagrees=True,
        diagnosis="an approximation, as the paper says; torch does not offer it",
        corrected=r"\mathrm{GELU}(x) = x \Phi(x)",
    ),
    Entry(
        "SiLU",
        r"\text{silu}(x) = x * \sigma(x)",
        DOCS + "SiLU",
        row,
        lambda at: F.silu(at["x"]),
        "torch.nn.functional.silu",
    ),
    Entry(
        "Mish",
        r"\text{Mish}(x) = x * \text{Tanh}(\text{Softplus}(x))",
        DOCS + "Mish",
        lambda draw: row(draw) | {r"\text{Tanh}": torch.tanh},
        lambda at: F.mish(at["x"]),
        "torch.nn.functional.mish",
    ),
    Entry(
        "softplus",
        r"\text{Softplus}(x) = \frac{1}{\beta} * \log(1 + \exp(\beta * x))",
        DOCS + "Softplus",
        lambda draw: row(draw) | {r"\beta": 1.0},
        lambda at: F.softplus(at["x"]),
        "torch.nn.functional.softplus",
    ),
    Entry(
        "softplus beyond its threshold",
        r"\text{Softplus}(x) = \frac{1}{\beta} * \log(1 + \exp(\beta * x))",
        DOCS + "Softplus",
        lambda draw: {"x": 1 + draw.uniform(6), r"\beta": 1.0},
        lambda at: F.softplus(at["x"], threshold=1.0),
        "torch.nn.functional.softplus",
        "threshold=1",
        disagrees=True,
        diagnosis="where beta x is above the threshold, 20 by default, the function is x, as the page says in words",
        corrected=r"\text{Softplus}(x) = x",
    ),
    Entry(
        "softsign",
        r"\text{SoftSign}(x) = \frac{x}{ 1 + |x|}",
        DOCS + "Softsign",
        row,
        lambda at: F.softsign(at["x"]),
        "torch.nn.functional.softsign",
    ),
    Entry(
        "tanh",
        r"\text{Tanh}(x) = \tanh(x) = \frac{\exp(x) - \exp(-x)} {\exp(x) + \exp(-x)}",
        DOCS + "Tanh",
        row,
        lambda at: torch.tanh(at["x"]),
        "torch.tanh",
    ),
    Entry(
        "sigmoid",
        r"\text{Sigmoid}(x) = \sigma(x) = \frac{1}{1 + \exp(-x)}",
        DOCS + "Sigmoid",
        row,
        lambda at: torch.sigmoid(at["x"]),
        "torch.sigmoid",
    ),
    Entry(
        "log sigmoid",
        r"\text{LogSigmoid}(x) = \log\left(\frac{ 1 }{ 1 + \exp(-x)}\right)",
        DOCS + "LogSigmoid",
        row,
        lambda at: F.logsigmoid(at["x"]),
        "torch.nn.functional.logsigmoid",
    ),
)

ROWS = (
    Entry(
        "softmax",
        r"\text{Softmax}(x)_{i} = \frac{\exp(x_i)}{\sum_j \exp(x_j)}",
        DOCS + "Softmax",
        row,
        lambda at: F.softmax(at["x"], 0),
        "torch.nn.functional.softmax",
        changed="the index on the whole: as printed, the function is of one number",
        printed=r"\text{Softmax}(x_{i}) = \frac{\exp(x_i)}{\sum_j \exp(x_j)}",
        refusal="Softmax needs an array of 1 or more axes",
    ),
    Entry(
        "softmin",
        r"\text{Softmin}_{i} = \frac{\exp(-x_i)}{\sum_j \exp(-x_j)}",
        DOCS + "Softmin",
        row,
        lambda at: F.softmin(at["x"], 0),
        "torch.nn.functional.softmin",
        changed="the index on the whole: as printed, the function is of one number",
        printed=r"\text{Softmin}(x_{i}) = \frac{\exp(-x_i)}{\sum_j \exp(-x_j)}",
        refusal="the index i is free on the right side only",
    ),
    Entry(
        "log softmax",
        r"\text{LogSoftmax}(x)_{i} = \log\left(\frac{\exp(x_i) }{ \sum_j \exp(x_j)} \right)",
        DOCS + "LogSoftmax",
        row,
        lambda at: F.log_softmax(at["x"], 0),
        "torch.nn.functional.log_softmax",
        changed="the index on the whole: as printed, the function is of one number",
        printed=r"\text{LogSoftmax}(x_{i}) = \log\left(\frac{\exp(x_i) }{ \sum_j \exp(x_j)} \right)",
        refusal="LogSoftmax needs an array of 1 or more axes",
    ),
    Entry(
        "GLU",
        r"\mathrm{GLU}(a, b)= a \otimes \sigma(b)",
        DOCS + "GLU",
        lambda draw: {"a": draw.normal(4), "b": draw.normal(4)},
        lambda at: F.glu(torch.cat([at["a"], at["b"]])),
        "torch.nn.functional.glu",
        changed="an upright name",
        printed=r"{GLU}(a, b)= a \otimes \sigma(b)",
        refusal="braces are not printed",
        disagrees=True,
        diagnosis=CIRCLED,
        corrected=r"\mathrm{GLU}(a, b)= a \odot \sigma(b)",
    ),
    Entry(
        "SwiGLU",
        SWIGLU % r"\otimes",
        "Shazeer 2020, GLU Variants Improve Transformer, equation 5",
        lambda draw: {
            "x": draw.normal(3),
            "W": draw.normal(3, 4),
            "V": draw.normal(3, 4),
            "b": draw.normal(4),
            "c": draw.normal(4),
            r"\mathrm{Swish}_\beta": F.silu,
        },
        lambda at: F.silu(F.linear(at["x"], at["W"].T, at["b"])) * F.linear(at["x"], at["V"].T, at["c"]),
        "torch.nn.functional.silu and linear",
        "beta=1",
        disagrees=True,
        diagnosis=CIRCLED,
        corrected=SWIGLU % r"\odot",
    ),
    Entry(
        "linear",
        r"y = xA^T + b",
        DOCS + "Linear",
        lambda draw: {"x": draw.normal(2, 3), "A": draw.normal(4, 3), "b": draw.normal(4)},
        lambda at: F.linear(at["x"], at["A"], at["b"]),
        "torch.nn.functional.linear",
    ),
    Entry(
        "bilinear",
        r"y = x_1^T A x_2 + b",
        DOCS + "Bilinear",
        lambda draw: {"x_1": draw.normal(3), "x_2": draw.normal(4), "A": draw.normal(3, 4), "b": draw.normal()},
        lambda at: F.bilinear(at["x_1"], at["x_2"], at["A"][None], at["b"][None]),
        "torch.nn.functional.bilinear",
        "one output",
    ),
)

ENTRIES = SMOOTH + ROWS
