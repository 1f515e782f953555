r"""The numbers on the terms of a formula in LaTeX: the same raised ② before the sign, and no other space around it."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from texsor.site.math_terms import MARKS, Mark, argument, circled, insert, marks_of

BINARY = re.compile(r"[-+*]|\\(?:cdot|times|pm|mp|odot|oplus|otimes|circ|div)(?![A-Za-z])")
OPERATOR = re.compile(
    r"\\(?:sum|prod|int|arg|max|min|sup|inf|log|ln|lg|exp|sin|cos|tan|tanh|operatorname\*?)(?![A-Za-z])"
)


def setup_math_terms_latex(app: Sphinx) -> None:
    """Register the numbering."""
    app.add_post_transform(NumberTerms)


class NumberTerms(SphinxPostTransform):
    """Write the numbers into the TeX of each display that has any; HTML sets them into the MathML instead."""

    default_priority = 300
    formats = ("latex",)

    def run(self, **_kwargs: Any) -> None:
        """Rewrite the displays."""
        for node in self.document.findall(nodes.math_block):
            if marks_of(node):
                numbered = number_latex(node.astext(), marks_of(node))
                node.children = [nodes.Text(numbered)]
                node[MARKS] = ()


def number_latex(tex: str, marks: tuple[Mark, ...]) -> str:
    r"""Number the terms of a formula.

    An operator sign keeps its class of atom, from which TeX takes the space around it.

    >>> print(number_latex(r"-\sum_i y_i", ((0, 1, 1), (1, 5, 2), (8, 11, 3))))
    \mathbin{{}^{\text{①}}{-}}\mathop{{}^{\text{②}}}\nolimits\!\sum_i {}^{\text{③}}y_i
    """
    inserts = list[tuple[int, str]]()
    for start, end, number in marks:
        sign, raised = tex[start:end], rf"{{}}^{{\text{{{circled(number)}}}}}"
        at, stop = argument(tex, start, end)
        if stop is not None:
            inserts += [(at, "{" + raised), (stop, "}")]
        elif BINARY.fullmatch(sign):
            inserts += [(start, rf"\mathbin{{{raised}{{"), (end, "}}")]
        elif OPERATOR.match(sign):
            inserts += [(start, rf"\mathop{{{raised}}}\nolimits\!")]
        else:
            inserts += [(at, raised)]
    return insert(tex, inserts)
