"""One chapter in a kernel of its own."""

from __future__ import annotations

import random

import pytest

from texsor.config import Config
from texsor.execute import read_chapter
from texsor.execute.run import kernel_environment, run_chapter


def test_the_values_of_a_run_are_kept(ran, sources):
    """What the cells recorded can be read from the store, a later value of a name instead of an earlier one."""
    stored = ran.project.stored(sources / "good.md")
    assert stored.values() == {"loss": (2.5, False), "name": ("ko", False), "seconds": (2, True)}


def test_a_run_starts_in_the_chapters_folder(environment, sources):
    """Relative paths in a cell start from the folder of the chapter."""
    assert environment["folder"] == str(sources)


def test_a_run_starts_from_the_seed(environment):
    """Python's generator starts from the project's seed."""
    assert environment["random"] == random.Random(0).random()


def test_a_run_is_a_chapter_of_its_own(ran, environment, sources):
    """The first cell is number 1 and sees only IPython's names: none of texsor's, none of the user's start-up files."""
    cells = ran.project.stored(sources / "good.md").notebook.cells[1:]
    assert [cell.execution_count for cell in cells] == [1, 2, 3]
    assert set(environment["names"]) <= {
        "In",
        "Out",
        "exit",
        "quit",
        "get_ipython",
        "open",
        "os",
        "random",
        "sys",
        "json",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMP_NUM_THREADS", "1"),
        ("MKL_NUM_THREADS", "1"),
        ("CUDA_VISIBLE_DEVICES", ""),
        ("PYTHONHASHSEED", "0"),
        ("SOURCE_DATE_EPOCH", "0"),
    ],
)
def test_what_could_make_runs_differ_is_fixed(environment, name, value):
    """A kernel has one thread, no GPU, one order of hashes and no clock in its figures."""
    assert environment["environment"][name] == value


def test_a_gpu_project_sees_its_gpus(monkeypatch):
    """On another device the GPUs are not hidden, and the threads are those of the project."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    found = kernel_environment(Config(device="cuda", threads=2), "scratch")
    assert (found["CUDA_VISIBLE_DEVICES"], found["OMP_NUM_THREADS"], found["MKL_NUM_THREADS"]) == ("3", "2", "2")


def test_a_chapter_without_torch_does_not_pay_for_it(ran, environment, sources):
    """A chapter that imports no torch has none in its kernel, and its provenance names none."""
    run = ran.project.stored(sources / "good.md").provenance
    assert environment["torch"] is False
    assert (run.torch, run.seed, run.threads) == (None, None, 1)
    assert run.peak_bytes > 1e6
    assert run.device


def test_torch_starts_from_the_seed(ran, sources):
    """Torch's generator starts from the project's seed when the chapter imports torch; the provenance says so."""
    import torch  # noqa: PLC0415 - one test only

    stored = ran.project.stored(sources / "torch.md")
    expected = torch.rand(1, generator=torch.Generator().manual_seed(0)).item()
    assert float(stored.notebook.cells[1].outputs[0].data["text/plain"]) == expected
    run = stored.provenance
    assert (run.torch, run.seed, run.threads) == (torch.__version__, 0, 1)


def test_cells_after_a_failure_do_not_run(ran, sources):
    """A chapter stops at its first failure."""
    assert not (sources / "a cell after one that failed").exists()


def test_nothing_is_left_on_disk(ran):
    """Sockets, connection files and IPython's folder are gone after every run, dead and refused kernels included."""
    assert ran.left == []


def test_a_cell_that_takes_too_long_is_stopped(tmp_path, header):
    """A cell beyond the project's limit ends the run, and the report names the cell and the option."""
    path = tmp_path / "slow.md"
    path.write_text(
        header.format("python3") + "```{code-cell}\nx = 1\n```\n\n```{code-cell}\nimport time\ntime.sleep(99)\n```\n"
    )
    run = run_chapter(read_chapter(path), Config(timeout_s=1))
    (problem,) = run.failures
    assert problem.what == "the cell ran longer than 1 s"
    assert problem.where.line == 13
    assert "texsor_timeout_s" in problem.remedy
