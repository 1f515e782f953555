"""Formulas as text: LaTeX → tokens → tree, terms and printing. Knows no tensor."""

from texsor.formula.nodes import Formula, Node
from texsor.formula.parsing import parse, parse_symbol

__all__ = ["Formula", "Node", "parse", "parse_symbol"]
