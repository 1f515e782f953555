"""A wrong formula, or a wrong code, would have been found."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from texsor.check.mutation import judge
from texsor.verdicts import MutantResult

SUM = r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}"
CHAIN = SUM + r" = -\log \hat{y}_{n,t_n}"
SOFTMAX = r"\hat{y}_{n,i} = \frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}"
SHIFT = r"\frac{e^{z_{n,i} - c}}{\sum_{j} e^{z_{n,j} - c}} = \frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}"
FROM_LOGITS = r"-\log \frac{e^{z_{n,t_n}}}{\sum_{j} e^{z_{n,j}}} = \log \sum_{j} e^{z_{n,j}} - z_{n,t_n}"
NLL = r"L = -\frac{1}{N} \sum_{n} \log \hat{y}_{n,t_n}"
LOG_SOFTMAX = r"\log \hat{y}_{n,i} = z_{n,i} - m_n - \log \sum_{j} e^{z_{n,j} - m_n}"

PREPARE = """
from lmloss import losses as library
from lmloss.metrics import perplexity
logits = torch.randn(2, 3, 5)
targets = torch.tensor([[3, 0, 4], [1, 1, 2]])
"""
FIRST = """
z = logits.flatten(0, 1)
t = targets.flatten()
probas = library.softmax(z)
"""
CHAPTERS = {
    "token-loss": (
        SUM,
        "y = library.one_hot(t, 5)\nout = -(y * probas.log()).sum(dim=-1)",
        {"y": "library.one_hot(t, 5)", "yhat": "probas"},
    ),
    "token-loss-library": (
        SUM,
        "out = library.token_losses(probas, t)",
        {"y": "library.one_hot(t, 5)", "yhat": "probas"},
    ),
    "sum-picks": (
        CHAIN,
        "target_probas = probas.gather(-1, t.unsqueeze(-1))\nout = -target_probas.log().squeeze(-1)",
        {"y": "library.one_hot(t, 5)", "yhat": "probas", "t": "t"},
    ),
    "sum-loss": (r"L_{\mathrm{tot}} = \sum_{n} \ell_n", "out = F.cross_entropy(z, t, reduction='sum')",
                 {"ell": "library.token_losses(library.softmax(z), t)"}),
    "mean-loss": (
        r"L = \frac{1}{N} \sum_{n} \ell_n",
        "losses = library.token_losses(probas, t)\nout = losses.mean()",
        {"ell": "losses", "N": "t.numel()"},
    ),
    "nll": (NLL, "out = library.nll_by_hand(probas.reshape(2, 3, 5), targets)", {"yhat": "probas", "t": "t", "N": "6"}),
    "softmax": (SOFTMAX, "exps = z.exp()\nout = exps / exps.sum(dim=-1, keepdim=True)", {"z": "logits.flatten(0, 1)"}),
    "softmax-library": (SOFTMAX, "out = library.softmax(logits)", {"z": "logits.flatten(0, 1)"}),
    "softmax-shift": (SHIFT, "out = library.softmax(logits.flatten(0, 1))",
                      {"z": "logits.flatten(0, 1)", "c": "logits.max()"}),
    "log-softmax": (LOG_SOFTMAX.replace(r"\log \hat{y}_{n,i}", "r_{n,i}"), "out = library.log_softmax(z)",
                    {"z": "z", "m": "z.max(-1).values"}),
    "loss-from-logits": (
        FROM_LOGITS,
        "target_logits = z.gather(-1, t.unsqueeze(-1)).squeeze(-1)\nout = library.log_sum_exp(z) - target_logits",
        {"z": "z", "t": "t"},
    ),
    "cross-entropy": (
        r"L = -\frac{1}{N} \sum_{n} \log \frac{e^{z_{n,t_n}}}{\sum_{i} e^{z_{n,i}}}",
        "out = library.cross_entropy(logits, targets)",
        {"z": "logits.flatten(0, 1)", "t": "t", "N": "6"},
    ),
    "perplexity": (r"\mathrm{PPL} = e^{L}", "loss = library.nll_by_hand(probas, t)\nout = perplexity(loss)",
                   {"L": "loss"}),
}  # fmt: skip


def begin(lab):
    """The names of the chapters, at a small size."""
    exec(PREPARE, lab.names)
    lab.run(FIRST)
    return lab


@pytest.fixture
def chapter(lab):
    """A notebook with the names of the chapters."""
    return begin(lab)


@pytest.fixture(scope="module")
def judged(make_lab) -> dict[str, list[MutantResult]]:
    """Every chapter's mutants, judged by its own check, which must hold in full."""
    found = {}
    for name, (latex, code, where) in CHAPTERS.items():
        lab = begin(make_lab())
        lab.run(code)
        proof = lab.prove(latex, "out", **where)
        assert proof.verdict.holds, proof.verdict
        assert not proof.verdict.value_only
        found[name] = list(judge(proof))
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_mutant_that_counts_is_caught(judged, name: str) -> None:
    """Each chapter's own check goes red on every other formula; what it lets through is listed as the same formula."""
    counts = Counter(mutant.status for mutant in judged[name])
    assert counts["caught"] >= 3, counts
    assert not counts["survived"], [mutant for mutant in judged[name] if mutant.status == "survived"]


