"""What must not be published: each is a warning of its own line, or stops the build."""

from __future__ import annotations

import re

import pytest

CELL = "from texsor.notebook import record\nrecord(loss=1.5, losses=[1.0], name='ko')"

FAULTS = {
    "{value}`los`": "no value 'los' was recorded\n  to do: call record(los=…) in a cell; recorded are: loss, losses",
    "{value}`loss:.4q`": "{value} cannot print 'loss:.4q', which is 1.5: Unknown format code 'q'",
    "{value}`name:.2f`": "{value} cannot print 'name:.2f', which is 'ko': Unknown format code 'f'",
    "{value}`losses:.2f`": "{value} cannot print 'losses:.2f', which is [1.0]: unsupported format string",
    "{value}`losses[1]`": "{value} cannot print 'losses[1]', which is [1.0]: list index out of range",
    "{value}`loss[0]`": "{value} cannot print 'loss[0]', which is 1.5: 'float' object is not subscriptable",
    "{value}`losses[a]`": "{value} cannot read 'losses[a]'",
    "{value}`loss-1`": "{value} cannot read 'loss-1'",
    "{value}`loss:`": "{value} cannot read 'loss:'",
    "{value}`missing.md::loss`": "missing.md is no chapter that has run",
    "{value}`_build::loss`": "_build is no chapter that has run",
    "{value}`plain.md::loss`": "plain.md is no chapter that has run",
    "{eq}`no-such-equation`": "equation not found: no-such-equation",
    "{ref}`no-such-label`": "undefined label: 'no-such-label'",
    "[](no-such-page.md)": "'myst' cross-reference target not found: 'no-such-page.md'",
    "{nosuchrole}`text`": 'Unknown interpreted text role "nosuchrole".',
    "$\\nosuchcommand$": "unknown command in a formula: \\nosuchcommand",
}
"""What a page says, and how it is refused."""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory, make_book, chapter_of):
    """A page on which everything is wrong, and the log of its build."""
    text = chapter_of(CELL, prose="\n\n".join(FAULTS) + "\n\n```{toctree}\nplain\n```")
    plain = "# Plain\n\nNothing to run, and nothing recorded: {value}`loss`.\n"
    book = make_book(tmp_path_factory.mktemp("faulty"), {"index.md": text, "plain.md": plain})
    return book, book.sphinx(warnings=True)


@pytest.mark.parametrize(("fault", "says"), FAULTS.items(), ids=list(FAULTS))
def test_a_fault_is_one_warning_with_its_line(faulty, fault, says):
    """Each fault is a warning that names file and line, and what is wrong."""
    book, built = faulty
    lines = (book.root / "index.md").read_text().splitlines()
    place = f"{book.root}/index.md:{1 + lines.index(fault)}: WARNING: "
    assert built.log.count(place) == 1
    assert place + says in built.log


def test_a_page_without_code_has_no_values(faulty):
    """A page that runs nothing cannot print a value of its own."""
    book, built = faulty
    assert f"{book.root}/plain.md:3: WARNING: plain.md is no chapter that has run" in built.log


def test_nothing_else_is_wrong(faulty):
    """There are as many warnings as faults."""
    _, built = faulty
    assert built.log.count("WARNING: ") == len(FAULTS) + 1


def test_a_value_that_is_missing_shows_what_was_asked_for(faulty):
    """Where there is no value the page shows the question: an invented number never stands there."""
    _, built = faulty
    assert '<span class="texsor-value">loss:.4q</span>' in built.page()


MYST_NB = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\nmystnb:\n  execution_mode: '{}'\n---\n# T\n\n"


def test_outputs_that_are_not_texsors_run_are_a_warning(book):
    """A page that asks myst-nb for another way of running shows other outputs than its line names: a warning."""
    cell = "```{code-cell}\nprint('ran')\n```\n"
    pages = {f"{name}.md": MYST_NB.format(name) + cell for name in ("force", "off")}
    built = book(pages | {"index.md": "# T\n\n```{toctree}\nforce\noff\n```\n"}).sphinx(warnings=True)
    warned = re.findall(r"/(\w+)\.md: WARNING: this page's outputs are not from texsor's run", built.log)
    assert sorted(warned) == ["force", "off"]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("threads", 0, "option texsor_threads is 0\n  to do: give it a whole number above 0"),
        ("device", "tpu", "option texsor_device is 'tpu'\n  to do: give it 'cpu' or 'cuda'"),
        ("depends_on", ["/etc/*"], "option texsor_depends_on holds '/etc/*': Non-relative patterns are unsupported"),
    ],
)
def test_an_option_that_cannot_be_is_refused(book, option, value, says):
    """An option with a value that texsor cannot use stops the build before anything runs."""
    built = book({"index.md": "# T\n"}).sphinx(warnings=True, **{f"texsor_{option}": value})
    assert built.status == 2
    assert says in built.log
