"""Where a number came from: the commit, and whether the tree was exactly that commit."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from texsor.records import Provenance


def commit(root: Path) -> tuple[str | None, bool | None]:
    """The checked-out commit and whether the tree was clean; (None, None) outside a git checkout."""
    try:
        name = _git(root, "rev-parse", "HEAD")
        return name, not _git(root, "status", "--porcelain")
    except (OSError, subprocess.CalledProcessError):
        return None, None


def provenance(root: Path, key: str, seconds: float, facts: dict[str, Any]) -> Provenance:
    """What a run that has just ended says of itself."""
    name, clean = commit(root)
    when = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return Provenance(commit=name, clean=clean, key=key, seconds=round(seconds, 2), when=when, **facts)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()
