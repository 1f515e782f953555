"""What a docstring documents, found in its module: a function, a class, a method, a property; and how it is called."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from torch import nn

from texsor.errors import Invalid, Location

OUT_OF_REACH = "<locals>"


@dataclass(frozen=True, eq=False)
class Subject:
    """What a docstring documents."""

    name: str
    """Its name within its module."""
    module: ModuleType
    """Its module."""
    found: Any
    """The object itself."""
    owner: type | None
    """The class that it is, or stands in, where an object of that class is needed."""
    where: Location
    """Where its docstring stands."""

    @classmethod
    def of(cls, module: ModuleType, name: str, where: Location) -> Subject:
        """Find it.

        :raises Invalid: the docstring of a module, of a nested function, or of something that is no longer there.
        """
        remedy = "move the formula to a function, or write under it `Not checked:` and why"
        if not name or OUT_OF_REACH in name:
            what = f"{name} is inside a function: nobody can call it" if name else "a module has no code to compare"
            raise Invalid(what, where=where, remedy=remedy)
        found: Any = module
        owner: type | None = None
        for part in name.split("."):
            owner = found if isinstance(found, type) else None
            try:
                found = inspect.getattr_static(found, part)
            except AttributeError:
                raise Invalid(f"{module.__name__} has no {name}", where=where, remedy=remedy) from None
        if isinstance(found, (staticmethod, classmethod)):
            return cls(name, module, getattr(owner, name.rpartition(".")[2]), None, where)
        return cls(name, module, found, found if isinstance(found, type) else owner, where)

    def instance(self, given: Mapping[str, Any]) -> Any:
        """The object whose method, property or call is documented; None for a function.

        :raises Invalid: a class that cannot be made without arguments.
        """
        if self.owner is None or "self" in given:
            return given.get("self")
        try:
            inspect.signature(self.owner).bind()
        except TypeError:
            what = f"how a {self.owner.__name__} is made is not known"
            raise Invalid(what, where=self.where, remedy="give it by the hook: {'self': ...}") from None
        return self.owner()

    def call(self, instance: Any) -> Callable[..., Any]:
        """What is called, and whose parameters the Shape section describes."""
        if self.owner is None:
            return _awaited(self.found)
        if self.found is not self.owner:
            name = self.name.rpartition(".")[2]
            if isinstance(self.found, (property, functools.cached_property)):
                return lambda: getattr(instance, name)
            return _awaited(getattr(instance, name))
        if not callable(instance):
            what = f"a {self.owner.__name__} cannot be called"
            raise Invalid(what, where=self.where, remedy="move the formula to a method")
        return _awaited(instance)


def _awaited(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that waits for the result of one that is asynchronous."""
    if not inspect.iscoroutinefunction(inspect.unwrap(function)):
        return function

    @functools.wraps(function)
    def wait(*args: Any, **kwargs: Any) -> Any:
        return asyncio.run(function(*args, **kwargs))

    return wait


def parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """The parameters of what is called; of a module those of its ``forward``."""
    signature = inspect.signature(function.forward if isinstance(function, nn.Module) else function)
    open_ended = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(each for each in signature.parameters.values() if each.kind not in open_ended)
