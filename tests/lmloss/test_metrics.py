"""Perplexity and bits, against their definitions and against each other."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmloss.errors import DomainError, DTypeError, ShapeError
from lmloss.metrics import bits_per_byte, bits_per_token, perplexity

NATS = st.floats(0, 500)


@given(NATS)
def test_perplexity_is_the_inverse_geometric_mean(nats):
    """Perplexity is e to the mean loss: 1 / p when every token had probability p."""
    assert perplexity(nats) == pytest.approx(1 / math.exp(-nats), rel=1e-12)
    assert perplexity(torch.tensor(nats, dtype=torch.float64)).item() == pytest.approx(math.exp(nats), rel=1e-12)


@given(NATS)
def test_bits_and_perplexity_tell_the_same(nats):
    """Two to the bits a token is the perplexity."""
    assert 2 ** bits_per_token(nats) == pytest.approx(perplexity(nats), rel=1e-10)


@given(NATS, st.integers(1, 10_000))
def test_bits_per_byte_spreads_the_total(nats, total_bytes):
    """Bits a byte times bytes are the bits in all."""
    assert bits_per_byte(nats, total_bytes) * total_bytes == pytest.approx(nats / math.log(2), rel=1e-12)


def test_uniform_guess():
    """A model that guesses among V classes has perplexity V and log2 V bits a token."""
    assert perplexity(math.log(8)) == pytest.approx(8)
    assert bits_per_token(math.log(8)) == pytest.approx(3)
    assert bits_per_byte(math.log(256), 1) == pytest.approx(8)


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (perplexity, math.exp(2)),
        (bits_per_token, 1 / math.log(2)),
        (lambda nats: bits_per_byte(nats, 4), 1 / (4 * math.log(2))),
    ],
)
def test_tensors_keep_their_gradient(function, slope):
    """Given a tensor, the result is a tensor with the analytic gradient."""
    nats = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    function(nats).backward()
    assert nats.grad.item() == pytest.approx(slope)


@pytest.mark.parametrize("nats", [1000.0, math.inf])
def test_perplexity_beyond_the_range_is_inf(nats):
    """A loss too large for the exponential gives inf, from a float as from a tensor."""
    assert perplexity(nats) == math.inf
    assert perplexity(torch.tensor(nats)).item() == math.inf


METRICS = [perplexity, bits_per_token, lambda nats: bits_per_byte(nats, 3)]


@pytest.mark.parametrize("function", METRICS)
@pytest.mark.parametrize("bad", [-0.1, math.nan, torch.tensor(-1.0), torch.tensor(math.nan)])
def test_a_loss_below_zero_is_refused(function, bad):
    """A negative or NaN loss is a log-likelihood whose minus was forgotten: refused."""
    with pytest.raises(
        DomainError, match=r"_nats\): a negative log-likelihood is at least 0, got .*; pass the mean or sum"
    ):
        function(bad)


@pytest.mark.parametrize("function", METRICS)
def test_losses_with_axes_are_refused(function):
    """A tensor of losses must be averaged or summed first."""
    with pytest.raises(ShapeError, match=r"one loss is needed, without axes, got shape \(2,\) .*; take its mean"):
        function(torch.ones(2))


def test_bytes_are_a_positive_count():
    """No bytes, or a fraction of one, are refused."""
    with pytest.raises(DomainError, match=r"bits_per_byte\(total_bytes\): at least 1 is needed, got 0"):
        bits_per_byte(1.0, 0)
    with pytest.raises(DTypeError, match=r"bits_per_byte\(total_bytes\): a whole number is needed, got 2.5"):
        bits_per_byte(1.0, 2.5)
