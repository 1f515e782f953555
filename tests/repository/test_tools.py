"""The checks that other tools make, as part of the one test run."""

from __future__ import annotations


def test_ruff_finds_nothing(tool):
    """No file breaks a lint rule."""
    tool("ruff", "check", ".")


def test_every_file_is_formatted(tool):
    """Every Python file is as ``ruff format`` would write it."""
    tool("ruff", "format", "--check", ".")


def test_types_hold(tool):
    """Mypy, strict, finds no error in src."""
    tool("mypy")


def test_rooms_import_one_way_only(tool):
    """No package imports against the contracts that pyproject.toml declares."""
    tool("lint-imports", "--no-logo")
