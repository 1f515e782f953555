"""Inputs for the formula reader: the project's own formulas, random and mutated ones, and random vocabularies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from texsor.formula import commands
from texsor.formula.vocabulary import NO_VOCABULARY, Vocabulary

ROOT = Path(__file__).resolve().parent.parent
CELL = re.compile(r"^%%formula.*\n((?:.+\n)*?)(?:where$|```)", re.MULTILINE)
BLOCK = re.compile(r"^```(?:texsor|term)\n(.*?)\n(?:where|names|gives|refuses)\n", re.MULTILINE | re.DOTALL)
DOCSTRING = re.compile(r"\.\. math::(.*(?:\n[ ]+(?!\.\.)\S.*)*)")

PUNCTUATION = [*"()[]{}^_',;:.+-*/=<>|&!$%#@", r"\{", r"\}", r"\|", r"\\", r"\,", r"\quad"]
STRUCTURES = [
    *(
        rf"\{name}"
        for name in ("frac", "sqrt", "left", "right", "middle", "cdot", "odot", "arg", "hat", "prime", "top")
    ),
    *(rf"\{name}" for name in ("partial", "nabla", "dots", "mid", "in", "sim", "leftarrow", "substack")),
    *(rf"\{name}" for name in ("langle", "rangle", "lfloor", "rfloor", "lvert", "rvert", "lVert", "rVert")),
    *(rf"\{end}{{{name}}}" for end in ("begin", "end") for name in ("cases", "aligned")),
    *(rf"\text{{{word}}}" for word in ("if", "otherwise", "and", "where", "size")),
    *(r"\mathbb{E}", r"\mathrm{Var}"),
]
WORDS = [
    *commands.RELATIONS,
    *commands.SPELLINGS,
    *commands.UPRIGHT,
    *commands.FONTS,
    *sorted(commands.ACCENTS)[:3],
    *(rf"\{name}" for name in sorted(commands.FUNCTIONS)[:4]),
    *commands.BIG.values(),
    *sorted(commands.ONES),
    *list(commands.NOT_YET)[:6],
    *PUNCTUATION * 2,
    *STRUCTURES * 2,
    *"abixyNeTfp012 \n\t\\ŷ손",
]
"""What a soup is made of."""
LETTERS = ["a", "b", "x", "y", "z", "L", "f", "p", "A", "W", "N", "T", "e", r"\theta", r"\sigma", r"\hat{y}", "y'"]
NAMES = [*LETTERS, "margin", r"\mathrm{loss}", r"x^{(t)}", "W^Q", "d_k", r"\text{ReLU}", r"\mathbf{x}", r"\beta_1"]
INDICES = ["i", "j", "n", "k", "t"]


def corpus() -> list[str]:
    """Every formula of the book, of the documentation, of the library's docstrings and of the tests."""
    found = [cell for page in sorted((ROOT / "book").rglob("*.md")) for cell in CELL.findall(page.read_text("utf-8"))]
    found += BLOCK.findall((ROOT / "docs" / "semantics.md").read_text("utf-8"))
    for module in sorted((ROOT / "src" / "lmloss").rglob("*.py")):
        found += [" ".join(math.split()) for math in DOCSTRING.findall(module.read_text("utf-8"))]
    for data in ("parses", "refusals", "vocabulary"):
        lines = (ROOT / "tests" / "formula" / f"{data}.txt").read_text("utf-8").splitlines()
        found += [line for line in lines if "\\" in line or "=" in line]
    return list(dict.fromkeys(formula.strip() for formula in found if formula.strip()))


