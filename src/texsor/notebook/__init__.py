"""texsor inside a notebook: the IPython extension and what a chapter's cells call."""

from texsor.notebook.values import measure, record

__all__ = ["measure", "record"]
