"""The parts of GPT-2 against their formulas written as loops, on models small enough to read."""

import math

import pytest
import torch
import torch.nn.functional as F

from lmloss.gpt2 import GPT2, GPT2Config, build, greedy, sample
from lmloss.gpt2.attention import CausalSelfAttention
from lmloss.gpt2.block import Block, FeedForward

SMALL = GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=2)


@pytest.fixture(scope="module")
def model():
    """An untrained model of two blocks, 11 tokens and 4 positions."""
    return build(SMALL, seed=1)


def seeded(kind, config=SMALL):
    """A part of the model with known weights, in float64."""
    torch.manual_seed(0)
    return kind(config).double().eval()


def vectors(*shape):
    """Known random numbers to put through a part."""
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(7))


def loop_attention(part, x):
    """Attention for one text, one head and one position at a time, in plain Python numbers."""
    T, D = x.shape
    K = D // part.heads
    q, k, v = ((x @ linear.weight.T).tolist() for linear in (part.query, part.key, part.value))
    out = [[0.0] * D for _ in range(T)]
    for head in range(part.heads):
        for r in range(T):
            dots = [sum(q[r][head * K + d] * k[c][head * K + d] for d in range(K)) for c in range(r + 1)]
            exps = [math.exp(dot / math.sqrt(K)) for dot in dots]
            for d in range(head * K, (head + 1) * K):
                out[r][d] = sum(e / sum(exps) * v[c][d] for c, e in enumerate(exps))
    return torch.tensor(out, dtype=torch.float64) @ part.projection.weight.T + part.projection.bias


def test_attention_is_the_formula():
    """Each head's output is the softmax-weighted mean of the values up to its own position."""
    part, x = seeded(CausalSelfAttention), vectors(2, 4, 8)
    for b in range(2):
        torch.testing.assert_close(part(x)[b], loop_attention(part, x[b]), rtol=1e-12, atol=1e-13)


def test_attention_is_torchs():
    """Without dropout the mixing is torch's scaled_dot_product_attention with a causal mask."""
    part, x = seeded(CausalSelfAttention), vectors(2, 4, 8)
    q, k, v = (linear(x).view(2, 4, 2, 4).transpose(1, 2) for linear in (part.query, part.key, part.value))
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(2, 4, 8)
    torch.testing.assert_close(part(x), part.projection(mixed), rtol=1e-12, atol=1e-13)


def test_feed_forward_is_the_formula():
    """Two linear layers with the tanh GELU between them, as its formula reads."""
    part, x = seeded(FeedForward), vectors(1, 2, 8)
    h = part.widen(x)
    g = h / 2 * (1 + ((2 / math.pi) ** 0.5 * (h + 0.044715 * h**3)).tanh())
    torch.testing.assert_close(part(x), part.narrow(g), rtol=1e-12, atol=1e-13)


def test_a_block_normalises_before_it_transforms():
    """Each half adds to x what it makes of the normalised x; the norm is (x - mean) / sqrt(variance + 1e-5)."""
    part, x = seeded(Block), vectors(1, 3, 8)

    def norm(u):
        return (u - u.mean(-1, keepdim=True)) / (u.var(-1, keepdim=True, correction=0) + 1e-5).sqrt()

    middle = x + part.attention(norm(x))
    torch.testing.assert_close(part(x), middle + part.feed_forward(norm(middle)), rtol=1e-11, atol=1e-12)


def test_no_position_sees_a_later_one(model):
    """Changing a token changes no logits before it, and does change those at it."""
    first, second = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[1, 2, 9, 4]])
    torch.testing.assert_close(model(first)[:, :2], model(second)[:, :2])
    assert not torch.allclose(model(first)[:, 2], model(second)[:, 2])


def test_position_matters(model):
    """The same token at two positions gets different logits."""
    logits = model(torch.tensor([[5, 5]]))
    assert not torch.allclose(logits[0, 0], logits[0, 1])


def test_texts_in_a_batch_are_independent(model):
    """A text's logits do not depend on what else is in the batch."""
    batch = torch.tensor([[1, 2, 3], [4, 5, 6]])
    torch.testing.assert_close(model(batch)[1:], model(batch[1:]))


