"""The style sheet of what texsor adds to a page."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

STATIC = Path(__file__).with_name("static")


def setup_style(app: Sphinx) -> None:
    """Serve the style sheet from the package."""
    app.connect("config-inited", _serve)
    app.add_css_file("texsor.css")


def _serve(_app: Sphinx, config: Config) -> None:
    config.html_static_path = [*config.html_static_path, str(STATIC)]
