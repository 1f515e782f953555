"""Every LaTeX command that is known, and what is known not to work yet."""

from __future__ import annotations

GREEK = frozenset(
    rf"\{name}"
    for name in (  # noqa: SIM905 - a list of words is easier to read and to extend than quoted ones
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho "
        "varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi "
        "Psi Omega ell top intercal partial infty dots star dagger"
    ).split()
)
"""Letters that have a command for a name."""

ACCENTS = frozenset(
    r"\hat \widehat \bar \overline \tilde \widetilde \vec \dot \ddot \check \breve \acute \grave".split()  # noqa: SIM905
)
"""Marks over a letter: part of its name."""

UPRIGHT = frozenset(
    r"\mathrm \text \textrm \mbox \operatorname \operatorname* \textnormal \mathop \textit \texttt \mathtt".split()  # noqa: SIM905
)
"""Commands whose argument is a name of several letters."""

WORDS = {
    **dict.fromkeys(("if", "for", "when", "else if", "elif"), "if"),
    **dict.fromkeys(("where", "with"), "where"),
    **dict.fromkeys(("otherwise", "else"), "otherwise"),
    "and": "and",
    "or": "or",
}
"""Words between and behind conditions, by what they say."""

FONTS = frozenset(
    r"\mathbf \boldsymbol \bm \mathcal \mathbb \mathit \mathsf \mathfrak \mathscr \mathds \mathbbm \textbf".split()  # noqa: SIM905
)
"""Fonts that make another letter of a letter."""

BIG_LETTERS = {r"\mathbb{E}": "expectation", r"\mathbb{V}": "variance"}
"""Letters that run over an index or a sample."""

BIG_NAMES = {"E": "expectation", "Var": "variance"}
"""Upright names that do so where an index or a square or round bracket follows."""

ONES = frozenset((r"\mathbb{1}", r"\mathds{1}", r"\mathbbm{1}", r"\mathbf{1}", r"\mathbb{I}"))
"""Signs of an indicator."""

FUNCTIONS = frozenset("log ln lg exp sin cos tan sinh cosh tanh arcsin arccos arctan".split())  # noqa: SIM905
"""Functions of one argument."""

NAMED = frozenset(
    rf"\mathrm{{{name}}}"
    for name in (  # noqa: SIM905
        "softmax logsoftmax logsumexp sigmoid logsigmoid relu ReLU softplus Softplus erf sign sgn abs sqrt exp log "
        "tanh Tanh Sigmoid LogSigmoid Softmax LogSoftmax round tr diag"
    ).split()
) | {r"\sigma", r"\Phi"}
"""Names that are functions where a bracket follows, unless they are bound to something else."""

BIG = {
    "sum": r"\sum",
    "prod": r"\prod",
    "max": r"\max",
    "min": r"\min",
    "argmax": r"\arg\max",
    "argmin": r"\arg\min",
    "mean": r"\operatorname{mean}",
    "expectation": r"\mathbb{E}",
    "variance": r"\operatorname{Var}",
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
    "==": "=",
    "!=": r"\ne",
    "<=": r"\le",
    ">=": r"\ge",
    r"\not=": r"\ne",
    r"\equiv": "=",
    r"\triangleq": "=",
    r"\in": r"\in",
    r"\notin": r"\notin",
    r"\not\in": r"\notin",
    r"\sim": r"\sim",
    r"\leftarrow": r"\leftarrow",
    r"\gets": r"\leftarrow",
}
"""Relations, and the spelling that each is kept in."""

BRACKETS = {
    "(": ")",
    "[": "]",
    r"\{": r"\}",
    r"\langle": r"\rangle",
    r"\lvert": r"\rvert",
    r"\lVert": r"\rVert",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
}
"""Printed brackets."""

FENCES = {
    "abs": (r"\lvert", r"\rvert"),
    "norm": (r"\lVert", r"\rVert"),
    "floor": (r"\lfloor", r"\rfloor"),
    "ceil": (r"\lceil", r"\rceil"),
    "positive": ("[", "]_{+}"),
}
"""Brackets that say a function, and how each is printed."""

BARS = {
    "|": ("|", "?"),
    r"\vert": ("|", "?"),
    r"\lvert": ("|", "<"),
    r"\rvert": ("|", ">"),
    r"\|": (r"\|", "?"),
    r"\Vert": (r"\|", "?"),
    r"\lVert": (r"\|", "<"),
    r"\rVert": (r"\|", ">"),
}
"""Bars by how many lines they are, and whether they are known to open or to close."""

SEPARATORS = {",": ",", ";": ";", ":": ":", r"\mid": r"\mid", r"\parallel": r"\|", r"\colon": ":"}
"""What stands between the parts of a list."""

LINES = frozenset("aligned align align* split gathered gather gather* equation equation* multline multline*".split())  # noqa: SIM905
"""Environments that set equations under each other."""

LOGIC = {r"\land": "and", r"\wedge": "and", r"\lor": "or", r"\vee": "or"}
"""Signs between conditions."""

SPELLINGS = {
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\lparen": "(",
    r"\rparen": ")",
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\cfrac": r"\frac",
    r"\argmax": r"\arg\max",
    r"\argmin": r"\arg\min",
    r"\ldots": r"\dots",
    r"\cdots": r"\dots",
    r"\dotsc": r"\dots",
    r"\ast": "*",
    r"\lbrack": "[",
    r"\rbrack": "]",
}
"""Commands that print like another."""

SPACING = frozenset(
    r"""\, \; \: \! \> ~ \thinspace \medspace \thickspace \negthinspace \enspace \displaystyle
    \textstyle \scriptstyle \limits \nolimits \nonumber \notag \mathstrut \bigl \bigr \Bigl \Bigr \biggl \biggr
    \Biggl \Biggr \big \Big \bigg \Bigg \allowbreak""".split()  # noqa: SIM905
) | {"\\ ", "\\\n"}
"""What changes how a formula looks and not what it says."""

REMARKS = frozenset((r"\tag", r"\label"))
"""Commands whose argument says nothing about the numbers."""

NOT_YET = {
    r"\circ": "composition",
    r"\oplus": "direct sums",
    r"\cup": "unions of sets",
    r"\cap": "intersections of sets",
    r"\setminus": "differences of sets",
    r"\propto": "proportionality",
    r"\approx": "approximate equality",
    r"\to": "limits and maps",
    r"\rightarrow": "limits and maps",
    r"\int": "integrals",
    r"\lim": "limits",
    r"\pm": "two signs in one",
    r"\mp": "two signs in one",
    r"\binom": "binomial coefficients",
    r"\mod": "remainders",
    r"\bmod": "remainders",
    r"\neg": "negated conditions",
    r"\det": "determinants",
    r"\sup": "suprema",
    r"\inf": "infima",
    r"\underbrace": "braces under a formula",
    r"\overbrace": "braces over a formula",
    r"\forall": "quantifiers",
    r"\exists": "quantifiers",
    "!": "factorials",
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
