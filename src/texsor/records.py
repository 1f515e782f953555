"""What passes between rooms: frozen records, each field with its meaning, and their JSON.

No torch here: the site reads these records from cell outputs in a process that never imports it.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar, Union

from texsor.errors import Invalid

Value: TypeAlias = Union[float, int, bool, tuple["Value", ...]]  # noqa: UP007 - only this form can name itself
"""A tensor's numbers, nested like ``Tensor.tolist()``; a tensor without axes is a bare number."""
Record = TypeVar("Record")

OpKind: TypeAlias = Literal["compute", "view", "in-place", "random", "number"]
Phase: TypeAlias = Literal["forward", "backward"]

MUTANTS = "TEXSOR_MUTANTS"
"""Environment variable under which a check judges every mutant too; a build sets it, a notebook need not wait."""

VALUES = "application/vnd.texsor.values+json"
"""MIME type of the named values that a chapter records for its prose."""
FACTS = "application/vnd.texsor.facts+json"
"""MIME type of what a kernel says of itself after a chapter: the fields of `Provenance` that only it knows."""


@dataclass(frozen=True)
class Provenance:
    """The execution that a page's numbers came from."""

    commit: str | None
    """The commit that was checked out; None outside a git checkout."""
    clean: bool | None
    """Whether the tree was exactly that commit; None outside a git checkout."""
    key: str
    """Digest of what the outputs depend on besides the chapter's own cells."""
    seconds: float
    """From the first cell to the last."""
    when: str
    """When the run ended: ISO 8601, UTC, to the second."""
    python: str
    """Version of the interpreter."""
    device: str
    """The processor or GPU that the tensors were on, by its name."""
    threads: int
    """Threads that torch could use; 1 where the chapter used no torch."""
    peak_bytes: int
    """Largest resident memory of the kernel."""
    torch: str | None
    """Version of torch; None where the chapter used none."""
    seed: int | None
    """torch's seed at the end of the run; None where the chapter used no torch."""


@dataclass(frozen=True, order=True)
class SourceLine:
    """A line that a reader can find."""

    path: str
    """The name of the cell, or the file as the project knows it (``lmloss/losses/nll.py``)."""
    line: int
    """1-based line within the cell or file."""

    def __str__(self) -> str:
        """Read as ``path:line``."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class TensorMeta:
    """What is known of a tensor without its numbers."""

    shape: tuple[int, ...]
    """Size of each axis."""
    dtype: str
    """Element type without ``torch.``, such as ``float32``."""
    device: str
    """Where it lay, such as ``cpu`` or ``cuda:0``."""

    def __str__(self) -> str:
        """Read as ``float32(2, 3)``, with the device where it is not the CPU."""
        axes = ", ".join(map(str, self.shape))
        return f"{self.dtype}({axes})" + ("" if self.device == "cpu" else f"@{self.device}")


@dataclass(frozen=True)
class OpCall:
    """One tensor operation that one line ran, once or in a loop, on one set of shapes."""

    operation: str
    """Name as PyTorch dispatches it, such as ``aten.log.default``."""
    kind: OpKind
    """``view`` copies nothing, ``in-place`` changes an input, ``random`` drew, ``number`` left the world of tensors."""
    phase: Phase
    """``backward`` for what autograd ran, which lands on the line that called ``backward()``."""
    stack: tuple[SourceLine, ...]
    """Cell lines, the outermost caller first, and last the innermost library line; empty if no known line ran it."""
    arguments: tuple[str, ...]
    """The arguments that are no tensors, as ``name=value``, from the first run."""
    inputs: tuple[TensorMeta, ...]
    """The tensors that went in, in the order of the arguments."""
    outputs: tuple[TensorMeta, ...]
    """The tensors that came out."""
    count: int
    """How often the line ran it on these shapes."""
    shown: tuple[tuple[Value | None, ...], ...]
    """For each of the first runs, each output's numbers; None where they are too many to show."""

    def __str__(self) -> str:
        """One line: where, operation, inputs -> outputs, how often."""
        where = " > ".join(map(str, self.stack)) or "?"
        took = ", ".join(map(str, (*self.inputs, *self.arguments)))
        gave = ", ".join(map(str, self.outputs)) or "()"
        marks = "".join(f" [{mark}]" for mark in (self.kind, self.phase) if mark not in ("compute", "forward"))
        ran = f"{self.operation}({took}) -> {gave}"
        return f"{where}: {ran}{marks}" + (f" x{self.count}" if self.count > 1 else "")


