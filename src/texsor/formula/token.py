"""One token of a formula, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass

from texsor.formula.source import Span

TOKEN_BUDGET = 2000
"""Tokens in one formula; a page-wide formula has about 100."""
DEPTH_BUDGET = 64
"""Brackets, and levels of the tree, in one another."""


@dataclass(frozen=True)
class Token:
    """One token."""

    type: str
    """Its terminal in ``grammar.lark``."""
    text: str
    """Its canonical spelling."""
    span: Span
    """Where it stands."""
