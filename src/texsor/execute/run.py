"""One chapter, run in a kernel of its own."""

from __future__ import annotations

import asyncio
import copy
import os
import tempfile
import time
from dataclasses import dataclass
from typing import Any, TypeAlias

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from texsor.config import Config as Options
from texsor.errors import Invalid
from texsor.execute.chapters import Chapter
from texsor.execute.failures import died, failures, not_started, stopped, timed_out, unanswered
from texsor.records import FACTS, MUTANTS

ASK = "__import__('texsor.notebook.probe', fromlist=['*']).{call}"
"""How a kernel is asked: no name is left in, or taken from, the chapter's namespace."""
ANSWER_S = 60
"""What a kernel may take to answer, however little the project allows a cell."""

REFUSALS = ("CheckFailed", "Invalid", "NotSupported")
"""What texsor's magics raise, by name: the exceptions themselves stay in the kernel."""

NO_RECORDING = "no-recording"
"""Tag of a cell that runs unrecorded: a loop of many tiny operations."""


class Unanswered(Exception):  # noqa: N818 - reported as the chapter's failure, never raised to a user
    """A kernel that runs, and cannot do what texsor asks of it."""


Outcome: TypeAlias = tuple[float, dict[str, Any], Invalid | None]
"""Seconds, what the kernel says of itself, and why it stopped where the outputs do not tell."""


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
    with tempfile.TemporaryDirectory(prefix="texsor-") as scratch:
        seconds, facts, problem = asyncio.run(_in_kernel(notebook, chapter, config, scratch))
    found = tuple(failures(chapter, notebook))
    return Run(notebook, seconds, facts, (problem, *found) if problem else found)


async def _in_kernel(notebook: nbformat.NotebookNode, chapter: Chapter, config: Options, scratch: str) -> Outcome:
    client = _client(notebook, chapter, config, scratch)
    try:
        async with client.async_setup_kernel(env=kernel_environment(config, scratch)):
            return await _cells(client, chapter, config)
    except Unanswered as error:
        return 0.0, {}, unanswered(chapter, str(error))
    except (NoSuchKernel, OSError, RuntimeError) as error:
        return 0.0, {}, not_started(chapter, str(error))


def _client(notebook: nbformat.NotebookNode, chapter: Chapter, config: Options, scratch: str) -> NotebookClient:
    # Over TCP anybody on the machine could read and write a kernel's messages.
    sockets = {"transport": "ipc", "ip": f"{scratch}/kernel", "connection_file": f"{scratch}/connection.json"}
    return NotebookClient(
        notebook,
        timeout=config.timeout_s,
        kernel_name=chapter.kernel,
        record_timing=False,
        shutdown_kernel="immediate",  # a polite shutdown waits 0.95 s for torch
        resources={"metadata": {"path": str(chapter.path.parent)}},
        config=Config({"KernelManager": sockets}),
    )


async def _cells(client: NotebookClient, chapter: Chapter, config: Options) -> Outcome:
    await _describe_language(client)
    await _ask(client, f"seed({config.seed})")
    index, started = 0, time.perf_counter()
    try:
        for index, cell in enumerate(client.nb.cells):
            await _cell(client, cell, index)
        seconds = time.perf_counter() - started
        return seconds, await _ask(client, "tell()"), None
    except CellExecutionError as error:
        problem = stopped(chapter, client.nb, index, str(error))
    except CellTimeoutError:
        problem = timed_out(chapter, index, config.timeout_s)
    except DeadKernelError as error:
        problem = died(chapter, index, str(error))
    return time.perf_counter() - started, {}, problem


async def _cell(client: NotebookClient, cell: nbformat.NotebookNode, index: int) -> None:
    """Run one cell, unrecorded where its tag asks for that."""
    unrecorded = NO_RECORDING in cell.metadata.get("tags", ())
    if unrecorded:
        await _ask(client, "pause(True)")
    try:
        await client.async_execute_cell(cell, index)
    except CellExecutionError as error:
        # What texsor refuses leaves the chapter's own names as they are: the other formulas are still checked.
        if error.ename not in REFUSALS:
            raise
    if unrecorded:
        await _ask(client, "pause(False)")


def kernel_environment(config: Options, scratch: str) -> dict[str, str]:
    """The environment variables of a kernel: all that could make two runs differ is fixed."""
    fixed = {
        MUTANTS: "1",
        "OMP_NUM_THREADS": str(config.threads),
        "MKL_NUM_THREADS": str(config.threads),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",  # matplotlib writes the time into a figure otherwise
        "IPYTHONDIR": f"{scratch}/ipython",  # not the user's own, whose start-up files run before every cell
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    if config.device == "cpu":
        fixed["CUDA_VISIBLE_DEVICES"] = ""
    return {**os.environ, **fixed}


async def _describe_language(client: NotebookClient) -> None:
    """Keep what the kernel says of its language: myst-nb highlights the cells by it."""
    reply = await client.async_wait_for_reply(client.kc.kernel_info()) if client.kc else None
    if reply is not None:
        client.nb.metadata["language_info"] = reply["content"]["language_info"]


async def _ask(client: NotebookClient, call: str) -> dict[str, Any]:
    """Call a function of `texsor.notebook.probe` in the kernel; the facts that it displayed."""
    cell = nbformat.v4.new_code_cell(ASK.format(call=call))
    client.nb.cells.append(cell)
    timeout_s, client.timeout = client.timeout, ANSWER_S
    try:
        await client.async_execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    except (CellExecutionError, CellTimeoutError) as error:
        raise Unanswered(str(error)) from None
    finally:
        client.nb.cells.pop()
        client.timeout = timeout_s
    return {name: fact for output in cell.outputs for name, fact in output.get("data", {}).get(FACTS, {}).items()}
