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
from torch.nn import Parameter

from texsor.errors import NotSupported
from texsor.trace.layout import Layout

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

    __slots__ = ("__weakref__", "address", "device", "kept", "nbytes", "opaque", "sources", "writers")

    def __init__(self, tensor: Tensor, storage: Any, writer: int | None) -> None:
        self.opaque = storage is None
        # A weak reference keeps the address from being used again, so that a storage is never taken for another.
        self.address = 0 if storage is None else storage._weak_ref()
        self.nbytes = 0 if storage is None else storage.nbytes()
        self.device = tensor.device
        self.writers: list[int | None] = [writer]
        self.kept: weakref.ref[Kept] | None = None
        self.sources: dict[int, Kept] | None = None

    def __del__(self) -> None:
        if self.address:
            torch.UntypedStorage._free_weak_ref(self.address)

    @property
    def version(self) -> int:
        """Number of the newest state."""
        return len(self.writers) - 1

    def storage(self) -> Any:
        """Return the storage if anybody still holds it."""
        return torch.UntypedStorage._new_with_weak_ptr(self.address) if self.address else None

    def finished(self, version: int) -> bool:
        """Whether no tensor of the program can show this state any more."""
        return version < self.version or not self.address or bool(torch.UntypedStorage._expired(self.address))

    def source(self, version: int) -> Kept | None:
        """Return what is kept of a state that no operation computes."""
        return None if self.sources is None else self.sources.get(version)

    def add_source(self, kept: Kept) -> None:
        """Hold the newest state, which no operation computes."""
        if self.sources is None:
            self.sources = {}
        self.sources[self.version] = kept


class Ref(NamedTuple):
    """A tensor's value at one moment: a layout over one state of a storage."""

    cell: Cell
    """The storage."""
    version: int
    """Which of its states."""
    layout: Layout
    """Which elements, in which order."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Size of each axis."""
        return self.layout.shape

    @property
    def stride(self) -> tuple[int, ...]:
        """Elements to step for each axis."""
        return self.layout.stride

    @property
    def offset(self) -> int:
        """Element of the storage at which it begins."""
        return self.layout.offset

    @property
    def dtype(self) -> torch.dtype:
        """Element type."""
        return self.layout.dtype

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
        return Ref(self.cell, version, Layout.of((self.extent,), (1,), 0, self.dtype, self.layout.device))


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

    __slots__ = ("__weakref__", "_budget", "_charged", "_copied", "_lost", "_probe", "_storage", "_version", "cell")

    def __init__(self, cell: Cell, tensor: Tensor, storage: Any, budget: Budget) -> None:
        self.cell = weakref.ref(cell)
        self._budget = budget
        self._charged = 0
        self._copied = False
        self._lost = ""
        self._probe = weakref.ref(tensor)
        self._version: int | None = None
        # Not the tensor: it will get a history, and holding that would hold all that backward needs.
        self._storage: Any = None
        # Parameters are only referred to: their module holds them.
        if not issubclass(type(tensor), Parameter) and budget.take(cell.nbytes):
            self._charged = cell.nbytes
            self._storage = storage

    def __del__(self) -> None:
        self._budget.used -= self._charged

    def observe(self, tensor: Tensor) -> None:
        """Watch the version counter of a tensor that the program uses, if the one watched is gone."""
        if self._probe() is None:
            self._probe, self._version = weakref.ref(tensor), None

    def freeze(self) -> None:
        """Copy the state, because an operation is about to change it."""
        storage, nbytes = self._memory(), self._nbytes()
        if storage is None or nbytes > self._budget.copy_limit or not (self._charged or self._budget.take(nbytes)):
            self._lose(f"it was changed in place later, and {nbytes / MIB:.1f} MiB were too large to copy")
        else:
            self._charged = nbytes
            with quiet():
                self._storage, self._copied = storage.clone(), True
        self._version = None

    def settle(self) -> None:
        """Note the version of what is watched: from here on changes are not recorded."""
        if not self._copied and not self._lost:
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
        storage = self._memory()
        if storage is None and not self._lost:
            self._lose(f"{self._nbytes() / MIB:.1f} MiB were too large to keep, and the program let go of them")
        if self._lost:
            raise NotSupported(f"a tensor's value was not kept: {self._lost}", remedy="name a later tensor as a leaf")
        with quiet(), torch.inference_mode(False), torch.no_grad():
            return torch.empty(0, dtype=ref.dtype, device=storage.device).set_(
                storage, ref.offset, ref.shape, ref.stride
            )

    def _memory(self) -> Any:
        """Return the copy, or the storage itself if anybody still holds it."""
        cell = self.cell()
        return self._storage if self._storage is not None or cell is None else cell.storage()

    def _nbytes(self) -> int:
        cell = self.cell()
        return 0 if cell is None else cell.nbytes

    def _lose(self, why: str) -> None:
        self._lost, self._storage = why, None
        self._release()

    def _release(self) -> None:
        self._budget.used -= self._charged
        self._charged = 0


def _version(tensor: Tensor | None) -> int | None:
    """Return the version counter; None where there is none, as for tensors made in inference mode."""
    return None if tensor is None or tensor.is_inference() else tensor._version
