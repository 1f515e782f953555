"""What `pytest --formulas` reads, Sphinx shows without a warning: where lists, reasons, Shape lines."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

CONF = """
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]
napoleon_custom_sections = [("Shape", "params_style"), "Formula"]
html_theme = "basic"
"""

MODULE = r'''
def energy(signal):
    r"""Give the energy.

    Formula:
        .. math:: E_n = \sum_{t} x_{n,t}^2

        where :math:`x` = ``signal.flatten(0, 1)`` and :math:`E` = ``result``

        .. math:: E_n = \sum_{t} y_{n,t}

        where

        - :math:`y` = ``signal.flatten(0, 1)
          .square()``, the squares,
        - with ``rate=2``

        .. math:: L = x

        Not checked: it is a definition.

    Shape:
        signal: (…, T) floating, x, in volts.
        result: (…,) of the same dtype.
    """
'''


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the module."""
    root: Path = tmp_path_factory.mktemp("rendering")
    (root / "conf.py").write_text(CONF, encoding="utf-8")
    (root / "index.rst").write_text("Waves\n=====\n\n.. automodule:: rendered_waves\n   :members:\n", encoding="utf-8")
    (root / "rendered_waves.py").write_text(MODULE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, docutils_namespace():
        patch.syspath_prepend(root)
        folders = (root, root, root / "html", root / "doctrees")
        app = Sphinx(*folders, "html", {}, None, None, warningiserror=True)
        app.build()
        assert app.statuscode == 0
    return html.unescape((root / "html" / "index.html").read_text(encoding="utf-8"))


def words(text: str) -> str:
    """The words of some HTML, on one line."""
    return " ".join(re.sub(r"<[^>]*>", "", text).split())


def test_a_sentence_and_a_list_are_shown_as_such(page: str) -> None:
    """A paragraph, and two items; code is code."""
    assert "where \\(x\\) = signal.flatten(0, 1) and \\(E\\) = result" in words(page)
    items = [words(item) for item in re.findall(r"<li>(.*?)</li>", page, re.DOTALL)]
    assert "\\(y\\) = signal.flatten(0, 1) .square(), the squares," in items
    assert "with rate=2" in items
    assert "Not checked: it is a definition." in words(page)


def test_the_lines_of_a_shape_section_are_a_list(page: str) -> None:
    """With the setting that the page of documentation names."""
    assert re.search(r"<dt[^>]*>Shape<", page)
    items = [words(item) for item in re.findall(r"<li>(.*?)</li>", page, re.DOTALL)]
    assert any(item.startswith("signal") and "floating, x, in volts." in item for item in items)
