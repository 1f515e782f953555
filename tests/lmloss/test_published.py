"""The seed's published numbers, from the real 124M model. The only tests that build it, once."""

import math

import pytest
import torch

from lmloss.data import seed_batch
from lmloss.gpt2 import GPT2_124M, build
from lmloss.losses import cross_entropy, nll_by_hand, softmax, token_losses

PROBAS = [7.454046e-05, 3.106058e-05, 1.156279e-05, 1.033667e-05, 5.677593e-05, 4.755931e-06]
LOG_PROBAS = [-9.5042, -10.3796, -11.3677, -11.4798, -9.7764, -12.2561]
LOSS = 10.7940


@pytest.fixture(scope="module")
def run():
    """The random state before and after building, the model, and its logits for the seed's batch."""
    before = torch.get_rng_state()
    model = build()
    after = torch.get_rng_state()
    inputs, targets = seed_batch()
    with torch.no_grad():
        logits = model(inputs)
    return before, after, model, logits, targets


def test_shape(run):
    """Each of the 2 · 3 positions scores the 50257 tokens, in float32."""
    logits = run[3]
    assert logits.shape == (2, 3, 50257)
    assert logits.dtype == torch.float32


def test_probabilities(run):
    """The targets' probabilities are the published ones to 2e-9."""
    *_, logits, targets = run
    picked = softmax(logits).gather(-1, targets.unsqueeze(-1)).flatten()
    assert picked.tolist() == pytest.approx(PROBAS, rel=0, abs=2e-9)


def test_log_probabilities(run):
    """Their logarithms are the published ones, and the losses sum to 64.7638."""
    *_, logits, targets = run
    losses = token_losses(softmax(logits), targets)
    assert (-losses).flatten().tolist() == pytest.approx(LOG_PROBAS, rel=0, abs=1e-4)
    assert losses.sum().item() == pytest.approx(64.7638, rel=0, abs=3e-4)


def test_loss(run):
    """The loss is 10.7940 by hand, from logits, and in plain float64 Python."""
    *_, logits, targets = run
    assert nll_by_hand(softmax(logits), targets).item() == pytest.approx(LOSS, rel=0, abs=5e-5)
    assert cross_entropy(logits, targets).item() == pytest.approx(LOSS, rel=0, abs=5e-5)
    rows, ids = logits.flatten(0, 1).tolist(), targets.flatten().tolist()
    by_loop = [math.log(math.fsum(map(math.exp, row))) - row[t] for row, t in zip(rows, ids, strict=True)]
    assert math.fsum(by_loop) / 6 == pytest.approx(LOSS, rel=0, abs=5e-5)


def test_the_model_is_the_124m_layout(run):
    """The parameters are GPT-2's, less 768 positions and the query, key and value biases, plus an output layer."""
    counted = sum(parameter.numel() for parameter in run[2].parameters())
    assert counted == 124_439_808 - 768 * 768 - 12 * 3 * 768 + 50257 * 768
    assert counted == GPT2_124M.n_params == 162_419_712


def test_building_leaves_the_random_state_alone(run):
    """The caller's next random number is the same whether or not a model was built."""
    before, after, *_ = run
    assert torch.equal(before, after)
