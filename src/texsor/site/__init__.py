"""texsor in Sphinx: runs the chapters before they are read, and fills pages from the records of the run.

The only room that imports Sphinx, docutils and myst_nb. It never imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import texsor

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every component, in this order."""
    from texsor.site.math import setup_math
    from texsor.site.page_provenance import setup_provenance
    from texsor.site.running import setup_running
    from texsor.site.style import setup_style
    from texsor.site.value_role import setup_values

    for component in (setup_running, setup_style, setup_math, setup_values, setup_provenance):
        component(app)
    return {"version": texsor.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