class Maker:
    """Random formulas that follow the grammar."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def formula(self) -> str:
        """One to three members, or two equations under each other."""
        draw = self.random.random()
        if draw < 0.1:
            rows = [f"{self.symbol()} &= {self.expression(3)}" for _ in range(self.random.randint(2, 3))]
            return rf"\begin{{aligned}} {(' ' + chr(92) * 2 + ' ').join(rows)} \end{{aligned}}"
        return " = ".join(self.expression(4) for _ in range(self.random.choice((1, 2, 2, 3))))

    def expression(self, depth: int) -> str:
        """Terms with signs between them."""
        terms = [self.term(depth) for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        text = self.random.choice(("", "", "-")) + terms[0]
        return text + "".join(f" {self.random.choice('+-')} {term}" for term in terms[1:])

    def term(self, depth: int) -> str:
        """Factors side by side or with signs between them."""
        signs = ["", "", "", r" \cdot ", " / ", " * ", r" \odot "]
        factors = [self.factor(depth - 1) for _ in range(self.random.choice((1, 1, 2, 3)))]
        return factors[0] + "".join(self.random.choice(signs) + f" {factor}" for factor in factors[1:])

    def factor(self, depth: int) -> str:
        """One factor of any kind."""
        if depth <= 0:
            return self.random.choice((self.symbol, self.number))()
        pick = self.random.choice
        kinds = (
            self.symbol,
            self.number,
            lambda: self.nested(depth),
            lambda: self.sign(depth),
            lambda: self.odd(depth),
        )
        return pick(kinds)()

    def nested(self, depth: int) -> str:
        """Brackets, fractions, roots, powers, functions."""
        inner = self.expression(depth - 1)
        left, right = self.random.choice((("(", ")"), ("[", "]"), (r"\{", r"\}"), (r"\left(", r"\right)")))
        power = self.random.choice(("2", r"\top", "*", "+", self.symbol(), inner))
        shapes = (
            rf"{left}{inner}{right}",
            rf"{left}{inner}{right}^{{{power}}}",
            rf"\frac{{{inner}}}{{{self.expression(depth - 1)}}}",
            rf"\sqrt{{{inner}}}",
            rf"{self.symbol()}^{{{power}}}",
            rf"\{self.random.choice(sorted(commands.FUNCTIONS))} {inner}",
            rf"\log_{{2}} \left( {inner} \right)",
            rf"\max({inner}, {self.expression(depth - 1)})",
            rf"{self.random.choice(NAMES)}({inner})",
            rf"{self.random.choice(NAMES)}({inner}, {self.symbol()})_{{{self.index()}}}",
        )
        return self.random.choice(shapes)

    def sign(self, depth: int) -> str:
        """Signs that run."""
        inner, index = self.term(depth - 1), self.index()
        below = self.random.choice(
            (
                index,
                f"{index}=1",
                rf"{index} \ne {self.index()}",
                rf"{index} \in S",
                rf"{index} \sim p",
                f"{index} : a=1",
            )
        )
        above = self.random.choice(("", "", "^N", "^{N-1}"))
        sign = self.random.choice((r"\sum", r"\prod", r"\max", r"\arg\min", r"\operatorname{mean}"))
        brackets = rf"\mathbb{{E}}_{{{below}}}[{inner}]"
        return self.random.choice((rf"{sign}_{{{below}}}{above} {inner}", rf"{sign} {inner}", brackets))

    def odd(self, depth: int) -> str:
        """Bars, derivatives, indicators, cases, lists."""
        inner, other = self.expression(depth - 1), self.expression(depth - 1)
        relation = self.random.choice(("=", r"\ne", "<", r"\ge", r"\in"))
        condition = f"{inner} {relation} {other}" + self.random.choice(("", "", rf" \land {self.symbol()} = 1"))
        shapes = (
            rf"|{inner}|",
            rf"\lVert {inner} \rVert_{{{self.number()}}}^2",
            rf"\lfloor {inner} \rfloor",
            rf"[{inner}]_+",
            rf"\langle {inner}, {other} \rangle",
            rf"\frac{{\partial {inner}}}{{\partial {self.symbol()}}}",
            rf"\frac{{\partial}}{{\partial {self.symbol()}}} {inner}",
            rf"\nabla_{{{self.symbol()}}} {inner}",
            rf"\mathbb{{1}}[{condition}]",
            rf"[{condition}]",
            rf"\begin{{cases}} {inner} & {condition} \\ {other} & \text{{otherwise}} \end{{cases}}",
            rf"p({inner} | {other})",
        )
        return self.random.choice(shapes)

    def symbol(self) -> str:
        """A name, often with an index."""
        name = self.random.choice(NAMES)
        below = ("", "", f"_{{{self.index()}}}", f"_{{{self.index()},y_{{{self.index()}}}}}", r"_{\mathrm{CE}}")
        return name if "_" in name else name + self.random.choice(below)

    def index(self) -> str:
        """A letter that can run."""
        return self.random.choice(INDICES)

    def number(self) -> str:
        """A numeral."""
        return self.random.choice(("0", "1", "2", "0.5", "10"))


def soup(random: Random) -> str:
    """Commands and characters without sense."""
    return "".join(random.choice(WORDS) + random.choice(("", "", " ")) for _ in range(random.randint(1, 40)))


def mutated(random: Random, formulas: list[str]) -> str:
    """A formula with a piece deleted, doubled, exchanged, taken from another, or nested in itself."""
    text = random.choice(formulas)
    for _ in range(random.choice((1, 1, 2, 4))):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((1, 2, 5, 20)))
        piece, other = text[start:end], random.choice(formulas)
        cut = random.randrange(len(other) + 1)
        new = random.choice(("", piece * 2, piece[::-1], random.choice(WORDS), other[cut : cut + 20], f"{{{text}}}"))
        text = (text[:start] + new + text[end:])[:2000]
    return text


def vocabulary(random: Random) -> Vocabulary:
    """Names bound to anything, or nothing known."""
    if random.random() < 0.4:
        return NO_VOCABULARY
    bound = [name.replace(r"\text", r"\mathrm") for name in random.sample(NAMES, random.randint(0, 12))]
    canonical = {"margin": r"\mathrm{margin}", "W^Q": "W^{Q}", "d_k": "d_{k}", r"\beta_1": r"\beta_{1}"}
    names = frozenset(canonical.get(name, name) for name in bound)
    part = random.sample(sorted(names), len(names) // 3)
    return Vocabulary(names, frozenset({"margin"} & set(bound)), frozenset(part[::2]), frozenset(part[1::2]))


def inputs(random: Random, count: int) -> Iterator[tuple[str, Vocabulary]]:
    """As many inputs: soups, formulas of the grammar, mutations of both and of the corpus."""
    formulas, maker = corpus(), Maker(random)
    for number in range(count):
        kind = number % 4
        text = soup(random) if kind == 0 else maker.formula() if kind == 1 else mutated(random, formulas)
        if kind == 2:
            text = mutated(random, [maker.formula(), maker.formula()])
        yield text, vocabulary(random)
