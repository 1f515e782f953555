"""How long each formula of the book takes: to read, to evaluate, to check in full, to mutate.

Run with ``PYTHONPATH=src python benchmarks/formulas.py``. Every chapter's cells run in this process, as a kernel runs
them, so that each formula is checked on the book's own tensors; then each is timed again, on one thread, the best of
three. A whole check is what ``%check`` does: literal value, replay, gradient and the random set. It fails where one is
above its bound. `benchmarks/README.md` keeps the result.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from ipykernel.compiler import XCachingCompiler
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from texsor.check import mutants
from texsor.check.proof import prove
from texsor.check.sides import Claim
from texsor.execute.chapters import Chapter, read_chapter
from texsor.formula import parse
from texsor.notebook import check_magic

ROOT = Path(__file__).resolve().parent.parent
BOUNDS_MS = {"parse": 50.0, "evaluate": 500.0, "check": 1000.0, "mutants": 2000.0}
"""The longest that each step may take; an author waits for the check."""
REPEATS = 3


@dataclass(frozen=True)
class Row:
    """What one formula takes."""

    chapter: str
    """Where it is declared."""
    name: str
    """Its name."""
    leaves: str
    """The sizes that it is checked at."""
    ms: dict[str, float]
    """Milliseconds, step by step."""
    mutants: int
    """How many mutants it has."""


def best_ms(step: Callable[[], object]) -> float:
    """Time a step by the processor's clock: the best of a few runs."""

    def once() -> float:
        start = time.process_time()
        step()
        return time.process_time() - start

    return 1e3 * min(once() for _ in range(REPEATS))


def timed(chapter: str, claim: Claim, name: str) -> Row:
    """Time every step of one formula's proof."""
    formula = claim.formula
    proof = prove(claim)
    steps: dict[str, Callable[[], object]] = {
        "parse": lambda: parse(formula.latex, vocabulary=formula.vocabulary),
        "evaluate": lambda: proof.sides.literal(formula),
        "check": lambda: prove(claim),
        "mutants": lambda: mutants(formula),
    }
    leaves = ", ".join(str(leaf.shape) for leaf in proof.sides.leaves)
    return Row(chapter, name, leaves, {what: best_ms(step) for what, step in steps.items()}, len(mutants(formula)))


@contextmanager
def shell() -> Iterator[Any]:
    """An IPython of its own, which names its cells as a kernel does and shows nothing."""
    with tempfile.TemporaryDirectory() as home, redirect_stdout(io.StringIO()):
        os.environ |= {"IPYTHONDIR": home, "MPLBACKEND": "Agg"}
        made = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        made.compiler_class, made.compile = XCachingCompiler, XCachingCompiler()
        made.display_pub.publish = lambda *_, **__: None
        yield made
        if getattr(made, "texsor", None) is not None:
            made.run_line_magic("unload_ext", "texsor")
        InteractiveShell.clear_instance()


def checked(chapter: Chapter) -> Iterator[tuple[str, Claim]]:
    """Run a chapter's cells; each claim that it checks, at the moment at which it does."""
    found: list[tuple[str, Claim]] = []
    original = check_magic.prove

    def noted(claim: Claim, **said: Any) -> Any:
        if said.get("wanted", True):
            found.append((said["name"], claim))
        return original(claim, **said)

    check_magic.prove = noted
    try:
        with shell() as made, chdir(chapter.path.parent):
            for cell in chapter.notebook.cells:
                if cell.cell_type == "code":
                    made.run_cell(cell.source, store_history=True).raise_error()
                    yield from found
                    found.clear()
    finally:
        check_magic.prove = original


def table(rows: list[Row]) -> list[str]:
    """The rows as Markdown, the slowest check first."""
    lines = ["| chapter | formula | leaves | parse ms | evaluate ms | check ms | mutants | mutants ms |"]
    lines.append("|---|---|---|--:|--:|--:|--:|--:|")
    for row in sorted(rows, key=lambda row: -row.ms["check"]):
        parts = [f"{row.ms[what]:.1f}" for what in ("parse", "evaluate", "check")]
        cells = [row.chapter, row.name, row.leaves, *parts, str(row.mutants), f"{row.ms['mutants']:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main() -> int:
    """Print the table; return 1 if a formula is above a bound, or none was found."""
    torch.set_num_threads(1)  # then the processor's clock is the wall's, on a machine that does nothing else
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", nargs="*", type=Path, default=sorted((ROOT / "book").rglob("*.md")))
    rows: list[Row] = []
    for path in parser.parse_args().chapters:
        chapter = read_chapter(path)
        if chapter is not None and any("%check" in cell.source for cell in chapter.notebook.cells):
            short = path.resolve().relative_to(ROOT / "book").with_suffix("").as_posix()
            rows += [timed(short, claim, name) for name, claim in checked(chapter)]
    slow = [
        f"{row.chapter}: {row.name}: {what} takes {ms:.0f} ms, and the bound is {BOUNDS_MS[what]:.0f} ms"
        for row in rows
        for what, ms in row.ms.items()
        if ms > BOUNDS_MS[what]
    ]
    sys.stdout.write("\n".join([*table(rows), *slow]) + "\n")
    return int(bool(slow) or not rows)


if __name__ == "__main__":
    raise SystemExit(main())
