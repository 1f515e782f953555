"""The few nodes that docutils lacks: what folds, what only a screen shows, and links within a page."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

ATTRIBUTES = ("href", "aria-hidden", "aria-label", "data-texsor-term")
"""What a node hands on to its HTML."""


class record_node(nodes.General, nodes.Element):  # noqa: N801 - docutils' own way to name nodes
    """A record among a cell's outputs, until it becomes what a reader sees."""


class fold(nodes.General, nodes.Element):  # noqa: N801
    """A box that opens without JavaScript; on paper only its head is printed."""


class fold_head(nodes.Part, nodes.TextElement):  # noqa: N801
    """What is always seen of a fold."""


class fold_body(nodes.Part, nodes.Element):  # noqa: N801
    """What is seen of an open fold."""


class screen_only(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A sign for the screen, which the word beside it says on paper."""


class column_name(nodes.Part, nodes.TextElement):  # noqa: N801
    """What column a cell is of, for a table that has become a stack of cards."""


class line_link(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A link to a line of code on the same page."""


class term_link(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A term's number in its row: a link back to the formula, where the page shows it."""


def setup_nodes(app: Sphinx) -> None:
    """Register the nodes for every format; what is no HTML gets the words alone."""
    _add(app, fold, ("details", ""))
    _add(app, fold_head, ("summary", ""), latex=("\n\n\\noindent ", "\n\n"))
    _add(app, fold_body, ("div", "texsor-fold-body"), on_paper=False)
    _add(app, screen_only, ("span", ""), on_paper=False)
    _add(app, column_name, ("p", "texsor-column"), on_paper=False)
    _add(app, line_link, ("a", "texsor-line"))
    _add(app, term_link, ("a", "texsor-link"))


def _add(
    app: Sphinx,
    node: type[nodes.Element],
    tag: tuple[str, str],
    *,
    on_paper: bool = True,
    latex: tuple[str, str] = ("", ""),
) -> None:
    def open_tag(self: Any, node: nodes.Element) -> None:
        attributes = {name: node[name] for name in ATTRIBUTES if node.get(name)}
        self.body.append(self.starttag(node, tag[0], "", CLASS=tag[1], **attributes))

    def close_tag(self: Any, _node: nodes.Element) -> None:
        self.body.append(f"</{tag[0]}>")

    def skip(_self: Any, _node: nodes.Element) -> None:
        raise nodes.SkipNode

    def nothing(_self: Any, _node: nodes.Element) -> None:
        pass

    def before(self: Any, _node: nodes.Element) -> None:
        self.body.append(latex[0])

    def after(self: Any, _node: nodes.Element) -> None:
        self.body.append(latex[1])

    plain = (nothing, nothing) if on_paper else (skip, None)
    printed = (before, after) if on_paper else (skip, None)
    app.add_node(node, html=(open_tag, close_tag), latex=printed, text=plain, man=plain, texinfo=plain)
