r"""What a formula sounds like, in Korean and in English: the text that a screen reader reads in place of the glyphs.

A listener cannot look back, so that the text has to say what the page shows at a glance, and no more. The rules:

**Order.** A sum says what it is, its index, its range and its condition, and then its body. English says a numerator
first, Korean a denominator. A distinction of cases says how many there are.

**Short and long forms.** Where a part is a name or a numeral, the short form has no end: ``x sub n``, ``1 over N``, ``e
to the z``, ``the square root of x``, ``log x``; ``x 아래첨자 n``, ``N분의 1``, ``e의 z제곱``. Anything longer has
another beginning, so that the listener knows what is coming, and an end: ``x with subscript n plus 1, end subscript``,
``e raised to the exponent …, end exponent``, ``the square root of the quantity …, end root``; ``x 아래첨자 시작, …,
첨자 끝``, ``e의 지수 …, 지수 끝``, ``루트 안에 …, 루트 끝``.

**What runs on** (a sum, a long fraction, a maximum, an indicator, cases) is announced by its first word and reaches as
far as it can. Its end (``end sum``, ``합의 끝``) is said only if something follows that it could take in. An end ends
the innermost part of its kind with all that is in it; so a sum in a sum takes two, and a fraction in a sum one.

**Brackets** are said where they are printed, unless nothing could tear apart what is in them, and wherever words would
group otherwise than the tree: around a sum that is a factor, a product that is a function's argument.

**Products.** Letters and functions that follow a letter or a numeral are said side by side (``2 pi r``, ``M log 2``);
else the sign is said. A printed dot is a dot, ``\odot`` an elementwise product.

**Letters** that would sound alike in this formula are told apart: the capital, where the small letter stands in it too
(``cap N``, ``대문자 N``), and the font, where another font of the letter does. Elsewhere nobody has to hear of fonts.

**Pauses.** Commas part indices, clauses and ends; an operator behind a text with a comma has one before it.

**Korean particles** follow the sound of what stands before them: ``N은``, ``i는``, ``L로``, ``2로``, ``6으로``. The
first member of an equation takes 은 or 는; what it is equal to once more follows ``이는 곧``.
"""

from __future__ import annotations

from collections.abc import Iterable

from texsor.errors import Invalid
from texsor.formula.nodes import Formula, Node
from texsor.formula.spoken.english import English
from texsor.formula.spoken.korean import Korean
from texsor.formula.spoken.letters import Letters
from texsor.formula.spoken.said import tidy
from texsor.formula.spoken.walk import Walk

__all__ = ["LANGUAGES", "spoken", "spoken_term"]

LANGUAGES: dict[str, type[Walk]] = {"ko": Korean, "en": English}
"""The readers, by language."""


def spoken(formula: Formula | Node, language: str) -> str:
    r"""The text that is read in place of a formula.

    >>> from texsor.formula import parse
    >>> spoken(parse(r"L = -\sum_i y_i \log \hat{y}_i"), "en")
    'L equals minus the sum over i of y sub i times log y hat sub i'
    >>> spoken(parse(r"L = -\sum_i y_i \log \hat{y}_i"), "ko")
    'L은, 마이너스 합, i에 대해, y 아래첨자 i 곱하기 로그 y 햇 아래첨자 i'
    """
    if isinstance(formula, Node):
        return spoken_term(formula, language)
    return tidy(reader(language, whole(formula)).formula(formula))


def spoken_term(node: Node, language: str, within: Formula | None = None) -> str:
    r"""The text of one part; letters are told apart as in the formula that it is a part of, if that is given.

    >>> from texsor.formula import parse
    >>> formula = parse(r"L = \frac{1}{N} \sum_n \ell_n")
    >>> spoken_term(formula.members[1].factors[0], "en", formula)
    '1 over cap N'
    """
    said = reader(language, whole(within) if within else [node]).say(node)
    return tidy(said.alone or said.text)


def whole(formula: Formula) -> list[Node]:
    """Everything that a formula says."""
    return [member for members in formula.equations for member in members]


def reader(language: str, trees: Iterable[Node]) -> Walk:
    """What reads a language aloud."""
    if language not in LANGUAGES:
        known = " and ".join(f'"{name}"' for name in LANGUAGES)
        raise Invalid(f'formulas are not read aloud in "{language}"', remedy=f"{known} are the languages")
    return LANGUAGES[language](Letters(language, trees))
