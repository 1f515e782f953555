"""Losses between pairs, triplets and rankings: margins, distances, contrast and preference."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry

DOCS = "PyTorch 2.13 documentation, torch.nn."
ONE_SAMPLE = "bound to one sample: the page says 'for each sample in the mini-batch'"


def paired(draw: Draw) -> dict[str, Any]:
    """Two images of each of three things, the temperature, and the similarity."""
    return {
        r"\boldsymbol{z}": draw.normal(6, 4),
        r"\tau": 0.5,
        "N": 3,
        r"\mathrm{sim}": lambda a, b: F.cosine_similarity(a, b, dim=0),
    }


def contrast(z: torch.Tensor) -> torch.Tensor:
    """The loss of every pair at temperature 0.5, where nothing is compared with itself in the denominator."""
    unit = F.normalize(z, dim=-1)
    alike = unit @ unit.T / 0.5
    others = alike.masked_fill(torch.eye(len(z), dtype=torch.bool), -torch.inf)
    return others.logsumexp(-1, keepdim=True) - alike


def preference(policy: torch.Tensor, reference: torch.Tensor, won: torch.Tensor, lost: torch.Tensor) -> torch.Tensor:
    """The loss of three preferences, from the logarithms of the answers' probabilities."""
    ratios = policy - reference
    rows = torch.arange(len(won))
    return -F.logsigmoid(0.1 * (ratios[rows, won] - ratios[rows, lost])).mean()


TRIPLET = (
    r"L_i = \max \{\left\lVert a_i - p_i%s \right\rVert_2 - \left\lVert a_i - n_i%s \right\rVert_2 + "
    r"\mathrm{margin}, 0\}"
)

