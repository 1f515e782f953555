"""Bars: absolute values and norms, whose bars look alike on both sides, and the bar between two parts of a list."""

from __future__ import annotations

from collections.abc import Sequence

from texsor.formula.brackets import CLOSING, OPENING
from texsor.formula.source import Source
from texsor.formula.token import Token

FENCES = {"|": (r"\lvert", r"\rvert"), r"\|": (r"\lVert", r"\rVert")}
BETWEEN = {"|": r"\mid", r"\|": r"\|"}
PREFIXES = ("FUNCTION", "BIG", "NABLA")
AWAITING = (*OPENING, *PREFIXES, "SIGN", "INFIX", "REL", "SEP", "AMP", "ROW", "LOGIC", "WORD", "QUAD", "BAR")
"""Tokens behind which an operand is wanted: a bar there opens."""


def pair_bars(source: Source, tokens: Sequence[Token]) -> list[Token]:
    """Each bar becomes a bracket that opens or closes, or a separator.

    Bars pair within one level of brackets. One that stands there alone separates, as in ``p(y|x)``.
    """
    bars = Bars(source, tokens)
    levels: list[list[int]] = [[]]
    for at, token in enumerate(tokens):
        if token.type in OPENING:
            levels.append([])
        elif token.type in CLOSING:
            bars.settle(levels.pop(), inside=True)
        elif token.type in ("AMP", "ROW"):
            bars.settle(levels.pop(), inside=False)
            levels.append([])
        elif token.type == "BAR":
            levels[-1].append(at)
    bars.settle(levels.pop(), inside=False)
    return [found for found in bars.tokens if found is not None]


class Bars:
    """The tokens of a formula while bars are being replaced."""

    def __init__(self, source: Source, tokens: Sequence[Token]) -> None:
        self.source = source
        self.written = tokens
        self.tokens: list[Token | None] = list(tokens)
        self.pairs = braces(tokens)

    def settle(self, found: list[int], *, inside: bool) -> None:
        """Decide about the bars of one level."""
        found = self.doubled(found)
        open_sided = [at for at in found if self.kind(at)[1] == "?"]
        opened: list[tuple[int, str, bool]] = []
        for at in found:
            line, way = self.kind(at)
            if inside and open_sided == [at] and not opened and not self.awaited(at):
                self.put(at, "SEP", BETWEEN[line])
            elif way[0] == "<" or (way == "?" and self.opens(at, line, opened)):
                opened.append((at, line, way == "<<"))
                self.put(at, "OPEN", FENCES[line][0])
            elif not opened or opened.pop()[1:] != (line, way == ">>"):
                raise self.unpaired(at)
            else:
                self.put(at, "CLOSE", FENCES[line][1])
        if opened:
            raise self.unpaired(opened[-1][0])

    def opens(self, at: int, line: str, opened: list[tuple[int, str, bool]]) -> bool:
        """Whether a bar opens that looks the same on both sides."""
        return not opened or opened[-1][1:] != (line, False) or self.awaited(at)

    def kind(self, at: int) -> tuple[str, str]:
        """How many lines a bar has, and what is known of its side."""
        line, _, way = self.token(at).text.partition(" ")
        return line, way

    def token(self, at: int) -> Token:
        """A bar that has not been taken together with another."""
        token = self.tokens[at]
        assert token is not None
        return token

    def doubled(self, found: list[int]) -> list[int]:
        """Two single bars side by side are one double bar, where such a pair closes it, or where it stands alone."""
        kept: list[int] = []
        at = 0
        while at < len(found):
            rest = found[at : at + 4]
            closed = len(rest) > 3 and self.touching(rest[2], rest[3]) and not self.awaited(rest[2])
            alone = len(found) == 2
            if len(rest) > 1 and self.touching(rest[0], rest[1]) and (alone or (closed and self.awaited(rest[0]))):
                pairs = [rest[:2], rest[2:4]] if closed else [rest[:2]]
                for first, second in pairs:
                    self.put(first, "BAR", r"\| ?", self.tokens[second])
                    self.tokens[second] = None
                    kept.append(first)
                at += 2 * len(pairs)
            else:
                kept.append(rest[0])
                at += 1
        return kept

    def touching(self, first: int, second: int) -> bool:
        """Whether two single bars stand side by side."""
        a, b = self.tokens[first], self.tokens[second]
        return a is not None and b is not None and a.text == b.text == "| ?" and a.span.end == b.span.start

    def awaited(self, at: int) -> bool:
        """Whether an operand is wanted before a bar: behind a sign, or behind what stands below and above one."""
        before, scripted = at - 1, False
        while (start := self.pairs.get(before, before)) > 0 and self.written[start - 1].type in ("SUB", "SUP"):
            before, scripted = start - 2, True
        while before >= 0 and self.tokens[before] is None:
            before -= 1
        return before < 0 or self.token(before).type in (PREFIXES if scripted else AWAITING)

    def put(self, at: int, kind: str, text: str, to: Token | None = None) -> None:
        """Replace a token."""
        token = self.token(at)
        self.tokens[at] = Token(kind, text, token.span.to((to or token).span))

    def unpaired(self, at: int) -> Exception:
        """The refusal of a bar without a partner."""
        span = self.token(at).span
        remedy = r"write \lvert … \rvert or \lVert … \rVert around, \mid between"
        return self.source.invalid(span, f"{self.source.slice(span)} has no partner", remedy)


def braces(tokens: Sequence[Token]) -> dict[int, int]:
    """Where the brace opens that closes at a place."""
    opened, pairs = list[int](), dict[int, int]()
    for at, token in enumerate(tokens):
        if token.type == "LBRACE":
            opened.append(at)
        elif token.type == "RBRACE":
            pairs[at] = opened.pop()
    return pairs
