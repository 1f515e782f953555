"""Losses between scores and classes, distributions and numbers."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry

DOCS = "PyTorch 2.13 documentation, torch.nn."
HINTON = "Hinton, Vinyals, Dean 2015, Distilling the Knowledge in a Neural Network, equation "


TWO_AS_ONE = "two displays as one, of the second the case 'mean'"
UNCLEAR = "brackets: as printed, the logarithm's argument has no clear end"

SMOOTHED = (
    r"y'_{n,c} = (1 - \epsilon) y_{n,c} + \frac{\epsilon}{C}, \quad l_n = - \sum_{c=1}^C w_c \left(\log "
    r"\frac{\exp(x_{n,c})}{\sum_{i=1}^C \exp(x_{n,i})}\right) y'_{n,c}, \quad \ell(x, y) = "
)
SOFT = r"\ell(x, y) = L = \{l_1,\dots,l_N\}^\top, \quad l_n = - \sum_{c=1}^C w_c "
SOFTMAX = r"\log \frac{\exp(x_{n,c})}{\sum_{i=1}^C \exp(x_{n,i})}"
PICKED = (
    r"l_n = - w_{y_n} \log \frac{\exp(x_{n,y_n})}{\sum_{c=1}^C \exp(x_{n,c})} \cdot \mathbb{1}\{y_n \not= "
    r"\text{ignore\_index}\}"
)
WEIGHTS = r"\sum_{%s=1}^N w_{y_%s} \cdot \mathbb{1}\{y_%s \not= \text{ignore\_index}\}"


def scores(draw: Draw) -> dict[str, Any]:
    """Five rows of scores of four classes, the target of each, and a weight for each class."""
    labels = torch.tensor([3, 0, 1, 2, 2])
    return {"x": draw.normal(5, 4), "y": labels, "w": draw.whole(4, 4) + 1, r"\text{ignore\_index}": 1}


CLASSES = (
    Entry(
        "cross entropy, class indices",
        r"\ell(x, y) = L = \{l_1,\dots,l_N\}^\top, \quad " + PICKED,
        DOCS + "CrossEntropyLoss",
        scores,
        lambda at: F.cross_entropy(at["x"], at["y"], at["w"].to(at["x"]), ignore_index=1, reduction="none"),
        "torch.nn.functional.cross_entropy",
        "weight, ignore_index=1, reduction='none'",
    ),
    Entry(
        "cross entropy, mean over class indices",
        PICKED + r", \quad \ell(x, y) = \sum_{n=1}^N \frac{1}{" + WEIGHTS % ("m", "m", "m") + r"} l_n",
        DOCS + "CrossEntropyLoss",
        scores,
        lambda at: F.cross_entropy(at["x"], at["y"], at["w"].to(at["x"]), ignore_index=1),
        "torch.nn.functional.cross_entropy",
        "weight, ignore_index=1",
        changed=TWO_AS_ONE + "; the inner sum over m: as printed, n runs inside a sum over n",
        printed=PICKED + r", \quad \ell(x, y) = \sum_{n=1}^N \frac{1}{" + WEIGHTS % ("n", "n", "n") + r"} l_n",
        refusal="n runs under a sign, and is an index already",
    ),
    Entry(
        "cross entropy, soft targets",
        SOFT + r"\left(" + SOFTMAX + r"\right) y_{n,c}",
        DOCS + "CrossEntropyLoss",
        lambda draw: {"x": draw.normal(5, 4), "y": draw.simplex(5, 4), "w": draw.whole(4, 4) + 1},
        lambda at: F.cross_entropy(at["x"], at["y"], at["w"].to(at["x"]), reduction="none"),
        "torch.nn.functional.cross_entropy",
        "weight, reduction='none'",
        changed=UNCLEAR,
        printed=SOFT + SOFTMAX + " y_{n,c}",
        refusal="it is not clear whether log ends before this",
    ),
    Entry(
        "label smoothing",
        r"p_k = \frac{\exp(z_k)}{\sum_{i=1}^K \exp(z_i)}, \quad q'_k = (1 - \epsilon) \delta_{k,y} + "
        r"\frac{\epsilon}{K}, "
        r"\quad H(q', p) = - \sum_{k=1}^K (\log p_k) q'_k",
        "Szegedy et al. 2016, Rethinking the Inception Architecture for Computer Vision, section 7",
        lambda draw: {"z": draw.normal(4), r"\delta": torch.eye(4).long(), "y": 2, r"\epsilon": 0.1, "K": 4},
        lambda at: F.cross_entropy(at["z"], torch.tensor(2), label_smoothing=0.1),
        "torch.nn.functional.cross_entropy",
        "label_smoothing=0.1",
        changed="an index for the argument k of what is defined; " + UNCLEAR,
        printed=r"q'(k) = (1 - \epsilon) \delta_{k,y} + \frac{\epsilon}{K}, \quad H(q', p) = - \sum_{k=1}^K "
        r"\log p(k) q'(k)",
        refusal="it is not clear whether log ends before this",
    ),
    Entry(
        "label smoothing with weights",
        SMOOTHED + r"\frac{\sum_{n=1}^N l_n}{N}",
        DOCS + "CrossEntropyLoss, soft targets and label_smoothing",
        lambda draw: scores(draw) | {"C": 4, "t": (t := draw.whole(4, 5)), "y": F.one_hot(t, 4), r"\epsilon": 0.1},
        lambda at: F.cross_entropy(at["x"], at["t"], at["w"].to(at["x"]), label_smoothing=0.1),
        "torch.nn.functional.cross_entropy",
        "weight, label_smoothing=0.1",
        changed="three displays as one; the smoothed targets, which the page says in words, in letters of their own",
        disagrees=True,
        diagnosis="of class indices the mean divides by the weights of the targets, not by N: smoothed indices are not "
        "the soft targets that they stand for",
        corrected=SMOOTHED + r"\frac{\sum_{n=1}^N l_n}{\sum_{n=1}^N w_{t_n}}",
    ),
    Entry(
        "negative log likelihood",
        r"\ell(x, y) = L = \{l_1,\dots,l_N\}^\top, \\ l_n = - w_{y_n} x_{n,y_n}, \\ "
        r"w_{c} = \text{weight}[c] \cdot \mathbb{1}\{c \not= \text{ignore\_index}\},",
        DOCS + "NLLLoss",
        lambda draw: (at := scores(draw)) | {r"\text{weight}": at.pop("w")},
        lambda at: F.nll_loss(at["x"], at["y"], at[r"\text{weight}"].to(at["x"]), ignore_index=1, reduction="none"),
        "torch.nn.functional.nll_loss",
        "weight, ignore_index=1, reduction='none'",
    ),
    Entry(
        "softmax with a temperature",
        r"q_i = \frac{\exp(z_i/T)}{\sum_j \exp(z_j/T)}",
        HINTON + "1",
        lambda draw: {"z": draw.normal(5), "T": 3.0},
        lambda at: (at["z"] / 3).softmax(0),
        "torch.softmax",
    ),
    Entry(
        "distillation, gradient",
        r"q_i = \frac{\exp(z_i/T)}{\sum_j \exp(z_j/T)}, \quad p_i = \frac{\exp(v_i/T)}{\sum_j \exp(v_j/T)}, \quad "
        r"C = - \sum_i p_i \log q_i, \quad \frac{\partial C}{\partial z_i} = \frac{1}{T} (q_i - p_i) = \frac{1}{T} "
        r"\left( \frac{e^{z_i/T}}{\sum_j e^{z_j/T}} - \frac{e^{v_i/T}}{\sum_j e^{v_j/T}} \right)",
        HINTON + "2",
        lambda draw: {"z": draw.normal(5), "v": draw.normal(5), "T": 3.0},
        lambda at: ((at["z"] / 3).softmax(0) - (at["v"] / 3).softmax(0)) / 3,
        "plain torch",
        changed="the definitions of q, p and C, which the text gives, before it",
    ),
)

BINARY = (
    Entry(
        "binary cross entropy",
        r"\ell(x, y) = L = \{l_1,\dots,l_N\}^\top, \quad l_n = - w_n \left[ y_n \cdot \log x_n + (1 - y_n) \cdot "
        r"\log (1 - x_n) \right],",
        DOCS + "BCELoss",
        lambda draw: {"x": draw.uniform(6), "y": draw.uniform(6), "w": draw.whole(4, 6) + 1},
        lambda at: F.binary_cross_entropy(at["x"], at["y"], at["w"].to(at["x"]), reduction="none"),
        "torch.nn.functional.binary_cross_entropy",
        "weight, reduction='none'",
    ),
    Entry(
        "binary cross entropy at 0 and 1",
        r"l_n = - \left[ y_n \cdot \log x_n + (1 - y_n) \cdot \log (1 - x_n) \right]",
        DOCS + "BCELoss",
        lambda draw: {"x": torch.tensor([0.0, 1.0, 0.5]).to(draw.dtype), "y": torch.tensor([1, 0, 1])},
        lambda at: F.binary_cross_entropy(at["x"], at["y"].to(at["x"]), reduction="none"),
        "torch.nn.functional.binary_cross_entropy",
        "reduction='none'",
        changed="without the weight",
        disagrees=True,
        diagnosis="each logarithm is held at -100 or above, and the gradient's denominator at 1e-12; the page says so "
        "in words",
    ),
    Entry(
        "binary cross entropy of logits",
        r"\ell(x, y) = L = \{l_1,\dots,l_N\}^\top, \quad l_n = - w_n \left[ y_n \cdot \log \sigma(x_n) + (1 - y_n) "
        r"\cdot \log (1 - \sigma(x_n)) \right],",
        DOCS + "BCEWithLogitsLoss",
        lambda draw: {"x": draw.normal(6), "y": draw.uniform(6), "w": draw.whole(4, 6) + 1},
        lambda at: F.binary_cross_entropy_with_logits(at["x"], at["y"], at["w"].to(at["x"]), reduction="none"),
        "torch.nn.functional.binary_cross_entropy_with_logits",
        "weight, reduction='none'",
    ),
    Entry(
        "binary cross entropy of logits, weighted positives",
        r"l_{n,c} = - w_{n,c} \left[ p_c y_{n,c} \cdot \log \sigma(x_{n,c}) + (1 - y_{n,c}) \cdot \log (1 - "
        r"\sigma(x_{n,c})) \right],",
        DOCS + "BCEWithLogitsLoss",
        lambda draw: {
            "x": draw.normal(4, 3),
            "y": draw.uniform(4, 3),
            "w": draw.whole(4, 4, 3) + 1,
            "p": draw.whole(4, 3) + 1,
        },
        lambda at: F.binary_cross_entropy_with_logits(
            at["x"], at["y"], at["w"].to(at["x"]), pos_weight=at["p"].to(at["x"]), reduction="none"
        ),
        "torch.nn.functional.binary_cross_entropy_with_logits",
        "weight, pos_weight, reduction='none'",
        changed="without the line that says what the list of all losses is called",
        printed=r"\ell_c(x, y) = L_c = \{l_{1,c},\dots,l_{N,c}\}^\top, \quad l_{n,c} = - w_{n,c} \left[ p_c y_{n,c} "
        r"\cdot \log \sigma(x_{n,c}) + (1 - y_{n,c}) \cdot \log (1 - \sigma(x_{n,c})) \right],",
        refusal="a list or a condition in brackets is not known here",
    ),
    Entry(
        "focal loss",
        r"\mathrm{FL}(p_\mathrm{t}) = -\alpha_\mathrm{t} (1 - p_\mathrm{t})^\gamma \log (p_\mathrm{t})",
        "Lin et al. 2017, Focal Loss for Dense Object Detection, equation 5",
        lambda draw: {r"p_\mathrm{t}": draw.uniform(), r"\alpha_\mathrm{t}": 0.25, r"\gamma": 2},
        lambda at: 0.25 * (1 - at[r"p_\mathrm{t}"]).square() * -at[r"p_\mathrm{t}"].log(),
        "plain torch",
        "gamma=2, alpha=0.25",
    ),
    Entry(
        "soft margin",
        r"\text{loss}(x, y) = \sum_i \frac{\log(1 + \exp(-y[i]*x[i]))}{N}",
        DOCS + "SoftMarginLoss",
        lambda draw: {"x": draw.normal(6), "y": draw.signs(6), "N": 6},
        lambda at: F.soft_margin_loss(at["x"], at["y"].to(at["x"])),
        "torch.nn.functional.soft_margin_loss",
        changed="N for x.nelement(), a call without arguments",
        printed=r"\text{loss}(x, y) = \sum_i \frac{\log(1 + \exp(-y[i]*x[i]))}{\text{x.nelement}()}",
        refusal="there is nothing in the brackets",
    ),
    Entry(
        "multi-label soft margin",
        r"\mathrm{loss}(x, y) = - \frac{1}{C} * \sum_i \left( y[i] * \log((1 + \exp(-x[i]))^{-1}) + (1-y[i]) * "
        r"\log\left(\frac{\exp(-x[i])}{(1 + \exp(-x[i]))}\right) \right)",
        DOCS + "MultiLabelSoftMarginLoss",
        lambda draw: {"x": draw.normal(5), "y": torch.tensor([1, 0, 1, 1, 0]), "C": 5},
        lambda at: F.multilabel_soft_margin_loss(at["x"][None], at["y"][None].to(at["x"])),
        "torch.nn.functional.multilabel_soft_margin_loss",
        changed="brackets around what is summed: as printed, the sum ends at the +, and i is free behind it",
        printed=r"\mathrm{loss}(x, y) = - \frac{1}{C} * \sum_i y[i] * \log((1 + \exp(-x[i]))^{-1}) + (1-y[i]) * "
        r"\log\left(\frac{\exp(-x[i])}{(1 + \exp(-x[i]))}\right)",
        refusal="the index i is free on the right side only",
    ),
)

ENTRIES = CLASSES + BINARY
