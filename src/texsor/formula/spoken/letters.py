"""How names are read: letters, fonts, accents, and the Korean particles that go by the last sound before them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from texsor.formula.nodes import Node, Symbol, walk
from texsor.formula.spoken.tables import ACCENTS, COMMANDS, FONTS, FUNCTION_NAMES, MARKS

Form = tuple[bool, tuple[str, ...]]
"""Whether a letter is a capital, and its fonts."""


@dataclass(frozen=True)
class Name:
    r"""A symbol's name taken apart: ``\hat{\mathbf{x}}'``."""

    core: str
    """The letter, a command without its backslash, or a word."""
    fonts: tuple[str, ...]
    """Its fonts, outermost first; a variant and a script letter count as fonts of the plain one."""
    accents: tuple[str, ...]
    """Marks over and behind it, innermost first: commands, and primes."""

    @property
    def sound(self) -> str:
        """What a listener hears of the letter, whatever its font and case; empty for a word."""
        if self.core == "ell":
            return "l"
        letter = self.core if len(self.core) == 1 else self.core.removeprefix("var")
        return letter.lower() if len(self.core) == 1 or self.core in COMMANDS else ""

    @property
    def letter(self) -> bool:
        """Whether it is one letter with nothing over or behind it."""
        return bool(self.sound) and not self.accents

    @property
    def form(self) -> Form:
        """What tells it from another letter of the same sound."""
        return self.core[:1].isupper(), self.fonts


def taken_apart(name: str) -> Name:
    r"""The letter, fonts and marks of a name.

    >>> taken_apart(r"\hat{\mathbf{x}}'")
    Name(core='x', fonts=('mathbf',), accents=('hat', "'"))
    """
    fonts, accents = list[str](), list[str]()
    while (found := re.fullmatch(r"\\(\w+)\{(.*)\}('*)", name, re.DOTALL)) is not None:
        command, name, primes = found.groups()
        accents += [primes] * bool(primes)
        if command in ACCENTS:
            accents.append(command)
        elif command != "mathrm" or len(name) == 1:
            fonts.append(command)
    bare = name.rstrip("'")
    accents += [name[len(bare) :]] * (bare != name)
    core = bare.removeprefix("\\")
    if core == "ell" or (core.startswith("var") and core in COMMANDS):
        fonts.append("ell" if core == "ell" else "var")
    return Name(core, tuple(fonts), tuple(reversed(accents)))


class Letters:
    """Reads names in one language, and tells letters apart that sound alike in one formula."""

    def __init__(self, language: str, trees: Iterable[Node]) -> None:
        self.column = ("en", "ko").index(language)
        self.forms: dict[str, set[Form]] = {}
        parts = (part for tree in trees for part in walk(tree) if isinstance(part, Symbol))
        for name in {part.name for part in parts}:
            taken = taken_apart(name)
            self.forms.setdefault(taken.sound, set()).add(taken.form)

    def name(self, name: str) -> str:
        """A symbol's name without its indices."""
        taken = taken_apart(name)
        words = [*self.told_apart(taken), self.core(taken.core)]
        words += [self.accent(mark) for mark in taken.accents]
        return " ".join(words)

    def core(self, core: str) -> str:
        """A letter, a command or a word."""
        known = COMMANDS.get(core) or (FUNCTION_NAMES.get(core.lower()) if len(core) > 1 else None)
        return known[self.column] if known else core

    def accent(self, mark: str) -> str:
        """A mark over a letter, or the primes behind it."""
        if mark.startswith("'"):
            primes = MARKS["'"]
            said = primes[len(mark) - 1] if len(mark) <= len(primes) else None
            return said[self.column] if said else " ".join([primes[0][self.column]] * len(mark))
        return ACCENTS[mark][self.column]

    def told_apart(self, name: Name) -> list[str]:
        """Font and case, where another letter of the formula sounds like this one."""
        forms = self.forms.get(name.sound, set()) if name.sound else set()
        capital, fonts = name.form
        told = []
        if len({others for case, others in forms if case == capital}) > 1:
            told += [FONTS[font][self.column] for font in fonts]
        if capital and any(not case for case, _ in forms):
            told.append(FONTS["capital"][self.column])
        return told

    def label(self, label: str) -> str:
        r"""An upright subscript: ``\mathrm{CE}``."""
        return self.spelled(re.sub(r"\\mathrm\{(.*)\}", r"\1", label))

    def spelled(self, latex: str) -> str:
        r"""A superscript that is part of a name, sign by sign: ``(t - 1)``, ``*``, ``\mathrm{LS}``."""
        words = []
        for token in re.findall(r"\\[A-Za-z]+|[^\W\d_]+|[\d.]+|[^\s\\{}]", latex):
            bare = token.removeprefix("\\")
            if bare not in FONTS:
                mark = MARKS.get(bare)
                words.append(mark[0][self.column] if mark else self.core(bare))
        return " ".join(words)


def with_particle(text: str, pair: str) -> str:
    """A text and the particle that its last sound takes, of a pair such as ``은/는``.

    >>> [with_particle(text, "으로/로") for text in ("N", "i", "L", "2", "6")]
    ['N으로', 'i로', 'L로', '2로', '6으로']
    """
    if not text:
        return ""
    closed, open_ = pair.split("/")
    last = final(text)
    return text + (open_ if not last or (last == "ㄹ" and pair == "으로/로") else closed)


CLOSED_LETTERS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}
"""The Latin letters whose Korean names end in a consonant: 엘, 엠, 엔, 알."""
CLOSED_DIGITS = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ"}
"""The digits that end in one: 영 (as 십, 백, 천 do), 일, 삼, 육, 칠, 팔."""


def final(text: str) -> str:
    """The consonant on which a text ends when a Korean reads it aloud; empty for a vowel."""
    bare = re.sub(r"\W+$", "", text)
    last = bare[-1:]
    if "가" <= last <= "힣":
        place = (ord(last) - ord("가")) % 28
        return "ㄹ" if place == 8 else "ㅇ" * bool(place)
    if last.isdigit():
        return CLOSED_DIGITS.get(last, "")
    word = re.findall(r"[A-Za-z]*$", bare)[0]
    if len(word) == 1 or word.isupper():
        return CLOSED_LETTERS.get(last.lower(), "")
    return final_of_word(word.lower())


def final_of_word(word: str) -> str:
    """The same for an English word, by how such words are transcribed: 마진, 아웃, 테이블, but 로스, 트루."""
    if word.endswith(("l", "le")):
        return "ㄹ"
    return "ㅇ" * bool(re.search(r"([mn]|ng|[aeiou][ptk]|ck)$", word))