def test_logits_have_one_row_a_position(model):
    """(B, T) ids of any integer type give (B, T, V) logits."""
    for dtype in (torch.int64, torch.int32, torch.uint8):
        assert model(torch.zeros(3, 2, dtype=dtype)).shape == (3, 2, 11)


def test_the_count_of_parameters_is_the_count():
    """n_params, computed from the sizes, is what counting the tensors gives."""
    for config in (SMALL, GPT2Config(vocab_size=5, context=3, width=6, heads=3, depth=1)):
        assert config.n_params == sum(parameter.numel() for parameter in GPT2(config).parameters())


def test_build_is_manual_seed_then_construction():
    """The weights are those of torch.manual_seed immediately before GPT2(config)."""
    torch.manual_seed(42)
    expected = GPT2(SMALL).state_dict()
    torch.manual_seed(0)
    got = build(SMALL, seed=42).state_dict()
    assert all(torch.equal(got[name], tensor) for name, tensor in expected.items())
    assert torch.initial_seed() == 0


def test_build_draws_on_the_cpu_whatever_the_default_device():
    """A default device does not move the model: another generator would give other numbers."""
    with torch.device("meta"):
        model = build(SMALL)
    assert {parameter.device.type for parameter in model.parameters()} == {"cpu"}


def test_another_seed_gives_another_model():
    """The seed decides the weights."""
    assert not torch.equal(build(SMALL, seed=1).output.weight, build(SMALL, seed=2).output.weight)


def test_dropout_is_off_in_evaluation_and_on_in_training(model):
    """A built model repeats itself; in training mode two passes differ."""
    ids = torch.tensor([[1, 2, 3, 4]])
    assert not model.training
    assert torch.equal(model(ids), model(ids))
    training = build(GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=2, dropout=0.5)).train()
    assert not torch.equal(training(ids), training(ids))


def test_every_parameter_learns():
    """A loss on the logits reaches every parameter, so no part is left out of the sum."""
    model = build(SMALL)
    model(torch.tensor([[1, 2, 3, 4]])).logsumexp(-1).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in model.parameters())


def test_greedy_takes_the_most_likely(model):
    """Every appended token is the argmax of the logits at the last position, context cropped to the model's."""
    ids, expected = greedy(model, torch.tensor([[1, 2], [3, 4]]), steps=5), [[1, 2], [3, 4]]
    for row in expected:
        for _ in range(5):
            row.append(int(model(torch.tensor([row[-4:]]))[0, -1].argmax()))
    assert ids.tolist() == expected


def test_sampling_follows_the_generator(model):
    """The same generator state gives the same tokens, and the global random state is untouched by it."""
    start, before = torch.tensor([[1, 2]]), torch.get_rng_state()
    draws = [sample(model, start, 6, generator=torch.Generator().manual_seed(seed)) for seed in (3, 3, 4)]
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])
    assert torch.equal(before, torch.get_rng_state())
    assert draws[0].shape == (1, 8)


def test_a_low_temperature_is_greedy(model):
    """As the temperature falls towards 0, sampling becomes greedy."""
    start = torch.tensor([[1, 2]])
    assert torch.equal(sample(model, start, 4, temperature=1e-6), greedy(model, start, 4))


def test_sampling_has_the_softmax_frequencies(model):
    """Over many draws each token comes as often as softmax of logits over temperature says."""
    logits = model(torch.tensor([[1, 2]]))[0, -1]
    drawn = sample(model, torch.tensor([[1, 2]] * 20_000), 1, 0.5, torch.Generator().manual_seed(0))[:, -1]
    frequencies = torch.bincount(drawn, minlength=11) / 20_000
    torch.testing.assert_close(frequencies, torch.softmax(logits / 0.5, dim=-1), rtol=0, atol=0.02)


def test_sampling_keeps_dtype_mode_and_gradient(model):
    """Continuing a text keeps the dtype of its ids, records no gradient and leaves the model's mode."""
    for ids in (greedy(model, torch.tensor([[1]], dtype=torch.int32), 2), sample(model, torch.tensor([[1]]).int(), 2)):
        assert ids.dtype == torch.int32
        assert ids.shape == (1, 3)
    assert greedy(model, torch.tensor([[1]]), 0).tolist() == [[1]]
    assert not model.training
