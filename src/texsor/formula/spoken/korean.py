"""Korean: the words, their order, and the particles between them."""

from __future__ import annotations

from typing import ClassVar

from texsor.formula.nodes import (
    Big,
    Bound,
    Branch,
    Cases,
    Compare,
    Derivative,
    Formula,
    Indicator,
    Logic,
    Node,
)
from texsor.formula.spoken.letters import with_particle
from texsor.formula.spoken.said import ATOM, BIG, CALL, PRODUCT, RELATION, SUM, Said, over_set, tidy
from texsor.formula.spoken.tables import BIG_WORDS
from texsor.formula.spoken.walk import Walk

PLAIN, AND, OR, IF, SUCH = range(5)
"""The endings of a predicate: 같다, 같고, 같거나, 같으면, 같은."""

IS = {
    "=": ("과/와", " ", "같다 같고 같거나 같으면 같은"),
    r"\ne": ("과/와", " ", "다르다 다르고 다르거나 다르면 다른"),
    "<": ("", "보다 ", "작다 작고 작거나 작으면 작은"),
    ">": ("", "보다 ", "크다 크고 크거나 크면 큰"),
    r"\le": ("", " 이하", "이다 이고 이거나 이면 인"),
    r"\ge": ("", " 이상", "이다 이고 이거나 이면 인"),
    r"\in": ("", "에 ", "속한다 속하고 속하거나 속하면 속하는"),
    r"\notin": ("", "에 속하지 ", "않는다 않고 않거나 않으면 않는"),
    r"\sim": ("을/를", " ", "따른다 따르고 따르거나 따르면 따르는"),
    r"\leftarrow": ("으로/로", " ", "바뀐다 바뀌고 바뀌거나 바뀌면 바뀌는"),
}
"""For each relation the particle of its right side, what joins it to the predicate, and the predicate's endings."""

HOLDS = "참이다 참이고 참이거나 참이면 참인".split()  # noqa: SIM905
"""The predicate of a condition that is no relation."""

AGAIN = 24
"""How long a text may be to be said twice."""

POWERS = {"2": "제곱", "3": "세제곱"}


