"""Sizes of axes in words that a Shape line uses: ``V - 1``, ``4 D``, ``D / H``."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def parsed(text: str) -> ast.expr | None:
    """The expression that a size is; None for a text that is none.

    >>> letters_of("4 D / H")
    ('D', 'H')
    """
    plain = re.sub(r"(?<=[\w)])\s+(?=[A-Za-z(])|·", " * ", text.replace("−", "-")).strip()
    try:
        tree = ast.parse(plain, mode="eval").body
    except SyntaxError:
        return None
    return tree if all(isinstance(node, _ALLOWED) for node in ast.walk(tree)) and not _fractional(tree) else None


_ALLOWED = (ast.BinOp, ast.UnaryOp, ast.USub, ast.Name, ast.Constant, ast.Load, ast.Div, *OPERATORS)


def _fractional(tree: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and type(node.value) is not int for node in ast.walk(tree))


def letters_of(text: str) -> tuple[str, ...]:
    """The letters of a size, in order."""
    tree = parsed(text)
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)] if tree is not None else []
    return tuple(sorted(set(names), key=text.index))


def size_of(text: str, sizes: Mapping[str, int]) -> int | None:
    """What a size comes to; None where a quotient is no whole number.

    >>> size_of("D / H", {"D": 8, "H": 2}), size_of("T + 1", {"T": 3}), size_of("D / H", {"D": 3, "H": 2})
    (4, 4, None)
    """
    tree = parsed(text)
    return None if tree is None else _value(tree, sizes)


def _value(node: ast.expr, sizes: Mapping[str, int]) -> int | None:
    if isinstance(node, ast.Constant):
        return int(str(node.value))
    if isinstance(node, ast.Name):
        return sizes[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, sizes)
        return None if inner is None else -inner
    assert isinstance(node, ast.BinOp)
    left, right = _value(node.left, sizes), _value(node.right, sizes)
    if left is None or right is None:
        return None
    if isinstance(node.op, ast.Div):
        return left // right if right and left % right == 0 else None
    return OPERATORS[type(node.op)](left, right)
