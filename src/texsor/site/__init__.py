"""texsor in Sphinx: runs the chapters before they are read, and fills pages from the records of the run.

The only room that imports Sphinx, docutils and myst_nb. It never imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import texsor

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every component, in this order; ``texsor.site`` is all that a project has to name."""
    from texsor.site.book_formulas import setup_book_formulas
    from texsor.site.definition import setup_definitions
    from texsor.site.equation import setup_equations
    from texsor.site.equation_numbers import setup_equation_numbers
    from texsor.site.formula_nodes import setup_nodes
    from texsor.site.ledger import setup_ledger
    from texsor.site.linking_html import setup_linking_html
    from texsor.site.linking_page import setup_linking
    from texsor.site.math import setup_math
    from texsor.site.math_terms_latex import setup_math_terms_latex
    from texsor.site.page_provenance import setup_provenance
    from texsor.site.running import setup_running
    from texsor.site.style import setup_style
    from texsor.site.term_fill import setup_term_tables
    from texsor.site.term_table import setup_terms
    from texsor.site.value_role import setup_values
    from texsor.site.verdict_box import setup_verdicts

    app.setup_extension("myst_nb")  # nothing happens where the project names it too
    for component in (
        setup_running,
        setup_style,
        setup_math,
        setup_math_terms_latex,
        setup_nodes,
        setup_equations,
        setup_equation_numbers,
        setup_verdicts,
        setup_terms,
        setup_term_tables,
        setup_linking,
        setup_linking_html,
        setup_definitions,
        setup_book_formulas,
        setup_ledger,
        setup_values,
        setup_provenance,
    ):
        component(app)
    return {"version": texsor.__version__, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
