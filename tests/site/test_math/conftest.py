"""A Sphinx project in a temporary folder, built in one call that allows no warning unless told to."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

CONF = """
extensions = ["myst_parser"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
myst_enable_extensions = ["dollarmath", "amsmath"]
html_theme = "alabaster"

def setup(app):
    from texsor.site.math import setup_math
    setup_math(app)
"""


WIDE = " + ".join(rf"\alpha_{{{i}}}" for i in range(60))
BROWSER_PAGE = rf"""# T

Short $x$, also ${{f'}}^2 \vec{{v}} \widehat{{xyz}} \sqrt[3]{{a - b}}$, long ${WIDE}$, and a root:

$$
\sqrt{{2}} + \sum_{{i=1}}^V \hat{{y}}_i
$$ (short)

$$
{WIDE}
$$ (wide)
"""


@dataclass(frozen=True)
class Site:
    """What a build left."""

    folder: Path
    warnings: str

    def page(self, name: str = "index") -> str:
        """The HTML of a page."""
        return (self.folder / f"{name}.html").read_text(encoding="utf-8")


def make_site(
    place: Path,
    index: str,
    *,
    conf: str = "",
    builder: str = "html",
    parallel: int = 0,
    warnings: bool = False,
    **pages,
) -> Site:
    """Build Markdown pages; a warning fails the test unless it says ``warnings=True``."""
    source = place / "source"
    source.mkdir(exist_ok=True)
    (source / "conf.py").write_text(CONF + conf, encoding="utf-8")
    for name, text in {"index": index, **pages}.items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    said = io.StringIO()
    out = place / builder
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(source, source, out, place / "doctrees", builder, status=None, warning=said, parallel=parallel)
        app.build()
    text = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue())
    assert warnings or not text, text
    return Site(out, text)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Site]:
    """Build pages in a folder of the test's own: ``build(text, other=text)``."""
    return partial(make_site, tmp_path)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One page in the book's theme, for all looks at it."""
    return make_site(tmp_path_factory.mktemp("site"), BROWSER_PAGE, conf='html_theme = "sphinx_book_theme"')
