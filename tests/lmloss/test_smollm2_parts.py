"""The parts of SmolLM2 against their formulas written as loops, on models small enough to read."""

import cmath
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss.errors import ContextError, DomainError, DTypeError, TokenError
from lmloss.gpt2 import greedy
from lmloss.smollm2 import SmolLM2, SmolLM2Config
from lmloss.smollm2.attention import GroupedQueryAttention
from lmloss.smollm2.block import Block, FeedForward
from lmloss.smollm2.norm import RMSNorm
from lmloss.smollm2.rope import rotate

SMALL = SmolLM2Config(vocab_size=11, context=5, width=24, heads=6, kv_heads=2, depth=2, hidden=10, rope_base=100.0)


def seeded(kind, config=SMALL):
    """A part of the model with known weights, in float64; scales are not the ones that they start as."""
    torch.manual_seed(0)
    part = kind(config).double().eval()
    for name, parameter in part.named_parameters():
        if name.endswith("scale"):
            torch.nn.init.uniform_(parameter, 0.5, 2.0)
    return part


def vectors(*shape):
    """Known random numbers to put through a part."""
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(7))


def turned(vector, position, base):
    """A vector whose neighbouring coordinates are complex numbers, each turned by its angle."""
    K = len(vector)
    out = []
    for k in range(K // 2):
        z = complex(vector[2 * k], vector[2 * k + 1]) * cmath.exp(1j * position * base ** (-2 * k / K))
        out += [z.real, z.imag]
    return out


def loop_attention(part, x):
    """Attention for one text, one query head and one position at a time, in plain Python numbers."""
    (T, D), K, group = x.shape, SMALL.head_width, SMALL.heads // SMALL.kv_heads
    q, k, v = ((x @ linear.weight.T).tolist() for linear in (part.query, part.key, part.value))
    out = [[0.0] * D for _ in range(T)]
    for head in range(SMALL.heads):
        own, shared = slice(head * K, (head + 1) * K), slice(head // group * K, (head // group + 1) * K)
        queries = [turned(q[r][own], r, SMALL.rope_base) for r in range(T)]
        keys = [turned(k[r][shared], r, SMALL.rope_base) for r in range(T)]
        for r in range(T):
            dots = [sum(a * b for a, b in zip(queries[r], keys[c], strict=True)) for c in range(r + 1)]
            exps = [math.exp(dot / K**0.5) for dot in dots]
            for d in range(K):
                out[r][head * K + d] = sum(e / sum(exps) * v[c][shared][d] for c, e in enumerate(exps))
    return torch.tensor(out, dtype=torch.float64) @ part.projection.weight.T


def test_attention_is_the_formula():
    """Each query head mixes the values of its group's head, up to its own position, with turned queries and keys."""
    part, x = seeded(GroupedQueryAttention), vectors(2, 4, 24)
    for b in range(2):
        torch.testing.assert_close(part(x)[b], loop_attention(part, x[b]), rtol=1e-11, atol=1e-12)


def test_attention_is_torchs():
    """The mixing is torch's scaled_dot_product_attention with a causal mask and grouped heads."""
    part, x = seeded(GroupedQueryAttention), vectors(2, 4, 24)
    q, k, v = (linear(x).view(2, 4, -1, 4).transpose(1, 2) for linear in (part.query, part.key, part.value))
    mixed = torch.nn.functional.scaled_dot_product_attention(
        rotate(q, 100.0), rotate(k, 100.0), v, is_causal=True, enable_gqa=True
    )
    torch.testing.assert_close(
        part(x), part.projection(mixed.transpose(1, 2).reshape(2, 4, 24)), rtol=1e-11, atol=1e-12
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 6), st.integers(1, 5), st.sampled_from([10.0, 1e4, 1e5]), st.integers(0, 99))
def test_rotation_is_multiplication_of_complex_numbers(T, pairs, base, seed):
    """Each pair of coordinates is a complex number, turned by e^(i r θ)."""
    x = torch.randn(2, T, 2 * pairs, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    got = rotate(x, base)
    for b in range(2):
        for r in range(T):
            assert got[b, r].tolist() == pytest.approx(turned(x[b, r].tolist(), r, base), rel=1e-12, abs=1e-12)


def test_a_product_of_rotated_vectors_depends_on_the_distance():
    """One query and one key, at any positions 3 apart, have one product; at another distance another."""
    q, k = (rotate(vectors(1, 8).expand(9, 8) * sign, 100.0) for sign in (1.0, 0.5))
    products = q @ k.T
    torch.testing.assert_close(products.diagonal(-3), products[3, 0].expand(6), rtol=1e-12, atol=1e-12)
    assert not torch.isclose(products[3, 0], products[4, 0])
    torch.testing.assert_close(rotate(vectors(5, 8), 100.0).norm(dim=-1), vectors(5, 8).norm(dim=-1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_rotation_keeps_its_dtype_and_its_angles(dtype):
    """The result has the dtype of x, and position 3001 has its own angle even where the dtype cannot count so far."""
    x = torch.ones(3002, 2, dtype=dtype)
    got = rotate(x, 100.0)
    assert got.dtype == dtype
    expected = turned([1.0, 1.0], 3001, 100.0)
    assert got[3001].tolist() == pytest.approx(expected, abs=20 * torch.finfo(dtype).eps + 1e-3)


def test_norm_is_the_formula_and_torchs():
    """Each vector is divided by its root mean square and scaled: as a loop and as torch.nn.RMSNorm."""
    norm, x = RMSNorm(6, eps=0.25).double(), vectors(2, 3, 6)
    torch.nn.init.uniform_(norm.scale, 0.5, 2.0)
    theirs = torch.nn.RMSNorm(6, eps=0.25, dtype=torch.float64)
    theirs.weight = norm.scale
    torch.testing.assert_close(norm(x), theirs(x), rtol=1e-12, atol=1e-13)
    for row, got in zip(x.reshape(-1, 6).tolist(), norm(x).reshape(-1, 6).tolist(), strict=True):
        root = math.sqrt(sum(u * u for u in row) / 6 + 0.25)
        assert got == pytest.approx([g * u / root for g, u in zip(norm.scale.tolist(), row, strict=True)])


def test_feed_forward_is_the_formula():
    """The gate is u / (1 + e^-u) of one layer; it multiplies the other layer before the third narrows."""
    part, x = seeded(FeedForward), vectors(1, 2, 24)
    u = x @ part.gate.weight.T
    expected = (u / (1 + (-u).exp()) * (x @ part.widen.weight.T)) @ part.narrow.weight.T
    torch.testing.assert_close(part(x), expected, rtol=1e-12, atol=1e-13)


def test_a_block_normalises_before_it_transforms():
    """Each half adds to x what it makes of the normalised x, each with a norm of its own."""
    part, x = seeded(Block), vectors(1, 3, 24)
    middle = x + part.attention(part.norm_1(x))
    torch.testing.assert_close(part(x), middle + part.feed_forward(part.norm_2(middle)), rtol=1e-12, atol=1e-13)


def test_the_output_layer_is_the_embedding():
    """Logits are products of the normalised last vectors with the token embeddings; blocks in order."""
    model, ids = seeded(SmolLM2), torch.tensor([[1, 2, 3]])
    x = model.embedding.weight[ids]
    for block in model.blocks:
        x = block(x)
    torch.testing.assert_close(model(ids), model.final_norm(x) @ model.embedding.weight.T, rtol=1e-12, atol=1e-13)


def test_no_position_sees_a_later_one():
    """Changing a token changes no logits before it, and does change those at it."""
    model = seeded(SmolLM2)
    first, second = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[1, 2, 9, 4]])
    torch.testing.assert_close(model(first)[:, :2], model(second)[:, :2])
    assert not torch.allclose(model(first)[:, 2], model(second)[:, 2])


def test_every_parameter_learns():
    """A loss on the logits reaches every parameter, so no part is left out."""
    model = seeded(SmolLM2)
    (model(torch.tensor([[1, 2, 3, 4]])).logsumexp(-1)).sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in model.parameters())


def test_the_count_of_parameters_is_the_count():
    """n_params, computed from the sizes, is what counting the tensors gives."""
    for config in (SMALL, SmolLM2Config(vocab_size=5, width=8, heads=2, kv_heads=1, depth=1, hidden=3)):
        assert config.n_params == sum(parameter.numel() for parameter in SmolLM2(config).parameters())


def test_a_text_is_continued_as_with_gpt2():
    """The function for GPT-2 takes any model that gives logits and has a context."""
    model = seeded(SmolLM2)
    ids, row = greedy(model, torch.tensor([[1, 2]]), steps=6), [1, 2]
    for _ in range(6):
        row.append(int(model(torch.tensor([row[-5:]]))[0, -1].argmax()))
    assert ids.tolist() == [row]


def test_what_the_model_refuses():
    """Floats, unknown ids and too many tokens are refused in the model's name."""
    model = seeded(SmolLM2)
    with pytest.raises(DTypeError, match=r"^SmolLM2\(token_ids\): token ids are integers"):
        model(torch.zeros(1, 2))
    with pytest.raises(TokenError, match=r"^SmolLM2\(token_ids\): a token id lies in the vocabulary 0 … 10, got 11"):
        model(torch.tensor([[11]]))
    with pytest.raises(ContextError, match=r"^SmolLM2\(token_ids\): the model has 5 positions, got 6 tokens"):
        model(torch.zeros(1, 6, dtype=torch.int64))


@pytest.mark.parametrize(
    ("sizes", "kind", "message"),
    [
        ({"depth": 0}, DomainError, r"\(depth\): at least 1 is needed, got 0"),
        ({"hidden": 1.5}, DTypeError, r"\(hidden\): a whole number is needed, got 1.5"),
        (
            {"width": 27, "heads": 9},
            DomainError,
            r"\(heads\): .* even, got width 27 for 9 heads; make width a multiple",
        ),
        (
            {"kv_heads": 2},
            DomainError,
            r"\(kv_heads\): .*as many query heads, got 9 heads for 2; make heads a multiple",
        ),
        ({"rope_base": 0.0}, DomainError, r"\(rope_base\): this number is above 0, got 0.0; pass a positive number"),
        ({"norm_eps": math.nan}, DomainError, r"\(norm_eps\): this number is above 0, got nan"),
    ],
)
def test_sizes_that_fit_no_model(sizes, kind, message):
    """A configuration is checked when it is made."""
    with pytest.raises(kind, match=rf"^SmolLM2Config{message}"):
        SmolLM2Config(**sizes)
