"""What docs/any-sphinx-project.md says is what the code and the tests say."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from texsor.config import PREFIX, Config


@pytest.fixture(scope="module")
def guide(repository) -> str:
    """The page."""
    return (repository / "docs" / "any-sphinx-project.md").read_text(encoding="utf-8")


def test_every_option_is_documented_as_it_is_declared(guide):
    """The table has a row for each option of `texsor.config`, in its order, with its default, type and help."""
    rows = re.findall(r"^\| `(texsor_\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", guide, re.MULTILINE)
    declared = [(option, option.metadata) for option in fields(Config)]
    assert rows == [
        (
            PREFIX + option.name,
            said["shown"] if option.name == "jobs" else f"`{said['shown']}`",
            said["wanted"],
            said["help"],
        )
        for option, said in declared
    ]


def test_the_conf_py_that_is_shown_is_the_one_that_is_built(guide, project):
    """The guide shows the project's conf.py, its module, and what its notebook says, word for word."""
    blocks = [body for _, body in re.findall(r"^(`{3,})(?:python|md)\n(.*?)^\1$", guide, re.DOTALL | re.MULTILINE)]
    assert len(blocks) > 5
    files = "\0".join(path.read_text(encoding="utf-8") for path in project.rglob("*") if path.suffix in {".py", ".md"})
    assert [block for block in blocks if block.strip() not in files] == []


def test_the_command_that_is_shown_is_the_one_that_is_run(guide, sphinx_build):
    """The guide builds as the test builds."""
    assert f"```sh\npython -m sphinx {sphinx_build}\n```" in guide
