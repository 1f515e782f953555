"""The chapters run before Sphinx reads them, whoever started the build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from texsor.config import PREFIX, Config
from texsor.errors import TexsorError
from texsor.execute import Project, refresh

LOGGER = logging.getLogger(__name__)


def setup_running(app: Sphinx) -> None:
    """Declare the options and connect the run."""
    for option in fields(Config):
        app.add_config_value(PREFIX + option.name, option.default, "env", Any)
    # 100: before every extension that reads myst-nb's configuration.
    app.connect("config-inited", _open_project, priority=100)
    app.connect("env-before-read-docs", _run)


def project_of(app: Sphinx) -> Project:
    """The project that a build is of."""
    project: Project = app.config.texsor_project
    return project


def _open_project(app: Sphinx, config: SphinxConfig) -> None:
    try:
        options = Config.from_values({field.name: config[PREFIX + field.name] for field in fields(Config)})
    except TexsorError as error:
        raise ExtensionError(str(error)) from None
    stores = Path(app.outdir).parent / ".jupyter_cache"
    project = Project(Path(app.srcdir), stores, options)
    # Not a declared value: it must not be pickled with the environment.
    object.__setattr__(config, "texsor_project", project)
    # A folder a digest: myst-nb itself would look only at the cells.
    config.nb_execution_cache_path = str(stores / project.digest)
    config.nb_execution_mode = "cache"
    config.nb_execution_raise_on_error = True


def _run(app: Sphinx, env: BuildEnvironment, _docnames: list[str]) -> None:
    try:
        refresh(project_of(app), list(_sources(env)), lambda line: LOGGER.info("texsor: %s", line))
    except TexsorError as error:
        raise ExtensionError(f"chapters that must not be published:\n{error}") from None


def _sources(env: BuildEnvironment) -> Iterator[Path]:
    for docname in sorted(env.found_docs):
        path = Path(env.doc2path(docname))
        if path.suffix in (".md", ".ipynb"):
            yield path
