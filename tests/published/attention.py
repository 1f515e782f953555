"""Attention, masks and positions."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry, Where

VASWANI = "Vaswani et al. 2017, Attention Is All You Need, "
SCORES = r"\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}%s\right) V"
MULTI = r"\text{head}_i = \text{Attention}(QW_i^Q, KW_i^K, VW_i^V), \quad \text{MultiHead}(Q, K, V) = %s"
LINEAR = (
    r"V'_i = \frac{\sum_{j=1}^N \mathrm{sim}\left(Q_i, K_j\right) V_j}{\sum_{j=1}^N \mathrm{sim}\left(Q_i, K_j\right)}"
)
PHI = r"V'_i = \frac{\phi(Q_i)^T \sum_{j=1}^N \phi(K_j) V_j^T}{\phi(Q_i)^T \sum_{j=1}^N \phi(K_j)}"
NUMBERED = "the positions as bound numbers: a letter counts or numbers, not both"


def heads(draw: Draw) -> dict[str, Any]:
    """Three queries, four keys of width 5, four values of width 2."""
    return {"Q": draw.normal(3, 5), "K": draw.normal(4, 5), "V": draw.normal(4, 2), "d_k": 5}


def square(draw: Draw) -> dict[str, Any]:
    """Four positions that attend to each other."""
    return {"q": draw.normal(4, 5), "k": draw.normal(4, 5), "v": draw.normal(4, 2), "d": 5}


def feature(x: torch.Tensor) -> torch.Tensor:
    """The feature map of linear attention."""
    return F.elu(x) + 1


def linear(at: Where) -> torch.Tensor:
    """Linear attention, the cheap way round."""
    q, k = feature(at["Q"]), feature(at["K"])
    return (q @ (k.T @ at["V"])) / (q @ k.sum(0))[:, None]


def rotated(x: torch.Tensor) -> torch.Tensor:
    """Pairs of neighbours turned by their position times their frequency; the first of each pair is returned."""
    size, width = x.shape
    angles = torch.arange(size)[:, None] * 10000.0 ** (-torch.arange(0, width, 2).double() / width)
    first, second = x[:, ::2], x[:, 1::2]
    return first * angles.cos().to(x) - second * angles.sin().to(x)


def frequencies(size: int, width: int) -> dict[str, Any]:
    """Positions and the numbers of the pairs, from 0."""
    return {"p": torch.arange(size), "j": torch.arange(width // 2), "d": width}


ENTRIES = (
    Entry(
        "scaled dot-product attention",
        r"\mathrm{Attention}(Q, K, V) = " + SCORES % "",
        VASWANI + "equation 1",
        heads,
        lambda at: F.scaled_dot_product_attention(at["Q"], at["K"], at["V"]),
        "torch.nn.functional.scaled_dot_product_attention",
    ),
    Entry(
        "attention with an additive mask",
        r"\mathrm{Attention}(Q, K, V) = " + SCORES % " + M",
        "PyTorch 2.13 documentation, torch.nn.functional.scaled_dot_product_attention, whose code this says "
        "in one line",
        lambda draw: heads(draw) | {"M": draw.normal(3, 4)},
        lambda at: F.scaled_dot_product_attention(at["Q"], at["K"], at["V"], attn_mask=at["M"]),
        "torch.nn.functional.scaled_dot_product_attention",
        "attn_mask",
        changed="a formula for the page's code",
    ),
    Entry(
        "causal attention",
        r"o_r = \sum_{c \le r} \frac{e^{q_r \cdot k_c / \sqrt{d}}}{\sum_{j \le r} e^{q_r \cdot k_j / \sqrt{d}}} v_c",
        VASWANI + "section 3.2.3, in letters of its own",
        square,
        lambda at: F.scaled_dot_product_attention(at["q"], at["k"], at["v"], is_causal=True),
        "torch.nn.functional.scaled_dot_product_attention",
        "is_causal=True",
        changed="a formula for the section's words",
    ),
    Entry(
        "multi-head attention",
        MULTI % r"\sum_i \text{head}_i W_i^O",
        VASWANI + "section 3.2.2; PyTorch 2.13 documentation, torch.nn.MultiheadAttention",
        lambda draw: {
            "Q": draw.normal(3, 4),
            "K": draw.normal(5, 4),
            "V": draw.normal(5, 4),
            "W^Q": draw.normal(2, 4, 2),
            "W^K": draw.normal(2, 4, 2),
            "W^V": draw.normal(2, 4, 2),
            "W^O": draw.normal(2, 2, 4),
            r"\text{Attention}": F.scaled_dot_product_attention,
        },
        lambda at: multi(*(at[name] for name in ("Q", "K", "V", "W^Q", "W^K", "W^V", "W^O"))),
        "torch.nn.functional.multi_head_attention_forward",
        "two heads, no bias",
        changed="the product of the concatenated heads with W^O as the sum over heads of each with its rows",
        printed=MULTI % r"\text{Concat}(\text{head}_1,\dots,\text{head}_h)W^O",
        refusal="is bound to nothing",
    ),
    Entry(
        "linear attention",
        PHI,
        "Katharopoulos et al. 2020, Transformers are RNNs, equation 5",
        lambda draw: heads(draw) | {r"\phi": feature},
        linear,
        "plain torch",
        "phi(x) = elu(x) + 1",
    ),
    Entry(
        "attention with a similarity",
        LINEAR,
        "Katharopoulos et al. 2020, Transformers are RNNs, equation 3",
        lambda draw: heads(draw) | {r"\mathrm{sim}": lambda q, k: (q * k).sum().div(math.sqrt(5)).exp()},
        lambda at: F.scaled_dot_product_attention(at["Q"], at["K"], at["V"]),
        "torch.nn.functional.scaled_dot_product_attention",
    ),
    Entry(
        "rotary positions",
        r"\theta_i = 10000^{-2 j_i / d}, \quad y_{n,i} = a_{n,i} \cos (p_n \theta_i) - b_{n,i} \sin (p_n \theta_i)",
        "Su et al. 2021, RoFormer, equation 34, its odd rows",
        lambda draw: frequencies(3, 4) | {"a": draw.normal(3, 2), "b": draw.normal(3, 2)},
        lambda at: rotated(torch.stack([at["a"], at["b"]], -1).flatten(1)),
        "plain torch",
        changed="a row for the columns; the pairs' two numbers by two letters; " + NUMBERED,
        printed=r"\begin{pmatrix} x_1 \\ x_2 \end{pmatrix} \otimes \begin{pmatrix} \cos m\theta_1 \\ \cos m\theta_1 "
        r"\end{pmatrix} + \begin{pmatrix} -x_2 \\ x_1 \end{pmatrix} \otimes \begin{pmatrix} \sin m\theta_1 \\ "
        r"\sin m\theta_1 \end{pmatrix}",
        refusal="the environment pmatrix is not supported yet",
    ),
    Entry(
        "ALiBi",
        r"o_r = \sum_{c \le r} \frac{e^{q_r \cdot k_c / \sqrt{d} - m (p_r - p_c)}}{\sum_{j \le r} e^{q_r \cdot k_j / "
        r"\sqrt{d} - m (p_r - p_j)}} v_c",
        "Press, Smith, Lewis 2022, Train Short, Test Long, section 3",
        lambda draw: square(draw) | {"p": torch.arange(4), "m": 0.25},
        lambda at: F.scaled_dot_product_attention(at["q"], at["k"], at["v"], attn_mask=biased(at["q"], 0.25)),
        "torch.nn.functional.scaled_dot_product_attention",
        "attn_mask",
        changed="the list of distances written out; the softmax and the values, which the text gives; " + NUMBERED,
        printed=r"\mathrm{softmax}(q_i K^\top + m \cdot [-(i-1), \dots, -2, -1, 0])",
        refusal="a list or a condition in brackets is not known here",
    ),
    Entry(
        "sinusoidal positions",
        r"\mathrm{PE}_{n,i} = \sin(pos_n / 10000^{2 j_i/d_{\text{model}}})",
        VASWANI + "section 3.5",
        lambda draw: {"pos": 3 * draw.uniform(3), "j": torch.arange(2), r"d_{\text{model}}": 4},
        lambda at: (at["pos"][:, None] / torch.tensor([1, 100])).sin(),
        "plain torch",
        changed=NUMBERED,
        printed=r"PE_{(pos,2i)} = \sin(pos / 10000^{2i/d_{\text{model}}})",
        refusal="a list or a condition in brackets is not known here",
    ),
)


def multi(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *matrices: torch.Tensor) -> torch.Tensor:
    """Multi-head attention of torch from the heads' matrices."""
    joined = torch.cat([matrix.transpose(0, 1).flatten(1).T for matrix in matrices[:3]])
    out, _ = F.multi_head_attention_forward(
        q, k, v, 4, 2, joined, None, None, None, False, 0.0, matrices[3].flatten(0, 1).T, None, need_weights=False
    )
    return out


def biased(q: torch.Tensor, slope: float) -> torch.Tensor:
    """What ALiBi adds to the scores."""
    at = torch.arange(len(q)).to(q)
    return (-slope * (at[:, None] - at)).masked_fill(at[:, None] < at, -torch.inf)
