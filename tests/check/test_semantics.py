"""docs/semantics.md is executed: every example on the page is a test."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from texsor.check import evaluate, mutants
from texsor.errors import TexsorError
from texsor.formula import parse, strip, to_latex

PAGE = Path(__file__).parents[2] / "docs" / "semantics.md"
OVERFLOW = "overflows as written"
FUNCTIONS = {
    "layer_norm": torch.nn.LayerNorm(2, eps=0.0),
    "square": torch.square,
    "pick": lambda row, at: row[at],
    "dropout": torch.nn.Dropout(),
}
"""What the examples' functions are."""


def examples() -> Iterator[tuple[str, dict[str, object], str, list[str]]]:
    """Formula, bindings, verdict (``gives`` or ``refuses``) and what is expected, for each fenced block."""
    for block in re.findall(r"```texsor\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        head, verdict, expected = re.split(r"^(gives|refuses)$", block, maxsplit=1, flags=re.MULTILINE)
        formula, _, bindings = head.partition("\nwhere\n")
        where = {name.strip(): value(text) for name, text in (line.rsplit("=", 1) for line in bindings.splitlines())}
        yield formula.strip(), where, verdict, expected.strip().splitlines()


def value(text: str) -> object:
    """A list as a tensor, a number as a number, a function by its name; ``inf`` and ``nan`` are written bare."""
    if text.strip() in FUNCTIONS:
        return FUNCTIONS[text.strip()]
    plain = re.sub(r"\binf\b", "1e999", text.strip())
    found = math.nan if plain == "nan" else ast.literal_eval(plain)
    # Written numbers are double precision; torch's default would round them.
    kind = torch.float64 if "." in plain or "1e" in plain else None
    return torch.tensor(found, dtype=kind) if isinstance(found, list) else found


EXAMPLES = list(examples())


def test_the_page_has_its_examples() -> None:
    """No example is lost because its fence is misspelt."""
    text = PAGE.read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w+)$", text, re.MULTILINE)
    assert set(fences) == {"texsor", "term"}
    assert len(EXAMPLES) == fences.count("texsor") > 50


@pytest.mark.parametrize(("formula", "where", "verdict", "expected"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_example(formula: str, where: dict[str, object], verdict: str, expected: list[str]) -> None:
    """The page says what happens."""
    if verdict == "refuses":
        with pytest.raises(TexsorError, match=re.escape(expected[0])):
            evaluate(formula, where)
        return
    found = evaluate(formula, where)
    assert any(member.value.overflows for member in found.members) == (expected[-1] == OVERFLOW)
    wanted = [line for line in expected if line != OVERFLOW]
    assert len(found.members) == len(wanted)
    for member, line in zip(found.members, wanted, strict=True):
        target = torch.as_tensor(value(line), dtype=torch.float64)
        torch.testing.assert_close(member.value.tensor.double(), target, rtol=1e-12, atol=1e-12, equal_nan=True)


GIVEN = [(formula, where) for formula, where, verdict, _ in EXAMPLES if verdict == "gives"]


@pytest.mark.parametrize(("formula", "where"), GIVEN, ids=[formula for formula, _ in GIVEN])
def test_every_mutant_is_a_formula(formula: str, where: dict[str, object]) -> None:
    """What is printed of a mutant reads as the same tree, and is evaluated or refused, never anything else."""
    evaluation = evaluate(formula, where)
    for mutant in mutants(evaluation.formula):
        again = parse(to_latex(mutant.formula), vocabulary=mutant.formula.vocabulary)
        assert [list(map(strip, members)) for members in again.equations] == [
            list(map(strip, members)) for members in mutant.formula.equations
        ]
        with suppress(TexsorError):
            evaluate(mutant.formula, where)
