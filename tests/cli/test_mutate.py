"""``texsor mutate``: what the build's checks said of the mutants of a small book's formulas."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from texsor.cli import main

SUM = r"""%%formula total
s = \sum_i z_i
where
z = z"""


@pytest.fixture(scope="module")
def proved(tmp_path_factory, make_book, chapter_of):
    """A built book with one proved formula, and a page without code."""
    cells = ("%load_ext texsor\nimport torch\nz = torch.tensor([1.0, 2.0, 4.0])", SUM, "s = z.sum()\n%check total s")
    book = make_book(tmp_path_factory.mktemp("mutate"), {"index.md": chapter_of(*cells), "plain.md": "# Plain\n"})
    book.texsor()
    return book


def test_every_mutant_of_a_formula_is_counted(proved):
    """Each formula has a line, and the whole a last one; where all are caught the command succeeds."""
    done = CliRunner().invoke(main, ["mutate", str(proved.root)])
    assert done.exit_code == 0, done.output
    assert "index.md: total: " in done.output
    assert " caught" in done.output.splitlines()[-1]
    assert "survived" not in done.output


def test_all_lists_what_was_caught(proved):
    """With --all the caught mutants are listed with what was changed."""
    done = CliRunner().invoke(main, ["mutate", "--all", str(proved.root)])
    assert r"\sum_{i} z_{i} → \operatorname{mean}_{i} z_{i}" in done.output


def test_a_survivor_fails_the_command(proved, monkeypatch):
    """A mutant that is another formula and was not caught makes the command fail, and is listed."""
    monkeypatch.setattr("texsor.cli.book.executed", lambda _folder: [("index.md", _Survived())])
    done = CliRunner().invoke(main, ["mutate", str(proved.root)])
    assert done.exit_code == 1
    assert "survived   a → b" in done.output
    assert "some mutants survived" in done.output


def test_a_book_that_was_not_built_is_refused(make_book, chapter_of, tmp_path):
    """Without outputs there is nothing to say, and the command says what to run."""
    book = make_book(tmp_path, {"index.md": chapter_of("x = 1")})
    done = CliRunner().invoke(main, ["mutate", str(book.root)])
    assert done.exit_code == 1
    assert "run texsor build first" in done.output


def test_a_folder_that_is_no_book_is_refused(tmp_path):
    """A folder without _config.yml is named, with what to do."""
    done = CliRunner().invoke(main, ["mutate", str(tmp_path)])
    assert done.exit_code == 1
    assert "it has no _config.yml" in done.output


class _Survived:
    """Outputs with one verdict of which a mutant survived."""

    def records(self, _mime):
        shown = {"shape": [], "dtype": "float32", "values": 1.0}
        mutant = {"name": "m", "note": "a → b", "value": "1", "status": "survived", "reason": ""}
        texts = dict.fromkeys(("name", "latex", "expression", "value_only", "diagnosis"), "")
        flags = {"zero_log": False, "holds": True, "wanted": True, "tolerance": 1e-10, "recorded_tolerance": 1e-5}
        lists = {name: [] for name in ("axes", "members", "leaves", "terms", "unpaired")}
        yield {**texts, **flags, **lists, "code": shown, "mutants": [mutant]}
