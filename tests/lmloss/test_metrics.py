"""Perplexity and bits, against their definitions and against each other."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmloss.errors import DomainError, DTypeError, ShapeError
from lmloss.losses import log_softmax
from lmloss.metrics import bits_per_byte, bits_per_token, perplexity, text_bits_per_byte, token_nats
from lmloss.tokens import byte_counts, encode

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


def test_token_nats_are_the_losses():
    """One loss a token: minus the log-probability of the target, in the shape of the targets."""
    logits = torch.randn(2, 3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    targets = torch.tensor([[0, 1, 2], [3, 4, 0]])
    nats, logs = token_nats(logits, targets), log_softmax(logits)
    assert nats.tolist() == [[pytest.approx(-logs[b, n, targets[b, n]].item()) for n in range(3)] for b in range(2)]


@given(
    st.lists(st.tuples(st.floats(0, 50), st.integers(0, 9)), min_size=1, max_size=8).filter(
        lambda t: any(m for _, m in t)
    )
)
def test_bits_per_byte_of_a_text_is_one_ratio(tokens):
    """All bits over all bytes, as a loop adds them up: not the mean of the tokens' own ratios."""
    nats = torch.tensor([each for each, _ in tokens], dtype=torch.float64)
    counts = torch.tensor([each for _, each in tokens])
    expected = math.fsum(each for each, _ in tokens) / math.log(2) / sum(each for _, each in tokens)
    assert text_bits_per_byte(nats, counts).item() == pytest.approx(expected)
    assert bits_per_byte(nats.sum().item(), int(counts.sum())) == pytest.approx(expected)


def test_bits_per_byte_of_a_text_from_its_tokens():
    """A model that guesses among 256 classes costs 8 bits a token, spread over the bytes that the tokens stand for."""
    ids = encode("every effort moves you")
    nats = token_nats(torch.zeros(1, 3, 256), torch.zeros(1, 3, dtype=torch.int64))[0]
    assert byte_counts(ids[1:]).sum() == len(" effort moves you")
    assert text_bits_per_byte(nats, byte_counts(ids[1:])).item() == pytest.approx(3 * 8 / 17)


def test_bits_per_byte_of_a_text_in_half_precision():
    """Losses in half precision are added up in float32, and their gradient is 1 / (bytes · log 2)."""
    nats = torch.full((10_000,), 10.0, dtype=torch.float16, requires_grad=True)
    bits = text_bits_per_byte(nats, torch.full((10_000,), 2))
    bits.backward()
    assert bits.dtype == torch.float32
    assert bits.item() == pytest.approx(5 / math.log(2))
    assert nats.grad[0].item() == pytest.approx(1 / (20_000 * math.log(2)), rel=1e-2)


@pytest.mark.parametrize(
    ("nats", "counts", "kind", "message"),
    [
        (
            torch.tensor([-1.0, 2.0]),
            torch.tensor([1, 1]),
            DomainError,
            r"nats\): .* at least 0, got -1.0; pass the mean",
        ),
        (torch.tensor([math.nan, 2.0]), torch.tensor([1, 1]), DomainError, r"nats\): .* at least 0, got nan"),
        (torch.tensor([1, 2]), torch.tensor([1, 1]), DTypeError, r"nats\): .* floating point, got"),
        (torch.zeros(0), torch.zeros(0).long(), ShapeError, r"nats\): .* no axis is empty"),
        (torch.ones(2), torch.ones(2), DTypeError, r"byte_counts\): bytes are counted in integers, got .*; pass what"),
        (torch.ones(2), [1, 1], DTypeError, r"byte_counts\): a tensor is needed, got a list"),
        (torch.ones(2), torch.tensor([1]), ShapeError, r"byte_counts\): both have the same shape, got shape \(1,\)"),
        (torch.ones(2), torch.tensor([3, -1]), DomainError, r"byte_counts\): at least 0 is needed, got -1"),
        (
            torch.ones(2),
            torch.tensor([0, 0]),
            DomainError,
            r"bits_per_byte\(total_bytes\): at least 1 is needed, got 0",
        ),
    ],
)
def test_bits_per_byte_of_a_text_refuses(nats, counts, kind, message):
    """Losses are at least 0 and bytes are counts, one for each loss, and some."""
    with pytest.raises(kind, match=message):
        text_bits_per_byte(nats, counts)
