"""Activations and other functions of a number or a row."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F

from published.entry import Draw, Entry

DOCS = "PyTorch 2.13 documentation, torch.nn."
HARDSIGMOID = (
    r"\text{Hardsigmoid}(x) = \begin{cases} 0 & \text{%s} x \le -3, \\ 1 & \text{%s} x \ge %s3, \\ x / 6 + 1 / 2 & "
    r"\text{otherwise} \end{cases}"
)
HARDSWISH = (
    r"\text{Hardswish}(x) = \begin{cases} 0 & \text{%s} x \le -3, \\ x & \text{%s} x \ge %s3, \\ x \cdot (x + 3) /6 & "
    r"\text{otherwise} \end{cases}"
)
NO_NAME = r"a name of letters, digits and hyphens is wanted in \text"


def row(draw: Draw) -> dict[str, Any]:
    """Numbers on both sides of every kink."""
    return {"x": draw.spread(8)}


def number(draw: Draw) -> dict[str, Any]:
    """A number near 0."""
    return {"x": draw.normal()}


CELU = r"\text{CELU}(x) = \max(0,x) + \min(0, \alpha * (\exp(x/\alpha) - 1))"

RECTIFIED = (
    Entry(
        "ReLU",
        r"\text{ReLU}(x) = (x)^+ = \max(0, x)",
        DOCS + "ReLU",
        row,
        lambda at: F.relu(at["x"]),
        "torch.nn.functional.relu",
    ),
    Entry(
        "leaky ReLU",
        r"\text{LeakyReLU}(x) = \max(0, x) + \text{negative\_slope} * \min(0, x)",
        DOCS + "LeakyReLU",
        lambda draw: row(draw) | {r"\text{negative\_slope}": 0.2},
        lambda at: F.leaky_relu(at["x"], 0.2),
        "torch.nn.functional.leaky_relu",
        "negative_slope=0.2",
    ),
    Entry(
        "leaky ReLU by cases",
        r"\text{LeakyReLU}(x) = \begin{cases} x, & \text{ if } x \geq 0 \\ \text{negative\_slope} \times x, & \text{ "
        r"otherwise } \end{cases}",
        DOCS + "LeakyReLU",
        lambda draw: row(draw) | {r"\text{negative\_slope}": 0.2},
        lambda at: F.leaky_relu(at["x"], 0.2),
        "torch.nn.functional.leaky_relu",
        "negative_slope=0.2",
    ),
    Entry(
        "PReLU",
        r"\text{PReLU}(x) = \begin{cases} x, & \text{ if } x \ge 0 \\ ax, & \text{ otherwise } \end{cases}",
        DOCS + "PReLU",
        lambda draw: row(draw) | {"a": draw.uniform()},
        lambda at: F.prelu(at["x"], at["a"][None]),
        "torch.nn.functional.prelu",
    ),
    Entry(
        "threshold",
        r"y = \begin{cases} x, &\text{ if } x > \text{threshold} \\ \text{value}, &\text{ otherwise } \end{cases}",
        DOCS + "Threshold",
        lambda draw: row(draw) | {r"\text{threshold}": 0.5, r"\text{value}": -2.0},
        lambda at: F.threshold(at["x"], 0.5, -2.0),
        "torch.nn.functional.threshold",
        "threshold=0.5, value=-2",
    ),
    Entry(
        "ELU",
        r"\text{ELU}(x) = \begin{cases} x, & \text{ if } x > 0\\ \alpha * (\exp(x) - 1), & \text{ if } x \leq 0 "
        r"\end{cases}",
        DOCS + "ELU",
        lambda draw: row(draw) | {r"\alpha": 0.7},
        lambda at: F.elu(at["x"], 0.7),
        "torch.nn.functional.elu",
        "alpha=0.7",
    ),
    Entry(
        "SELU",
        r"\text{SELU}(x) = \text{scale} * (\max(0,x) + \min(0, \alpha * (\exp(x) - 1)))",
        DOCS + "SELU",
        lambda draw: (
            row(draw)
            | {r"\alpha": 1.6732632423543772848170429916717, r"\text{scale}": 1.0507009873554804934193349852946}
        ),
        lambda at: F.selu(at["x"]),
        "torch.nn.functional.selu",
    ),
    Entry(
        "SELU of the paper",
        r"\mathrm{selu}(x) = \lambda \begin{cases} x & \text{if } x > 0 \\ \alpha e^x - \alpha & \text{if } x "
        r"\leqslant 0 "
        r"\end{cases}",
        "Klambauer et al. 2017, Self-Normalizing Neural Networks, equation 2",
        lambda draw: row(draw) | {r"\alpha": 1.6732632423543772, r"\lambda": 1.0507009873554805},
        lambda at: F.selu(at["x"]),
        "torch.nn.functional.selu",
    ),
    Entry(
        "CELU",
        CELU,
        DOCS + "CELU",
        lambda draw: row(draw) | {r"\alpha": 0.5},
        lambda at: F.celu(at["x"], 0.5),
        "torch.nn.functional.celu",
        "alpha=0.5",
    ),
    Entry(
        "CELU, alpha not a power of 2",
        CELU,
        DOCS + "CELU",
        lambda draw: row(draw) | {r"\alpha": 0.7},
        lambda at: F.celu(at["x"], 0.7),
        "torch.nn.functional.celu",
        "alpha=0.7",
        disagrees=True,
        diagnosis="only the gradient, in float64: the implementation's derivative divides by alpha in float32",
    ),
)

HARD = (
    Entry(
        "hardtanh",
        r"\text{HardTanh}(x) = \begin{cases} \text{max\_val} & \text{ if } x > \text{ max\_val } \\ \text{min\_val} & "
        r"\text{ if } x < \text{ min\_val } \\ x & \text{ otherwise } \\ \end{cases}",
        DOCS + "Hardtanh",
        lambda draw: row(draw) | {r"\text{max\_val}": 1.5, r"\text{min\_val}": -1.0},
        lambda at: F.hardtanh(at["x"], -1.0, 1.5),
        "torch.nn.functional.hardtanh",
        "min_val=-1, max_val=1.5",
    ),
    Entry(
        "ReLU6",
        r"\text{ReLU6}(x) = \min(\max(0,x), 6)",
        DOCS + "ReLU6",
        row,
        lambda at: F.relu6(at["x"]),
        "torch.nn.functional.relu6",
    ),
    Entry(
        "hardsigmoid",
        HARDSIGMOID % ("if", "if", ""),
        DOCS + "Hardsigmoid",
        row,
        lambda at: F.hardsigmoid(at["x"]),
        "torch.nn.functional.hardsigmoid",
        disagrees=True,
        diagnosis="only the gradient, in float64: the implementation's derivative is 1 / 6 in float32",
        changed="without the ~ in the word if and the + before 3",
        printed=HARDSIGMOID % ("if~", "if~", "+"),
        refusal=NO_NAME,
    ),
    Entry(
        "hardswish",
        HARDSWISH % ("if", "if", ""),
        DOCS + "Hardswish",
        number,
        lambda at: F.hardswish(at["x"]),
        "torch.nn.functional.hardswish",
        changed="without the ~ in the word if and the + before 3",
        printed=HARDSWISH % ("if~", "if~", "+"),
        refusal=NO_NAME,
    ),
    Entry(
        "h-swish",
        r"\mathrm{h-swish}[x] = x \frac{\mathrm{ReLU6}(x + 3)}{6}",
        "Howard et al. 2019, Searching for MobileNetV3, section 5.2",
        lambda draw: number(draw) | {r"\mathrm{ReLU6}": F.relu6},
        lambda at: F.hardswish(at["x"]),
        "torch.nn.functional.hardswish",
        changed="a plain hyphen in the name",
        printed=r"\mathrm{h\text{-}swish}[x] = x \frac{\mathrm{ReLU6}(x + 3)}{6}",
        refusal=r"a name of letters, digits and hyphens is wanted in \mathrm",
    ),
    Entry(
        "softshrink",
        r"\text{SoftShrinkage}(x) = \begin{cases} x - \lambda, & \text{ if } x > \lambda \\ x + \lambda, & "
        r"\text{ if } x < "
        r"-\lambda \\ 0, & \text{ otherwise } \end{cases}",
        DOCS + "Softshrink",
        lambda draw: row(draw) | {r"\lambda": 0.5},
        lambda at: F.softshrink(at["x"]),
        "torch.nn.functional.softshrink",
    ),
)

ENTRIES = RECTIFIED + HARD
