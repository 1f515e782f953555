"""A built book, as the commands see it: the outputs that its pages were made from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from texsor.execute import Project, Stored


def project(folder: Path) -> Project:
    """The project of a folder with a ``_config.yml``."""
    import yaml

    from texsor.config import PREFIX, Config
    from texsor.execute import Project

    path = folder / "_config.yml"
    if not path.is_file():
        raise click.ClickException(
            f"{folder} is no book: it has no _config.yml\n  to do: name the folder that has one; "
            "any other Sphinx project is built with sphinx-build"
        )
    settings = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    values = (settings.get("sphinx") or {}).get("config") or {}
    options = {name.removeprefix(PREFIX): value for name, value in values.items() if name.startswith(PREFIX)}
    root = folder.resolve()
    return Project(root, root / "_build" / ".jupyter_cache", Config.from_values(options))


def sources(folder: Path) -> list[Path]:
    """The source files that the table of contents names."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    site_map = parse_toc_yaml(folder / "_toc.yml")
    found = [folder / f"{name}{ending}" for name in site_map for ending in (".md", ".ipynb")]
    return [path for path in found if path.is_file()]


def executed(folder: Path) -> Iterator[tuple[str, Stored]]:
    """Each chapter's current outputs, by its name."""
    book = project(folder)
    for path in sources(folder):
        stored = book.stored(path.resolve())
        if stored is not None:
            yield path.relative_to(folder).as_posix(), stored
