"""What a kernel is told before its chapter runs, and what it says of itself afterwards."""

from __future__ import annotations

import importlib
import platform
import random
import subprocess
import sys
from dataclasses import fields

import pytest

from texsor.notebook import probe
from texsor.records import FACTS, Provenance

FAKE_TORCH = """
seeds = []
manual_seed = seeds.append
__version__ = "9.9"
def get_num_threads(): return 7
def initial_seed(): return seeds[-1]
class cuda:
    is_available = staticmethod(lambda: {cuda})
    get_device_name = staticmethod(lambda: "GPU")
"""


@pytest.fixture
def state():
    """Python's generator is afterwards what it was."""
    before = random.getstate()
    yield
    random.setstate(before)


@pytest.fixture
def without_torch(monkeypatch):
    """A process that has not imported torch; what the test imports instead is afterwards gone."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    before = sys.modules.pop("torch", None)
    yield
    for name in ("torch", "a_bystander"):
        sys.modules.pop(name, None)
    if before:
        sys.modules["torch"] = before


@pytest.fixture
def torch_like(without_torch, tmp_path, monkeypatch):
    """A function that installs a module like torch, on a machine with a GPU or without, and not yet imported."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(cuda=False):
        (tmp_path / "torch.py").write_text(FAKE_TORCH.format(cuda=cuda))

    return install


@pytest.mark.usefixtures("state", "without_torch")
def test_pythons_generator_starts_from_the_seed():
    """After seeding, Python's generator gives what a new one of that seed gives."""
    probe.seed(7)
    assert random.random() == random.Random(7).random()


@pytest.mark.usefixtures("state")
def test_torch_is_seeded_when_it_is_imported(torch_like, tmp_path):
    """Seeding imports no torch; the import of torch, and no other and no second one, starts its generator."""
    torch_like()
    (tmp_path / "a_bystander.py").touch()
    probe.seed(7)
    importlib.import_module("a_bystander")

    assert "torch" not in sys.modules
    import torch  # noqa: PLC0415 - the import is what is tested

    assert torch.seeds == [7]
    importlib.reload(torch)
    assert torch.seeds == []
    assert not any(isinstance(finder, probe._SeedTorch) for finder in sys.meta_path)


@pytest.mark.usefixtures("state")
def test_torch_that_is_there_is_seeded_at_once(torch_like):
    """A kernel that starts with torch imported is seeded as well."""
    torch_like()
    import torch  # noqa: PLC0415 - the import is what is tested

    probe.seed(7)
    assert torch.seeds == [7]


@pytest.mark.usefixtures("state", "without_torch")
def test_a_missing_torch_is_missing_as_ever(monkeypatch):
    """Where torch is not installed, seeding is silent and the chapter's import fails as it would without texsor."""
    monkeypatch.setattr(sys, "path", [])
    probe.seed(7)
    with pytest.raises(ModuleNotFoundError, match="No module named 'torch'"):
        import torch  # noqa: F401, PLC0415 - the import is what is tested


@pytest.mark.usefixtures("without_torch")
def test_the_facts_of_a_kernel_without_torch():
    """A kernel without torch has one thread and no seed, and names its processor and its memory."""
    found = probe.facts()
    assert (found["python"], found["torch"], found["seed"], found["threads"]) == (
        platform.python_version(),
        None,
        None,
        1,
    )
    assert found["device"]
    assert 1e6 < found["peak_bytes"] < 1e12


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(("cuda", "device"), [(False, None), (True, "GPU")], ids=["CPU", "GPU"])
def test_the_facts_of_a_kernel_with_torch(torch_like, cuda, device):
    """A kernel with torch names its version, threads and seed, and the GPU where torch sees one."""
    torch_like(cuda)
    import torch  # noqa: F401, PLC0415 - the import is what is tested

    probe.seed(7)
    found = probe.facts()
    assert (found["torch"], found["threads"], found["seed"]) == ("9.9", 7, 7)
    assert found["device"] == device or device is None


def test_the_facts_are_what_a_provenance_lacks():
    """The facts and what the run itself knows make a whole record."""
    known = {"commit", "clean", "key", "seconds", "when"}
    assert set(probe.facts()) | known == {field.name for field in fields(Provenance)}


def test_the_facts_are_told_apart_from_output(monkeypatch):
    """The kernel tells its facts under a MIME type of their own, not among what is printed."""
    shown = []
    monkeypatch.setattr(probe, "display", lambda bundle, **_: shown.append(bundle))
    probe.tell()
    assert list(shown[0]) == [FACTS]
    assert set(shown[0][FACTS]) == set(probe.facts())


@pytest.mark.skipif(not probe.STATUS.exists(), reason="only Linux tells a process's own peak")
def test_memory_is_the_kernels_own():
    """A process that a large one started does not report the memory of the one that started it."""
    code = "from texsor.notebook.probe import facts; print(facts()['peak_bytes'])"
    held = bytearray(400_000_000)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(held) > int(done.stdout)


@pytest.mark.parametrize(("system", "factor"), [("linux", 1024), ("darwin", 1)])
def test_memory_is_counted_in_bytes(monkeypatch, tmp_path, system, factor):
    """Without /proc, systems count the peak in KiB and macOS in bytes; the facts are bytes."""

    class Usage:
        ru_maxrss = 10

    monkeypatch.setattr(probe, "STATUS", tmp_path / "none")
    monkeypatch.setattr(probe.sys, "platform", system)
    monkeypatch.setattr(probe.resource, "getrusage", lambda _who: Usage)
    assert probe.facts()["peak_bytes"] == 10 * factor


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        ("processor : 0\nmodel name : A Chip: fast\nmodel name : Another\n", "A Chip: fast"),
        ("processor : 0\n", "the architecture"),
        (None, "the processor"),
    ],
    ids=["Linux", "Linux without a name", "another system"],
)
def test_the_processor_has_a_name(monkeypatch, tmp_path, cpuinfo, name):
    """The processor is called what the system calls it, or at least by its architecture."""
    if cpuinfo is not None:
        (tmp_path / "cpuinfo").write_text(cpuinfo)
    monkeypatch.setattr(probe, "Path", lambda _path: tmp_path / "cpuinfo")
    monkeypatch.setattr(probe.platform, "machine", lambda: "the architecture")
    monkeypatch.setattr(probe.platform, "processor", lambda: "the processor")
    assert probe._processor() == name


@pytest.mark.parametrize("unrecorded", [True, False])
def test_recording_can_be_paused(monkeypatch, unrecorded):
    """The session of a notebook that loaded texsor is told whether the next cells are recorded."""

    class Session:
        paused = None

    class Shell:
        texsor = Session()

    monkeypatch.setattr(probe, "get_ipython", Shell)
    probe.pause(unrecorded)
    assert Shell.texsor.paused is unrecorded


@pytest.mark.parametrize("shell", [None, object()], ids=["no notebook", "texsor not loaded"])
def test_nothing_is_paused_where_nothing_records(monkeypatch, shell):
    """Without texsor's recorder there is nothing to pause."""
    monkeypatch.setattr(probe, "get_ipython", lambda: shell)
    probe.pause(True)
    assert not hasattr(shell, "texsor")
