"""Mutants of conditions, cases, derivatives, functions, bars and arrays: each slip of a kind, and that none is lost."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import torch
from torch import nn

from texsor.check import evaluate, mutants
from texsor.check.evaluate import understood
from texsor.check.mutants import readable
from texsor.errors import TexsorError
from texsor.formula import strip
from texsor.formula.nodes import Big, Compare, Hole

DRAW = torch.Generator().manual_seed(8)
X = torch.rand(3, generator=DRAW, dtype=torch.float64) + 0.5
Y = torch.randn(3, generator=DRAW, dtype=torch.float64)
P = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64)
Z = torch.randn(3, 3, generator=DRAW, dtype=torch.float64)
A = torch.randn(3, 3, generator=DRAW, dtype=torch.float64)
BOUND = {
    "x": X, "y": Y, "z": Z, "A": A, "p": P, "m": torch.tensor([1, 0, 1]), "t": torch.tensor([2, 0, 1]),
    "S": torch.tensor([0, 2]), "k": 1, "a": 0.5, r"x^{(1)}": 2.0, r"x^{(2)}": 3.0,
    "f": lambda v: v.softmax(-1), "g": torch.square, "h": lambda v, w: v - 2 * w,
}  # fmt: skip


def changed(latex: str) -> dict[str, str]:
    """The mutants of a formula: name to note."""
    return {mutant.name: mutant.note for mutant in mutants(understood(latex, BOUND))}


@pytest.mark.parametrize(
    ("latex", "note"),
    [
        (r"L = \sum_{n : m_n = 1} x_n", r"\sum_{n : m_{n} = 1} x_{n} → \sum_{n} x_{n}"),
        (r"L = \sum_{n : m_n = 1} x_n", r"m_{n} = 1 → m_{n} \ne 1"),
        (r"b_n = \sum_{j \ne n} z_{n,j}", r"\sum_{j \ne n} z_{n,j} → \sum_{j} z_{n,j}"),
        (r"b_n = \max_{j \ne t_n} z_{n,j}", r"\max_{j \ne t_{n}} z_{n,j} → \max_{j} z_{n,j}"),
        (r"L = \sum_{i \in S} x_i", r"i \in S → i \notin S"),
        (r"L = \sum_{i \in S} x_i", r"\sum_{i \in S} x_{i} → \sum_{i} x_{i}"),
        (r"L = \sum_{1 \le i < j \le N} x_i x_j", r"1 \le i < j \le N → 1 \le i \le j \le N"),
        (r"L = \sum_{i,j : i < j \land i > k} x_i x_j", r"i < j \land i > k → i < j \lor i > k"),
        (r"L = \sum_{i,j : i < j \land i > k} x_i x_j", r"i < j \land i > k → i < j"),
        (r"L_n = \mathbb{1}[t_n = k]", r"t_{n} = k → t_{n} = k + 1"),
        (r"L_n = \mathbb{1}[t_n = k] x_n", r"\mathbb{1}[t_{n} = k] → 1"),
        (r"L_i = \begin{cases} x_i & y_i > 0 \\ a & \text{otherwise} \end{cases}", "y_{i} > 0 → y_{i} < 0"),
        (r"L = \mathbb{E}_{i \sim p}[x_i]", r"\mathbb{E}_{i \sim p}[x_{i}] → \mathbb{E}_{i}[x_{i}]"),
        (r"L = \mathbb{E}_{i \sim p}[x_i]", r"\mathbb{E}_{i \sim p}[x_{i}] → \sum_{i} x_{i}"),
        (r"L = \mathbb{E}_i[x_i]", r"\mathbb{E}_{i}[x_{i}] → \sum_{i} x_{i}"),
        (r"L = \operatorname{Var}_i[x_i]", r"\operatorname{Var}_{i}[x_{i}] → \mathbb{E}_{i}[x_{i}]"),
        (r"g_i = \frac{\partial L}{\partial z_{i,k}}", r"z_{i,k} → z_{k,i}"),
        (r"g_i = \frac{\partial}{\partial x_i} \sum_j x_j^2 y_j", r"x_{i} → y_{i}"),
        (r"g_i = \nabla_x x_k^2", r"\nabla_{x} x_{k}^{2} → x_{k}^{2}"),
        (r"L = |x_k|", r"\lvert x_{k} \rvert → x_{k}"),
        (r"L = [x_k - a]_+", r"[x_{k} - a]_{+} → x_{k} - a"),
        (r"L = \lVert x \rVert_2", r"\lVert x \rVert_{2} → \lVert x \rVert_{1}"),
        (r"L = \lVert x \rVert", r"\lVert x \rVert → \lVert x \rVert_{1}"),
        (r"L = \lVert x \rVert_2^2", r"\lVert x \rVert_{2}^{2} → \lVert x \rVert_{2}"),
        (r"L = \lfloor x_k \rfloor", r"\lfloor x_{k} \rfloor → \lceil x_{k} \rceil"),
        (r"L = x^\top y", r"x^{\top} y → x y^{\top}"),
        (r"L = x y^\top", r"y^{\top} → y"),
        (r"L = \langle x, y \rangle", r"\langle x, y \rangle → x \odot y"),
        (r"L = \langle x, y \rangle", r"\langle x, y \rangle → x \otimes y"),
        (r"L = A \odot A^\top", r"A \odot A^{\top} → A \cdot A^{\top}"),
        (r"L = x \otimes y", r"x \otimes y → x \cdot y"),
        (r"L = f(x)", r"f(x) → g(x)"),
        (r"L = f(x)", r"f(x) → (x)"),
        (r"L = h(x, y)", r"h(x, y) → h(y, x)"),
        (r"L = h(x, y)", r"h(x, y) → h(x)"),
        (r"L = \mathrm{softmax}(x)", r"\mathrm{softmax}(x) → \mathrm{logsoftmax}(x)"),
        (r"L = x^{(1)} - 2 x^{(2)}", "x^{(2)} → x^{(1)}"),
        (r"L_i = (A x)_i y_i + x_{t_i}", r"(A x)_{i} y_{i} + x_{t_{i}} → (A x)_{i} y_{i} - x_{t_{i}}"),
        (r"s = \sum_i x_i, \quad L = s^2", r"\sum_{i} x_{i} → \operatorname{mean}_{i} x_{i}"),
        (r"\theta \leftarrow x_k - a y_k", r"x_{k} - a y_{k} → x_{k} + a y_{k}"),
    ],
)
def test_a_slip_of_each_kind(latex: str, note: str) -> None:
    """The note shows what was changed."""
    assert note in changed(latex).values(), changed(latex)


def test_cases_lose_a_line_and_exchange_their_values() -> None:
    """One line left out, two values in each other's place; the last line alone may say otherwise."""
    latex = r"L = \begin{cases} x_k & k = 1 \\ a & k = 2 \\ 7 & \text{otherwise} \end{cases}"
    names = [name.split("@")[0] for name in changed(latex)]
    assert (names.count("drop-case"), names.count("swap-cases")) == (3, 2)
    values = [evaluate(mutant.formula, BOUND | {"k": 1}).value.tensor.item()
              for mutant in mutants(understood(latex, BOUND)) if mutant.name.startswith("swap-cases")]  # fmt: skip
    assert values[0] == 0.5


