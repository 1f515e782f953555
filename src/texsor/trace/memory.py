"""Memory as the recording sees it: storages, their successive states, and which of them are kept.

A tensor is named by its storage, the state of that storage and the layout, not by its Python object: PyTorch hands out
new objects for one tensor (views, ``requires_grad_``), and one object has many values (in-place operations).
"""

from __future__ import annotations

import weakref
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef

from texsor.errors import NotSupported

MIB = 1024 * 1024
_NOTHING = nullcontext()


def unrecorded() -> AbstractContextManager[Any]:
    """Return a context in which no dispatch mode, this recorder included, sees the operations."""
    guard: AbstractContextManager[Any] = torch._C._DisableTorchDispatch()
    return guard


def quiet() -> AbstractContextManager[Any]:
    """Like ``unrecorded``, but free where no dispatch mode is active, as inside the innermost recorder."""
    return unrecorded() if torch._C._len_torch_dispatch_stack() else _NOTHING


class Cell:
    """A storage and the operations that wrote it, one for each state that it went through."""

    __slots__ = ("__weakref__", "device", "kept", "nbytes", "opaque", "sources", "storage", "writers")

    def __init__(self, tensor: Tensor, storage: Any, writer: int | None) -> None:
        self.opaque = storage is None
        # A weak reference keeps the address from being used again, so that a storage is never taken for another.
        self.storage = None if storage is None else StorageWeakRef(storage)
        self.nbytes = 0 if storage is None else storage.nbytes()
        self.device = tensor.device
        self.writers: list[int | None] = [writer]
        self.kept: weakref.ref[Kept] | None = None
        self.sources: dict[int, Kept] = {}

    @property
    def version(self) -> int:
        """Number of the newest state."""
        return len(self.writers) - 1


class Ref(NamedTuple):
    """A tensor's value at one moment: a layout over one state of a storage."""

    cell: Cell
    """The storage."""
    version: int
    """Which of its states."""
    shape: tuple[int, ...]
    """Size of each axis."""
    stride: tuple[int, ...]
    """Elements to step for each axis."""
    offset: int
    """Element of the storage at which it begins."""
    dtype: torch.dtype
    """Element type."""

    @property
    def numel(self) -> int:
        """Number of elements."""
        return torch.Size(self.shape).numel()

    @property
    def extent(self) -> int:
        """Elements of the storage that exist for this type."""
        return self.cell.nbytes // self.dtype.itemsize

    @property
    def covers(self) -> bool:
        """Whether it holds each element of the storage exactly once."""
        expected = 1
        for stride, size in sorted(pair for pair in zip(self.stride, self.shape, strict=True) if pair[1] != 1):
            if stride != expected:
                return False
            expected *= size
        return self.offset == 0 and self.numel == self.extent

    def flat(self, version: int) -> Ref:
        """Return the whole storage at another state, as one axis."""
        return Ref(self.cell, version, (self.extent,), (1,), 0, self.dtype)


class Budget:
    """Bytes that the recording may hold beyond what the program holds."""

    def __init__(self, limit: int, copy_limit: int) -> None:
        self.limit = limit
        self.copy_limit = copy_limit
        self.used = 0
        self.refused = 0

    def take(self, nbytes: int) -> bool:
        """Reserve bytes; False where they do not fit."""
        if self.used + nbytes > self.limit:
            self.refused += 1
            return False
        self.used += nbytes
        return True


class Kept:
    """One state of a storage, kept for later: held, only referred to, copied before a change, or lost."""

    __slots__ = ("__weakref__", "_alias", "_budget", "_charged", "_copy", "_lost", "_probe", "_version", "cell")

    def __init__(self, cell: Cell, tensor: Tensor, budget: Budget, *, refer: bool) -> None:
        self.cell = weakref.ref(cell)
        self._budget = budget
        self._charged = 0
        self._alias: Tensor | None = None
        self._copy: Any = None
        self._lost = ""
        self._probe = weakref.ref(tensor)
        self._version: int | None = None
        if not refer and budget.take(cell.nbytes):
            self._charged = cell.nbytes
            with quiet():
                # Not the tensor itself: it will get a history, and holding that would hold all that backward needs.
                self._alias = tensor.detach()

    def __del__(self) -> None:
        self._release()

    def observe(self, tensor: Tensor) -> None:
        """Watch the version counter of a tensor that the program uses, if the one watched is gone."""
        if self._probe() is None:
            self._probe, self._version = weakref.ref(tensor), None

    def freeze(self) -> None:
        """Copy the state, because an operation is about to change it."""
        storage, nbytes = self._alive(), self._nbytes()
        if storage is None:
            self._lose("it was too large to keep and is gone")
        elif nbytes > self._budget.copy_limit or not (self._charged or self._budget.take(nbytes)):
            self._lose(f"it was changed in place later, and {nbytes / MIB:.1f} MiB were too large to copy")
        else:
            self._charged = nbytes
            with quiet():
                self._copy = storage.clone()
        self._alias, self._version = None, None

    def settle(self) -> None:
        """Note the version of what is watched: from here on changes are not recorded."""
        if self._copy is None and not self._lost:
            self._version = _version(self._probe())

    def disturbed(self) -> bool:
        """Whether a change was made since ``settle`` that no recording saw; the state is lost then."""
        probe, noted = self._probe(), self._version
        changed = probe is not None and noted is not None and _version(probe) != noted
        if changed:
            self._lose("it was changed while nothing was recorded")
        return changed

    def content(self, ref: Ref) -> Tensor:
        """Return the kept numbers in a layout, over the kept memory; raise NotSupported if they are lost."""
        self.disturbed()
        storage = self._copy if self._copy is not None else self._alive()
        if storage is None and not self._lost:
            self._lose(f"{self._nbytes() / MIB:.1f} MiB were too large to keep, and the program let go of them")
        if self._lost:
            raise NotSupported(f"a tensor's value was not kept: {self._lost}", remedy="name a later tensor as a leaf")
        with quiet(), torch.inference_mode(False), torch.no_grad():
            return torch.empty(0, dtype=ref.dtype, device=storage.device).set_(
                storage, ref.offset, ref.shape, ref.stride
            )

    def _alive(self) -> Any:
        """Return the storage itself if anybody still holds it."""
        cell = self.cell()
        if cell is None or cell.storage is None:
            return None
        return torch.UntypedStorage._new_with_weak_ptr(cell.storage.cdata)

    def _nbytes(self) -> int:
        cell = self.cell()
        return 0 if cell is None else cell.nbytes

    def _lose(self, why: str) -> None:
        self._lost, self._alias = why, None
        self._release()

    def _release(self) -> None:
        self._budget.used -= self._charged
        self._charged = 0


def _version(tensor: Tensor | None) -> int | None:
    """Return the version counter; None where there is none, as for tensors made in inference mode."""
    return None if tensor is None or tensor.is_inference() else tensor._version
