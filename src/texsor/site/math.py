"""Formulas as MathML, made when the site is built: no script, no request, visible with JavaScript off."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from texsor.errors import NotSupported, TexsorError
from texsor.site.math_font import missing_glyphs, setup_font
from texsor.site.math_spacing import space_like_tex
from texsor.site.math_temml import to_mathml
from texsor.site.math_terms import Mark, marks_of, not_numbered, number_terms, point
from texsor.site.math_tex import prepare_display, prepare_inline
from texsor.site.style import serve_static

logger = logging.getLogger(__name__)

NAME = "texsor"
ANNOTATION = re.compile(r"<annotation.*?</annotation>", re.DOTALL)
PHONE_EM = 17
"""The narrowest box that a formula gets: a 390 px page less its margins, in the formula's own em."""


def setup_math(app: Sphinx) -> None:
    """Register the renderer, its style sheet and its font."""
    app.add_html_math_renderer(NAME, (visit_math, None), (visit_math_block, None))
    app.connect("config-inited", choose_renderer)
    serve_static(app)
    app.add_css_file("texsor-math.css")
    setup_font(app)


def choose_renderer(_app: Sphinx, config: Config) -> None:
    """Take the project's formulas, unless it names another renderer."""
    if config.html_math_renderer is None:
        config.html_math_renderer = NAME
    if config.html_math_renderer == NAME and "myst_update_mathjax" in config:
        config.myst_update_mathjax = False  # It would mark every section for a script that is not there.


@cache
def render(tex: str, *, display: bool, nowrap: bool = False, marks: tuple[Mark, ...] = ()) -> str:
    """Render one formula, with its TeX inside for whoever copies it, and with numbers on its terms.

    Raises: TexsorError if it is not TeX that can be drawn.
    """
    mathml = space_like_tex(_draw(tex, display, nowrap))
    if marks:
        mathml = number_terms(mathml, _draw_pointed(tex, marks, nowrap))
    if missing := missing_glyphs(mathml):
        raise NotSupported(f"the math font has no {missing}", excerpt=tex, remedy="set it as words, in \\text{}")
    start, body = mathml.removesuffix("</math>").split(">", 1)
    source = f'<annotation encoding="application/x-tex">{escape(tex.strip(), quote=False)}</annotation>'
    # The style sheet says what this attribute says, once.
    start = start.replace(' style="display:block math;"', "")
    return f"{start}><semantics>{body}{source}</semantics></math>"


def _draw(tex: str, display: bool, nowrap: bool) -> str:
    return to_mathml(prepare_display(tex, nowrap=nowrap) if display else prepare_inline(tex), display)


def _draw_pointed(tex: str, marks: tuple[Mark, ...], nowrap: bool) -> str:
    try:
        return _draw(point(tex, marks), True, nowrap)
    except TexsorError:  # the formula is right without them: a pointer became the argument of a command
        raise not_numbered() from None


def may_overflow(mathml: str) -> bool:
    """Guess, erring to the wide side, whether a formula can be wider than a phone: such a box must take the focus.

    Only the browser knows its width, and a box that scrolls but cannot be reached with the keyboard hides its end.
    """
    visible = ANNOTATION.sub("", mathml)
    words = re.sub(r"<[^>]*>", "", visible)
    glyphs = sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.6 for character in words)
    spaces = sum(float(width) for width in re.findall(r'(?:width="|padding-left:)([\d.]+)em', visible))
    return glyphs + 0.4 * visible.count("<mo") + spaces > PHONE_EM


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a line of text."""
    mathml = _render_node(node, display=False)
    if isinstance(node.parent, nodes.title):
        # Sphinx makes the page's title from this text by dropping the tags: the source would be read out after it.
        mathml = ANNOTATION.sub("", mathml)
    wide = may_overflow(mathml)
    classes = "math texsor-inline notranslate nohighlight" + " texsor-wide" * wide
    focusable: dict[str, Any] = {"tabindex": "0"} if wide else {}
    self.body.append(self.starttag(node, "span", "", CLASS=classes, **focusable) + mathml + "</span>")
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a display: the formula in a box that scrolls on its own, then the number with its link."""
    mathml = _render_node(node, display=True)
    self.body.append(self.starttag(node, "div", "", CLASS="math texsor-equation notranslate nohighlight"))
    focusable = ' tabindex="0"' * may_overflow(mathml)
    self.body.append(f'<div class="texsor-formula"{focusable}>{mathml}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _render_node(node: nodes.math | nodes.math_block, *, display: bool) -> str:
    try:
        return render(node.astext(), display=display, nowrap=bool(node.get("nowrap")), marks=marks_of(node))
    except TexsorError as error:
        logger.warning("%s", error, type="texsor", subtype="math", location=node)
        return f'<code class="texsor-math-error">{escape(node.astext())}</code>'