MARGINS = (
    Entry(
        "hinge embedding",
        r"l_n = \begin{cases} x_n, & \text{if}\; y_n = 1,\\ \max \{0, margin - x_n\}, & \text{if}\; y_n = -1, "
        r"\end{cases}",
        DOCS + "HingeEmbeddingLoss",
        lambda draw: {"x": draw.positive(6), "y": draw.signs(6), "margin": 1.7},
        lambda at: F.hinge_embedding_loss(at["x"], at["y"], margin=1.7, reduction="none"),
        "torch.nn.functional.hinge_embedding_loss",
        "margin=1.7, reduction='none'",
    ),
    Entry(
        "margin ranking",
        r"\text{loss}(x1, x2, y) = \max(0, -y * (x1 - x2) + \text{margin})",
        DOCS + "MarginRankingLoss",
        lambda draw: {"x1": draw.normal(6), "x2": draw.normal(6), "y": draw.signs(6), r"\text{margin}": 0.3},
        lambda at: F.margin_ranking_loss(at["x1"], at["x2"], at["y"], margin=0.3, reduction="none"),
        "torch.nn.functional.margin_ranking_loss",
        "margin=0.3, reduction='none'",
    ),
    Entry(
        "multi-class margin",
        r"\text{loss}(x, y) = \frac{\sum_i \max(0, \text{margin} - x[y] + x[i])^p}{\text{x.size}(0)}",
        DOCS + "MultiMarginLoss",
        lambda draw: {
            "x": draw.normal(5),
            "y": 2,
            r"\text{margin}": 1.3,
            "p": 2,
            r"\text{x.size}": lambda _axis: torch.tensor(5.0),
        },
        lambda at: F.multi_margin_loss(at["x"], torch.tensor(2), p=2, margin=1.3),
        "torch.nn.functional.multi_margin_loss",
        "p=2, margin=1.3",
        disagrees=True,
        diagnosis="the sum is over all i but the target's, which the page says in words; the printed one is larger by "
        "margin^p / C",
        corrected=r"\text{loss}(x, y) = \frac{\sum_{i \ne y} \max(0, \text{margin} - x[y] + x[i])^p}{\text{x.size}(0)}",
    ),
    Entry(
        "multi-label margin",
        r"\text{loss}(x, y) = \sum_{ij}\frac{\max(0, 1 - (x[y[j]] - x[i]))}{\text{x.size}(0)}",
        DOCS + "MultiLabelMarginLoss",
        lambda draw: {
            "x": draw.normal(5),
            "y": torch.tensor([3, 0]),
            r"\text{x.size}": lambda _axis: torch.tensor(5.0),
        },
        lambda at: F.multilabel_margin_loss(at["x"], torch.tensor([3, 0, -1, -1, -1])),
        "torch.nn.functional.multilabel_margin_loss",
        "targets 3 and 0",
        disagrees=True,
        diagnosis="the sum is over all i but the targets', which the page says in words",
        corrected=r"\text{loss}(x, y) = \sum_j \sum_{i \notin y} \frac{\max(0, 1 - (x[y[j]] - "
        r"x[i]))}{\text{x.size}(0)}",
    ),
    Entry(
        "triplet margin",
        TRIPLET % ("", ""),
        DOCS + "TripletMarginLoss",
        lambda draw: {
            "a": draw.normal(3, 4),
            "p": draw.normal(3, 4),
            "n": draw.normal(3, 4),
            r"\mathrm{margin}": 3.0,
            r"\epsilon": 1e-6,
            "e": torch.ones(4).long(),
        },
        lambda at: F.triplet_margin_loss(at["a"], at["p"], at["n"], margin=3.0, reduction="none"),
        "torch.nn.functional.triplet_margin_loss",
        "margin=3, reduction='none'",
        changed="the distance d, which the page defines with p both for a sample and for the norm, in its place; "
        r"\mathrm for {\rm ...}",
        printed=r"d(x_i, y_i) = \left\lVert {\bf x}_i - {\bf y}_i \right\rVert_p, \quad L(a, p, n) = \max "
        r"\{d(a_i, p_i) - "
        r"d(a_i, n_i) + {\rm margin}, 0\}",
        refusal=r"the command \bf is not known",
        disagrees=True,
        diagnosis="1e-6 is added to each difference before the norm is taken",
        corrected=TRIPLET % (r" + \epsilon e", r" + \epsilon e"),
    ),
    Entry(
        "pairwise distance",
        r"\mathrm{dist}\left(x, y\right) = \left\Vert x-y + \epsilon e \right\Vert_p",
        DOCS + "PairwiseDistance",
        lambda draw: {"x": draw.normal(4), "y": draw.normal(4), r"\epsilon": 1e-6, "e": torch.ones(4).long(), "p": 3},
        lambda at: F.pairwise_distance(at["x"], at["y"], p=3),
        "torch.nn.functional.pairwise_distance",
        "p=3",
    ),
    Entry(
        "p-norm",
        r"\Vert x \Vert _p = \left( \sum_{i=1}^n \vert x_i \vert ^ p \right) ^ {1/p}.",
        DOCS + "PairwiseDistance",
        lambda draw: {"x": draw.normal(4), "p": 3},
        lambda at: torch.linalg.vector_norm(at["x"], 3),
        "torch.linalg.vector_norm",
        "ord=3",
    ),
    Entry(
        "cosine embedding",
        r"\text{loss}(x, y) = \begin{cases} 1 - \mathrm{cosine}(x_1, x_2), & \text{if } y = 1 \\ \max(0, "
        r"\mathrm{cosine}(x_1, "
        r"x_2) - \text{margin}), & \text{if } y = -1 \end{cases}",
        DOCS + "CosineEmbeddingLoss",
        lambda draw: {
            "x_1": draw.normal(4),
            "x_2": draw.normal(4),
            "y": 1 - 2 * (draw.seed % 2),
            r"\text{margin}": -0.5,
            r"\mathrm{cosine}": lambda a, b: F.cosine_similarity(a, b, dim=0),
        },
        lambda at: F.cosine_embedding_loss(at["x_1"][None], at["x_2"][None], torch.tensor([at["y"]]), margin=-0.5),
        "torch.nn.functional.cosine_embedding_loss",
        "margin=-0.5",
        changed=ONE_SAMPLE + "; the cosine of two vectors by an upright name, since \\cos is of one number",
        printed=r"\text{loss}(x, y) = \begin{cases} 1 - \cos(x_1, x_2), & \text{if } y = 1 \\ \max(0, \cos(x_1, x_2) - "
        r"\text{margin}), & \text{if } y = -1 \end{cases}",
        refusal="a list or a condition in brackets is not known here",
    ),
)


NT_XENT = (
    r"\ell_{i,j} = -\log \frac{\exp(\mathrm{sim}(\boldsymbol z_i, \boldsymbol z_j)/\tau)}{\sum_{k=1}^{2N} "
    r"\mathbb{1}_{%s}\exp(\mathrm{sim}(\boldsymbol z_i, \boldsymbol z_k)/\tau)}"
)

