"""Entropy, cross-entropy of distributions and divergence, against loops, torch and each other."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss.errors import DomainError, DTypeError, ShapeError
from lmloss.losses import cross_entropy, distribution_cross_entropy, entropy, kl_divergence, softmax

LIGHT = settings(deadline=None, max_examples=60)
TOLERANCE = {
    torch.float64: (1e-12, 1e-13),
    torch.float32: (2e-6, 1e-6),
    torch.float16: (8e-3, 4e-3),
    torch.bfloat16: (6e-2, 3e-2),
}
OF_TWO = [distribution_cross_entropy, kl_divergence]


@st.composite
def distributions(draw, dtypes=(torch.float64,), zeros=True):
    """Two distributions (…, V) in one dtype; with zeros, classes of probability 0 in either or both."""
    positions = draw(st.sampled_from([(), (1,), (3,), (2, 2)]))
    V, dtype = draw(st.integers(1, 5)), draw(st.sampled_from(dtypes))
    part = st.integers(0 if zeros else 1, 9)
    rows = st.lists(part, min_size=V, max_size=V).filter(any)
    found = []
    for _ in range(2):
        parts = torch.tensor([draw(rows) for _ in range(math.prod(positions))], dtype=torch.float64)
        found.append((parts / parts.sum(-1, keepdim=True)).to(dtype).reshape(*positions, V))
    return found


def by_loop(p, q):
    """-Σ p log q, one number at a time; 0 times anything is 0."""
    V = p.shape[-1]
    losses = []
    for p_row, q_row in zip(p.double().reshape(-1, V).tolist(), q.double().reshape(-1, V).tolist(), strict=True):
        terms = [math.inf if b == 0 else -a * math.log(b) for a, b in zip(p_row, q_row, strict=True) if a > 0]
        losses.append(math.fsum(terms))
    return torch.tensor(losses, dtype=torch.float64).reshape(p.shape[:-1])


def close(got, expected):
    """Compare with exact arithmetic, within the tolerance of the dtype that was computed in."""
    relative, absolute = TOLERANCE[got.dtype]
    torch.testing.assert_close(got.double(), expected, rtol=relative, atol=absolute)


@LIGHT
@given(distributions(dtypes=tuple(TOLERANCE)))
def test_all_three_are_their_formulas(pair):
    """Each agrees with a plain loop in every dtype; where q is 0 and p is not, both of p and q are inf."""
    p, q = pair
    close(entropy(p), by_loop(p, p))
    close(distribution_cross_entropy(p, q), by_loop(p, q))
    close(kl_divergence(p, q), by_loop(p, q) - by_loop(p, p))
    assert entropy(p).dtype == kl_divergence(p, q).dtype == p.dtype


@LIGHT
@given(distributions(zeros=False))
def test_values_and_gradients_are_torchs(pair):
    """Where no probability is 0, torch's entr, xlogy, kl_div and Categorical give the same value and gradient."""
    p, q = pair
    for ours, theirs in (
        (lambda p, q: entropy(p) + 0 * q.sum(), lambda p, q: torch.special.entr(p).sum(-1) + 0 * q.sum()),
        (distribution_cross_entropy, lambda p, q: -torch.special.xlogy(p, q).sum(-1)),
        (kl_divergence, lambda p, q: F.kl_div(q.log(), p, reduction="none").sum(-1)),
    ):
        first, second = ([p.clone().requires_grad_(), q.clone().requires_grad_()] for _ in range(2))
        got, expected = ours(*first), theirs(*second)
        torch.testing.assert_close(got, expected, rtol=1e-12, atol=1e-13)
        got.sum().backward()
        expected.sum().backward()
        for one, other in zip(first, second, strict=True):
            torch.testing.assert_close(one.grad, other.grad, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(entropy(p), torch.distributions.Categorical(probs=p).entropy(), rtol=1e-9, atol=1e-12)


@LIGHT
@given(distributions())
def test_cross_entropy_is_entropy_and_divergence(pair):
    """H(p, q) = H(p) + D(p, q); the divergence is never negative, and 0 of a distribution from itself."""
    p, q = pair
    torch.testing.assert_close(distribution_cross_entropy(p, q), entropy(p) + kl_divergence(p, q))
    assert (kl_divergence(p, q) >= -1e-15).all()
    assert (kl_divergence(p, p) == 0).all()
    assert (entropy(p) <= math.log(p.shape[-1]) + 1e-12).all()


@LIGHT
@given(distributions(zeros=False))
def test_cross_entropy_from_logits_is_the_same(pair):
    """Soft targets and the logits of q give the cross-entropy of p and q."""
    p, q = (one.reshape(-1, one.shape[-1]) for one in pair)
    expected = distribution_cross_entropy(p, q)
    torch.testing.assert_close(cross_entropy(q.log(), p, "none"), expected, rtol=1e-12, atol=1e-13)


def test_a_class_of_probability_0_has_no_slope():
    """0 · log 0 is 0 in value and gradient, where torch's entr gives inf and its kl_div NaN, as the docstrings say."""
    p = torch.tensor([0.0, 0.5, 0.5], dtype=torch.float64, requires_grad=True)
    entropy(p).backward()
    assert p.grad.tolist() == pytest.approx([0, math.log(2) - 1, math.log(2) - 1])
    theirs = p.detach().clone().requires_grad_()
    torch.special.entr(theirs).sum().backward()
    assert theirs.grad[0] == math.inf
    assert F.kl_div(p.detach().log(), p.detach(), reduction="sum").isnan()


@pytest.mark.parametrize(
    ("function", "at_p", "at_q"),
    [
        (distribution_cross_entropy, [0, -math.log(0.25), -math.log(0.75)], [0, -2, -2 / 3]),
        (kl_divergence, [0, math.log(0.5) + 1 - math.log(0.25), math.log(0.5) + 1 - math.log(0.75)], [0, -2, -2 / 3]),
    ],
)
def test_a_class_of_probability_0_in_both(function, at_p, at_q):
    """Where p and q are both 0, neither has a gradient; elsewhere it is the analytic one."""
    p = torch.tensor([0.0, 0.5, 0.5], dtype=torch.float64, requires_grad=True)
    q = torch.tensor([0.0, 0.25, 0.75], dtype=torch.float64, requires_grad=True)
    function(p, q).backward()
    assert p.grad.tolist() == pytest.approx(at_p)
    assert q.grad.tolist() == pytest.approx(at_q)


@pytest.mark.parametrize("function", OF_TWO)
def test_a_class_that_only_p_excludes(function):
    """Where p is 0 and q is not, the value is unharmed and the gradient at p is -log q."""
    p = torch.tensor([0.0, 1.0], dtype=torch.float64, requires_grad=True)
    q = torch.tensor([0.5, 0.5], dtype=torch.float64, requires_grad=True)
    function(p, q).backward()
    assert p.grad[0].item() == pytest.approx(math.log(2))
    assert q.grad.tolist() == pytest.approx([0, -2])


@pytest.mark.parametrize("function", OF_TWO)
def test_a_class_that_only_q_excludes(function):
    """Where q is 0 and p is not, the value is inf: what must not happen happened."""
    assert function(torch.tensor([0.5, 0.5]), torch.tensor([0.0, 1.0])).item() == math.inf


@pytest.mark.parametrize(
    "function", [entropy, lambda p: distribution_cross_entropy(p, p), lambda p: kl_divergence(p, p)]
)
def test_masked_logits_keep_a_finite_gradient(function):
    """Through a softmax with a mask and logits of ±1e4 the gradient stays finite."""
    logits = torch.tensor([[0.0, 1.0, -math.inf], [1e4, -1e4, 0.0]], requires_grad=True)
    function(softmax(logits)).sum().backward()
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("function", [entropy, *OF_TWO])
def test_what_is_no_distribution(function):
    """Logits, rows that do not sum to 1, integers and lists are refused by the argument's name."""
    good = torch.tensor([0.5, 0.5])
    for bad, kind, message in (
        (torch.tensor([2.0, -1.0]), DomainError, r"probabilities lie in \[0, 1\]"),
        (torch.tensor([0.5, 0.25]), DomainError, r"sums to 1, got a sum that is off by 0.25; divide each row"),
        (torch.tensor([1, 0]), DTypeError, "floating point, got"),
        ([1.0], DTypeError, "a tensor is needed"),
        (torch.tensor(1.0), ShapeError, "the last axis holds the V classes"),
    ):
        arguments = [bad] if function is entropy else [bad, good]
        with pytest.raises(kind, match=rf"^{function.__name__}\(p\): .*{message}"):
            function(*arguments)
        if function is not entropy:
            with pytest.raises(kind, match=rf"^{function.__name__}\(q\): .*{message}"):
                function(good, bad)


@pytest.mark.parametrize("function", OF_TWO)
def test_two_shapes(function):
    """Two distributions over different classes, or of different positions, are refused."""
    with pytest.raises(ShapeError, match=rf"^{function.__name__}\(q\): both have the same shape, got shape \(1, 2\)"):
        function(torch.tensor([0.5, 0.5]), torch.tensor([[0.5, 0.5]]))
