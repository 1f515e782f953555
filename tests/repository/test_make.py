"""The Makefile tells what it can do."""

from __future__ import annotations

import re


def test_make_alone_lists_every_target(run, targets):
    """``make`` without a word prints each documented target with its help, and does nothing else."""
    done = run("make")
    assert done.returncode == 0, done.stderr
    listed = dict(re.findall(r"^  make (\S+) +(.+)$", done.stdout, re.MULTILINE))
    assert listed == targets


def test_every_target_that_a_person_calls_is_documented(root, targets):
    """Each phony target has a line of help."""
    phony = re.search(r"^\.PHONY: (.+)$", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(targets)


def test_ci_is_make_test_with_nothing_left_out(root):
    """``.ci/run`` ends in ``make test`` under REQUIRE_ALL=1, so that its exit status is that of the tests."""
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111, "not executable"
    last = script.read_text(encoding="utf-8").rstrip().splitlines()[-1]
    assert last == "REQUIRE_ALL=1 exec make test PYTHON=python3.11"