CONTRAST = (
    Entry(
        "NT-Xent",
        NT_XENT % r"k \neq i",
        "Chen et al. 2020, A Simple Framework for Contrastive Learning of Visual Representations, equation 1",
        paired,
        lambda at: contrast(at[r"\boldsymbol{z}"]),
        "torch.log_softmax of torch.nn.functional.normalize",
        changed="the indicator's condition without its square brackets",
        printed=NT_XENT % r"[k \neq i]",
        refusal=r"\mathbb{1} needs one condition in brackets",
    ),
    Entry(
        "InfoNCE",
        r"\mathcal{L}_\mathrm{N} = - \mathbb{E}_{n} \left[ \log \frac{f_{n,t_n}}{\sum_{j} f_{n,j}} \right]",
        "van den Oord, Li, Vinyals 2018, Representation Learning with Contrastive Predictive Coding, equation 4",
        lambda draw: {"f": draw.positive(4, 5), "t": draw.whole(5, 4)},
        lambda at: F.cross_entropy(at["f"].log(), at["t"]),
        "torch.nn.functional.cross_entropy",
        changed="each set X as a row n of scores, of which t says the positive sample's",
        printed=r"\mathcal{L}_\mathrm{N} = - \mathop{\mathbb{E}}_X \left[ \log \frac{f_k(x_{t+k}, "
        r"c_t)}{\sum_{x_j \in X} "
        r"f_k(x_j, c_t)} \right]",
        refusal=r"a name of letters, digits and hyphens is wanted in \mathop",
    ),
    Entry(
        "contrastive",
        r"L = (1 - Y) \frac{1}{2} (D_W)^2 + (Y) \frac{1}{2} \{ \max(0, m - D_W) \}^2",
        "Hadsell, Chopra, LeCun 2006, Dimensionality Reduction by Learning an Invariant Mapping, equation 4",
        lambda draw: {"D_W": draw.uniform(), "Y": draw.seed % 2, "m": 1.2},
        lambda at: ((1.2 - at["D_W"]).clamp(min=0) if at["Y"] else at["D_W"]).square() / 2,
        "plain torch",
        changed="without the arguments of L",
        printed=r"L(W, Y, \vec{X_1}, \vec{X_2}) = (1 - Y) \frac{1}{2} (D_W)^2 + (Y) \frac{1}{2} \{ \max(0, m "
        r"- D_W) \}^2",
        refusal=r"\vec is known over a single symbol only",
    ),
    Entry(
        "direct preference optimisation",
        r"\mathcal{L}_\mathrm{DPO} = -\mathbb{E}_{n} \left[\log \sigma \left(\beta \log \frac{\pi_{n,w_n}}"
        r"{\pi_{\mathrm{ref},n,w_n}} - \beta \log \frac{\pi_{n,l_n}}{\pi_{\mathrm{ref},n,l_n}}\right)\right]",
        "Rafailov et al. 2023, Direct Preference Optimization, equation 7",
        lambda draw: {
            r"\pi": draw.simplex(3, 4),
            r"\pi_{\mathrm{ref}}": draw.simplex(3, 4),
            "w": torch.tensor([0, 2, 3]),
            "l": torch.tensor([1, 3, 0]),
            r"\beta": 0.1,
        },
        lambda at: preference(at[r"\pi"].log(), at[r"\pi_{\mathrm{ref}}"].log(), at["w"], at["l"]),
        "plain torch with torch.nn.functional.logsigmoid",
        "beta=0.1",
        changed="each triple (x, y_w, y_l) of the data as a row n, with the columns of its two answers",
        printed=r"\mathcal{L}_\mathrm{DPO}(\pi_\theta; \pi_\mathrm{ref}) = -\mathbb{E}_{(x, y_w, y_l)\sim \mathcal{D}} "
        r"\left[\log \sigma \left(\beta \log \frac{\pi_\theta(y_w\mid x)}{\pi_\mathrm{ref}(y_w\mid x)} - \beta \log "
        r"\frac{\pi_\theta(y_l\mid x)}{\pi_\mathrm{ref}(y_l\mid x)}\right)\right]",
        refusal="a list or a condition in brackets is not known here",
    ),
)


ENTRIES = MARGINS + CONTRAST
