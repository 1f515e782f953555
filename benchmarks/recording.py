"""What recording costs: GPT-2-124M forwards and loops of tiny operations, recorded against unrecorded.

Run with ``PYTHONPATH=src python benchmarks/recording.py``. Runs alternate, so that a busy machine slows both alike; the
ratio is the median of the pairs' ratios. The project promises at most 1.2 for a forward; loops are reported only.
``empty`` is a dispatch mode that does nothing: what no recorder can go below.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from texsor.trace import Recorder, Replay

ROOT = Path(__file__).resolve().parent.parent
PROMISE = 1.2


class Empty(TorchDispatchMode):
    """Does nothing, at PyTorch's own price."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))


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


def seconds(function: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Time one call."""
    start = clock()
    function()
    return clock() - start


def recorder() -> Recorder:
    """Make a recorder as a notebook would."""
    return Recorder(lambda name: "cell" if name == __file__ else None, [ROOT / "src" / "lmloss"])


def compare(function: Callable[[], object], pairs: int, clock: Callable[[], float]) -> list[float]:
    """Return the median seconds plain, with an empty mode and recorded, and the two median ratios of the pairs."""
    running = recorder()

    def under(mode: TorchDispatchMode) -> None:
        with mode:
            function()

    under(running)
    runs = (function, lambda: under(Empty()), lambda: under(running))
    times = [[seconds(run, clock) for run in runs] for _ in range(pairs)]
    ratios = [(empty / plain, recorded / plain) for plain, empty, recorded in times]
    return [statistics.median(column) for column in (*zip(*times, strict=True), *zip(*ratios, strict=True))]


def held_mib(function: Callable[[], object]) -> tuple[int, float, float]:
    """Return how many operations a call runs, what their recording holds, and the growth of the peak, in MiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with recorder() as running:
        function()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return running.trace.operations, running.tape.budget.used / 2**20, grown / 2**10


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
    tokens = {length: torch.randint(50257, (2, length)) for length in (3, 64)}

    @torch.no_grad()
    def forward(length: int = 3) -> torch.Tensor:
        return model(tokens[length])

    clocks = (("wall", time.perf_counter), ("CPU", time.process_time))  # a busy machine disturbs the second less
    work = (
        (f"{name} forward (2, 3)", forward, 9),
        (f"{name} forward (2, 64)", lambda: forward(64), 5),
        ("2000 tiny operations", tiny_loop, 9),
    )
    rows = [(f"{what}, {kind}", *compare(run, pairs, clock)) for what, run, pairs in work for kind, clock in clocks]
    lines = [f"{'':34} {'plain ms':>9} {'empty':>9} {'recorded':>9} {'empty x':>8} {'recorded x':>10}"]
    for what, plain, empty, recorded, floor, ratio in rows:
        lines.append(
            f"{what:34} {plain * 1e3:9.1f} {empty * 1e3:9.1f} {recorded * 1e3:9.1f} {floor:8.2f} {ratio:10.2f}"
        )
    operations, held, grown = held_mib(forward)
    lines.append(
        f"{'held by the forward recording':34} {held:.1f} MiB, {operations} operations; peak grew {grown:.1f} MiB"
    )
    lines.append(f"{'replay of the loss (2, 3, 50257)':34} {replay_seconds() * 1e3:9.1f} ms")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(rows[0][-1] > PROMISE)


if __name__ == "__main__":
    raise SystemExit(main())
