"""``texsor build``: the book, with every warning an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

JUPYTER_BOOK = (sys.executable, "-P", "-c", "from jupyter_book.cli.main import main; main()")
"""This interpreter's jupyter-book, wherever its script was put; -P, lest the book's files shadow modules."""


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option("--all", "everything", is_flag=True, help="Read and write every page again (outputs stay cached).")
def build(folder: Path, everything: bool) -> None:
    """Run the chapters that need it and build FOLDER into FOLDER/_build/html.

    Exits non-zero on any warning: an unknown reference, a cell that raises or warns, a value that was not recorded.
    """
    if not (folder / "_toc.yml").is_file():
        raise click.ClickException(
            f"{folder} is no book: it has no _toc.yml\n  to do: name the folder that has one; "
            "any other Sphinx project is built with sphinx-build"
        )
    words = [*JUPYTER_BOOK, "build", str(folder), "-W", "-n", "--keep-going"]
    done = subprocess.run([*words, "--all"] if everything else words, check=False)
    if done.returncode:
        raise click.ClickException("the book was not built: see the lines above, which name file and line")
    click.echo(f"The book: {(folder / '_build' / 'html' / 'index.html').resolve()}")
