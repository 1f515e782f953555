"""The style sheet of what texsor adds to a page, and the folder that it comes from."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

STATIC = Path(__file__).with_name("static")


def setup_style(app: Sphinx) -> None:
    """Link the style sheet."""
    serve_static(app)
    app.add_css_file("texsor.css")


def serve_static(app: Sphinx) -> None:
    """Serve the package's own files, once however many components ask for it."""
    app.connect("config-inited", _serve)


def _serve(_app: Sphinx, config: Config) -> None:
    if str(STATIC) not in config.html_static_path:
        config.html_static_path = [*config.html_static_path, str(STATIC)]  # the list may be Sphinx's own default
