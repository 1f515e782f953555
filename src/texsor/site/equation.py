"""Cells with formulas as the page shows them: the display instead of its magic, numbers on terms and in comments."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from texsor.records import VALUES
from texsor.site.code_numbers import line_prefix, shown_lines, with_numbers
from texsor.site.formula_mime import NAME, OURS
from texsor.site.formula_nodes import record_node
from texsor.site.formula_records import PageFormulas, formulas_of
from texsor.site.linking import LINES, terms_of_lines
from texsor.site.math_terms import MARKS


def setup_equations(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(ShapeCells)


class ShapeCells(SphinxTransform):
    """Rewrite the cells of a page that has just been read."""

    default_priority = 5  # before Locale, so that no translation ever meets what is removed here

    def apply(self, **_kwargs: Any) -> None:
        """Keep texsor's own form of each output, then edit sources and formulas."""
        cells = _containers(self.document, "cell_code")
        if not cells:
            return
        formulas = formulas_of(self.env, self.env.docname)
        for cell in cells:
            _keep_ours(cell)
            _edit_source(cell, formulas)
            _lift(cell)
        for block in self.document.findall(nodes.math_block):
            if NAME in block:
                block[MARKS] = formulas.marks(block[NAME])


def _containers(inside: nodes.Element, element: str) -> list[nodes.container]:
    return [node for node in inside.findall(nodes.container) if _is(node, element)]


def _is(node: nodes.Node, element: str) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == element


def _keep_ours(cell: nodes.Element) -> None:
    """Of an output with a record of ours drop every other form; of recorded values drop all."""
    for bundle in _containers(cell, "mime_bundle"):
        ours = [form for form in bundle.findall(nodes.container) if form.get("mime_type") in OURS]
        if ours:
            kept = [node for form in ours if form["mime_type"] != VALUES for node in form.children]
            bundle.parent.replace(bundle, kept)


def _edit_source(cell: nodes.Element, formulas: PageFormulas) -> None:
    for holder in [child for child in cell.children if _is(child, "cell_code_source")]:
        for block in holder.findall(nodes.literal_block):
            source = block.astext()
            lines = [] if source.startswith("%%formula") else shown_lines(source)
            if lines:
                _rewrite(block, lines, f"In[{cell.get('exec_count')}]", formulas)
            else:
                cell.remove(holder)
            break


def _rewrite(block: nodes.Element, lines: list[tuple[int, str]], name: str, formulas: PageFormulas) -> None:
    numbers = formulas.numbers(name)
    if numbers:
        block["highlight_args"] = {**block.get("highlight_args", {}), "linespans": line_prefix(name)}
    code = {
        term.line.line: term.code
        for verdict in formulas.verdicts.values()
        for term in verdict.terms
        if term.line.path == name
    }
    written = [
        with_numbers(line, code[number], numbers[number]) if number in numbers else line for number, line in lines
    ]
    terms = terms_of_lines(formulas, name)
    block[LINES] = [
        (shown, terms[number])
        for shown, ((number, line), now) in enumerate(zip(lines, written, strict=True), start=1)
        if now != line
    ]
    text = "\n".join(written)
    block.rawsource = text
    block.children = [nodes.Text(text)]
    block.children[0].parent = block


def _lift(cell: nodes.Element) -> None:
    """Set verdicts under their cell, and a display instead of a cell that has nothing else to show."""
    outputs = [child for child in cell.children if _is(child, "cell_code_output")]
    lifted = [node for output in outputs for node in output.children if isinstance(node, record_node)]
    for output in outputs:
        output.children = [node for node in output.children if not isinstance(node, record_node)]
        if not output.children:
            cell.remove(output)
    only = all(
        isinstance(node, (nodes.target, nodes.math_block)) for output in outputs for node in output.children
    ) and not any(_is(child, "cell_code_source") for child in cell.children)
    shown = [node for output in outputs for node in output.children] if only else [cell]
    cell.parent.replace(cell, [*shown, *lifted])
