"""Which cases a formula is put to: random ones from several seeds, and the edges that its arguments have."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import count

import torch

from texsor.docstrings.case import Case, Question, seeded
from texsor.docstrings.draw import Draw
from texsor.docstrings.fill import ends, large
from texsor.docstrings.shape import FLOATING, Described

TURNS = (0, 1, 2)
"""The random cases of a shape, by how many axes ``…`` stands for; of dtypes but the first, the middle one alone."""


def cases(asked: Question, kind: str, dtype: str) -> Iterator[Case]:
    """Every case of a kind and a dtype for one formula.

    :raises TexsorError: arguments that neither the Shape section nor the project describes.
    """
    element: torch.dtype = getattr(torch, dtype)
    with seeded(0):
        said = Case(asked, Draw(kind, element, 0)).prepared().said
    first = dtype in (asked.page.dtypes or (dtype,))[:1]
    for draw in draws(kind, element, said.values(), first=first):
        yield Case(asked, draw)


def draws(kind: str, dtype: torch.dtype, said: Iterable[Described], *, first: bool) -> Iterator[Draw]:
    """The cases of a kind; ``first`` says whether the dtype is the first that is tried: Python's numbers have none."""
    said = list(said)
    turns = TURNS if first else TURNS[1:2]
    wanted = [(further, "") for further in turns] if kind == "random" else [(1, edge) for edge in edges(dtype, said)]
    alternatives = range(max((len(each.kinds) for each in said), default=1))
    seeds = count(1)
    for alternative in alternatives:
        kinds = [each.kinds[alternative % len(each.kinds)] for each in said]
        if not first and kinds and not any(isinstance(each, tuple) for each in kinds):
            continue
        for further, edge in wanted:
            seed = next(seeds)
            draw = Draw(kind, dtype, seed, edge, alternative, _leading(further, seed, edge))
            if edge == "empty":
                empty_axis(draw, [each for each in kinds if isinstance(each, tuple)])
            yield draw


def _leading(further: int, seed: int, edge: str) -> tuple[int, ...]:
    """The sizes of the further axes that ``…`` stands for."""
    if edge:
        return ({"size 1": 1, "empty": 0}.get(edge, 2),)
    sizes = random.Random(seed)
    return tuple(sizes.randint(2, 3) for _ in range(further))


def empty_axis(draw: Draw, kinds: list[tuple[str, ...]]) -> None:
    """Make the first axis empty: ``…`` is already."""
    for axes in kinds:
        if axes and axes[0].isidentifier():
            draw.sizes[axes[0]] = 0
            return


def edges(dtype: torch.dtype, said: list[Described]) -> list[str]:
    """The edges that these arguments have."""
    tensors = [each for each in said if any(isinstance(kind, tuple) for kind in each.kinds)]
    floats = [each for each in said if each.kinds == ("float",) or not each.dtypes or set(each.dtypes) & set(FLOATING)]
    floats = [each for each in floats if "int" not in each.kinds and "bool" not in each.kinds]
    has = {
        "size 1": any(kind for each in tensors for kind in each.kinds if isinstance(kind, tuple)),
        "equal": bool(tensors),
        "large": any(large(dtype, each.domain) for each in floats),
        "bounds": any(ends(each.domain) or each.domain.last for each in said),
        "masks": any(each.domain.masks for each in said),
        "empty": any(each.domain.empty for each in said),
    }
    return [edge for edge, there in has.items() if there]
