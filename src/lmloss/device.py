"""Which device a chapter runs on."""

import torch

from lmloss.errors import DeviceError

ORDER = ("cuda", "mps", "cpu")


def pick_device(preferred: str | None = None) -> torch.device:
    """Choose the device to run on: the preferred one, else a GPU when there is one, else the CPU.

    Arguments:
        preferred: "cpu", "cuda", "cuda:1" or "mps"; None picks the first available of cuda, mps, cpu.

    Raises:
        DeviceError: the preferred device is unknown, or this machine does not have it.

    Example:
        >>> pick_device("cpu")
        device(type='cpu')
    """
    if preferred is None:
        return torch.device(next(kind for kind in ORDER if count(kind) > 0))
    try:
        device = torch.device(preferred)
    except (RuntimeError, TypeError) as error:
        raise _refusal("a device is named like cpu, cuda, cuda:1 or mps", preferred) from error
    if device.type not in ORDER:
        raise _refusal("lmloss runs on cpu, cuda or mps", preferred)
    if (device.index or 0) >= count(device.type):
        raise _refusal(f"this machine has {count(device.type)} {device.type} device(s)", preferred)
    return device


def count(kind: str) -> int:
    """How many devices of a kind in `ORDER` this process can use, without initialising any of them."""
    if kind == "cuda":
        # device_count() also reads 0 on a CPU build, and does not start CUDA: a process may still fork.
        return torch.cuda.device_count()
    if kind == "mps":
        return int(torch.backends.mps.is_available())
    return 1


def _refusal(what: str, preferred: object) -> DeviceError:
    return DeviceError(what, "pick_device(preferred)", repr(preferred), "leave it out to take what there is")
