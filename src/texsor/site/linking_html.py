"""Links between terms, rows and code as HTML; other formats show what they always showed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from texsor.site.formula_mime import KNOWN, NAME
from texsor.site.math_terms import circled, name_terms
from texsor.site.spoken import said, speak
from texsor.site.words import words

LINKS = "texsor_links"
"""The attribute of a block of code, or of a row of buttons, that holds its links."""
SPOKEN = "texsor_spoken"


@dataclass(frozen=True)
class Link:
    """A term's number that leads somewhere on the same page."""

    number: int
    """The number."""
    terms: str
    """The terms that have this number here, as the page calls them, with spaces between."""
    href: str
    """The id that it leads to."""
    label: str
    """What it is called."""
    note: str = ""
    """What is announced when it is pressed."""
    line: int = 0
    """The line of code that it stands in, counted as it is shown."""


class term_buttons(nodes.General, nodes.Element):  # noqa: N801 - docutils' own way to name nodes
    """The numbers of a formula's terms, under it."""


class linked_code(nodes.literal_block):  # noqa: N801
    """A block of code whose numbers are links."""


class said_math(nodes.math):  # noqa: N801
    """A formula in a line of text that has words."""


class said_math_block(nodes.math_block):  # noqa: N801
    """A display that has words, or terms that have names."""


def setup_linking_html(app: Sphinx) -> None:
    """Register the nodes, and what loads the script where there is anything to link."""
    nothing = (_skip, None)
    app.add_node(term_buttons, html=(visit_buttons, None), latex=nothing, text=nothing, man=nothing, texinfo=nothing)
    app.add_node(linked_code, html=(visit_code, None))
    app.add_node(said_math, html=(visit_said_math, None))
    app.add_node(said_math_block, html=(visit_said_block, None))
    app.add_post_transform(ForTheScreen)
    app.add_css_file("texsor-linking.css")
    app.connect("html-page-context", _load)


class ForTheScreen(SphinxPostTransform):
    """Give formulas their words, and code its links, as a page is written in HTML."""

    default_priority = 800
    formats = ("html",)

    def run(self, **_kwargs: Any) -> None:
        """Put nodes of our own in place of those that are written otherwise."""
        language = words(self.config.language)["edition"]
        for block in list(self.document.findall(nodes.literal_block)):
            if block.get(LINKS):
                _replace(block, linked_code)
        for formula in list(self.document.findall(nodes.math)):
            # Sphinx makes a page's title of its heading by dropping the tags: words would stand beside the glyphs.
            if not isinstance(formula.parent, nodes.title) and (found := said(formula.astext(), language)):
                formula[SPOKEN] = found
                _replace(formula, said_math)
        for display in list(self.document.findall(nodes.math_block)):
            if found := said(display.astext(), language, display.get(KNOWN)):
                display[SPOKEN] = found
            if found or NAME in display:
                _replace(display, said_math_block)


def _replace(node: nodes.TextElement, kind: type[nodes.TextElement]) -> None:
    made = kind(node.rawsource, "", *node.children, **node.attributes)
    made.source, made.line = node.source, node.line
    node.parent.replace(node, made)


def visit_buttons(self: HTML5Translator, node: nodes.Element) -> None:
    """Links, so that they work without JavaScript; the script makes buttons of them.

    Each is a stop of the tab key: a formula has a handful, and a reader who knows links has nothing to learn.
    """
    self.body.append(f'<div class="texsor-buttons" role="group" aria-label="{escape(node["label"])}">')
    self.body.extend(anchor(link, f"texsor-button texsor-term-{link.number}") for link in node[LINKS])
    go_on = f"<a hidden>{escape(node['to'])}</a>"
    self.body.append(f'<span class="texsor-note"><span role="status"></span> {go_on}</span></div>\n')
    raise nodes.SkipNode


def anchor(link: Link, classes: str) -> str:
    """A number as a link."""
    attributes = {
        "class": classes,
        "href": f"#{link.href}",
        "data-texsor-term": link.terms,
        "data-texsor-note": link.note,
        "aria-label": link.label,
    }
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items() if value)
    return f"<a{written}>{circled(link.number)}</a>"


def visit_code(self: HTML5Translator, node: nodes.Element) -> None:
    """Write the code as ever, then make links of the numbers at the end of its lines."""
    html = _written(self, node, self.visit_literal_block)
    prefix = node["highlight_args"]["linespans"]
    for line in {link.line for link in node[LINKS]}:
        start = html.index(f'<span id="{prefix}-{line}">')
        end = html.find("\n</span>", start)
        links = [link for link in node[LINKS] if link.line == line]
        html = html[:start] + _with_links(html[start:end], links) + html[end:]
    self.body.append(html)
    raise nodes.SkipNode


def _with_links(line: str, links: list[Link]) -> str:
    linked = ""
    for link in reversed(links):  # from the end of the line: what looks like a number before it may be code
        line, _, after = line.rpartition(circled(link.number))
        linked = anchor(link, "texsor-link") + after + linked
    return line + linked


def visit_said_math(self: HTML5Translator, node: nodes.Element) -> None:
    """Write the formula as ever, and its words."""
    self.body.append(speak(_written(self, node, self.visit_math), node[SPOKEN]))
    raise nodes.SkipNode


def visit_said_block(self: HTML5Translator, node: nodes.Element) -> None:
    """Write the display as ever, its words, and on each of its terms which it is."""
    html = _written(self, node, self.visit_math_block)
    if NAME in node:
        html = name_terms(html, node[NAME])
    self.body.append(speak(html, node[SPOKEN]) if SPOKEN in node else html)
    raise nodes.SkipNode


def _written(self: HTML5Translator, node: nodes.Element, visit: Callable[..., None]) -> str:
    """What another visitor writes for a node."""
    before, self.body = self.body, []
    with suppress(nodes.SkipNode):
        visit(node)
    written, self.body = "".join(self.body), before
    return written


def _skip(_self: Any, _node: nodes.Element) -> None:
    raise nodes.SkipNode


def _load(app: Sphinx, _page: str, _template: str, _context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Load the script where there are buttons."""
    if doctree is not None and next(doctree.findall(term_buttons), None) is not None:
        app.add_js_file("texsor-terms.js", loading_method="defer")