def test_at_least_99_percent_of_all_mutants_that_count_are_caught(judged) -> None:
    """Refused ones count: they go red too."""
    counts = Counter(mutant.status for found in judged.values() for mutant in found)
    red = counts["caught"] + counts["refused"]
    assert red > 200
    assert red / (red + counts["survived"]) >= 0.99


@pytest.mark.parametrize("name", ["token-loss", "token-loss-library"])
def test_the_square_of_a_one_hot_factor_is_an_equivalent(judged, name: str) -> None:
    """y² is y where y is 0 or 1: no leaves tell the two apart, and the constants on which that rests are named."""
    (squared,) = (mutant for mutant in judged[name] if mutant.name.startswith("square-factor"))
    assert squared.note == r"y_{n,i} \log \hat{y}_{n,i} → y_{n,i}^{2} \log \hat{y}_{n,i}"
    assert squared.status == "equivalent"
    assert squared.reason == "equal for every value of the leaves; constant here: y"


def test_the_square_of_a_soft_factor_is_caught(chapter) -> None:
    """With smoothed targets the same mutant is another formula."""
    chapter.run("y = 0.9 * library.one_hot(t, 5) + 0.02\nout = -(y * probas.log()).sum(-1)")
    found = list(judge(chapter.prove(SUM, "out", y="y", yhat="probas")))
    assert {mutant.status for mutant in found if mutant.name.startswith("square-factor")} == {"caught"}


def test_a_mutant_without_a_value_says_why(judged) -> None:
    """A refused mutant has the evaluation's own words."""
    refused = [mutant for mutant in judged["token-loss"] if mutant.status == "refused"]
    assert "the index i is free on the right side only" in {mutant.reason for mutant in refused}
    assert all(mutant.value == "" for mutant in refused)


def test_a_mutant_shows_the_value_of_the_side_that_was_changed(chapter) -> None:
    """Also where it is not the last side."""
    chapter.run("out = probas[0, 0] * 1")
    proof = chapter.prove(r"r = q = q + 0", "out", q="probas[0, 0]")
    found = {mutant.note: mutant for mutant in judge(proof)}
    assert float(found["q → -q"].value) == pytest.approx(-float(chapter.names["out"]))


def test_a_mutant_survives_a_check_that_is_too_weak(chapter) -> None:
    """Against code that no leaf reaches, only values on the chapter's tensors are compared, and judged."""
    chapter.names |= {"w": torch.tensor([0.0, 0.0])}
    chapter.run("w = torch.zeros(2)\nout = (w + w.sum().item()) * 1e-30 + torch.rand(2) * 1e-30")
    proof = chapter.prove(r"r_n = 2 w_n + w_n", "out", w="w * 1")
    found = {mutant.note: mutant for mutant in judge(proof)}
    assert proof.verdict.value_only
    weak = found["2 → 3"]
    assert (weak.status, weak.reason) == ("equivalent", "equal on the chapter's tensors; only values were compared")


