"""What formulas sound like: spoken.ko.txt and spoken.en.txt hold a formula, a tab, and its text, read with care."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from texsor.check.mutants import mutants
from texsor.errors import Invalid
from texsor.formula import Formula, Node, parse, parse_term
from texsor.formula.nodes import Group, Indicator, Number, Product, Symbol, rebuild
from texsor.formula.spoken import LANGUAGES, spoken, spoken_term
from texsor.formula.spoken.letters import final, with_particle
from texsor.formula.vocabulary import Vocabulary

ROOT = Path(__file__).parents[2]
TEXTS = {
    language: dict(
        line.split("\t") for line in Path(__file__).with_name(f"spoken.{language}.txt").read_text("utf-8").splitlines()
    )
    for language in ("ko", "en")
}
CASES = [(language, latex, text) for language, texts in TEXTS.items() for latex, text in texts.items()]


def read(latex: str) -> Formula:
    """A formula in which capitalised upright names, f and g before a bracket are functions."""
    called = re.findall(r"(\\mathrm\{[A-Z]\w*\}|\b[fg])(?:_(\w))?(?=\()", latex)
    names = frozenset(name + (f"_{{{index}}}" if index else "") for name, index in called)
    return parse(latex, vocabulary=Vocabulary(functions=names))


@pytest.mark.parametrize(("language", "latex", "text"), CASES)
def test_reads_aloud(language: str, latex: str, text: str) -> None:
    """A formula has the text that was found right."""
    assert spoken(read(latex), language) == text


def test_both_languages_have_the_same_formulas() -> None:
    """What was read with care in one language was so in the other."""
    assert list(TEXTS["ko"]) == list(TEXTS["en"])


def formulas() -> Iterator[str]:
    """Every formula of the book and of the library's docstrings."""
    for path in sorted((ROOT / "book").rglob("*.md")):
        for cell in re.findall(r"^%%formula \S+\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            yield re.split(r"^where$", cell, flags=re.MULTILINE)[0].strip()
    for path in sorted((ROOT / "src/lmloss").rglob("*.py")):
        for first, more in re.findall(r"\.\. math::(.*)\n((?:\s*\n| {12}.*\n)*)", path.read_text("utf-8")):
            yield f"{first.strip()} {more.strip()}".strip()


def meaning(node: Node) -> Node:
    """A tree without what does not change how it is to be heard: brackets, and which cross or ones are printed."""
    if isinstance(node, Group):
        return meaning(node.body)
    if isinstance(node, Indicator):
        return Indicator(meaning(node.condition))
    if not isinstance(node, Product):
        return rebuild(node, meaning)
    factors = tuple(meaning(factor) for factor in node.factors)
    pairs = zip(node.signs, factors[:-1], factors[1:], strict=True)
    return Product(factors, tuple("" if heard_as_times(*pair) else pair[0] for pair in pairs))


def heard_as_times(sign: str, before: Node, behind: Node) -> bool:
    """Whether a sign is a plain product: a cross, and a dot beside a numeral."""
    beside_number = isinstance(before, Number) or isinstance(behind, Number)
    return sign in (r"\times", "*") or (sign == r"\cdot" and beside_number)


@pytest.mark.parametrize("latex", sorted(set(formulas()) | set(TEXTS["en"])))
def test_different_formulas_sound_different(latex: str) -> None:
    """A formula and its mutants, the slips that a reader makes, are told apart by ear: not by case, not by pauses."""
    formula = read(latex)
    slips = [mutant.formula for mutant in mutants(formula)]
    for language in LANGUAGES:
        heard: dict[str, tuple[Node, ...]] = {}
        for other in [formula, *slips]:
            text = re.sub(r"[\s,]+", " ", spoken(other, language)).casefold()
            trees = tuple(meaning(member) for members in other.equations for member in members)
            assert heard.setdefault(text, trees) == trees, text


def test_the_book_is_read_with_care() -> None:
    """The data files hold formulas of the book."""
    assert len(set(formulas()) & set(TEXTS["ko"])) > 20


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("N", "ㄴ"), ("i", ""), ("L", "ㄹ"), ("m", "ㅁ"), ("r", "ㄹ"), ("x", ""), ("W", ""), ("엘", "ㄹ"), ("햇", "ㅇ"),
        ("2", ""), ("6", "ㄱ"), ("10", "ㅇ"), ("0.5", ""), ("7", "ㄹ"), ("PPL", "ㄹ"), ("CE", ""), ("margin", "ㅇ"),
        ("LayerNorm", "ㅇ"), ("out", "ㅇ"), ("loss", ""), ("true", ""), ("table", "ㄹ"), ("괄호 닫고", ""), ("x,", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_final_sounds(text: str, ending: str) -> None:
    """The last sound of letters, numerals and words as a Korean reads them: ㅇ stands for any other consonant."""
    assert final(text) == ending


@pytest.mark.parametrize(
    ("text", "pair", "said"),
    [
        ("N", "은/는", "N은"), ("i", "은/는", "i는"), ("l", "을/를", "l을"), ("세타", "을/를", "세타를"),
        ("3", "이/가", "3이"), ("x", "과/와", "x와"), ("n", "과/와", "n과"), ("L", "으로/로", "L로"),
        ("n", "으로/로", "n으로"), ("1", "으로/로", "1로"), ("", "이/가", ""),
    ],
)  # fmt: skip
def test_particles(text: str, pair: str, said: str) -> None:
    """A particle agrees with the sound before it; nothing has none."""
    assert with_particle(text, pair) == said


@pytest.mark.parametrize(
    ("latex", "english", "korean"),
    [
        (r"N + n", "cap N plus n", "대문자 N 더하기 n"),
        (r"L + N", "L plus N", "L 더하기 N"),
        (r"\ell + l", "script ell plus l", "필기체 엘 더하기 l"),
        (r"\mathcal{L} + L", "calligraphic L plus L", "필기체 L 더하기 L"),
        (r"\mathcal{L} + M", "L plus M", "L 더하기 M"),
        (r"\mathbf{x} + \mathrm{x} + x", "bold x plus upright x plus x", "굵은 x 더하기 곧은 x 더하기 x"),
        (r"\mathcal{L} + L + l", "calligraphic cap L plus cap L plus l", "필기체 대문자 L 더하기 대문자 L 더하기 l"),
        (r"\Sigma + \sigma", "cap sigma plus sigma", "대문자 시그마 더하기 시그마"),
        (r"\epsilon + \varepsilon", "epsilon plus variant epsilon", "엡실론 더하기 변형 엡실론"),
        (r"\vec{x}'''' + x'", "x vector prime prime prime prime plus x prime",
         "x 벡터 프라임 프라임 프라임 프라임 더하기 x 프라임"),
        (r"x^{(t-1)} + x^{\dagger}", "x superscript t minus 1 in parentheses plus x superscript dagger",
         "x 위첨자 괄호 t 마이너스 1 더하기 x 위첨자 대거"),
    ],
)  # fmt: skip
def test_letters_are_told_apart_where_they_sound_alike(latex: str, english: str, korean: str) -> None:
    """Case and font are said only where another letter of the formula would be heard as the same."""
    assert spoken(parse(latex), "en") == english
    assert spoken(parse(latex), "ko") == korean


def test_a_part_is_read_as_in_its_formula() -> None:
    """A button's label calls a letter what the formula's text calls it."""
    formula = parse(r"L = \frac{1}{N} \sum_n \ell_n")
    part = formula.members[1]
    assert spoken_term(part, "en", formula) == "1 over cap N, times the sum over n of ell sub n"
    assert spoken_term(Symbol("L"), "en", formula) == "cap L"
    assert spoken(Symbol("L"), "en") == spoken_term(Symbol("L"), "en") == "L"


@pytest.mark.parametrize(
    ("term", "english", "korean"),
    [
        ("-", "minus", "마이너스"), (r"\sum", "the sum", "합"), (r"\sum_n", "the sum over n", "합, n에 대해"),
        (r"\log", "log", "로그"), ("+", "plus", "더하기"), (r"\odot", "elementwise times", "원소별 곱하기"),
        (r"\frac", "the fraction with numerator, and denominator", "분수, 분모, 분자"),
        (r"\max", "the maximum", "최댓값"),
    ],
)  # fmt: skip
def test_a_term_s_sign_is_read_alone(term: str, english: str, korean: str) -> None:
    """The operand that a term leaves out is not spoken of."""
    tree = parse_term(term).tree
    assert spoken_term(tree, "en") == english
    assert spoken_term(tree, "ko") == korean


@pytest.mark.parametrize("call", [spoken, spoken_term])
def test_another_language_is_refused(call: object) -> None:
    """The refusal names both languages that there are."""
    with pytest.raises(Invalid, match=r'(?s)not read aloud in "fr".*"ko" and "en" are the languages'):
        call(Symbol("x"), "fr")  # type: ignore[operator]
