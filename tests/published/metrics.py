"""Evaluation: classes, probabilities, rankings, texts."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry, Where

SKLEARN = "scikit-learn documentation, sklearn.metrics, "
COUNTS = (
    r"\mathrm{TP} = \sum_n \mathbb{1}[\hat{y}_n = 1 \land y_n = 1], \quad \mathrm{FP} = \sum_n "
    r"\mathbb{1}[\hat{y}_n = 1 "
    r"\land y_n = 0], \quad \mathrm{FN} = \sum_n \mathbb{1}[\hat{y}_n = 0 \land y_n = 1], \quad "
)
DEFINED = "the counts, which the page defines in words, before it"
COUNTED = {"constants": ("*",)}
DEFAULT = torch.float64


def classes(draw: Draw) -> dict[str, Any]:
    """Ten cases of two classes, both of which are found and missed."""
    order = torch.randperm(10, generator=draw.generator)
    truth, found = torch.tensor([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]), torch.tensor([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    return {"y": truth[order], r"\hat{y}": found[order]}


def rates(at: Where) -> tuple[torch.Tensor, torch.Tensor]:
    """Precision and recall."""
    truth, found = at["y"].bool(), at[r"\hat{y}"].bool()
    right = (truth & found).sum().to(DEFAULT)
    return right / found.sum(), right / truth.sum()


def ranked(draw: Draw) -> dict[str, Any]:
    """Five documents in the order in which they are shown, with how relevant each is."""
    return {"rel": draw.whole(4, 5), "r": torch.arange(1, 6), "p": 5}


def gain(relevance: torch.Tensor) -> torch.Tensor:
    """What an order of documents is worth."""
    return ((2.0 ** relevance.to(DEFAULT) - 1) / torch.arange(2, len(relevance) + 2, dtype=DEFAULT).log2()).sum()


def binned(draw: Draw) -> dict[str, Any]:
    """Twelve confidences, hits, and the four of each of three bins."""
    bins = torch.arange(12) % 3
    sure = (bins + draw.uniform(12).double()) / 3
    return {"p": sure.to(draw.dtype), "h": draw.whole(2, 12), "B": F.one_hot(bins).T, "n": 12}


def calibration(sure: torch.Tensor, hits: torch.Tensor) -> torch.Tensor:
    """Expected calibration error over three bins of four."""
    gaps = hits.to(sure).reshape(4, 3).mean(0) - sure.reshape(4, 3).mean(0)
    return gaps.abs().mean()


CLASSES = (
    Entry(
        "accuracy",
        r"\texttt{accuracy}(y, \hat{y}) = \frac{1}{n_\text{samples}} \sum_{i=0}^{n_\text{samples}-1} "
        r"\mathbb{1}(\hat{y}_i = y_i)",
        SKLEARN + "accuracy",
        lambda draw: classes(draw) | {r"n_\text{samples}": 10},
        lambda at: (at["y"] == at[r"\hat{y}"]).to(DEFAULT).mean(),
        "plain torch",
        changed="the blackboard 1 for a plain one",
        printed=r"\texttt{accuracy}(y, \hat{y}) = \frac{1}{n_\text{samples}} \sum_{i=0}^{n_\text{samples}-1} "
        r"1(\hat{y}_i = y_i)",
        refusal="a list or a condition in brackets is not known here",
        **COUNTED,
    ),
    Entry(
        "precision",
        COUNTS.lower() + r"\text{precision} = \frac{\text{tp}}{\text{tp} + \text{fp}}",
        SKLEARN + "precision",
        classes,
        lambda at: rates(at)[0],
        "plain torch",
        changed=DEFINED,
        **COUNTED,
    ),
    Entry(
        "recall",
        COUNTS.lower() + r"\text{recall} = \frac{\text{tp}}{\text{tp} + \text{fn}}",
        SKLEARN + "recall",
        classes,
        lambda at: rates(at)[1],
        "plain torch",
        changed=DEFINED,
        **COUNTED,
    ),
    Entry(
        "F1",
        COUNTS + r"\text{F1} = \frac{2 * \text{TP}}{2 * \text{TP} + \text{FP} + \text{FN}}",
        SKLEARN + "f1_score",
        classes,
        lambda at: 1 / rates(at)[0].pow(-1).add(rates(at)[1].pow(-1)).div(2),
        "plain torch, the harmonic mean",
        changed=DEFINED,
        **COUNTED,
    ),
    Entry(
        "soft Dice",
        r"D = \frac{2 \sum_{i=1}^N p_i g_i}{\sum_{i=1}^N p_i^2 + \sum_{i=1}^N g_i^2}",
        "Milletari, Navab, Ahmadi 2016, V-Net, section 3",
        lambda draw: {"p": draw.uniform(6), "g": draw.whole(2, 6), "N": 6},
        lambda at: 2 * (at["p"] @ at["g"].to(at["p"])) / (at["p"].square().sum() + at["g"].sum()),
        "plain torch",
        changed="where each sum starts",
        printed=r"D = \frac{2 \sum_i^N p_i g_i}{\sum_i^N p_i^2 + \sum_i^N g_i^2}",
        refusal="an upper bound without a lower one",
    ),
)

PROBABILITIES = (
    Entry(
        "perplexity",
        r"\text{PPL}(X) = \exp \left\{ -\frac{1}{t}\sum_{i=1}^t \log p_{i,x_i} \right\}",
        "Hugging Face Transformers documentation, Perplexity of fixed-length models",
        lambda draw: {"p": draw.simplex(5, 4), "x": draw.whole(4, 5), "t": 5},
        lambda at: F.nll_loss(at["p"].log(), at["x"]).exp(),
        "torch.nn.functional.nll_loss",
        changed="where the sum starts; a row of probabilities for each condition on what came before",
        printed=r"\text{PPL}(X) = \exp \left\{ {-\frac{1}{t}\sum_i^t \log p_\theta (x_i|x_{<i}) } \right\}",
        refusal="< lacks an operand",
    ),
    Entry(
        "Brier score",
        r"\mathrm{BS} = \frac{1}{N} \sum_{t=1}^N \sum_{i=1}^R (f_{ti} - o_{ti})^2",
        "Brier 1950, Verification of Forecasts Expressed in Terms of Probability, as it is usually printed",
        lambda draw: {"f": draw.simplex(5, 3), "o": F.one_hot(draw.whole(3, 5), 3), "N": 5, "R": 3},
        lambda at: F.mse_loss(at["f"], at["o"].to(at["f"]), reduction="sum") / 5,
        "torch.nn.functional.mse_loss",
    ),
    Entry(
        "expected calibration error",
        r"b_m = \sum_i B_{m,i}, \quad \mathrm{ECE} = \sum_{m=1}^M \frac{b_m}{n} \left| \frac{\sum_i B_{m,i} "
        r"h_i}{b_m} - "
        r"\frac{\sum_i B_{m,i} p_i}{b_m} \right|",
        "Guo et al. 2017, On Calibration of Modern Neural Networks, equation 3",
        binned,
        lambda at: calibration(at["p"], at["h"]),
        "plain torch",
        changed="the bins as rows of a table, and their accuracy and confidence as the means that they are",
        printed=r"\mathrm{ECE} = \sum_{m=1}^M \frac{|B_m|}{n} \left| \mathrm{acc}(B_m) - \mathrm{conf}(B_m) \right|",
        refusal=r"\mathrm{acc} is bound to nothing",
    ),
    Entry(
        "coefficient of determination",
        r"\bar{y} = \frac{1}{n} \sum_{i=1}^n y_i, \quad R = 1 - \frac{\sum_{i=1}^{n} (y_i - \hat{y}_i)^2}"
        r"{\sum_{i=1}^{n} (y_i - \bar{y})^2}",
        SKLEARN + "r2_score",
        lambda draw: {"y": draw.normal(6), r"\hat{y}": draw.normal(6)},
        lambda at: 1 - F.mse_loss(at[r"\hat{y}"], at["y"]) / at["y"].var(correction=0),
        "torch.nn.functional.mse_loss and var",
        changed="R for R squared, a name with a power",
        printed=r"R^2(y, \hat{y}) = 1 - \frac{\sum_{i=1}^{n} (y_i - \hat{y}_i)^2}{\sum_{i=1}^{n} (y_i - \bar{y})^2}",
        refusal="a list or a condition in brackets is not known here",
    ),
)

ORDERS = (
    Entry(
        "mean reciprocal rank",
        r"\text{MRR} = \frac{1}{Q} \sum_{i=1}^{Q} \frac{1}{\text{rank}_i}",
        "Voorhees 1999, The TREC-8 Question Answering Track Report, as it is usually printed",
        lambda draw: {r"\text{rank}": draw.whole(5, 4) + 1, "Q": 4},
        lambda at: at[r"\text{rank}"].to(DEFAULT).reciprocal().mean(),
        "plain torch",
        changed="Q for the number of elements of Q",
        printed=r"\text{MRR} = \frac{1}{|Q|} \sum_{i=1}^{|Q|} \frac{1}{\text{rank}_i}",
        refusal="a bound is made of numbers, symbols, +, −, products and fractions",
        **COUNTED,
    ),
    Entry(
        "discounted cumulative gain",
        r"\mathrm{DCG} = \sum_{i=1}^p \frac{2^{rel_i} - 1}{\log_2(r_i+1)}",
        "Burges et al. 2005, Learning to Rank using Gradient Descent, as it is usually printed",
        ranked,
        lambda at: gain(at["rel"]),
        "plain torch",
        changed="the positions as bound numbers: a letter counts or numbers, not both",
        printed=r"\mathrm{DCG} = \sum_{i=1}^p \frac{2^{rel_i} - 1}{\log_2(i+1)}",
        refusal="i is a position in one place and a number in another",
        **COUNTED,
    ),
    Entry(
        "brevity penalty",
        r"\mathrm{BP} = \begin{cases} 1 & \text{if } c > r \\ e^{(1-r/c)} & \text{if } c \leq r \end{cases}",
        "Papineni et al. 2002, BLEU, section 2.3",
        lambda draw: {"c": 6 * draw.uniform(), "r": 6 * draw.uniform()},
        lambda at: (1 - at["r"] / at["c"]).clamp(max=0).exp(),
        "plain torch",
    ),
    Entry(
        "BLEU",
        r"\mathrm{BLEU} = \mathrm{BP} \cdot \exp\left(\sum_{n=1}^N w_n \log p_n\right)",
        "Papineni et al. 2002, BLEU, section 2.3",
        lambda draw: {r"\mathrm{BP}": draw.uniform(), "w": draw.simplex(4), "p": draw.uniform(4)},
        lambda at: at[r"\mathrm{BP}"] * at["p"].pow(at["w"]).prod(),
        "plain torch, a product of powers",
    ),
)

ENTRIES = CLASSES + PROBABILITIES + ORDERS