def test_a_mutant_survives_where_the_random_leaves_could_not_be_used(chapter) -> None:
    """After a branch on a number the chapter's leaves alone are judged: a mutant that differs elsewhere survives."""
    chapter.names["x"] = torch.linspace(1.0, 1.2, 8)
    chapter.run("out = x * 2 if x.min().item() > 0.99 else x * 3")
    proof = chapter.prove(r"r_n = x_n + \max(x_n, 0.99)", "out", x="x")
    assert proof.verdict.holds
    assert proof.verdict.value_only
    found = {mutant.note: mutant.status for mutant in judge(proof)}
    assert found[r"\max(x_{n}, 0.99) → x_{n}"] == "survived"
    assert found[r"x_{n} + \max(x_{n}, 0.99) → x_{n} - \max(x_{n}, 0.99)"] == "caught"


def test_a_side_that_shrinks_to_a_name_has_no_value(chapter) -> None:
    """An identity of which one side became a bare letter, which nothing is bound to, is another formula."""
    chapter.run("out = z[0, 0] * 2.718281828459045")
    proof = chapter.prove(r"e \cdot x = x e", "out", x="z[0, 0]")
    found = {mutant.note: mutant for mutant in judge(proof)}
    assert found[r"e \cdot x → e"].status != "equivalent"
    assert found["x e → x"].status == "caught"


