"""What the model, its sizes and its sampling refuse."""

import math

import pytest
import torch

from lmloss.errors import ContextError, DomainError, DTypeError, NonFiniteError, ShapeError, TokenError
from lmloss.gpt2 import GPT2Config, build, greedy, sample


@pytest.fixture(scope="module")
def model():
    """An untrained model of two blocks, 11 tokens and 4 positions."""
    return build(GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=2), seed=1)


def test_a_context_longer_than_the_models(model):
    """Five tokens for four positions are refused with both numbers and the way to crop."""
    with pytest.raises(
        ContextError, match=r"GPT2\(token_ids\): the model has 4 positions, got 5 tokens; keep the last"
    ):
        model(torch.zeros(1, 5, dtype=torch.int64))


@pytest.mark.parametrize("bad", [-1, 11])
def test_an_unknown_token_id(model, bad):
    """An id outside the vocabulary is refused with the id and the vocabulary."""
    with pytest.raises(TokenError, match=rf"lies in the vocabulary 0 … 10, got {bad}; encode the text with"):
        model(torch.tensor([[0, bad]]))


def test_ids_of_the_wrong_kind(model):
    """Floats, lists, a missing batch axis and an empty text are refused."""
    with pytest.raises(DTypeError, match=r"token ids are integers, got shape \(1, 2\) of float32"):
        model(torch.zeros(1, 2))
    with pytest.raises(DTypeError, match=r"GPT2\(token_ids\): a tensor is needed, got a list"):
        model([[1, 2]])
    with pytest.raises(ShapeError, match=r"have 2 axes here, got shape \(3,\) of int64; add a batch axis"):
        model(torch.zeros(3, dtype=torch.int64))
    for shape in ((1, 0), (0, 2)):
        with pytest.raises(ShapeError, match=r"at least one token is needed, got shape .*; pass a text"):
            model(torch.zeros(shape, dtype=torch.int64))


@pytest.mark.parametrize("function", [greedy, sample])
def test_continuing_refuses(model, function):
    """A text without a batch axis and a negative number of steps are refused by the function called."""
    with pytest.raises(ShapeError, match=rf"{function.__name__}\(token_ids\): token ids have 2 axes"):
        function(model, torch.tensor([1]), 1)
    with pytest.raises(DomainError, match=rf"{function.__name__}\(steps\): at least 0 is needed, got -1"):
        function(model, torch.tensor([[1]]), -1)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_temperature_without_meaning(model, bad):
    """A temperature that is not a positive number is refused."""
    with pytest.raises(DomainError, match=r"sample\(temperature\): a temperature is positive, got .*; pass a number"):
        sample(model, torch.tensor([[1]]), 1, temperature=bad)


def test_a_temperature_that_overflows(model):
    """A temperature so small that the logits overflow is refused rather than drawn from NaN."""
    with pytest.raises(NonFiniteError, match=r"softmax\(logits\): logits are numbers"):
        sample(model, torch.tensor([[1]]), 1, temperature=1e-40)


@pytest.mark.parametrize("name", ["vocab_size", "context", "width", "heads", "depth"])
def test_sizes_of_the_wrong_kind(name):
    """A size below 1 or not an int is refused by its name."""
    with pytest.raises(DomainError, match=rf"GPT2Config\({name}\): at least 1 is needed, got 0"):
        GPT2Config(**{name: 0})
    with pytest.raises(DTypeError, match=rf"GPT2Config\({name}\): a whole number is needed, got 2.0"):
        GPT2Config(**{name: 2.0})


def test_sizes_that_do_not_fit():
    """A width that the heads do not divide, and a dropout outside [0, 1), are refused."""
    with pytest.raises(DomainError, match="the heads share the width evenly, got width 768 for 7 heads; make width"):
        GPT2Config(heads=7)
    for bad in (-0.1, 1.0, math.nan):
        with pytest.raises(DomainError, match=r"GPT2Config\(dropout\): dropout lies in \[0, 1\), got"):
            GPT2Config(dropout=bad)