class Korean(Walk):
    """Reads formulas in Korean."""

    plus, minus, negative, divided = "더하기", "빼기", "마이너스", "나누기"
    inner = "내적"
    signs: ClassVar[dict[str, str]] = {
        "": "곱하기",
        r"\times": "곱하기",
        "*": "곱하기",
        r"\cdot": "닷",
        r"\odot": "원소별 곱하기",
        r"\otimes": "텐서곱",
    }
    arguments = frozenset((BIG, CALL, ATOM))
    powers_follow = False

    def formula(self, formula: Formula) -> str:
        """Equations in the order in which they are needed, as sentences."""
        *earlier, last = formula.equations
        return ". ".join([*(self.equation(members) for members in earlier), self.equation(last, formula.assigned)])

    def equation(self, members: tuple[Node, ...], assigned: bool = False) -> str:
        """``a는 b``, and ``이는 곧`` before what is equal to that again."""
        said = [self.say(member) for member in members]
        if len(said) == 1:
            return said[0].alone or said[0].text
        subject = f"{said[0].ended}의 새 값" if assigned else said[0].alone or said[0].ended
        pause = "," if "," in subject + said[1].text else ""
        text = f"{with_particle(tidy(subject), '은/는')}{pause} {said[1].alone or said[1].text}"
        return ", 이는 곧, ".join([text, *(other.alone or other.text for other in said[2:])])

    def enclosed(self, text: str, bracket: str) -> str:
        """Words between brackets of this name."""
        return f"{bracket} 열고 {text} {bracket} 닫고"

    def subscripted(self, name: str, indices: list[str], *, short: bool) -> str:
        """``z 아래첨자 n, i``."""
        if short:
            return f"{name} 아래첨자 {', '.join(indices)}"
        return f"{name} 아래첨자 시작, {' 콤마 '.join(indices)}, 첨자 끝"

    def superscripted(self, name: str, superscript: str) -> str:
        """``x 위첨자 괄호 t``, ``세타 스타``."""
        if superscript[0] + superscript[-1] == "()":
            return f"{name} 위첨자 괄호 {self.letters.spelled(superscript[1:-1])}"
        spelled = self.letters.spelled(superscript)
        return f"{name} {spelled}" if superscript == "*" else f"{name} 위첨자 {spelled}"

    def over(self, above: str, below: str) -> str:
        """``N분의 1``."""
        return f"{below}분의 {above}"

    def fraction(self, above: Said, below: Said) -> Said:
        """``분수, 분모 b, 분자 a``."""
        return Said(f"분수, 분모 {below.ended}, 분자 {above.text}", BIG, (*above.open, "분수 끝"))

    def raised(self, base: str, exponent: str, *, short: bool) -> str:
        """``x의 제곱``, ``e의 L제곱``."""
        if not short:
            return f"{possessive(base)} 지수 {exponent}, 지수 끝"
        return f"{possessive(base)} {self.carried(exponent)}"

    def carried(self, exponent: str) -> str:
        """``제곱``, ``n제곱``."""
        apart = "아래첨자" in exponent or not exponent[-1:].isascii()
        return POWERS.get(exponent) or f"{exponent}{' ' * apart}제곱"

    def transposed(self, text: str) -> str:
        """``A의 전치``."""
        return f"{possessive(text)} 전치"

    def rooted(self, under: str, degree: str, *, short: bool) -> str:
        """``루트 x``, ``세제곱근 안에 x 더하기 1, 세제곱근 끝``."""
        which = f"{self.carried(degree)}근" if degree else "루트"
        return f"{which} {under}" if short else f"{which} 안에 {under}, {which} 끝"

    def fenced(self, word: str, inside: str, order: str, *, short: bool) -> str:
        """``절댓값 x``, ``2 노름 x``."""
        which = f"{order} {word}" if order else word
        return f"{which} {inside}" if short else f"{which} 안에 {inside}, {word} 끝"

    def applied(self, function: str, argument: Said, base: str, power: str) -> str:
        """``로그 x``, ``밑이 2인 로그 x``, ``사인 제곱 x``."""
        return " ".join(part for part in (base and f"밑이 {base}인", function, power, argument.text) if part)

    def of(self, function: str, argument: str) -> str:
        """``f 오브 x``."""
        return f"{function} 오브 {argument}"

    def listed(self, word: str, parts: list[Said]) -> Said:
        """``최댓값, 0과 x``."""
        *others, last = parts
        text = f"{word}, {self.joined([other.ended for other in others])}{last.text}"
        return Said(text, BIG, (*last.open, f"{word}의 끝"))

    def joined(self, texts: list[str]) -> str:
        """Texts with 와 or 과 behind each."""
        return "".join(f"{with_particle(tidy(text), '과/와')} " for text in texts)

    def on_derivative(self, node: Derivative) -> Said:
        """``L을 z로 편미분한 값``; beside anything else its beginning is said too."""
        operand, variable = self.say(node.operand), self.say(node.variable).text
        if node.nabla:
            inner = self.operand(operand, CALL)
            return Said(f"그래디언트, {variable}에 대해, {inner.text}", CALL, inner.open)
        of, by = with_particle(tidy(operand.ended), "을/를"), with_particle(variable, "으로/로")
        text = f"{of} {by} 편미분한 값"
        return Said(f"도함수, {text}", BIG, alone=text if operand.short else "")

    def on_big(self, node: Big) -> Said:
        """``합, i는 1부터 V까지, …``, ``합, j가 i와 다른 경우에 대해, …``."""
        word = self.word(BIG_WORDS[node.operator])
        bounds = () if over_set(node) else node.bounds
        parts = [word, *self.running(bounds)]
        if node.condition is not None:
            such = self.clause(node.condition, SUCH)
            parts.append(f"단 {such} 경우만" if bounds else f"{such} 경우에 대해")
        body = self.operand(self.say(node.body), PRODUCT)
        return Said(", ".join([*parts, body.text]), BIG, (*body.open, f"{word}의 끝"))

    def running(self, bounds: tuple[Bound, ...]) -> list[str]:
        """Indices with their ranges; those without any together."""
        texts = [self.say(bound).text for bound in bounds]
        if len(bounds) > 1 and all(self.free(bound) for bound in bounds):
            names = [self.say(bound.index).text for bound in bounds]
            return [f"{self.joined(names[:-1])}{texts[-1]}"]
        return texts

    def free(self, bound: Bound) -> bool:
        """Whether an index has no range and no law."""
        return bound.lower is None and bound.upper is None and bound.law is None

    def on_bound(self, node: Bound) -> Said:
        """``i는 1부터 V까지``, ``i가 p를 따를 때``, ``i에 대해``."""
        index = self.say(node.index).text
        parts = [with_particle(index, "은/는" if node.law is None else "이/가")]
        if node.lower is not None:
            parts.append(f"{self.operand(self.say(node.lower), SUM).text}부터")
        if node.upper is not None:
            parts.append(f"{self.operand(self.say(node.upper), SUM).text}까지")
        if node.law is not None:
            parts.append(f"{with_particle(self.operand(self.say(node.law), SUM).text, '을/를')} 따를 때")
        return Said(f"{index}에 대해" if self.free(node) else " ".join(parts), RELATION)

    def clause(self, node: Node, ending: int) -> str:
        """A condition with its last predicate in a form."""
        if isinstance(node, Logic):
            forms = [AND if node.operator == "and" else OR] * (len(node.operands) - 1) + [ending]
            return ", ".join(self.joint(part, form) for part, form in zip(node.operands, forms, strict=True))
        if not isinstance(node, Compare):
            return f"{with_particle(tidy(self.say(node).ended), '이/가')} {HOLDS[ending]}"
        texts = [tidy(self.operand(self.say(part), SUM).ended) for part in node.operands]
        forms = [AND] * (len(node.relations) - 1) + [ending]
        return " ".join(
            f"{self.subject(texts[at], again=at > 0)} {predicate(relation, texts[at + 1], forms[at])}"
            for at, relation in enumerate(node.relations)
        )

    def joint(self, node: Node, ending: int) -> str:
        """A condition among others; one that joins some itself stands in brackets."""
        if isinstance(node, Logic):
            return f"{self.bracketed(self.clause(node, PLAIN))}, 이것이 {HOLDS[ending]}"
        return self.clause(node, ending)

    def subject(self, text: str, *, again: bool) -> str:
        """What a relation is said of; a long text is not repeated in a chain."""
        return "그것이" if again and len(text) > AGAIN else with_particle(text, "이/가")

    def on_compare(self, node: Compare) -> Said:
        """``i가 t 아래첨자 n과 같다``; a chain repeats what stands in the middle."""
        return Said(self.clause(node, PLAIN), RELATION)

    def on_logic(self, node: Logic) -> Said:
        """``i가 j와 같고, j가 k보다 작다``."""
        return Said(self.clause(node, PLAIN), RELATION)

    def on_indicator(self, node: Indicator) -> Said:
        """``지시함수, i가 t 아래첨자 n과 같으면 1``."""
        return Said(f"지시함수, {self.clause(node.condition, IF)} 1", BIG, ("지시함수 끝",))

    def on_branch(self, node: Branch) -> Said:
        """``x가 0보다 크면, x``."""
        condition = "그 밖에는" if node.condition is None else self.clause(node.condition, IF)
        return Said(f"{condition}, {self.say(node.value).ended}", RELATION)

    def on_cases(self, node: Cases) -> Said:
        """``2가지 경우, 경우 1, x가 0보다 크면, x, 경우 2, 그 밖에는, 0``."""
        lines = [f"경우 {at}, {self.say(branch).text}" for at, branch in enumerate(node.branches, 1)]
        return Said(f"{len(lines)}가지 경우, {', '.join(lines)}", BIG, ("경우 끝",))


def possessive(text: str) -> str:
    """``x의``; behind a bracket nobody says it."""
    return text if text.endswith("닫고") else f"{text}의"


def predicate(relation: str, right: str, ending: int) -> str:
    """``t 아래첨자 n과 같으면``."""
    particle, joint, endings = IS[relation]
    return (with_particle(right, particle) if particle else right) + joint + endings.split()[ending]
