"""A notebook without Jupyter: cells that are recorded, and formulas that are held against what they computed."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from texsor.check.proof import Proof, prove
from texsor.check.sides import Claim
from texsor.records import OpCall
from texsor.trace import Recorder


@dataclass
class Lab:
    """Runs cells and proves claims, gradients off as in most chapters unless a test says otherwise."""

    recorder: Recorder
    names: dict[str, Any] = field(default_factory=lambda: {"torch": torch, "F": F})
    calls: list[OpCall] = field(default_factory=list)
    cells: int = 0

    def run(self, source: str, *, grad: bool = False) -> str:
        """Run a cell under the recorder; its name."""
        self.cells += 1
        name = f"In[{self.cells}]"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        with torch.set_grad_enabled(grad), self.recorder:
            exec(compile(source, name, "exec"), self.names)
        self.calls += self.recorder.trace.calls
        return name

    def claim(self, latex: str, target: str, where: Mapping[str, str]) -> Claim:
        """What ``%check`` claims: the expression is evaluated, then the bindings."""
        with torch.no_grad(), self.recorder:
            found = eval(target, self.names)
            since = self.recorder.mark()
            bound = {symbol: eval(expression, self.names) for symbol, expression in where.items()}
        return Claim.of(latex, found, bound, self.recorder, since)

    def prove(self, latex: str, target: str, **where: str) -> Proof:
        """Prove a formula; a symbol that is no Python name is bound as ``yhat`` or ``ell``."""
        symbols = {"yhat": r"\hat{y}", "ell": r"\ell", "mu": r"\mu"}
        return prove(self.claim(latex, target, {symbols.get(name, name): value for name, value in where.items()}))


@pytest.fixture(scope="session")
def make_lab() -> Callable[[], Lab]:
    """A function that makes an empty notebook; its torch draws from a fixed seed."""

    def make() -> Lab:
        torch.manual_seed(0)
        return Lab(Recorder(lambda filename: filename if filename.startswith("In[") else None))

    return make


@pytest.fixture
def lab(make_lab: Callable[[], Lab]) -> Lab:
    """An empty notebook."""
    return make_lab()


SETUP = """
z = torch.randn(4, 5)
p = torch.softmax(z, -1)
t = torch.tensor([0, 1, 4, 2])
"""


@pytest.fixture
def seeded(lab: Lab) -> Lab:
    """A notebook with logits z, probabilities p, both (4, 5), and targets t, (4,), that no cell has recorded."""
    exec(SETUP, lab.names)
    return lab
