"""Losses between distributions and numbers."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from published.entry import Draw, Entry

DOCS = "PyTorch 2.13 documentation, torch.nn."

INPUT, TARGET, VAR = r"\text{input}", r"\text{target}", r"\text{var}"
PRED, TRUE = r"y_{\text{pred}}", r"y_{\text{true}}"

NO_AXES = "bound to single numbers: between arrays the printed product would be an inner product"
TWO_AS_ONE = "two displays as one, of the second the case 'mean'"

POINTWISE = (
    r"L(y_{\text{pred}},\ y_{\text{true}}) = y_{\text{true}} \cdot \log \frac{y_{\text{true}}}{y_{\text{pred}}} = "
    r"y_{\text{true}} \cdot (\log y_{\text{true}} - \log y_{\text{pred}})"
)
DIVERGENCE = r"D_{\mathrm{KL}}(p \| q) = \sum_x p(x) \log \frac{p(x)}{q(x)}"
GAUSSIAN = (
    r"\text{loss} = \frac{1}{2}\left(\log\left(\text{max}\left(\text{var}, \ \text{eps}\right)\right) + "
    r"\frac{\left(\text{input} - \text{target}\right)^2}{\text{max}\left(\text{var}, \ \text{eps}\right)}\right) + "
    r"\text{const.}"
)
STIRLING = r"\text{target}*\log(\text{target}) - \text{target} + 0.5 * \log(2\pi\text{target})"


def scores(draw: Draw) -> dict[str, Any]:
    """Five rows of scores of four classes, the target of each, and a weight for each class."""
    labels = torch.tensor([3, 0, 1, 2, 2])
    return {"x": draw.normal(5, 4), "y": labels, "w": draw.whole(4, 4) + 1, r"\text{ignore\_index}": 1}


ENTRIES = (
    Entry(
        "KL divergence, pointwise",
        POINTWISE,
        DOCS + "KLDivLoss",
        lambda draw: {PRED: draw.uniform(), TRUE: draw.uniform()},
        lambda at: F.kl_div(at[PRED].log(), at[TRUE], reduction="none"),
        "torch.nn.functional.kl_div",
        "reduction='none', input in log space",
        changed=NO_AXES,
    ),
    Entry(
        "KL divergence, pointwise, both in log space",
        POINTWISE,
        DOCS + "KLDivLoss",
        lambda draw: {PRED: draw.uniform(), TRUE: draw.uniform()},
        lambda at: F.kl_div(at[PRED].log(), at[TRUE].log(), reduction="none", log_target=True),
        "torch.nn.functional.kl_div",
        "reduction='none', log_target=True",
        changed=NO_AXES,
    ),
    Entry(
        "KL divergence",
        DIVERGENCE,
        "Cover, Thomas 2006, Elements of Information Theory, relative entropy, as it is usually printed",
        lambda draw: {"p": draw.simplex(4), "q": draw.simplex(4)},
        lambda at: F.kl_div(at["q"].log()[None], at["p"][None], reduction="batchmean"),
        "torch.nn.functional.kl_div",
        "reduction='batchmean', one row",
    ),
    Entry(
        "KL divergence, default reduction",
        DIVERGENCE,
        "Cover, Thomas 2006, Elements of Information Theory, relative entropy, as it is usually printed",
        lambda draw: {"p": draw.simplex(4), "q": draw.simplex(4)},
        lambda at: torch.kl_div(at["q"].log()[None], at["p"][None], 1),
        "torch.kl_div, which torch.nn.functional.kl_div calls",
        disagrees=True,
        diagnosis="the default reduction 'mean' divides by the number of outcomes too, as the page warns",
        corrected=r"D_{\mathrm{KL}}(p \| q) = \operatorname{mean}_x p(x) \log \frac{p(x)}{q(x)}",
    ),
    Entry(
        "mean squared error",
        r"L = \{l_1,\dots,l_N\}^\top, \quad l_n = \left( x_n - y_n \right)^2, \quad \ell(x, y) = "
        r"\operatorname{mean}(L)",
        DOCS + "MSELoss",
        lambda draw: {"x": draw.normal(6), "y": draw.normal(6)},
        lambda at: F.mse_loss(at["x"], at["y"]),
        "torch.nn.functional.mse_loss",
        changed=TWO_AS_ONE,
    ),
    Entry(
        "mean absolute error",
        r"L = \{l_1,\dots,l_N\}^\top, \quad l_n = \left| x_n - y_n \right|, \quad \ell(x, y) = \operatorname{mean}(L)",
        DOCS + "L1Loss",
        lambda draw: {"x": draw.normal(6), "y": draw.normal(6)},
        lambda at: F.l1_loss(at["x"], at["y"]),
        "torch.nn.functional.l1_loss",
        changed=TWO_AS_ONE,
    ),
    Entry(
        "smooth L1",
        r"l_n = \begin{cases} 0.5 (x_n - y_n)^2 / beta, & \text{if } |x_n - y_n| < beta \\ |x_n - y_n| - 0.5 * beta, & "
        r"\text{otherwise } \end{cases}",
        DOCS + "SmoothL1Loss",
        lambda draw: {"x": draw.spread(8), "y": draw.spread(8), "beta": 0.7},
        lambda at: F.smooth_l1_loss(at["x"], at["y"], reduction="none", beta=0.7),
        "torch.nn.functional.smooth_l1_loss",
        "beta=0.7, reduction='none'",
    ),
    Entry(
        "smooth L1 of Fast R-CNN",
        r"\mathrm{smooth}_{\mathrm{L1}}(x) = \begin{cases} 0.5x^2 & \text{if } |x| < 1 \\ |x| - 0.5 & "
        r"\text{otherwise}, \end{cases}",
        "Girshick 2015, Fast R-CNN, equation 3",
        lambda draw: {"x": draw.spread(8)},
        lambda at: F.smooth_l1_loss(at["x"], torch.zeros_like(at["x"]), reduction="none"),
        "torch.nn.functional.smooth_l1_loss",
        "reduction='none'",
        changed="an upright subscript of the name for L with a subscript 1",
        printed=r"\mathrm{smooth}_{L_1}(x) = \begin{cases} 0.5x^2 & \text{if } |x| < 1 \\ |x| - 0.5 & "
        r"\text{otherwise}, \end{cases}",
        refusal="the left side names its axes by plain letters only",
    ),
    Entry(
        "Huber",
        r"l_n = \begin{cases} 0.5 (x_n - y_n)^2, & \text{if } |x_n - y_n| < delta \\ delta * (|x_n - y_n| - 0.5 * "
        r"delta), & \text{otherwise } \end{cases}",
        DOCS + "HuberLoss",
        lambda draw: {"x": draw.spread(8), "y": draw.spread(8), "delta": 0.7},
        lambda at: F.huber_loss(at["x"], at["y"], reduction="none", delta=0.7),
        "torch.nn.functional.huber_loss",
        "delta=0.7, reduction='none'",
    ),
    Entry(
        "Gaussian negative log likelihood",
        GAUSSIAN,
        DOCS + "GaussianNLLLoss",
        lambda draw: {
            INPUT: draw.normal(6),
            TARGET: draw.normal(6),
            VAR: draw.positive(6),
            r"\text{eps}": 1e-6,
            r"\text{const.}": 0.9189385332046727,
        },
        lambda at: F.gaussian_nll_loss(at[INPUT], at[TARGET], at[VAR], full=True, reduction="none"),
        "torch.nn.functional.gaussian_nll_loss",
        "full=True, reduction='none'",
    ),
    Entry(
        "Gaussian negative log likelihood below eps",
        GAUSSIAN,
        DOCS + "GaussianNLLLoss",
        lambda draw: {
            INPUT: draw.normal(6),
            TARGET: draw.normal(6),
            VAR: draw.positive(6),
            r"\text{eps}": 1.5,
            r"\text{const.}": 0.9189385332046727,
        },
        lambda at: F.gaussian_nll_loss(at[INPUT], at[TARGET], at[VAR], full=True, eps=1.5, reduction="none"),
        "torch.nn.functional.gaussian_nll_loss",
        "full=True, eps=1.5, reduction='none'",
        disagrees=True,
        detached=True,
        diagnosis="only the gradient: var is clamped under no_grad, so that below eps the loss is constant in it and "
        "its gradient is not zero",
    ),
    Entry(
        "Poisson negative log likelihood",
        r"\text{loss}(\text{input}, \text{target}) = \text{input} - \text{target} * \log(\text{input}) + "
        r"\log(\Gamma(\text{target} + 1))",
        DOCS + "PoissonNLLLoss",
        lambda draw: {
            INPUT: draw.positive(6),
            TARGET: draw.whole(5, 6) + 2,
            r"\Gamma": lambda x: x.lgamma().exp(),
            r"\text{eps}": 1e-8,
        },
        lambda at: F.poisson_nll_loss(
            at[INPUT], at[TARGET].to(at[INPUT]), log_input=False, full=True, reduction="none"
        ),
        "torch.nn.functional.poisson_nll_loss",
        "log_input=False, full=True, reduction='none', targets above 1",
        changed="a bound function for the factorial, which stands inside the upright name",
        printed=r"\text{loss}(\text{input}, \text{target}) = \text{input} - \text{target} * \log(\text{input}) + "
        r"\log(\text{target!})",
        refusal=r"a name of letters, digits and hyphens is wanted in \text",
        disagrees=True,
        diagnosis="the factorial is Stirling's approximation, as the page says, and the logarithm is of input + eps",
        corrected=r"\text{input} - \text{target} * \log(\text{input} + \text{eps}) + " + STIRLING,
    ),
    Entry(
        "Poisson negative log likelihood, log input",
        r"\exp(\text{input}) - \text{target}*\text{input}",
        DOCS + "PoissonNLLLoss",
        lambda draw: {INPUT: draw.normal(6), TARGET: draw.positive(6)},
        lambda at: F.poisson_nll_loss(at[INPUT], at[TARGET], reduction="none"),
        "torch.nn.functional.poisson_nll_loss",
        "reduction='none'",
    ),
    Entry(
        "Poisson negative log likelihood, Stirling's term",
        r"\exp(\text{input}) - \text{target}*\text{input} + " + STIRLING,
        DOCS + "PoissonNLLLoss",
        lambda draw: {INPUT: draw.normal(6), TARGET: draw.whole(5, 6) + 2},
        lambda at: F.poisson_nll_loss(at[INPUT], at[TARGET].to(at[INPUT]), full=True, reduction="none"),
        "torch.nn.functional.poisson_nll_loss",
        "full=True, reduction='none', targets above 1",
        changed="two displays as one sum",
    ),
)
