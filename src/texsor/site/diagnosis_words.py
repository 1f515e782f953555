"""A diagnosis in the edition's language: the record holds it as texsor's engine words it, in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docutils import nodes

from texsor.site.cards import math

MUTANT = re.compile(r"the code computes (?P<before>.+) → (?P<after>.+)")
KOREAN = (
    (
        r"code / formula = (\S+), the size of axis (\S+): the code sums, the formula averages\?",
        r"코드 / 수식 = \1, 축 \2의 크기이다: 코드는 더하고 수식은 평균을 내는가?",
    ),
    (
        r"formula / code = (\S+), the size of axis (\S+): the formula sums, the code averages\?",
        r"수식 / 코드 = \1, 축 \2의 크기이다: 수식은 더하고 코드는 평균을 내는가?",
    ),
    (
        r"in float64 the two agree, and in its own dtype the code loses the digits",
        r"float64로는 둘이 같다. 코드가 제 형식에서 자릿수를 잃는다",
    ),
    (
        r"the values agree and the gradients do not: does the code detach something\?",
        r"값은 같고 기울기가 다르다. 코드가 어디에서 기울기를 끊는가?",
    ),
    (r"code / formula = -1: a sign", r"코드 / 수식 = -1: 부호가 다르다"),
    (r"code / formula = (\S+), everywhere", r"코드 / 수식 = \1, 모든 자리에서"),
    (r"the code has (\d+) value\(s\) and the formula (\d+)", r"코드의 값은 \1개, 수식의 값은 \2개이다"),
)
"""What the engine says, and the same in Korean."""


def in_words(diagnosis: str, say: Mapping[str, str]) -> Iterator[nodes.Node]:
    """Each part of a diagnosis in the language of these words; a part that nothing here knows stays as it is."""
    for at, part in enumerate(diagnosis.split("; ")):
        if at:
            yield nodes.Text("; ")
        if (mutant := MUTANT.fullmatch(part)) is not None:
            yield nodes.Text(say["the code computes"])
            yield math(mutant["before"])
            yield nodes.Text(" → ")
            yield math(mutant["after"])
        else:
            yield nodes.Text(_korean(part) if say["edition"] == "ko" else part)


def _korean(part: str) -> str:
    for pattern, korean in KOREAN:
        if (found := re.fullmatch(pattern, part)) is not None:
            return found.expand(korean)
    return part
