"""The packaged SmolLM2-135M-Instruct: what it says, what texts cost it, in nats and in bits a byte."""

import math

import pytest
import torch
import torch.nn.functional as F

from lmloss.data import read_text
from lmloss.gpt2 import greedy
from lmloss.metrics import bits_per_byte, text_bits_per_byte, token_nats
from lmloss.smollm2 import SmolLM2Config

# The first 257 tokens of each text: mean loss in nats a token, and bits a byte. The packaged weights have 4 bits.
COSTS = {
    "udhr.en.txt": (2.6612, 0.7238),
    "udhr.ko.txt": (2.1809, 2.5983),
    "devils-dictionary.en.txt": (3.7606, 1.3291),
    "constitution.ko.txt": (2.5285, 3.1338),
}


@pytest.fixture(scope="module")
def costs(smollm2, tokenizer):
    """For each text, its ids, and the loss of each of the 256 that follow the first."""
    found = {}
    for name in COSTS:
        ids = torch.tensor(tokenizer.encode(read_text(name))[:257])
        with torch.no_grad():
            found[name] = ids, token_nats(smollm2(ids[None, :-1]), ids[None, 1:])[0]
    return found


def test_sizes(smollm2):
    """The file states the sizes of SmolLM2-135M: the defaults, up to the rounding of its float32 numbers."""
    sizes = vars(smollm2.config)
    assert sizes == pytest.approx(vars(SmolLM2Config()), rel=1e-7)
    assert sum(parameter.numel() for parameter in smollm2.parameters()) == 134_515_008 == smollm2.config.n_params
    assert {parameter.dtype for parameter in smollm2.parameters()} == {torch.float32}
    assert not smollm2.training


def test_it_knows_a_capital(smollm2, tokenizer):
    """The most likely continuation of a sentence is a true one."""
    ids = greedy(smollm2, torch.tensor([tokenizer.encode("The capital of France is")]), steps=2)
    assert tokenizer.decode(ids[0]) == "The capital of France is Paris."


def test_it_ends_an_answer(smollm2, tokenizer):
    """Asked in the form that it was trained on, it answers and says that the answer is over."""
    im_start, im_end = tokenizer.special["<|im_start|>"], tokenizer.special["<|im_end|>"]
    question = [im_start, *tokenizer.encode("user\nWhat is the capital of France?"), im_end, *tokenizer.encode("\n")]
    prompt = [*question, im_start, *tokenizer.encode("assistant\n")]
    answer = [504, 3575, 282, 4649, 314, 7042, 30, im_end]  # published for the model of its authors
    assert tokenizer.decode(answer) == "The capital of France is Paris.<|im_end|>"
    with torch.no_grad():
        logits = smollm2(torch.tensor([[*prompt, *answer[:-1]]]))[0]
    # The most likely token at each position, given those before, is what greedy would have appended.
    assert logits[len(prompt) - 1 :].argmax(-1).tolist() == answer


@pytest.mark.parametrize("name", COSTS)
def test_costs(costs, tokenizer, name):
    """A text costs what it cost when this was written: a few nats a token, far below ln V, the cost of guessing."""
    ids, nats = costs[name]
    mean_nats, bits = COSTS[name]
    assert nats.mean().item() == pytest.approx(mean_nats, abs=2e-3)
    assert nats.mean() < math.log(49152) / 2
    byte_counts = tokenizer.byte_counts(ids[1:])
    assert text_bits_per_byte(nats, byte_counts).item() == pytest.approx(bits, abs=1e-3)
    by_hand = (
        sum(nats.tolist()) / math.log(2) / sum(len(tokenizer.encoding.decode_bytes([i])) for i in ids[1:].tolist())
    )
    assert bits_per_byte(nats.double().sum().item(), int(byte_counts.sum())) == pytest.approx(by_hand)


def test_korean_costs_more_bits_a_byte_though_fewer_nats_a_token(costs, tokenizer):
    """One declaration in two languages: nats a token mislead where tokens have other sizes, bits a byte do not."""
    (_, korean), (_, english) = costs["udhr.ko.txt"], costs["udhr.en.txt"]
    assert korean.mean() < english.mean()
    bits = [
        text_bits_per_byte(nats, tokenizer.byte_counts(ids[1:]))
        for ids, nats in (costs["udhr.ko.txt"], costs["udhr.en.txt"])
    ]
    assert bits[0] > 3 * bits[1]


def test_the_logits_in_a_second_way(smollm2, tokenizer):
    """The whole model again, with halves of heads turned instead of neighbours and torch's own attention, agrees."""
    ids = torch.tensor([tokenizer.encode("Everyone has the right to life, liberty and the security of person.")])
    with torch.no_grad():
        expected, got = second_way(smollm2.state_dict(), ids), smollm2(ids)
    torch.testing.assert_close(got, expected, rtol=1e-3, atol=1e-3)
    assert torch.equal(got.argmax(-1), expected.argmax(-1))


def second_way(weights, ids):
    """SmolLM2 in one function: coordinate k of a head is turned with k + 32, and weights reordered to match."""
    T, K = ids.shape[1], 64
    order = torch.cat((torch.arange(0, K, 2), torch.arange(1, K, 2)))
    angles = torch.outer(torch.arange(T).double(), 100_000.0 ** (-torch.arange(32).double() / 32)).repeat(1, 2)

    def norm(x, name):
        return F.rms_norm(x, (576,), weights[name], eps=1e-5)

    def heads(x, name, turn):
        weight = weights[name].reshape(-1, K, 576)
        weight = weight[:, order] if turn else weight
        y = torch.einsum("td,hkd->htk", x, weight)
        half = torch.cat((-y[..., 32:], y[..., :32]), dim=-1)
        return y * angles.cos().float() + half * angles.sin().float() if turn else y

    x = weights["embedding.weight"][ids[0]]
    for k in range(30):
        of = f"blocks.{k}."
        normed = norm(x, of + "norm_1.scale")
        q, key = (heads(normed, f"{of}attention.{name}.weight", True) for name in ("query", "key"))
        v = heads(normed, of + "attention.value.weight", False)
        mixed = F.scaled_dot_product_attention(q, key, v, is_causal=True, enable_gqa=True)
        x = x + mixed.transpose(0, 1).reshape(T, 576) @ weights[of + "attention.projection.weight"].T
        normed = norm(x, of + "norm_2.scale")
        gate, widen, narrow = (weights[f"{of}feed_forward.{name}.weight"] for name in ("gate", "widen", "narrow"))
        x = x + (F.silu(normed @ gate.T) * (normed @ widen.T)) @ narrow.T
    return (norm(x, "final_norm.scale") @ weights["embedding.weight"].T).unsqueeze(0)
