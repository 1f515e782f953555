"""Norms of vectors, similarities, and cells made of gates."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry

DOCS = "PyTorch 2.13 documentation, torch.nn."
SIMILARITY = r"\text{similarity} = \dfrac{x_1 \cdot x_2}{%s}"
PRODUCT_OF_MAXIMA = r"\max(\Vert x_1 \Vert _2, \epsilon) \cdot \max(\Vert x_2 \Vert _2, \epsilon)"
GATED = (
    r"r = \sigma(W_{ir} x + b_{ir} + W_{hr} h + b_{hr}), \quad z = \sigma(W_{iz} x + b_{iz} + W_{hz} h + "
    r"b_{hz}), \quad "
    r"n = \tanh(W_{in} x + b_{in} + %s), \quad h' = (1 - z) \odot n + z \odot h"
)
TRIED = r"r \odot (W_{hn} h + b_{hn})"
PRINTED_GRU = r"\begin{array}{ll} " + (GATED % TRIED).replace(r", \quad", r" \\") + r" \end{array}"
ARRAY = "an aligned list for the array"


def gates(draw: Draw, names: str) -> dict[str, Any]:
    """Weights and biases of each gate of a cell, with an input of 3 and a state of 2."""
    found: dict[str, Any] = {"x": draw.normal(3), "h": draw.normal(2), "c": draw.normal(2)}
    for name in names:
        found |= {f"W_{{i{name}}}": draw.normal(2, 3), f"b_{{i{name}}}": draw.normal(2)}
        found |= {f"W_{{h{name}}}": draw.normal(2, 2), f"b_{{h{name}}}": draw.normal(2)}
    return found


def stacked(at: dict[str, Any], names: str) -> list[torch.Tensor]:
    """The weights and biases as a cell of torch takes them."""
    return [torch.cat([at[f"{kind}{name}}}"] for name in names]) for kind in ("W_{i", "W_{h", "b_{i", "b_{h")]


VECTORS = (
    Entry(
        "weight norm",
        r"\mathbf{w} = g \dfrac{\mathbf{v}}{\|\mathbf{v}\|}",
        "PyTorch 2.13 documentation, torch.nn.utils.parametrizations.weight_norm",
        lambda draw: {r"\mathbf{v}": draw.normal(5), "g": draw.normal()},
        lambda at: torch._weight_norm(at[r"\mathbf{v}"][None], at["g"].reshape(1, 1)),
        "torch._weight_norm, which torch.nn.utils.parametrizations.weight_norm calls",
    ),
    Entry(
        "L2 normalisation",
        r"v \leftarrow \frac{v}{\max(\lVert v \rVert_p, \epsilon)}.",
        "PyTorch 2.13 documentation, torch.nn.functional.normalize",
        lambda draw: {"v": draw.normal(5), "p": 2, r"\epsilon": 1e-12},
        lambda at: F.normalize(at["v"], dim=0),
        "torch.nn.functional.normalize",
        changed="an arrow: as printed, v would equal its own normalisation",
    ),
    Entry(
        "cosine similarity",
        SIMILARITY % PRODUCT_OF_MAXIMA,
        "PyTorch 2.13 documentation, torch.nn.functional.cosine_similarity",
        lambda draw: {"x_1": draw.normal(4), "x_2": draw.normal(4), r"\epsilon": 1e-8},
        lambda at: F.cosine_similarity(at["x_1"], at["x_2"], dim=0),
        "torch.nn.functional.cosine_similarity",
    ),
    Entry(
        "cosine similarity below eps",
        SIMILARITY % PRODUCT_OF_MAXIMA,
        "PyTorch 2.13 documentation, torch.nn.functional.cosine_similarity",
        lambda draw: {"x_1": draw.normal(4) / 9, "x_2": draw.normal(4) * 9, r"\epsilon": 0.9},
        lambda at: F.cosine_similarity(at["x_1"], at["x_2"], dim=0, eps=0.9),
        "torch.nn.functional.cosine_similarity",
        "eps=0.9",
        detached=True,
        disagrees=True,
        diagnosis="only the gradient: the norms are clamped under no_grad, so that below eps they still have a slope",
    ),
    Entry(
        "cosine similarity of the class",
        SIMILARITY % r"\max(\Vert x_1 \Vert _2 \cdot \Vert x_2 \Vert _2, \epsilon)" + ".",
        DOCS + "CosineSimilarity",
        lambda draw: {"x_1": draw.normal(4) / 9, "x_2": draw.normal(4) * 9, r"\epsilon": 0.9},
        lambda at: F.cosine_similarity(at["x_1"], at["x_2"], dim=0, eps=0.9),
        "torch.nn.CosineSimilarity",
        "eps=0.9",
        detached=True,
        disagrees=True,
        diagnosis="each norm is held at eps or above, not their product: the function's own page has it right",
        corrected=SIMILARITY % PRODUCT_OF_MAXIMA,
    ),
)

CELLS = (
    Entry(
        "LSTM cell",
        r"\begin{aligned} i &= \sigma(W_{ii} x + b_{ii} + W_{hi} h + b_{hi}) \\ f &= \sigma(W_{if} x + b_{if} "
        r"+ W_{hf} h + "
        r"b_{hf}) \\ g &= \tanh(W_{ig} x + b_{ig} + W_{hg} h + b_{hg}) \\ o &= \sigma(W_{io} x + b_{io} + W_{ho} h + "
        r"b_{ho}) \\ c' &= f \odot c + i \odot g \\ h' &= o \odot \tanh(c') \\ \end{aligned}",
        DOCS + "LSTMCell",
        lambda draw: gates(draw, "ifgo"),
        lambda at: torch.lstm_cell(at["x"][None], (at["h"][None], at["c"][None]), *stacked(at, "ifgo"))[0],
        "torch.lstm_cell, which torch.nn.LSTMCell calls",
        changed=ARRAY,
        printed=r"\begin{array}{ll} c' = f \odot c + i \odot g \\ h' = o \odot \tanh(c') \\ \end{array}",
        refusal="the environment array is not supported yet",
    ),
    Entry(
        "GRU cell",
        GATED % TRIED,
        DOCS + "GRUCell",
        lambda draw: gates(draw, "rzn"),
        lambda at: torch.gru_cell(at["x"][None], at["h"][None], *stacked(at, "rzn")),
        "torch.gru_cell, which torch.nn.GRUCell calls",
        changed=ARRAY,
        printed=PRINTED_GRU,
        refusal="the environment array is not supported yet",
    ),
    Entry(
        "GRU cell of the paper",
        GATED % r"W_{hn} (r \odot h) + b_{hn}",
        "Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder, section 2.3, in torch's letters",
        lambda draw: gates(draw, "rzn"),
        lambda at: torch.gru_cell(at["x"][None], at["h"][None], *stacked(at, "rzn")),
        "torch.gru_cell, which torch.nn.GRUCell calls",
        changed="torch's letters, and its biases",
        disagrees=True,
        diagnosis="the paper resets the state before its matrix, torch behind it",
        corrected=GATED % TRIED,
    ),
)


ENTRIES = VECTORS + CELLS
