"""What recording costs: a GPT-2-124M forward on (2, 3) and loops of tiny operations, recorded against unrecorded.

Run with ``PYTHONPATH=src python benchmarks/recording.py``. Runs alternate, so that a busy machine slows both alike; the
ratio is the median of the pairs' ratios. The project promises at most 1.2 for the forward; loops are reported only.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from texsor.trace import Recorder, Replay

ROOT = Path(__file__).resolve().parent.parent
PROMISE = 1.2


def gpt2_like() -> tuple[str, torch.nn.Module]:
    """Build the book's GPT-2, or an encoder of its size while the book has none."""
    torch.manual_seed(123)
    try:
        from lmloss.gpt2.model import build  # noqa: PLC0415 - may not exist
    except ImportError:
        layer = torch.nn.TransformerEncoderLayer(768, 12, 3072, activation="gelu", batch_first=True, norm_first=True)
        encoder = torch.nn.TransformerEncoder(layer, 12, enable_nested_tensor=False)
        head = torch.nn.Linear(768, 50257, bias=False)
        return "TransformerEncoder", torch.nn.Sequential(torch.nn.Embedding(50257, 768), encoder, head).eval()
    return "lmloss.gpt2", build().eval()


def tiny_loop() -> torch.Tensor:
    """Run two thousand operations on eight numbers."""
    x = torch.ones(8)
    for _ in range(1000):
        x = (x * 1.0001).sin()
    return x


def seconds(function: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def recorder() -> Recorder:
    """Make a recorder as a notebook would."""
    return Recorder(lambda name: "cell" if name == __file__ else None, [ROOT / "src" / "lmloss"])


def compare(function: Callable[[], object], pairs: int) -> tuple[float, float, float]:
    """Return the median seconds without and with recording, and the median ratio of the pairs."""
    function()
    plain, recorded = [], []
    for _ in range(pairs):
        plain.append(seconds(function))
        with recorder():
            recorded.append(seconds(function))
    ratios = [after / before for before, after in zip(plain, recorded, strict=True)]
    return statistics.median(plain), statistics.median(recorded), statistics.median(ratios)


def held_mib(function: Callable[[], object]) -> tuple[float, float]:
    """Return what the recording of a call holds, and by how much the process's peak grew, in MiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with recorder() as running:
        function()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return running.tape.budget.used / 2**20, grown / 2**10


def replay_seconds() -> float:
    """Time the replay, value and gradient, of the book's loss on (2, 3, 50257)."""
    probas = torch.softmax(torch.randn(2, 3, 50257), -1)
    targets = torch.randint(50257, (2, 3, 1))
    with torch.no_grad(), recorder() as running:
        losses = -probas.gather(-1, targets).log()

    def replay() -> None:
        Replay(running, losses, [probas]).run().gradients()

    replay()
    return statistics.median(seconds(replay) for _ in range(5))


def main() -> int:
    """Print the table; return 1 if the promise is broken."""
    name, model = gpt2_like()
    tokens = torch.tensor([[16833, 3626, 6100], [40, 1107, 588]])

    @torch.no_grad()
    def forward() -> torch.Tensor:
        return model(tokens)

    rows = [(f"{name} forward (2, 3)", *compare(forward, 9)), ("2000 tiny operations", *compare(tiny_loop, 9))]
    lines = [f"{'':34} {'plain ms':>9} {'recorded':>9} {'ratio':>6}"]
    lines += [f"{what:34} {a * 1e3:9.1f} {b * 1e3:9.1f} {ratio:6.2f}" for what, a, b, ratio in rows]
    held, grown = held_mib(forward)
    lines.append(f"{'held by the forward recording':34} {held:.1f} MiB; peak grew {grown:.1f} MiB")
    lines.append(f"{'replay of the loss (2, 3, 50257)':34} {replay_seconds() * 1e3:9.1f} ms")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(rows[0][3] > PROMISE)


if __name__ == "__main__":
    raise SystemExit(main())
