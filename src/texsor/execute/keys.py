"""What an output depends on besides its own cells, as one digest.

jupyter-cache knows a chapter's cells and kernel name and nothing else, so after an edit of an imported module it serves
the old number. Here all that a cell can reach goes into a digest, and each digest has a store of its own.
"""

from __future__ import annotations

import hashlib
import platform
import string
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

import texsor
from texsor.config import PREFIX, Config
from texsor.errors import Invalid

LENGTH = 16
IGNORED = {"__pycache__", ".ipynb_checkpoints"}


def environment_digest(root: Path, config: Config) -> str:
    """Digest of the files, packages, interpreter and device that any chapter's outputs may depend on."""
    digest = hashlib.sha256()
    for part in (*_files(root, config.depends_on), *_engine(), *_machine(config)):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:LENGTH]


def is_digest(name: str) -> bool:
    """Whether a name looks like what `environment_digest` gives."""
    return len(name) == LENGTH and set(name) <= set(string.hexdigits)


def _files(root: Path, patterns: Iterable[str]) -> Iterable[str]:
    """Each file with the digest of its bytes; a pattern that matches nothing counts too, by its name."""
    for pattern in sorted(patterns):
        yield pattern
        try:
            yield from _digests(root, pattern)
        except (ValueError, NotImplementedError) as error:
            raise Invalid(
                f"option {PREFIX}depends_on holds {pattern!r}: {error}",
                remedy="give globs relative to the source folder",
            ) from None


def _digests(folder: Path, pattern: str) -> Iterable[str]:
    for path in sorted(folder.glob(pattern)):
        name = path.relative_to(folder)
        if path.is_file() and not _ignored(name):
            yield f"{name.as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _ignored(path: Path) -> bool:
    return any(part in IGNORED or part.endswith(".egg-info") for part in path.parts)


def _engine() -> Iterable[str]:
    """Texsor's own files: ``%load_ext texsor`` is no import that a chapter's closure could show."""
    yield from _digests(Path(texsor.__file__).parent, "**/*")


def _machine(config: Config) -> Iterable[str]:
    yield f"python {platform.python_version()} {platform.machine()} {platform.system()}"
    yield f"device {config.device} threads {config.threads} seed {config.seed}"
    # The lock file says what should be installed; this says what is.
    yield from sorted({f"{dist.metadata['Name']}=={dist.version}" for dist in distributions()})