@dataclass(frozen=True)
class Trace:
    """What ran between a start and a stop of the recorder."""

    calls: tuple[OpCall, ...]
    """Operations in the order of their first run, loops folded."""
    operations: int
    """How many operations ran, repeats included and hidden ones not."""
    notes: tuple[str, ...]
    """What the recording could not keep, in words; empty if nothing is missing."""

    def __str__(self) -> str:
        """One operation a line."""
        return "\n".join(map(str, self.calls))

    def at(self, line: SourceLine) -> tuple[OpCall, ...]:
        """Return the operations that ran under a line, of a cell or of a library."""
        return tuple(call for call in self.calls if line in call.stack)


def to_json(record: object) -> Any:
    """Turn a record into what ``json.dumps`` takes; numbers that JSON lacks become their names.

    >>> to_json(SourceLine("cell-1", 2))
    {'path': 'cell-1', 'line': 2}
    """
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {field.name: to_json(getattr(record, field.name)) for field in dataclasses.fields(record)}
    if isinstance(record, tuple | list):
        return [to_json(item) for item in record]
    if isinstance(record, dict):
        return {str(key): to_json(item) for key, item in record.items()}
    if isinstance(record, float) and not math.isfinite(record):
        return str(record)
    if record is None or isinstance(record, str | int | float | bool):
        return record
    raise Invalid(f"a record cannot hold a {type(record).__name__}", remedy="use records, tuples, text and numbers")


def from_json(kind: type[Record], data: Any) -> Record:
    """Rebuild a record of ``kind`` from what ``to_json`` made.

    >>> from_json(SourceLine, {"path": "cell-1", "line": 2})
    SourceLine(path='cell-1', line=2)
    """
    hints = typing.get_type_hints(kind)
    missing = set(hints) ^ set(data)
    if missing:
        raise Invalid(f"not a {kind.__name__}: {', '.join(sorted(missing))} missing or unknown")
    return kind(**{name: _decode(hint, data[name]) for name, hint in hints.items()})


def _decode(hint: Any, data: Any) -> Any:
    """Rebuild one field by its annotation."""
    for matches, decode in _DECODERS:
        if matches(hint):
            return decode(hint, data)
    raise Invalid(f"no way to read a field annotated {hint}", remedy="add it to texsor.records._DECODERS")


def _decode_union(hint: Any, data: Any) -> Any:
    members = typing.get_args(hint)
    if data is None and types.NoneType in members:
        return None
    rest = [member for member in members if member is not types.NoneType]
    return _decode(rest[0], data) if len(rest) == 1 else _decode_value(hint, data)


def _decode_value(_hint: Any, data: Any) -> Any:
    """Read nested numbers; text is a number that JSON lacks."""
    if isinstance(data, list):
        return tuple(_decode_value(None, item) for item in data)
    return float(data) if isinstance(data, str) else data


def _decode_tuple(hint: Any, data: Any) -> Any:
    members = typing.get_args(hint)
    if len(members) == 2 and members[1] is Ellipsis:
        return tuple(_decode(members[0], item) for item in data)
    return tuple(_decode(member, item) for member, item in zip(members, data, strict=True))


_DECODERS: tuple[tuple[Callable[[Any], bool], Callable[[Any, Any], Any]], ...] = (
    (lambda hint: hint in (str, int, bool), lambda _hint, data: data),
    (lambda hint: hint is float, lambda _hint, data: float(data)),
    (dataclasses.is_dataclass, from_json),
    (lambda hint: typing.get_origin(hint) is Literal, lambda _hint, data: data),
    (lambda hint: typing.get_origin(hint) in (types.UnionType, typing.Union), _decode_union),
    (lambda hint: typing.get_origin(hint) is tuple, _decode_tuple),
)
"""How each annotation is read; the first that matches decides."""
