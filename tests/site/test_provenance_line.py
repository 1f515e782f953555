"""The facts of a run, as the foot of a page says them."""

from __future__ import annotations

import pytest

from texsor.records import Provenance
from texsor.site.page_provenance import _facts, _measured
from texsor.site.words import WORDS

RUN = Provenance(
    commit="0123456789abcdef",
    clean=True,
    key="k",
    seconds=12.345,
    when="2026-11-22T14:06:00Z",
    python="3.11.7",
    device="A Chip",
    threads=2,
    peak_bytes=1536 * 2**20,
    torch="2.13.0+cpu",
    seed=123,
)


@pytest.mark.parametrize(
    ("language", "facts", "measured"),
    [
        (
            "ko",
            ["커밋 0123456789 (수정 없음)", "Python 3.11.7", "torch 2.13.0+cpu", "A Chip", "스레드 2", "시드 123"],
            ["12.3 초", "최대 메모리 1,536 MiB", "2026-11-22T14:06:00Z"],
        ),
        (
            "en",
            ["commit 0123456789 (clean tree)", "Python 3.11.7", "torch 2.13.0+cpu", "A Chip", "threads 2", "seed 123"],
            ["12.3 s", "peak memory 1,536 MiB", "2026-11-22T14:06:00Z"],
        ),
    ],
)
def test_a_run_with_torch(language, facts, measured):
    """Commit, versions, processor, threads and seed are what another run would say again; the rest is measured."""
    assert _facts(RUN, WORDS[language]) == facts
    assert _measured(RUN, WORDS[language]) == measured
