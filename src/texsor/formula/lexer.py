"""The reader of lexemes: commands and characters, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from texsor.formula import commands
from texsor.formula.source import Source, Span
from texsor.formula.token import TOKEN_BUDGET, Token
from texsor.formula.vocabulary import Vocabulary

LEXEME = re.compile(r"\\not\s*(?:=|\\in(?![A-Za-z]))|\\[A-Za-z]+\*?|\\[\s\S]|[:<>!=]=|[\s\S]|\\")
SPACE = re.compile(r"\s*")


class Lexer:
    """Reads one formula."""

    def __init__(self, source: Source, vocabulary: Vocabulary, rules: Sequence[Rule]) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.rules = rules
        self.at = 0

    def tokens(self) -> list[Token]:
        """All tokens; refuses what it does not know, and more than the budget."""
        found: list[Token] = []
        while self.at < len(self.source.text):
            token = self.next()
            if token is not None:
                found.append(token)
            if len(found) > TOKEN_BUDGET:
                remedy = "split it into several formulas"
                raise self.source.invalid(found[-1].span, f"the formula has more than {TOKEN_BUDGET} tokens", remedy)
        return found

    def lexeme(self) -> tuple[str, Span]:
        """The next command or character."""
        match = LEXEME.match(self.source.text, self.at)
        if match is None:
            raise self.source.invalid(Span(self.at, self.at), "the formula ends here and something was to come")
        text, self.at = match[0], match.end()
        text = "".join(text.split()) if text.startswith(r"\not") else text
        starred = text.endswith("*") and text not in commands.UPRIGHT and len(text) > 1
        if starred:
            text, self.at = text[:-1], self.at - 1
        return commands.SPELLINGS.get(text, text), Span(match.start(), self.at)

    def skip(self) -> None:
        """Pass over white space."""
        match = SPACE.match(self.source.text, self.at)
        self.at = match.end() if match else self.at

    def next(self) -> Token | None:
        """The next token; None for what only spaces or sizes."""
        text, span = self.lexeme()
        if text in commands.REMARKS:
            self.braced(text, span)
            return None
        if text.isspace() or text in commands.SPACING:
            return None
        for rule in self.rules:
            token = rule(self, text, span)
            if token is not None:
                return token
        raise self.refusal(text, span)

    def refusal(self, text: str, span: Span) -> Exception:
        """Why a lexeme is not taken."""
        if text in commands.NOT_YET:
            return self.source.not_yet(span, f"{commands.NOT_YET[text]} ({text}) are not supported yet")
        if text in commands.FORBIDDEN or text == "\\":
            remedy = commands.FORBIDDEN.get(text, "write a command behind the backslash")
            return self.source.invalid(span, f"{text} does not belong in a formula", remedy)
        if text in commands.TYPED:
            return self.source.not_yet(span, f"{text} is no LaTeX", f"write {commands.TYPED[text]}")
        if text.startswith("\\"):
            return self.source.not_yet(span, f"the command {text} is not known")
        return self.source.not_yet(span, f"the character {text!r} is not known", "write the LaTeX command for it")

    def braced(self, text: str, span: Span) -> tuple[str, Span]:
        """The raw text of a command's argument: what is in its braces, or one lexeme."""
        self.skip()
        body, end = self.lexeme()
        if body != "{":
            return body, span.to(end)
        start, depth = self.at, 1
        while depth:
            if self.at >= len(self.source.text):
                raise self.source.invalid(span.to(end), f"the brace behind {text} is never closed")
            body, _ = self.lexeme()
            depth += {"{": 1, "}": -1}.get(body, 0)
        return self.source.text[start : self.at - 1], Span(span.start, self.at)


Rule = Callable[[Lexer, str, Span], Token | None]
"""What may make a token of a lexeme; None where it does not."""
