"""Formulas as text: LaTeX → tokens → tree, terms and printing. Knows no tensor."""

from texsor.formula.matching import candidates, match
from texsor.formula.nodes import Formula, Node, children, strip, walk
from texsor.formula.parsing import parse, parse_symbol
from texsor.formula.parts import Term, terms
from texsor.formula.pattern import Pattern, parse_term, parse_terms
from texsor.formula.printing import plain_name, to_latex
from texsor.formula.source import Source, Span

__all__ = [
    "Formula",
    "Node",
    "Pattern",
    "Source",
    "Span",
    "Term",
    "candidates",
    "children",
    "match",
    "parse",
    "parse_symbol",
    "parse_term",
    "parse_terms",
    "plain_name",
    "strip",
    "terms",
    "to_latex",
    "walk",
]
