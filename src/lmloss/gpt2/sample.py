"""Continue a text: always the most likely token, or one drawn by its probability."""

import math
from typing import Protocol

import torch
from torch import Generator, Tensor

from lmloss.errors import DomainError
from lmloss.losses.softmax import softmax
from lmloss.shapes import check_at_least, check_ids


class Sizes(Protocol):
    """The configuration of a model."""

    @property
    def context(self) -> int:
        """The most positions that the model can see at once."""


class LanguageModel(Protocol):
    """What a text can be continued with: `GPT2`, `lmloss.smollm2.SmolLM2`, or any model with a context."""

    @property
    def config(self) -> Sizes:
        """The model's sizes."""

    def __call__(self, token_ids: Tensor, /) -> Tensor:
        """Give the logits of the next token at each position, (B, T) → (B, T, V)."""


@torch.no_grad()
def greedy(model: LanguageModel, token_ids: Tensor, steps: int) -> Tensor:
    r"""Append the most likely next token, `steps` times. The model sees at most its last `context` tokens.

    Formula:
        .. math:: x_b = \arg\max_{i} z_{b,i}

        where :math:`x` = ``result[:, -1]``, :math:`z` = ``model(token_ids)[:, -1]``, with ``steps=1``

    Shape:
        token_ids: (B, T) integer, ids in 0 … V - 1.
        steps: tokens to append, at least 0.
        result: (B, T + steps) of the same dtype, ids.

    Raises:
        DomainError: a negative number of steps.
        DTypeError, ShapeError, TokenError: as `GPT2`.

    Source:
        Radford et al. 2019, section 3 (greedy decoding for translation and question answering).

    Example:
        >>> from lmloss.gpt2 import GPT2Config, build
        >>> model = build(GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=1))
        >>> greedy(model, torch.tensor([[1, 2, 3]]), steps=2).shape
        torch.Size([1, 5])
    """
    check_ids(token_ids, 2, "greedy(token_ids)")
    check_at_least(0, steps, "greedy(steps)")
    for _ in range(steps):
        logits = _last_logits(model, token_ids)  # (B, V)
        next_ids = logits.argmax(dim=-1, keepdim=True)  # (B, 1)
        token_ids = torch.cat((token_ids, next_ids.to(token_ids.dtype)), dim=1)  # (B, T + 1)
    return token_ids


@torch.no_grad()
def sample(
    model: LanguageModel, token_ids: Tensor, steps: int, temperature: float = 1.0, generator: Generator | None = None
) -> Tensor:
    r"""Append a token drawn by its probability, `steps` times. The model sees at most its last `context` tokens.

    Formula:
        .. math:: \hat{y}_{b,i} = \frac{e^{z_{b,i} / \tau}}{\sum_{j} e^{z_{b,j} / \tau}}

        where :math:`z` = ``model(token_ids)[:, -1]``, with ``steps=1``

    Shape:
        token_ids: (B, T) integer, ids in 0 … V - 1.
        steps: tokens to append, at least 0.
        temperature: float, τ, above 0; less than 1 sharpens the distribution, more flattens it.
        generator: where the randomness comes from, on the model's device; None takes torch's global one.
        result: (B, T + steps) of the same dtype, ids.

    Raises:
        DomainError: a temperature that is not a positive number; a negative number of steps.
        NonFiniteError: a temperature so small that the logits overflow.
        DTypeError, ShapeError, TokenError: as `GPT2`.

    Source:
        Ackley, Hinton and Sejnowski 1985, "A Learning Algorithm for Boltzmann Machines", eq. (5) (temperature).

    Example:
        >>> from lmloss.gpt2 import GPT2Config, build
        >>> model = build(GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=1))
        >>> drawn = sample(model, torch.tensor([[1, 2, 3]]), 2, 0.8, torch.Generator().manual_seed(0))
        >>> drawn.shape
        torch.Size([1, 5])
    """
    check_ids(token_ids, 2, "sample(token_ids)")
    check_at_least(0, steps, "sample(steps)")
    if not 0 < temperature < math.inf:
        remedy = "pass a number above 0, or use greedy for the limit 0"
        raise DomainError("a temperature is positive", "sample(temperature)", f"{temperature}", remedy)
    for _ in range(steps):
        probas = softmax(_last_logits(model, token_ids) / temperature)  # (B, V)
        next_ids = torch.multinomial(probas, num_samples=1, generator=generator)  # (B, 1)
        token_ids = torch.cat((token_ids, next_ids.to(token_ids.dtype)), dim=1)  # (B, T + 1)
    return token_ids


def _last_logits(model: LanguageModel, token_ids: Tensor) -> Tensor:
    logits: Tensor = model(token_ids[:, -model.config.context :])  # (B, T, V)
    return logits[:, -1]  # (B, V)
