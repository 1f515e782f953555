"""Every LaTeX command that is known, and what is known not to work yet."""

from __future__ import annotations

GREEK = frozenset(
    rf"\{name}"
    for name in (  # noqa: SIM905 - a list of words is easier to read and to extend than quoted ones
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho "
        "varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi "
        "Psi Omega ell top intercal"
    ).split()
)
"""Letters that have a command for a name."""

ACCENTS = frozenset(
    r"\hat \widehat \bar \overline \tilde \widetilde \vec \dot \ddot \check \breve \acute \grave".split()  # noqa: SIM905
)
"""Marks over a letter: part of its name."""

UPRIGHT = frozenset(r"\mathrm \text \textrm \operatorname \operatorname* \textnormal \mathop".split())  # noqa: SIM905
"""Commands whose argument is a name of several letters."""

FONTS = frozenset(
    r"\mathbf \boldsymbol \bm \mathcal \mathbb \mathit \mathsf \mathfrak \mathscr \mathds \mathbbm \textbf".split()  # noqa: SIM905
)
"""Fonts that make another letter of a letter."""

ONES = frozenset((r"\mathbb{1}", r"\mathds{1}", r"\mathbbm{1}", r"\mathbf{1}", r"\mathbb{I}"))
"""Signs of an indicator."""

FUNCTIONS = frozenset("log ln lg exp sin cos tan sinh cosh tanh".split())  # noqa: SIM905
"""Functions of one argument."""

BIG = {
    "sum": r"\sum",
    "prod": r"\prod",
    "max": r"\max",
    "min": r"\min",
    "argmax": r"\arg\max",
    "argmin": r"\arg\min",
    "mean": r"\operatorname{mean}",
}
"""Signs that run over an index, and how each is printed."""

RELATIONS = {
    "=": "=",
    ":=": "=",
    r"\coloneqq": "=",
    r"\ne": r"\ne",
    r"\neq": r"\ne",
    "<": "<",
    r"\lt": "<",
    ">": ">",
    r"\gt": ">",
    r"\le": r"\le",
    r"\leq": r"\le",
    r"\leqslant": r"\le",
    r"\ge": r"\ge",
    r"\geq": r"\ge",
    r"\geqslant": r"\ge",
}
"""Relations, and the spelling that each is kept in."""

BRACKETS = {"(": ")", "[": "]", r"\{": r"\}"}
"""Printed brackets."""

SPELLINGS = {
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\lparen": "(",
    r"\rparen": ")",
    r"\lbrack": "[",
    r"\rbrack": "]",
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\cfrac": r"\frac",
    r"\argmax": r"\arg\max",
    r"\argmin": r"\arg\min",
}
"""Commands that print like another."""

SPACING = frozenset(
    r"""\, \; \: \! \> ~ \quad \qquad \thinspace \medspace \thickspace \negthinspace \enspace \displaystyle
    \textstyle \scriptstyle \limits \nolimits \nonumber \notag \mathstrut \bigl \bigr \Bigl \Bigr \biggl \biggr
    \Biggl \Biggr \big \Big \bigg \Bigg \allowbreak""".split()  # noqa: SIM905
) | {"\\ ", "\\\n"}
"""What changes how a formula looks and not what it says."""

NOT_YET = {
    "&": "several equations under each other",
    r"\\": "several equations under each other",
    r"\begin": "environments such as aligned and cases",
    r"\end": "environments such as aligned and cases",
    "|": "absolute values and conditional bars",
    r"\vert": "absolute values and conditional bars",
    r"\lvert": "absolute values",
    r"\rvert": "absolute values",
    r"\mid": "conditional bars",
    r"\|": "norms",
    r"\Vert": "norms",
    r"\lVert": "norms",
    r"\rVert": "norms",
    r"\odot": "elementwise products of arrays",
    r"\circ": "composition",
    r"\otimes": "outer products",
    r"\oplus": "direct sums",
    r"\langle": "inner products in angle brackets",
    r"\rangle": "inner products in angle brackets",
    r"\in": "sets",
    r"\notin": "sets",
    r"\cup": "sets",
    r"\cap": "sets",
    r"\setminus": "sets",
    r"\sim": "statements about distributions",
    r"\propto": "proportionality",
    r"\approx": "approximate equality",
    r"\equiv": "identity signs",
    r"\to": "limits and maps",
    r"\gets": "assignments",
    r"\leftarrow": "assignments",
    r"\rightarrow": "limits and maps",
    r"\partial": "derivatives",
    r"\nabla": "gradients",
    r"\int": "integrals",
    r"\lim": "limits",
    r"\infty": "infinity",
    r"\ldots": "dots",
    r"\dots": "dots",
    r"\cdots": "dots",
    r"\pm": "two signs in one",
    r"\mp": "two signs in one",
    r"\binom": "binomial coefficients",
    r"\lfloor": "rounding",
    r"\lceil": "rounding",
    r"\mod": "remainders",
    r"\land": "conditions joined by words",
    r"\lor": "conditions joined by words",
    r"\neg": "conditions joined by words",
    r"\det": "determinants",
    r"\sup": "suprema",
    r"\inf": "infima",
    r"\underbrace": "braces under a formula",
    r"\overbrace": "braces over a formula",
    "!": "factorials",
    ";": "lists",
    ":": "such-that colons",
}
"""What has a meaning that this release does not know, and in which words to say so."""

TYPED = {
    "−": "-",
    "·": r"\cdot",
    "×": r"\times",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "∑": r"\sum",
    "Σ": r"\Sigma",
    "∏": r"\prod",
    "√": r"\sqrt{…}",
    "ŷ": r"\hat{y}",
    "𝟙": r"\mathbb{1}",
    "′": "'",
}
"""Characters that people paste, and the LaTeX that says the same."""

FORBIDDEN = {
    "$": "drop the dollar signs: the formula alone is wanted",
    "%": "drop the comment",
    "#": "# has no meaning in a formula",
    "@": "@ has no meaning in a formula",
    '"': "a quotation mark has no meaning in a formula",
    "`": "a backtick has no meaning in a formula",
    "?": "a question mark has no meaning in a formula",
}
"""Characters that no release will accept."""