def test_one_case_cannot_be_left_out() -> None:
    """Of a single line nothing would be left."""
    assert not any("case@" in name for name in changed(r"L = \begin{cases} 1 & x_k > 0 \end{cases}"))


def test_what_nobody_could_write_is_no_mutant() -> None:
    """A tree that has no text, and one whose text says something else: j = 0 under a sign is a range."""
    formula = understood("L = x_k", BOUND)
    assert readable(replace(formula, members=(formula.members[0], Hole()))) is None
    summed = understood(r"L = \sum_{j \ne k} x_j", BOUND)
    sign = summed.members[1]
    assert isinstance(sign, Big)
    assert isinstance(sign.condition, Compare)
    turned = replace(sign, condition=replace(sign.condition, relations=("=",)))
    assert readable(replace(summed, members=(summed.members[0], turned))) is None


BATTERY = [
    r"L = \sum_{n : m_n = 1} x_n",
    r"c_i = \sum_{\substack{j=1 \\ j \ne i}}^{N} x_j z_{i,j}",
    r"L = \sum_{1 \le i < j \le N} x_i x_j z_{i,j}",
    r"b_n = \max_{j \ne t_n} z_{n,j}",
    r"L = \frac{1}{|S|} \sum_{i \in S} x_i y_i",
    r"\mathrm{softmax}(x)_i = \frac{\exp(x_i)}{\sum_j \exp(x_j)}",
    r"L = \lVert x \rVert_2 + \|x - y\|_3^2 + |a| + \lVert x \rVert_\infty",
    r"b_i = \begin{cases} x_i, & \text{if } y_i > 0 \\ a (e^{x_i} - 1), & \text{otherwise} \end{cases}",
    r"L = \mathbb{E}_{i \sim p}[x_i] + \operatorname{Var}_i[x_i]^2",
    r"u = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + a}} * y + p",
    r"G_{i,j} = \frac{\partial}{\partial z_{i,j}} \sum_n \log \sum_l e^{z_{n,l}}",
    r"J_{i,j} = \frac{\partial}{\partial x_j} f(x)_i + 0 z_{i,j}",
    r"L = A^T A + x y^T + x^\top y",
    r"L = x^\top A x + \langle x, x \rangle + \mathrm{tr}(A)",
    r"L = \{l_1,\dots,l_N\}^\top y, \quad l_n = -p_{t_n} \log \frac{\exp(z_{n,t_n})}{\sum_{c=1}^C \exp(z_{n,c})}",
    r"\theta \leftarrow x - a y",
    r"c_{r,c} = \frac{e^{z_r \cdot A_c / \sqrt{k + 2}}}{\sum_{j \le r} e^{z_r \cdot A_j / \sqrt{k + 2}}}",
    r"O = \mathrm{softmax}\left(\frac{z A^T}{\sqrt{3}}\right) A",
    r"q_n = f(z_n) + h(z_n, x_n) + g(x_n)",
    r"q = \arg\min_{c} \lVert x - z_c \rVert^2",
    r"L_n = [z_{n,t_n} - a]_+ + \lfloor x_n \rfloor",
    r"L = x^{(1)} y_k + x^{(2)}",
    r"\begin{aligned} r_i &= \sum_j A_{i,j} x_j \\ s_i &= \sigma(r_i) \\ L &= \sum_i s_i^2 \end{aligned}",
]


