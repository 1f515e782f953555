"""What an output depends on besides its own cells, as one digest.

jupyter-cache knows a chapter's cells and kernel name and nothing else, so after an edit of an imported module it serves
the old number. Here all that a cell can reach goes into a digest, and each digest has a store of its own.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

import texsor
from texsor.config import Config

IGNORED = {"__pycache__", ".ipynb_checkpoints"}


def environment_digest(root: Path, config: Config) -> str:
    """Digest of the files, packages, interpreter and device that any chapter's outputs may depend on."""
    digest = hashlib.sha256()
    for part in (*_files(root, config.depends_on), *_engine(), *_machine(config)):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


def _files(root: Path, patterns: Iterable[str]) -> Iterable[str]:
    """Each file with the digest of its bytes; a pattern that matches nothing counts too, by its name."""
    for pattern in sorted(patterns):
        yield pattern
        for path in sorted(root.glob(pattern)):
            if path.is_file() and not _ignored(path.relative_to(root)):
                yield f"{path.relative_to(root).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _ignored(path: Path) -> bool:
    return any(part in IGNORED or part.endswith(".egg-info") for part in path.parts)


def _engine() -> Iterable[str]:
    """Texsor's own source: ``%load_ext texsor`` is no import that a chapter's closure could show."""
    home = Path(texsor.__file__).parent
    for path in sorted(home.rglob("*.py")):
        if "__pycache__" not in path.parts:
            yield f"texsor/{path.relative_to(home).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _machine(config: Config) -> Iterable[str]:
    yield f"python {platform.python_version()} {platform.machine()} {platform.system()}"
    yield f"device {config.device} threads {config.threads} seed {config.seed}"
    # The lock file says what should be installed; this says what is.
    yield from sorted({f"{dist.metadata['Name']}=={dist.version}" for dist in distributions()})
