"""A formula as its author wrote it, made ready for Temml: what Sphinx adds, what a number replaces, what is refused."""

from __future__ import annotations

import re

from texsor.errors import Invalid, NotSupported

# Sphinx numbers a display as a whole and writes the number itself, so these must not number their rows again.
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|gather|multline)\}")

# Temml accepts these and draws nothing, or something wrong, without its own script or style sheet.
REFUSED = {
    r"\ref": "refer to an equation from the text, with {eq}`label`",
    r"\eqref": "refer to an equation from the text, with {eq}`label`",
    r"\cancelto": "use \\cancel",
    r"\begin{CD}": "draw the diagram as a figure",
    r"\bordermatrix": "use a matrix environment",
}
REFUSED_PATTERN = re.compile(r"\\(?:(?:ref|eqref|cancelto|bordermatrix)(?![A-Za-z])|begin\{CD\})")

# A Python string that forgot its r: "\beta" begins with a backspace.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

TOKEN = re.compile(r"\\(?:begin|end)\{[^}]*\}|\\\\|\\[A-Za-z]+|\\.|[{}&]", re.DOTALL)
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")


def prepare_inline(tex: str) -> str:
    """Check a formula that stands in a line of text."""
    _refuse(tex)
    if has_rows(tex):
        what = "a formula in a line of text cannot have several rows"
        raise Invalid(what, excerpt=tex, remedy="set it as a display, between $$ and $$")
    return tex


def prepare_display(tex: str, *, nowrap: bool) -> str:
    r"""Lay out a display as Sphinx's LaTeX writer does: an empty line separates equations, rows split one.

    >>> print(prepare_display("a &= b \\\\ &= c", nowrap=False))
    \begin{split}a &= b \\ &= c
    \end{split}
    """
    _refuse(tex)
    if nowrap:
        return NUMBERED.sub(r"\\\1{\2*}", tex)
    equations = [_split(part.strip()) for part in re.split(r"\n[ \t]*\n", tex) if part.strip()]
    body = NUMBERED.sub(r"\\\1{\2*}", "\n\\\\\n".join(equations))
    return _wrap("aligned", body) if len(equations) > 1 else body


def has_rows(tex: str) -> bool:
    r"""Say whether ``\\`` or ``&`` stands outside every group and environment.

    >>> has_rows(r"a \\ b"), has_rows(r"\begin{cases}a \\ b\end{cases}")
    (True, False)
    """
    depth = 0
    for token in TOKEN.findall(COMMENT.sub(r"\1", tex)):
        if token == "{" or token.startswith(r"\begin"):
            depth += 1
        elif token == "}" or token.startswith(r"\end"):
            depth -= 1
        elif token in (r"\\", "&") and depth == 0:
            return True
    return False


def _split(equation: str) -> str:
    return _wrap("split", equation) if has_rows(equation) else equation


def _wrap(environment: str, body: str) -> str:
    # The line break keeps \end out of a comment that ends the author's last line.
    return f"\\begin{{{environment}}}{body}\n\\end{{{environment}}}"


def _refuse(tex: str) -> None:
    if not tex.strip():
        raise Invalid("the formula is empty", remedy="write it, or remove its dollar signs")
    if CONTROL.search(tex):
        raise Invalid("the formula holds a control character", excerpt=repr(tex), remedy="write a backslash as it is")
    if found := REFUSED_PATTERN.search(COMMENT.sub(r"\1", tex)):
        raise NotSupported(f"{found[0]} does not work on the site", excerpt=tex, remedy=REFUSED[found[0]])
