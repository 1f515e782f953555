"""GGUF, the file format of packaged models: named facts, then named tensors, most of them quantised."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from lmloss.errors import ModelFileError
from lmloss.smollm2.dequantise import FORMATS

Value = int | float | bool | str | list["Value"]

MAGIC = b"GGUF"
VERSION = 3
ALIGNMENT = 32
"""Tensors start at multiples of so many bytes, unless `general.alignment` says otherwise."""

# The numbers by which the format names a value's type, and how struct reads it. Everything is little-endian.
NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9


@dataclass(frozen=True)
class Entry:
    """Where a tensor lies in the file, and how it is written there."""

    shape: tuple[int, ...]
    """Its shape in torch's order, rows first; the file writes the axes in the opposite order."""
    kind: int
    """The number of its format, a key of `dequantise.FORMATS`."""
    start: int
    """Its first byte, counted from the beginning of the file."""


@dataclass(frozen=True)
class GGUF:
    """A file that was opened: what it says of its model, and where its tensors lie."""

    path: Path
    """The file."""
    metadata: Mapping[str, Value]
    """What the file says of its model, by name."""
    entries: Mapping[str, Entry]
    """Where each tensor lies, by name."""

    def tensor(self, name: str) -> Tensor:
        """Read one tensor as float32, dequantised.

        Raises:
            ModelFileError: no tensor of that name, a format that lmloss does not read, or a file that ends too early.
        """
        where = f"GGUF({str(self.path)!r}).tensor({name!r})"
        if name not in self.entries:
            raise ModelFileError("the file holds the tensor", where, "no such name", "look into .entries for the names")
        entry = self.entries[name]
        if entry.kind not in FORMATS:
            known = ", ".join(form.name for form in FORMATS.values())
            got, remedy = f"format number {entry.kind}", "pass a file in one of these formats"
            raise ModelFileError(f"lmloss reads tensors written as {known}", where, got, remedy)
        form = FORMATS[entry.kind]
        n_blocks = torch.Size(entry.shape).numel() // form.weights
        stop = entry.start + n_blocks * form.bytes
        if stop > (size := self.path.stat().st_size):
            raise ModelFileError(f"the tensor ends at byte {stop}", where, f"{size} bytes", "install the file again")
        # The file is mapped, not read: only the bytes of this tensor come into memory.
        content = torch.from_file(str(self.path), shared=False, size=stop, dtype=torch.uint8)
        blocks = content[entry.start : stop].view(n_blocks, form.bytes)
        return form.read(blocks).reshape(entry.shape)


def read_gguf(path: str | Path) -> GGUF:
    """Read what a GGUF file says of its model and where its tensors lie; the tensors themselves stay in the file.

    Raises:
        ModelFileError: a file that is missing, is no GGUF file of version 3, or ends too early.

    Source:
        The GGUF specification in the repository of ggml, docs/gguf.md, version 3.
    """
    path = Path(path)
    where = f"read_gguf({str(path)!r})"
    try:
        with path.open("rb") as file:
            return _read(file, path, where)
    except OSError as error:
        remedy = "pass the path of a GGUF file"
        raise ModelFileError("the model file can be read", where, error.strerror or str(error), remedy) from error
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        remedy = "install or download the file again"
        raise ModelFileError("the file is whole", where, f"{type(error).__name__} ({error})", remedy) from error


def _read(file: BinaryIO, path: Path, where: str) -> GGUF:
    magic, version = file.read(4), _number(file, "I")
    if magic != MAGIC or version != VERSION:
        got = f"a file that starts with {magic!r}, version {version}"
        raise ModelFileError(f"a model file is GGUF, version {VERSION}", where, got, "pass a .gguf file")
    n_tensors, n_facts = _number(file, "Q"), _number(file, "Q")
    metadata = {_text(file): _value(file, int(_number(file, "I"))) for _ in range(int(n_facts))}
    found = {_text(file): _entry(file) for _ in range(int(n_tensors))}
    alignment = metadata.get("general.alignment", ALIGNMENT)
    if not isinstance(alignment, int) or alignment < 1:
        remedy = "install or download the file again"
        raise ModelFileError("tensors start at multiples of a number of bytes", where, f"{alignment!r}", remedy)
    first = -(-file.tell() // alignment) * alignment
    entries = {name: Entry(entry.shape, entry.kind, first + entry.start) for name, entry in found.items()}
    return GGUF(path, metadata, entries)


def _number(file: BinaryIO, code: str) -> int | float | bool:
    number: int | float | bool
    (number,) = struct.unpack(f"<{code}", file.read(struct.calcsize(f"<{code}")))
    return number


def _text(file: BinaryIO) -> str:
    return file.read(int(_number(file, "Q"))).decode("utf-8")


def _value(file: BinaryIO, kind: int) -> Value:
    if kind == STRING:
        return _text(file)
    if kind == ARRAY:
        item, length = int(_number(file, "I")), int(_number(file, "Q"))
        return [_value(file, item) for _ in range(length)]
    return _number(file, NUMBERS[kind])


def _entry(file: BinaryIO) -> Entry:
    """Read one tensor's entry; its start is counted from the first tensor, which nobody knows yet."""
    n_axes = int(_number(file, "I"))
    shape = tuple(int(_number(file, "Q")) for _ in range(n_axes))
    return Entry(shape[::-1], int(_number(file, "I")), int(_number(file, "Q")))
