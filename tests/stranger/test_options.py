"""What conf.py may say."""

from __future__ import annotations

import pytest

INDEX = {"index.md": "# T\n\nOne $x$.\n"}


def conf(extensions: str, *lines: str) -> str:
    """A conf.py that excludes what the test's book has besides."""
    base = [f"extensions = {extensions}", 'html_theme = "basic"', 'exclude_patterns = ["_build"]', *lines]
    return "\n".join(["source_suffix = {'.md': 'myst-nb'}", 'myst_enable_extensions = ["dollarmath"]', *base])


@pytest.mark.parametrize(
    "extensions",
    ['["texsor.site"]', '["myst_nb", "texsor.site"]', '["texsor.site", "myst_nb"]'],
    ids=["alone", "behind", "before"],
)
def test_texsor_needs_no_more_than_its_name(book, extensions):
    """Alone, before or behind myst-nb, the one line of conf.py is enough."""
    built = book(INDEX | {"conf.py": conf(extensions)}).sphinx()
    assert '<span class="math texsor-inline' in built.page()


def test_a_misspelt_option_is_named(book):
    """A name of conf.py that looks like an option of texsor's and is none ends the build, with those that there are."""
    made = book(INDEX | {"conf.py": conf('["texsor.site"]', "texsor_trheads = 2")})
    built = made.sphinx(warnings=True)
    assert built.status == 2
    assert (
        "Configuration error: there is no option texsor_trheads\n  to do: one of: allow_unproved, depends_on"
        in built.log
    )


def test_an_option_of_conf_py_is_heard_and_an_override_stands_above_it(book):
    """What conf.py says counts; what the command line says counts more."""
    made = book(INDEX | {"conf.py": conf('["texsor.site"]', "texsor_threads = 0")})
    assert "option texsor_threads is 0" in made.sphinx(warnings=True).log
    assert made.sphinx(texsor_threads=2).status == 0


COUNT = """
def setup(app):
    def count(_app, config):
        print("served:", sum(path.endswith("site/static") for path in config.html_static_path))
    app.connect("config-inited", count, priority=900)
"""


def test_the_packages_own_files_are_served_once(book, capsys):
    """However many components ask for it, the folder of static files is one entry of html_static_path."""
    book(INDEX | {"conf.py": conf('["texsor.site"]', COUNT)}).sphinx()
    assert "served: 1\n" in capsys.readouterr().out
