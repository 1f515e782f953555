"""Whether the formula reader bears any input: only its own errors, in bounded time and memory.

Run with ``PYTHONPATH=src python benchmarks/fuzz.py [--count 100000] [--seed 0]``. Each input is parsed with a random
vocabulary; what parses is printed and parsed again, its terms are listed, and all are read as terms too. Then every
prefix of every formula of the book and of the library's docstrings. It fails on any error that is not texsor's, on a
tree that does not survive its own printing, on a span that is no text, on an input above the bound of time, and on a
process above the bound of memory. `benchmarks/README.md` keeps the result.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from fuzz_inputs import ROOT, corpus, inputs

from texsor.errors import TexsorError
from texsor.formula import Formula, match, parse, parse_terms, strip, terms, to_latex, walk
from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary

SECONDS = 2.0
"""The longest that one input may take, by the processor's clock."""
GROWTH_MIB = 200.0
"""How much the process may grow."""


class BrokenError(Exception):
    """What the reader must not do."""


@dataclass
class Result:
    """What a run found."""

    counts: Counter[str] = field(default_factory=Counter)
    """How many inputs were read, refused, or broke something."""
    slowest: tuple[float, str] = (0.0, "")
    """Seconds of the slowest input, and the input."""
    broken: list[str] = field(default_factory=list)
    """What broke, one line each."""


def survives(text: str, vocabulary: Vocabulary) -> str:
    """Read an input in every way; returns ``read`` or ``refused``, and raises on all else."""
    try:
        parse_terms(text, vocabulary=vocabulary)
    except TexsorError as error:
        str(error)
    try:
        formula = parse(text, vocabulary=vocabulary)
    except TexsorError as error:
        if "^" not in str(error):
            raise BrokenError("a refusal without a caret") from error
        return "refused"
    check(formula, vocabulary)
    return "read"


def check(formula: Formula, vocabulary: Vocabulary) -> None:
    """What must hold of every formula that was read."""
    latex = to_latex(formula)
    try:
        again = parse(latex, vocabulary=vocabulary)
    except TexsorError as error:
        raise BrokenError(f"what is printed is refused: {latex}: {error}") from error
    if again != formula:
        raise BrokenError(f"what is printed reads as another tree: {latex}")
    for member in (side for members in formula.equations for side in members):
        strip(member)
        for node in walk(member):
            for span in (node.span, node.head):
                if not 0 <= span.start < span.end <= len(formula.latex):
                    raise BrokenError(f"{type(node).__name__} has the span {span}")
    found = terms(formula)
    for term in found[len(latex) % len(found) :][:1] if found else ():
        if match(term.text, formula) != term:
            raise BrokenError(f"the term {term.text} means another part")


def run(given: Iterable[tuple[str, Vocabulary]], result: Result, kind: str) -> None:
    """Read many inputs, and count."""
    for number, (text, vocabulary) in enumerate(given, start=1):
        start = time.process_time()
        try:
            outcome = survives(text, vocabulary)
        except Exception as error:
            outcome = "broken"
            result.broken.append(f"{type(error).__name__}: {error}\n    {text!r}\n    {vocabulary}")
        seconds = time.process_time() - start
        result.counts[f"{kind}: {outcome}"] += 1
        result.slowest = max(result.slowest, (seconds, text))
        if number % 5000 == 0:
            sys.stderr.write(f"{kind}: {number} inputs, {len(result.broken)} broken\n")


def prefixes() -> Iterable[tuple[str, Vocabulary]]:
    """Every beginning of every formula of the book, the documentation and the docstrings."""
    for formula in corpus():
        yield from ((formula[:end], NO_VOCABULARY) for end in range(len(formula) + 1))


def peak_mib() -> float:
    """The most memory that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main() -> int:
    """Print the table; return 1 if anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    parse(r"\sum_i x_i")  # the tables of the grammar
    before, start, result = peak_mib(), time.process_time(), Result()
    run(inputs(Random(options.seed), options.count), result, "random and mutated")
    run(prefixes(), result, "prefixes")
    seconds, grown = time.process_time() - start, peak_mib() - before
    lines = [f"seed {options.seed}; formulas of the project: {len(corpus())} ({ROOT.name})"]
    lines += [f"{what}: {count}" for what, count in sorted(result.counts.items())]
    lines.append(f"processor time: {seconds:.0f} s; peak memory: {peak_mib():.0f} MiB, grown by {grown:.0f} MiB")
    lines.append(f"slowest input: {result.slowest[0] * 1e3:.0f} ms, {result.slowest[1]!r}")
    lines += result.broken[:20]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(result.broken) or result.slowest[0] > SECONDS or grown > GROWTH_MIB)


if __name__ == "__main__":
    raise SystemExit(main())
