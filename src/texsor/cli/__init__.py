"""The command line, ``texsor``: one command a file, heavy imports inside the commands."""

from __future__ import annotations

import click

import texsor
from texsor.cli.build import build
from texsor.cli.mutate import mutate


@click.group()
@click.version_option(texsor.__version__)
def main() -> None:
    """Formulas that are tests, for Jupyter Book and Sphinx."""


for command in (build, mutate):
    main.add_command(command)