@pytest.mark.parametrize("latex", BATTERY)
def test_mutants_of_every_formula_are_evaluated_or_refused(latex: str) -> None:
    """None raises anything else, each is a formula of its own, and most can be told from the original."""
    original = evaluate(latex, BOUND)
    found = mutants(original.formula)
    trees = {tuple(tuple(map(strip, members)) for members in mutant.formula.equations) for mutant in found}
    assert len(trees) == len(found) >= 5
    alike = []
    for mutant in found:
        try:
            other = evaluate(mutant.formula, BOUND)
        except TexsorError:
            continue
        pairs = list(zip(other.members, original.members, strict=False))
        if len(other.members) == len(original.members) and all(
            a.value.tensor.shape == b.value.tensor.shape
            and torch.allclose(a.value.tensor.double(), b.value.tensor.double())
            for a, b in pairs
        ):
            alike.append(mutant.note)
    assert len(alike) <= len(found) // 2, alike


def test_a_formula_of_many_equations_has_its_mutants_in_time() -> None:
    """Adam's five equations, a hundred mutants and more: a fraction of a second of this machine alone."""
    latex = r"""\begin{aligned} m_t &= \beta m_{t-1} + (1 - \beta) g_t \\ v_t &= \gamma v_{t-1} + (1 - \gamma) g_t^2 \\
        \theta_t &= \theta_{t-1} - \eta \frac{m_t}{\sqrt{v_t} + \epsilon} \end{aligned}"""
    where = {r"m_{t-1}": X, "v_{t-1}": X, "g_t": Y, r"\theta_{t-1}": X, r"\beta": 0.9, r"\gamma": 0.9, r"\eta": 0.1,
             r"\epsilon": 1e-8}  # fmt: skip
    formula = understood(latex, where)
    start = time.process_time()
    found = mutants(formula)
    assert len(found) > 60
    assert time.process_time() - start < 5.0


def test_modules_are_functions_too() -> None:
    """A module in the vocabulary is a function that another may be mistaken for."""
    where = {"x": X, "f": nn.LayerNorm(3), "g": nn.Identity()}
    notes = {mutant.note for mutant in mutants(understood("h = f(x)", where))}
    assert "f(x) → g(x)" in notes
