"""The chapters run before Sphinx reads them, whoever started the build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError, ExtensionError
from sphinx.util import logging

from texsor.config import PREFIX, Config
from texsor.errors import TexsorError
from texsor.execute import Project, refresh

LOGGER = logging.getLogger(__name__)

PROJECT = "_texsor_project"
"""Attribute of the configuration; the underscore keeps it out of the pickled environment."""


def setup_running(app: Sphinx) -> None:
    """Declare the options and connect the run."""
    for option in fields(Config):
        app.add_config_value(PREFIX + option.name, option.default, "env", Any)
    # 100: before every extension that reads myst-nb's configuration.
    app.connect("config-inited", _open_project, priority=100)
    app.connect("env-before-read-docs", _run)


def project_of(config: SphinxConfig) -> Project:
    """The project that a build is of; it travels with the configuration, which every part of Sphinx can reach."""
    project: Project = getattr(config, PROJECT)
    return project


def has_project(config: SphinxConfig) -> bool:
    """Whether a build loads texsor: myst-nb calls our renderer in every project of the machine."""
    return hasattr(config, PROJECT)


def _open_project(app: Sphinx, config: SphinxConfig) -> None:
    stores = Path(app.outdir).parent / ".jupyter_cache"
    try:
        project = Project(Path(app.srcdir), stores, Config.from_values(_options(config)))
        folder = stores / project.digest
    except TexsorError as error:
        raise ConfigError(str(error)) from None
    object.__setattr__(config, PROJECT, project)
    # A folder a digest: myst-nb itself would look only at the cells.
    config.nb_execution_cache_path = str(folder)
    config.nb_execution_mode = "cache"
    # Assigned, not extended: the list may be Sphinx's default, which all projects of a process share.
    config.exclude_patterns = [*config.exclude_patterns, *_made(app, stores)]
    config.nb_execution_raise_on_error = True


def _options(config: SphinxConfig) -> dict[str, Any]:
    """Each option, and each name of conf.py that looks like one: Sphinx says nothing of those."""
    names = [PREFIX + field.name for field in fields(Config)]
    written = {name: value for name, value in config._raw_config.items() if name.startswith(PREFIX)}
    return {name.removeprefix(PREFIX): value for name, value in (written | {n: config[n] for n in names}).items()}


def _made(app: Sphinx, stores: Path) -> list[str]:
    """What the build writes inside the source folder: Sphinx would find pages in it."""
    made = (Path(app.outdir), stores, stores.with_name("jupyter_execute"))
    return [str(path.relative_to(app.srcdir)) for path in made if path.is_relative_to(app.srcdir)]


def _run(app: Sphinx, env: BuildEnvironment, _docnames: list[str]) -> None:
    try:
        refresh(project_of(app.config), list(_sources(env)), lambda line: LOGGER.info("texsor: %s", line))
    except TexsorError as error:
        raise ExtensionError(f"chapters that must not be published:\n{error}") from None


def _sources(env: BuildEnvironment) -> Iterator[Path]:
    for docname in sorted(env.found_docs):
        path = Path(env.doc2path(docname))
        if path.suffix in (".md", ".ipynb"):
            yield path
