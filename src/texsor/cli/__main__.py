"""``python -m texsor.cli``."""

from texsor.cli import main

main(prog_name="texsor")
