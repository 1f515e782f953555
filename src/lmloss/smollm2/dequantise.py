"""Weights that are stored in blocks of small integers, turned back into numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor


@dataclass(frozen=True)
class Format:
    """How a run of weights is written in a file."""

    name: str
    """What the format is called."""
    weights: int
    """How many weights a block holds."""
    bytes: int
    """How many bytes a block takes."""
    read: Callable[[Tensor], Tensor]
    """From blocks (n, bytes) uint8 to weights (n, weights) float32."""


def q4_1(blocks: Tensor) -> Tensor:
    r"""Turn blocks of 32 weights, each 4 bits with a scale and an offset, into float32.

    Formula:
        .. math:: w_{b,i} = d_b q_{b,i} + m_b

        where

        - :math:`d` = ``blocks[:, 0:2].contiguous().view(torch.float16).flatten()``,
        - :math:`m` = ``blocks[:, 2:4].contiguous().view(torch.float16).flatten()``,
        - :math:`q` = ``torch.cat((blocks[:, 4:] % 16, blocks[:, 4:] // 16), dim=1)``.

    Shape:
        blocks: (n, 20) uint8. Of a block b, bytes 0 and 1 are d and bytes 2 and 3 are m, both float16; byte 4 + i holds
            q of weight i in its lower half and q of weight 16 + i in its upper half, whole numbers in 0 … 15.
        result: (n, 32) float32, w, no unit.

    Source:
        ggml, ggml-common.h, block_q4_1.

    Example:
        >>> one = torch.tensor([1.0], dtype=torch.float16).view(torch.uint8).tolist()
        >>> q4_1(torch.tensor([one + [0, 0] + [0x21] * 16], dtype=torch.uint8))[0, [0, 15, 16, 31]]
        tensor([1., 1., 2., 2.])
    """
    d = blocks[:, 0:2].contiguous().view(torch.float16).float()  # (n, 1)
    m = blocks[:, 2:4].contiguous().view(torch.float16).float()  # (n, 1)
    halves = blocks[:, 4:]  # (n, 16)
    q = torch.cat((halves & 15, halves >> 4), dim=1)  # (n, 32)
    return d * q + m  # (n, 32)


def q8_0(blocks: Tensor) -> Tensor:
    r"""Turn blocks of 32 weights, each 8 bits with a scale, into float32.

    Formula:
        .. math:: w_{b,i} = d_b q_{b,i}

        where

        - :math:`d` = ``blocks[:, 0:2].contiguous().view(torch.float16).flatten()``,
        - :math:`q` = ``blocks[:, 2:].contiguous().view(torch.int8)``.

    Shape:
        blocks: (n, 34) uint8. Of a block b, bytes 0 and 1 are d, float16; byte 2 + i is q of weight i, a whole number
            in -128 … 127.
        result: (n, 32) float32, w, no unit.

    Source:
        ggml, ggml-common.h, block_q8_0.

    Example:
        >>> half = torch.tensor([0.5], dtype=torch.float16).view(torch.uint8).tolist()
        >>> q8_0(torch.tensor([half + [255] * 32], dtype=torch.uint8))[0, :3]
        tensor([-0.5000, -0.5000, -0.5000])
    """
    d = blocks[:, 0:2].contiguous().view(torch.float16).float()  # (n, 1)
    q = blocks[:, 2:].contiguous().view(torch.int8)  # (n, 32)
    return d * q  # (n, 32)


def f32(blocks: Tensor) -> Tensor:
    """Read weights that are float32 already: (n, 4) uint8 → (n, 1) float32, a copy."""
    return blocks.clone().view(torch.float32)


def f16(blocks: Tensor) -> Tensor:
    """Read weights that are float16: (n, 2) uint8 → (n, 1) float32."""
    return blocks.clone().view(torch.float16).float()


FORMATS: Mapping[int, Format] = MappingProxyType(
    {
        0: Format("F32", 1, 4, f32),
        1: Format("F16", 1, 2, f16),
        3: Format("Q4_1", 32, 20, q4_1),
        8: Format("Q8_0", 32, 34, q8_0),
    }
)
