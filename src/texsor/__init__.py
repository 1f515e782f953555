"""texsor: LaTeX formulas that are tests, for Jupyter Book and Sphinx."""

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """``%load_ext texsor``: make texsor's magics known to this notebook."""
    from texsor.notebook.extension import load  # noqa: PLC0415 - importing texsor must not import IPython

    load(shell)