LOSSES = {
    "one_hot": (r"y_{n,i} = c_i \mathbb{1}[i = t_n]", {"t": "t", "c": "torch.ones(5)"}, {
        "library.one_hot(t, 5)": True,
        "(torch.arange(5) != t[:, None]).float()": False,
        "(torch.arange(1, 6) == t[:, None]).float()": False,
        "(torch.arange(5) <= t[:, None]).float()": False,
        "F.one_hot(t, 5).T.reshape(6, 5).float()": False,
    }),
    "softmax": (SOFTMAX, {"z": "z"}, {
        "library.softmax(z)": True,
        "library.naive_softmax(z)": True,
        "(lambda e: e / e.sum(-1, keepdim=True))((z - z.amax(-1, keepdim=True)).exp())": True,
        "z.softmax(0)": False,
        "(lambda e: e / e.detach().sum(-1, keepdim=True))(z.exp())": False,
        "(z - z.amax(-1, keepdim=True)).exp()": False,
        "z.exp() / z.exp().mean(-1, keepdim=True)": False,
        "z.exp() / z.exp().sum()": False,
        "(-z).softmax(-1)": False,
        "z.softmax(-1).detach().roll(1, -1)": False,
        "(z / 2).softmax(-1)": False,
        "z.log_softmax(-1)": False,
        "z.exp2() / z.exp2().sum(-1, keepdim=True)": False,
    }),
    "log_softmax": (LOG_SOFTMAX.replace(r"\log \hat{y}_{n,i}", "r_{n,i}"), {"z": "z", "m": "z.amax(-1)"}, {
        "library.log_softmax(z)": True,
        "z - z.logsumexp(-1, keepdim=True)": True,
        "z - z.exp().mean(-1, keepdim=True).log()": False,
        "z - z.detach().logsumexp(-1, keepdim=True)": False,
        "z - z.logsumexp(0)": False,
        "z + z.logsumexp(-1, keepdim=True)": False,
        "z.softmax(-1)": False,
        "(z.softmax(-1) + 1e-9).log()": False,
        "z - z.amax(-1, keepdim=True)": False,
    }),
    "log_sum_exp": (r"s_n = m_n + \log \sum_{i} e^{z_{n,i} - m_n}", {"z": "z", "m": "z.amax(-1)"}, {
        "library.log_sum_exp(z)": True,
        "z.exp().sum(-1).log()": True,
        "(z - z.amax(-1, keepdim=True)).exp().sum(-1).log()": False,
        "z.amax(-1) - (z - z.amax(-1, keepdim=True)).exp().sum(-1).log()": False,
        "z.exp().mean(-1).log()": False,
        "z.exp().sum(-1)": False,
        "z.logsumexp(-1) / 0.6931471805599453": False,
    }),
    "token_losses": (r"\ell_n = -\log \hat{y}_{n,t_n}", {"yhat": "probas", "t": "t"}, {
        "library.token_losses(probas, t)": True,
        "-probas[torch.arange(6), t].log()": True,
        "F.nll_loss(probas.log(), t, reduction='none')": True,
        "probas.gather(-1, t[:, None]).log()": False,
        "-probas.gather(-1, (t[:, None] + 1) % 5).log()": False,
        "-probas.gather(-1, (t[:, None] - 1).clamp_min(0)).log()": False,
        "-probas.gather(-1, t[:, None].roll(1, 0)).log()": False,
        "-probas.gather(-1, t[:, None])": False,
        "-probas.gather(-1, t[:, None]).log2()": False,
        "-(probas + 1e-9).gather(-1, t[:, None]).log()": False,
        "-probas.clamp_min(0.3).gather(-1, t[:, None]).log()": False,
        "-probas.gather(-1, t[:, None]).half().float().log()": False,
        "-probas.log().sum(-1)": False,
        "-probas.gather(-1, t[:, None]).log().mean()": False,
        "-probas.detach().gather(-1, t[:, None]).log()": False,
        "library.token_losses(probas.detach(), t)": False,
    }),
    "nll_by_hand": (NLL, {"yhat": "probas", "t": "t", "N": "6"}, {
        "library.nll_by_hand(probas, t)": True,
        "library.token_losses(probas, t).detach().mean()": False,
        "library.token_losses(probas, t).sum()": False,
        "-library.nll_by_hand(probas, t)": False,
        "library.token_losses(probas, t)": False,
        "library.token_losses(probas, t)[1:].mean()": False,
        "library.token_losses(probas, t).sum() / 5": False,
        "library.token_losses(probas, t).median()": False,
        "-probas.gather(-1, t[:, None]).mean().log()": False,
    }),
    "masked": (r"L = -\frac{\sum_n m_n \log \hat{y}_{n,t_n}}{\sum_n m_n}", {"yhat": "probas", "t": "t", "m": "mask"}, {
        "(mask * library.token_losses(probas, t)).sum() / mask.sum()": True,
        "library.token_losses(probas, t)[mask].mean()": True,
        "library.token_losses(probas, t).mean()": False,
        "(mask * library.token_losses(probas, t)).mean()": False,
        "(mask * library.token_losses(probas, t)).sum()": False,
        "(~mask * library.token_losses(probas, t)).sum() / mask.sum()": False,
    }),
    "cross_entropy": (CHAPTERS["cross-entropy"][0], {"z": "z", "t": "t", "N": "6"}, {
        "library.cross_entropy(z, t)": True,
        "F.cross_entropy(z, t)": True,
        "F.cross_entropy(z.detach(), t)": False,
        "F.cross_entropy(z, t, reduction='sum')": False,
        "F.cross_entropy(z, t, label_smoothing=0.01)": False,
        "F.cross_entropy(z, t, weight=torch.tensor([1., 1., 1., 1., 2.]))": False,
        "F.cross_entropy(z, t, ignore_index=1)": False,
        "F.cross_entropy(z.softmax(-1), t)": False,
        "F.cross_entropy(z, z.argmax(-1))": False,
        "F.cross_entropy(z.reshape(2, 3, 5).transpose(0, 1).reshape(6, 5), t)": False,
    }),
    "perplexity": (r"P = e^{L}", {"L": "loss"}, {
        "perplexity(loss)": True,
        "loss.exp()": True,
        "loss.exp2()": False,
        "(-loss).exp()": False,
        "loss": False,
        "loss.expm1()": False,
    }),
}  # fmt: skip
CODES = [(name, code, holds) for name, (_, _, codes) in LOSSES.items() for code, holds in codes.items()]


@pytest.mark.parametrize(("name", "code", "holds"), CODES)
def test_a_wrong_code_turns_the_check_red(chapter, name: str, code: str, holds: bool) -> None:
    """Each slip in the code of a loss is found; another way to compute the same is let through."""
    latex, where, _ = LOSSES[name]
    chapter.run("mask = torch.tensor([1., 1., 0., 1., 0., 1.]) > 0\nloss = library.nll_by_hand(probas, t)")
    chapter.run(f"out = {code}")
    assert chapter.prove(latex, "out", **where).verdict.holds is holds
