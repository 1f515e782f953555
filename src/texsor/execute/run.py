"""One chapter, run in a kernel of its own."""

from __future__ import annotations

import copy
import json
import os
import tempfile
import time
from dataclasses import dataclass
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from texsor.config import Config as Options
from texsor.errors import Invalid
from texsor.execute.chapters import Chapter
from texsor.execute.failures import died, failures, not_started, timed_out

PROLOGUE = "from texsor.notebook.probe import seed\nseed({seed})"
"""Asked of the kernel before the first cell."""

PROBE = "from texsor.notebook.probe import facts\nprint(facts())"
"""Asked of the kernel after the last cell: what it really ran on."""


@dataclass(frozen=True)
class Run:
    """What came of running a chapter."""

    notebook: nbformat.NotebookNode
    """The cells with their outputs, up to the first that failed."""
    seconds: float
    """From the first cell to the last, without the start of the kernel."""
    facts: dict[str, Any]
    """What the kernel said of itself: torch, device, threads, seed, peak bytes."""
    failures: tuple[Invalid, ...]
    """Why the outputs must not be published; empty when they may."""


def run_chapter(chapter: Chapter, config: Options) -> Run:
    """Run every code cell in order, in the chapter's folder; stop at the first that raises."""
    notebook = copy.deepcopy(chapter.notebook)
    with tempfile.TemporaryDirectory(prefix="texsor-") as sockets:
        client = _client(notebook, chapter, config, sockets)
        try:
            with client.setup_kernel(env=kernel_environment(config)):
                seconds, facts, problem = _cells(client, chapter, config)
        except (NoSuchKernel, RuntimeError) as error:
            seconds, facts, problem = 0.0, {}, not_started(chapter, str(error))
    found = tuple(failures(chapter, notebook))
    return Run(notebook, seconds, facts, (problem, *found) if problem else found)


def _client(notebook: nbformat.NotebookNode, chapter: Chapter, config: Options, sockets: str) -> NotebookClient:
    # Over TCP anybody on the machine could read and write a kernel's messages.
    transport = {"transport": "ipc", "ip": f"{sockets}/kernel"}
    return NotebookClient(
        notebook,
        timeout=config.timeout_s,
        kernel_name=chapter.kernel,
        record_timing=False,
        shutdown_kernel="immediate",  # a polite shutdown waits 0.95 s for torch
        resources={"metadata": {"path": str(chapter.path.parent)}},
        config=Config({"KernelManager": transport}),
    )


def _cells(client: NotebookClient, chapter: Chapter, config: Options) -> tuple[float, dict[str, Any], Invalid | None]:
    """Run the cells; seconds, what the kernel says of itself, and why it stopped where the outputs do not tell."""
    _describe_language(client)
    _ask(client, PROLOGUE.format(seed=config.seed))
    index, started = 0, time.perf_counter()
    try:
        for index, cell in enumerate(client.nb.cells):
            client.execute_cell(cell, index)
        seconds = time.perf_counter() - started
        return seconds, json.loads(_ask(client, PROBE)), None
    except CellExecutionError:
        problem = None  # the output says it, with its line
    except CellTimeoutError:
        problem = timed_out(chapter, index, config.timeout_s)
    except DeadKernelError as error:
        problem = died(chapter, index, str(error))
    return time.perf_counter() - started, {}, problem


def kernel_environment(config: Options) -> dict[str, str]:
    """The environment variables of a kernel: all that could make two runs differ is fixed."""
    fixed = {
        "OMP_NUM_THREADS": str(config.threads),
        "MKL_NUM_THREADS": str(config.threads),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",  # matplotlib writes the time into a figure otherwise
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    if config.device == "cpu":
        fixed["CUDA_VISIBLE_DEVICES"] = ""
    return {**os.environ, **fixed}


def _describe_language(client: NotebookClient) -> None:
    """Keep what the kernel says of its language: myst-nb highlights the cells by it."""
    reply = client.wait_for_reply(client.kc.kernel_info()) if client.kc else None
    if reply is not None:
        client.nb.metadata["language_info"] = reply["content"]["language_info"]


def _ask(client: NotebookClient, question: str) -> str:
    """Run code that is no cell of the chapter; what it printed."""
    cell = nbformat.v4.new_code_cell(question)
    client.nb.cells.append(cell)
    try:
        client.execute_cell(cell, len(client.nb.cells) - 1)
    finally:
        client.nb.cells.pop()
    return "".join(output.text for output in cell.outputs)
