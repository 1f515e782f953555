"""A notebook without Jupyter, and the programs on which recording and replay are tried."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from texsor.records import Trace
from texsor.trace import Recorder


@dataclass
class Notebook:
    """Runs cells as IPython does: compiled under a file name of their own, recorded one by one."""

    recorder: Recorder
    names: dict[str, Any] = field(default_factory=lambda: {"torch": torch, "F": F})

    def run(self, cell: str, source: str) -> Trace:
        """Run a cell under the recorder and return its trace."""
        code = self.compile(cell, source)
        with self.recorder:
            exec(code, self.names)
        return self.recorder.trace

    def unrecorded(self, source: str) -> None:
        """Run code that no recording sees."""
        exec(self.compile("hidden", source, "<hidden>"), self.names)

    def compile(self, cell: str, source: str, filename: str | None = None) -> Any:
        """Compile a cell under its own file name."""
        filename = filename or f"<ipython-input-{cell}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        return compile(source, filename, "exec")

    def __getitem__(self, name: str) -> Any:
        return self.names[name]


def is_source(filename: str) -> str | None:
    """Name the cells of a test's notebook."""
    return filename[len("<ipython-input-") : -1] if filename.startswith("<ipython-input-") else None


@pytest.fixture
def notebook() -> Notebook:
    """A notebook with a recorder of default limits."""
    return Notebook(Recorder(is_source))


@pytest.fixture
def limited() -> Callable[..., Notebook]:
    """A notebook with a recorder of given limits."""
    return lambda **limits: Notebook(Recorder(is_source, **limits))


@pytest.fixture
def doubles() -> Iterator[None]:
    """float64 wherever PyTorch picks the type."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def cross_entropy(logits: Tensor, _w: Tensor) -> Tensor:
    """PyTorch's loss."""
    return F.cross_entropy(logits, torch.tensor([0, 2, 1]))


def by_hand(logits: Tensor, _w: Tensor) -> Tensor:
    """The loss written out."""
    probas = logits.exp() / logits.exp().sum(-1, keepdim=True)
    return -probas.gather(-1, torch.tensor([[0], [2], [1]])).log().flatten()


def linear_layers(x: Tensor, w: Tensor) -> Tensor:
    """What a block is made of."""
    h = F.gelu(F.linear(x, w), approximate="tanh")
    return F.layer_norm(h, h.shape[-1:]) + F.silu(x @ w.T)


def attention(x: Tensor, w: Tensor) -> Tensor:
    """The fused kernel."""
    q, k, v = (x.view(1, 1, 3, 4), w.view(1, 1, 3, 4), (x * w).view(1, 1, 3, 4))
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def masked(x: Tensor, w: Tensor) -> Tensor:
    """Scores of minus infinity."""
    scores = x @ w.T
    scores = scores.masked_fill(torch.triu(torch.ones(3, 3, dtype=torch.bool), 1), float("-inf"))
    return torch.softmax(scores, -1)


def in_place(x: Tensor, w: Tensor) -> Tensor:
    """Changes after a value was saved for the gradient."""
    y = x * 2
    saved = y.exp()
    y.add_(w)
    y[0] = 1.5
    y[:, 1] *= w[:, 0]
    return y * saved


def through_a_view(x: Tensor, w: Tensor) -> Tensor:
    """Changes that reach a tensor through its views."""
    y = x.clone()
    flat = y.view(-1)
    flat[2:7].mul_(3.0)
    y.t()[0].copy_(w[:, 1])
    return flat.cos()


def filled(x: Tensor, w: Tensor) -> Tensor:
    """A result written row by row."""
    out = torch.empty(3, 4)
    for row in range(3):
        out[row] = x[row] * w[2 - row]
    return out.cumsum(0)


def transposed(x: Tensor, w: Tensor) -> Tensor:
    """A change of layout in place."""
    y = x.clone()
    y.t_()
    return y @ w


def split(x: Tensor, w: Tensor) -> Tensor:
    """One operation, several views."""
    a, b = x.chunk(2, dim=1)
    c, d = w.unbind(0)[:2]
    return torch.cat([a * b, torch.stack([c, d]).T[:3]], dim=1)


def several_results(x: Tensor, w: Tensor) -> Tensor:
    """Operations with several results."""
    values, places = x.sort(dim=1)
    top = w.topk(2).values.sum()
    return values * places + top + torch.var_mean(w, dim=1)[0].sum()


def indexed(x: Tensor, w: Tensor) -> Tensor:
    """Lookups by integer tensors."""
    rows = torch.tensor([2, 0, 0])
    y = x[rows, None, torch.tensor([1, 3, 3])]
    return torch.where(w[:, :1] > 0, y, w[:, 1:2]) + F.embedding(rows, w).sum(-1, keepdim=True)


def broadcast(x: Tensor, w: Tensor) -> Tensor:
    """Overlapping memory."""
    return (x.unsqueeze(1).expand(3, 3, 4) - w).pow(2).sum(-1).clamp(min=1e-10).sqrt()


def typed(x: Tensor, w: Tensor) -> Tensor:
    """Types that PyTorch picks from integers and Python numbers."""
    counts = torch.arange(4)
    return (
        x.type(torch.get_default_dtype()) * (counts / 3)
        + torch.full((4,), 0.1)
        + counts.log1p()
        + w.argmax(-1, keepdim=True)
    )


def summed_as_double(x: Tensor, w: Tensor) -> Tensor:
    """Types that the code asks for."""
    return x.sum(dtype=torch.float64) + torch.zeros_like(w).fill_(0.3).mean().double()


PROGRAMS = (
    cross_entropy,
    by_hand,
    linear_layers,
    attention,
    masked,
    in_place,
    through_a_view,
    filled,
    transposed,
    split,
    several_results,
    indexed,
    broadcast,
    typed,
    summed_as_double,
)


@pytest.fixture(params=PROGRAMS, ids=lambda function: function.__name__)
def program(request: pytest.FixtureRequest) -> Callable[[Tensor, Tensor], Tensor]:
    """A function of two (3, 4) tensors."""
    function: Callable[[Tensor, Tensor], Tensor] = request.param
    return function


@pytest.fixture
def pair() -> tuple[Tensor, Tensor]:
    """Two random (3, 4) tensors."""
    torch.manual_seed(7)
    return torch.randn(3, 4), torch.randn(3, 4)
