"""Which device is picked, on machines that this one is not."""

import pytest
import torch

from lmloss.device import pick_device
from lmloss.errors import DeviceError


@pytest.fixture
def machine(monkeypatch):
    """A function that makes this machine pretend to have so many GPUs."""

    def pretend(cuda: int, mps: bool) -> None:
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return pretend


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"), [(0, False, "cpu"), (0, True, "mps"), (1, False, "cuda"), (2, True, "cuda")]
)
def test_a_gpu_when_there_is_one(machine, cuda, mps, expected):
    """Without a wish, CUDA comes first, then MPS, then the CPU."""
    machine(cuda, mps)
    assert pick_device() == torch.device(expected)


@pytest.mark.parametrize("preferred", ["cpu", "cuda", "cuda:1", "mps"])
def test_a_wish_is_granted(machine, preferred):
    """A device that the machine has is picked as asked."""
    machine(2, True)
    assert pick_device(preferred) == torch.device(preferred)


@pytest.mark.parametrize(
    ("preferred", "count"), [("cuda", "0 cuda"), ("cuda:0", "0 cuda"), ("mps", "0 mps"), ("cpu:1", "1 cpu")]
)
def test_an_unavailable_device(machine, preferred, count):
    """A device that the machine lacks is refused with what it has."""
    machine(0, False)
    with pytest.raises(DeviceError, match=rf"this machine has {count} device\(s\), got '{preferred}'; leave it out"):
        pick_device(preferred)


def test_the_second_of_one_gpu(machine):
    """An index past the last GPU is refused."""
    machine(1, False)
    with pytest.raises(DeviceError, match=r"this machine has 1 cuda device\(s\), got 'cuda:1'"):
        pick_device("cuda:1")


@pytest.mark.parametrize("preferred", ["gpu", "", "cuda:x", 1.5])
def test_a_device_without_meaning(preferred):
    """A name that PyTorch does not know is refused with the names that are meant."""
    with pytest.raises(DeviceError, match=r"named like cpu, cuda, cuda:1 or mps, got"):
        pick_device(preferred)


def test_a_device_that_computes_nothing():
    """A device of PyTorch that is none of the three is refused."""
    with pytest.raises(DeviceError, match=r"lmloss runs on cpu, cuda or mps, got 'meta'"):
        pick_device("meta")
