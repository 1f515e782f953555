"""``texsor mutate``: would a wrong formula have been found? Every one-step mutant, formula by formula."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option("--all", "everything", is_flag=True, help="List the mutants that were caught too.")
def mutate(folder: Path, everything: bool) -> None:
    """List what the build's own checks said of every mutant of the formulas in FOLDER (built by `texsor build`).

    Exits non-zero when a mutant that is another formula survived, or when nothing was judged.
    """
    from texsor.cli.book import executed
    from texsor.records import from_json
    from texsor.verdicts import VERDICT, Verdict

    total: Counter[str] = Counter()
    for path, stored in executed(folder):
        for verdict in (from_json(Verdict, record) for record in stored.records(VERDICT)):
            counts: Counter[str] = Counter(mutant.status for mutant in verdict.mutants)
            total += counts
            if verdict.wanted:
                click.echo(f"{path}: {verdict.name}: {_tally(counts)}")
            for mutant in verdict.mutants:
                if everything or mutant.status in ("survived", "equivalent"):
                    click.echo(
                        f"  {mutant.status:<10} {mutant.note}" + (f"  ({mutant.reason})" if mutant.reason else "")
                    )
    click.echo(f"in all: {_tally(total)}")
    if total["survived"] or not total:
        raise click.ClickException(
            "some mutants survived" if total else "no formula was judged: run texsor build first"
        )


def _tally(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "no mutants"
