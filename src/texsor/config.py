"""Every option of texsor, declared once: default, type, check and help.

Sphinx reads them as ``texsor_<name>``, from ``_config.yml`` under ``sphinx: config:`` or from ``conf.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from texsor.errors import Invalid

PREFIX = "texsor_"


def _option(default: Any, check: Callable[[Any], bool], wanted: str, help_: str, shown: str | None = None) -> Any:
    """An option; ``shown`` is its default in words, where the default depends on the machine."""
    return field(
        default=default, metadata={"check": check, "wanted": wanted, "help": help_, "shown": shown or repr(default)}
    )


def _positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _names(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) and item for item in value)


@dataclass(frozen=True)
class Config:
    """The options of one project."""

    depends_on: tuple[str, ...] = _option(
        ("src/**/*", "requirements.lock"),
        _names,
        "a list of glob patterns",
        "Files, as globs from the source folder, whose content any chapter's outputs may depend on.",
    )
    device: str = _option(
        "cpu",
        lambda value: value in ("cpu", "cuda"),
        "'cpu' or 'cuda'",
        "The device that chapters run on; 'cpu' hides every GPU from them.",
    )
    threads: int = _option(
        1,
        _positive,
        "a whole number above 0",
        "Threads of a chapter's kernel. One, so that sums are added in the same order on every machine.",
    )
    jobs: int = _option(
        min(4, os.cpu_count() or 1),
        _positive,
        "a whole number above 0",
        "Chapters that run at the same time.",
        shown="one a core, at most 4",
    )
    seed: int = _option(
        0,
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        "a whole number, 0 or above",
        "Python's and torch's generators start from it; torch would otherwise start from the clock.",
    )
    timeout_s: int = _option(600, _positive, "a whole number above 0", "Seconds that one cell may take.")
    allow_unproved: bool = _option(
        False,
        lambda value: isinstance(value, bool),
        "true or false",
        "Whether a page with code may display a formula that no cell declares; otherwise each is a warning.",
    )
    keep_stores: int = _option(
        3, _positive, "a whole number above 0", "Sets of cached outputs to keep, the newest first."
    )

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Config:
        """Check the values of a project's configuration.

        :raises Invalid: naming the option, what was found and what is wanted.
        """
        known = {option.name: option for option in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise Invalid(f"there is no option {PREFIX}{name}", remedy=f"one of: {', '.join(sorted(known))}")
            if not known[name].metadata["check"](value):
                raise Invalid(f"option {PREFIX}{name} is {value!r}", remedy=f"give it {known[name].metadata['wanted']}")
        frozen: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return cls(**frozen)
