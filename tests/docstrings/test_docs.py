"""docs/docstrings.md is executed: its package is written to a folder, and pytest says of it what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "docstrings.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
SHOWN = re.findall(r"^```text\n(src/.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_has_its_examples() -> None:
    """No example is lost because its fence or its first line is misspelt."""
    fences = re.findall(r"^```(\w+)$", PAGE, re.MULTILINE)
    assert fences.count("python") + fences.count("toml") == len(FILES) == 6
    assert len(SHOWN) == 2


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The page's package, importable as if it were installed."""
    for name, text in FILES.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (pytester.path / "src" / "waves" / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(pytester.path / "src")
    return pytester


def test_the_package_does_what_the_page_says(project: pytest.Pytester) -> None:
    """Its right formulas pass, the wrong one fails with what is shown, the definition is skipped with its reason."""
    result = project.runpytest_inprocess("-v", "-rs", "-p", "no:hypothesispytest")
    said = result.stdout.str()
    passed, failed = (block.splitlines() for block in SHOWN)
    for line in passed:
        assert re.search(rf"^{re.escape(line)}", said, re.MULTILINE), line
    assert [line for line in failed if line not in said] == []
    assert "not checked: it says what the letters mean; nothing here computes it." in said
    outcomes = result.parseoutcomes()
    # energy and Gain: 2 kinds, 4 dtypes; split_energy: 2 formulas, 2 kinds, 2 dtypes; power: random and edge.
    assert outcomes == {"passed": 8 + 8 + 8, "failed": 2, "skipped": 1}


def test_the_hook_is_needed(project: pytest.Pytester) -> None:
    """Without it the failure says what is missing."""
    result = project.runpytest_inprocess("src/waves/filters.py", "-o", "formula_cases=", "-p", "no:hypothesispytest")
    result.assert_outcomes(failed=8)
    result.stdout.fnmatch_lines(["*how a Gain is made is not known*", "*to do: give it by the hook: {'self': ...}"])
