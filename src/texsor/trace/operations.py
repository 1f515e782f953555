"""What the recorder must know of an operation, read once from its schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

UNDECLARED_WRITES: Mapping[str, tuple[str, ...]] = {
    f"aten.{name}.default": ("running_mean", "running_var")
    for name in (
        "native_batch_norm",
        "cudnn_batch_norm",
        "miopen_batch_norm",
        "_batch_norm_impl_index",
        "batch_norm",
        "instance_norm",
    )
}
"""Arguments that an operation changes though its schema does not say so."""

OFF_SWITCHES: Mapping[str, Any] = {"dropout_p": 0, "p": 0, "train": False, "training": False}
"""Arguments whose value keeps a random operation from drawing."""

DETACH = "aten.detach.default"
HIDDEN = frozenset({DETACH, "aten.lift_fresh.default"})
"""Operations that give back the tensor they got: no reader asked for them."""

_SILENT = "profiler._record_function_"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation and what its schema says."""

    func: Any
    """The overload that PyTorch dispatches."""
    name: str
    """Its name, such as ``aten.add_.Tensor``."""
    arguments: tuple[str, ...]
    """Names of the arguments in order."""
    defaults: tuple[Any, ...]
    """Default of each argument; dispatch leaves out arguments that equal it."""
    writes: tuple[str, ...]
    """Arguments that it changes."""
    out: bool
    """Whether it writes its result into arguments given for that (``out=``) and never reads them."""
    random: bool
    """Whether it may draw random numbers."""
    hidden: bool
    """Whether it is kept out of the trace."""
    allocates: bool
    """Whether it returns memory that has no value yet."""
    silent: bool
    """Whether it concerns the profiler alone, and no tensor."""
    opaque: bool
    """Whether it has no schema, so that its effects are unknown."""

    def argument(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Return what was passed for an argument, or its default."""
        position = self.arguments.index(name)
        return args[position] if position < len(args) else kwargs.get(name, self.defaults[position])

    def draws(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        """Whether this call of a random operation drew random numbers."""
        switches = [name for name in self.arguments if name in OFF_SWITCHES]
        return all(self.argument(name, args, kwargs) != OFF_SWITCHES[name] for name in switches)

    def written(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """Return the arguments that this call changes."""
        return [self.argument(name, args, kwargs) for name in self.writes]


_KNOWN: dict[int, Operation] = {}


def describe(func: Any) -> Operation:
    """Return what an operation's schema says, read once."""
    # By identity: the hash of an overload is slow, and the record keeps the overload alive.
    return _KNOWN.get(id(func)) or _KNOWN.setdefault(id(func), _read(func))


def _read(func: Any) -> Operation:
    schema = getattr(func, "_schema", None)
    if schema is None:
        return Operation(func, str(func), (), (), (), False, False, False, False, False, True)
    name = str(func)
    declared = tuple(a.name for a in schema.arguments if a.alias_info is not None and a.alias_info.is_write)
    return Operation(
        func=func,
        name=name,
        arguments=tuple(a.name for a in schema.arguments),
        defaults=tuple(a.default_value for a in schema.arguments),
        writes=declared or UNDECLARED_WRITES.get(name, ()),
        out=any(a.is_out for a in schema.arguments),
        random=torch.Tag.nondeterministic_seeded in func.tags,
        hidden=name in HIDDEN,
        allocates=name.startswith(("aten.empty", "aten.new_empty")),
        silent=name.startswith(_SILENT),
        opaque=False,
    )


@cache
def functional(func: Any) -> Any | None:
    """Find the overload that returns what an ``out=`` overload writes; None if there is none.

    It takes the same arguments, and perhaps further ones that may be left out (a factory's type and device).
    """
    wanted = [(a.name, str(a.type)) for a in func._schema.arguments if not a.is_out]
    for overload in func.overloadpacket.overloads():
        candidate = getattr(func.overloadpacket, overload)
        arguments = candidate._schema.arguments
        same = [(a.name, str(a.type)) for a in arguments[: len(wanted)]] == wanted
        if same and not any(a.is_out or not a.has_default_value() for a in arguments[len(wanted) :]):
            return candidate
    return None
