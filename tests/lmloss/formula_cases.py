"""The arguments that lmloss's Shape sections cannot describe: models, which `pytest --formulas` cannot build."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn

from lmloss.gpt2 import GPT2Config, build
from lmloss.smollm2 import SmolLM2Config
from texsor.docstrings.draw import Draw, Given

SIZES = {"width": 8, "heads": 2, "depth": 1, "context": 8}


def pytest_texsor_arguments(name: str, function: Any, draw: Draw) -> Given | None:
    """A small model for what needs one."""
    given = CASES.get(name)
    return None if given is None else given(function, draw)


def small_config(draw: Draw) -> GPT2Config:
    """A GPT-2 of a size that a test can afford; its letters are those of the Shape sections."""
    draw.size("D", SIZES["width"])
    return GPT2Config(vocab_size=draw.size("V", 11), **SIZES)


def part(module: type[nn.Module], draw: Draw) -> Given:
    """A part of a model, in the case's dtype and without dropout."""
    config = smollm2_config(draw) if module.__module__.startswith("lmloss.smollm2") else small_config(draw)
    return Given({"self": module(config).to(draw.dtype).eval()})


def heads(module: type[nn.Module], draw: Draw) -> Given:
    """Attention whose last layer changes nothing, so that what its heads give can be seen."""
    attention = part(module, draw).arguments["self"]
    nn.init.eye_(attention.projection.weight)
    if attention.projection.bias is not None:
        nn.init.zeros_(attention.projection.bias)
    return Given({"self": attention})


def norm(module: type[nn.Module], draw: Draw) -> Given:
    """A norm with a scale that is not 1 everywhere."""
    made = module(draw.size("D", SIZES["width"]), 1e-5)
    nn.init.normal_(made.scale)
    return Given({"self": made.to(draw.dtype)})


def smollm2_config(draw: Draw) -> SmolLM2Config:
    """A SmolLM2 of the same size."""
    draw.size("D", SIZES["width"])
    return SmolLM2Config(vocab_size=draw.size("V", 11), **SIZES, kv_heads=1, hidden=12)


def whole_smollm2(module: type[nn.Module], draw: Draw) -> Given:
    """A SmolLM2 of two blocks in float64."""
    return Given({"self": module(replace(smollm2_config(draw), depth=2)).double()})


def whole(_: Any, draw: Draw) -> Given:
    """A GPT-2 of two blocks in float64: token ids have no dtype that it could take."""
    return Given({"self": build(replace(small_config(draw), depth=2), draw.seed).double()})


def model(_: Any, draw: Draw) -> Given:
    """A GPT-2 to continue a text with."""
    return Given({"model": build(small_config(draw), draw.seed).double()})


def drawn_from(sample: Callable[..., Tensor], draw: Draw) -> Given:
    """What `sample` draws from, in place of what it draws: the probabilities that `torch.multinomial` is given."""

    @functools.wraps(sample)
    def probabilities(*args: Any, **kwargs: Any) -> Tensor:
        with mock.patch.object(torch, "multinomial", wraps=torch.multinomial) as multinomial:
            sample(*args, **kwargs)
        (probas, *_), _ = multinomial.call_args
        return probas

    return Given(model(sample, draw).arguments, call=probabilities)


CASES: dict[str, Callable[[Any, Draw], Given]] = {
    "lmloss.gpt2.attention.CausalSelfAttention": heads,
    "lmloss.gpt2.block.FeedForward": part,
    "lmloss.gpt2.block.Block": part,
    "lmloss.gpt2.model.GPT2": whole,
    "lmloss.gpt2.sample.greedy": model,
    "lmloss.gpt2.sample.sample": drawn_from,
    "lmloss.smollm2.attention.GroupedQueryAttention": heads,
    "lmloss.smollm2.block.FeedForward": part,
    "lmloss.smollm2.block.Block": part,
    "lmloss.smollm2.model.SmolLM2": whole_smollm2,
    "lmloss.smollm2.norm.RMSNorm": norm,
}
