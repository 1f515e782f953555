"""SmolLM2's tokenizer: published ids, round trips, and a second one, written as the merges are listed."""

import re
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss.corpus import TEXTS
from lmloss.data import read_text
from lmloss.errors import DTypeError, ModelFileError, ShapeError, TextError, TokenError
from lmloss.smollm2 import load_tokenizer
from lmloss.smollm2.gguf import read_gguf
from lmloss.smollm2.tokenizer import tokenizer_of

# What other programs that run SmolLM2 publish for the tokenizer of its authors.
PUBLISHED = {
    "The capital of France is": [504, 3575, 282, 4649, 314],
    "Hello world, this is": [19556, 905, 28, 451, 314],
    "The quick brown fox": [504, 2365, 6354, 16438],
    "She walked into the": [8113, 13197, 618, 260],
    "Once upon a time": [6403, 1980, 253, 655],
    "  spaced  text": [216, 23861, 216, 1694],
    "def add(a, b): return": [1604, 803, 24, 81, 28, 278, 727, 1003],
    "In 2026, the weather": [788, 216, 34, 32, 34, 38, 28, 260, 3947],
}
COUNTS = {  # tokens
    "constitution.ko.txt": 38393,
    "devils-dictionary.en.txt": 95357,
    "udhr.ko.txt": 9645,
    "udhr.en.txt": 2082,
}


@pytest.fixture(scope="module")
def metadata(model_file):
    """What the packaged file says of its tokenizer."""
    return read_gguf(model_file).metadata


@pytest.fixture(scope="module")
def by_merges(metadata):
    """A tokenizer in the plainest way: apply the listed merges to a word, one after the other, first listed first."""
    rank = {tuple(merge.split(" ")): n for n, merge in enumerate(metadata["tokenizer.ggml.merges"])}
    ids = {token: token_id for token_id, token in enumerate(metadata["tokenizer.ggml.tokens"])}

    def encode(word):
        parts = list(word)
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: rank.get(pair, len(rank)))
            if best not in rank:
                break
            joined, at = [], 0
            while at < len(parts):
                pair = tuple(parts[at : at + 2]) == best
                joined.append("".join(best) if pair else parts[at])
                at += 2 if pair else 1
            parts = joined
        return [ids[part] for part in parts]

    return encode


def spelt(content):
    """Bytes in the letters of the vocabulary, where a space is Ġ."""
    printing = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printing]
    return "".join(chr(byte) if byte in printing else chr(256 + others.index(byte)) for byte in content)


def words(text):
    """The two cuts, one after the other: digits alone, then what lies between them as GPT-2 cuts a text."""
    letter, digit = r"[^\W\d_]", r"[0-9]"
    found = []
    for part in re.split(f"({digit})", text):
        found += re.findall(
            rf"'(?:s|t|re|ve|m|ll|d)| ?{letter}+| ?{digit}+| ?(?:(?!{letter})[^\s\d])+|\s+(?!\S)|\s+", part
        )
    return found


@pytest.mark.parametrize(("text", "ids"), PUBLISHED.items())
def test_published_ids(tokenizer, text, ids):
    """Texts have the ids that others publish, and the ids decode to the texts."""
    assert tokenizer.encode(text) == ids
    assert tokenizer.decode(torch.tensor(ids)) == text


def test_special_tokens(tokenizer):
    """The 17 special tokens have the first ids, decode to their names, and are no part of any text."""
    assert list(tokenizer.special.values()) == list(range(17))
    assert tokenizer.decode([0, 1, 2]) == "<|endoftext|><|im_start|><|im_end|>"
    assert tokenizer.special["<|im_end|>"] == 2
    assert min(tokenizer.encode("<|im_end|>")) > 16
    assert tokenizer.decode(tokenizer.encode("<|im_end|>")) == "<|im_end|>"


def test_tiktoken_applies_the_listed_merges(tokenizer, by_merges, metadata):
    """Every token of the vocabulary, taken alone, is made by its merges: so no text can be cut otherwise.

    tiktoken joins the neighbours whose joint token has the lowest id. While nothing was joined across the borders of a
    token's bytes, the merges within them go as if the token stood alone. So if each token alone becomes itself, and ids
    grow with merges, tiktoken joins just what the list of merges joins.
    """
    tokens = metadata["tokenizer.ggml.tokens"]
    assert [by_merges(token) for token in tokens[17:]] == [[token_id] for token_id in range(17, len(tokens))]
    assert tokenizer.encoding.n_vocab == len(tokens) == 49152


@pytest.mark.parametrize("name", ["udhr.en.txt", "udhr.ko.txt"])
def test_shipped_texts_by_merges(tokenizer, by_merges, name):
    """A text is cut as two plain cuts and the listed merges cut it."""
    text = read_text(name)
    expected = [token_id for word in words(text) for token_id in by_merges(spelt(word.encode()))]
    assert tokenizer.encode(text) == expected


@settings(deadline=None, max_examples=200)
@given(text=st.text(st.sampled_from("ab cD\n\t\r'stTle017.,!-_()가힘é🙂\u3000"), max_size=16))
def test_odd_texts_by_merges(tokenizer, by_merges, text):
    """White space before digits, letters, signs and the end, and apostrophes, are cut as by two cuts."""
    assert tokenizer.encode(text) == [one for word in words(text) for one in by_merges(spelt(word.encode()))]


@pytest.mark.parametrize("name", TEXTS)
def test_shipped_texts_survive_the_round_trip(tokenizer, name):
    """Every shipped text decodes to itself, from as many tokens as the book counts, whose bytes are its bytes."""
    text = read_text(name)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert len(ids) == COUNTS[name]
    assert int(tokenizer.byte_counts(ids).sum()) == len(text.encode())


@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=20))
def test_any_text_survives_or_is_refused(tokenizer, text):
    """A text decodes to itself, unless it needs one of the bytes that no token writes."""
    if any(byte in tokenizer.unwritable for byte in text.encode()):
        with pytest.raises(TextError, match="the vocabulary has a token for each byte"):
            tokenizer.encode(text)
    else:
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_bytes_that_no_token_writes(tokenizer):
    """Six control characters and the planes 4 to 11 are refused with character and place, and nothing else is."""
    refused = [c for c in map(chr, [*range(0xD800), *range(0xE000, 0x110000, 0x400)]) if _refused(tokenizer, c)]
    assert refused[:6] == ["\x04", "\x06", "\x13", "\x14", "\x16", "\x1d"]
    assert {ord(c) >> 16 for c in refused[6:]} == set(range(4, 12))
    with pytest.raises(
        TextError, match=r"Tokenizer.encode\(text\): .* got '\\x04' at character 1; leave the character"
    ):
        tokenizer.encode("a\x04b")


def _refused(tokenizer, character):
    return not tokenizer.unwritable.isdisjoint(character.encode())


def test_pieces(tokenizer):
    """A token that is whole characters is shown as they are, a part of one by its bytes."""
    assert tokenizer.pieces([504, 3575]) == ["The", " capital"]
    assert tokenizer.pieces(tokenizer.encode("힘")) == [r"\xed", r"\x9e", r"\x98"]
    assert tokenizer.byte_counts(torch.tensor([504, 3575, 2])).tolist() == [3, 8, 0]


@pytest.mark.parametrize("name", ["decode", "pieces", "byte_counts"])
def test_ids_that_are_none(tokenizer, name):
    """Unknown ids, floats and tensors of the wrong kind are refused by the method that was called."""
    function = getattr(tokenizer, name)
    with pytest.raises(
        TokenError, match=rf"^Tokenizer.{name}\(ids\): a token id lies in the vocabulary 0 … 49151, got -1"
    ):
        function([-1])
    with pytest.raises(TokenError, match="got 49152; decode with the tokenizer that made the ids"):
        function(torch.tensor([49152]))
    with pytest.raises(DTypeError, match="a token id is an int, got a float"):
        function([1.0])
    with pytest.raises(ShapeError, match="token ids have 1 axes here"):
        function(torch.zeros(1, 1, dtype=torch.int64))


def test_texts_of_the_wrong_kind(tokenizer):
    """Bytes and lone surrogates are refused."""
    with pytest.raises(DTypeError, match=r"^Tokenizer.encode\(text\): a text is a str, got a bytes"):
        tokenizer.encode(b"every")
    with pytest.raises(TextError, match=r"no lone surrogates, got '\\ud800' at character 2"):
        tokenizer.encode("ab\ud800")


def test_the_tokenizer_is_kept(tokenizer):
    """A second call gives the same object."""
    assert load_tokenizer() is tokenizer


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"tokenizer.ggml.model": "llama"}, r"tokenizer.ggml.model is 'gpt2', got 'llama'"),
        ({"tokenizer.ggml.pre": "gpt-2"}, r"tokenizer.ggml.pre is 'smollm', got 'gpt-2'"),
        ({"tokenizer.ggml.merges": None}, r"the file lists tokenizer.ggml.merges, got a NoneType"),
        (
            {"tokenizer.ggml.merges": ["i n", "Ġ t"]},
            r"ids grow with the merges that make them, got merges that make no",
        ),
        ({"tokenizer.ggml.merges": ["x y z"]}, r"ids grow with the merges that make them"),
    ],
)
def test_another_tokenizer(metadata, changed, message):
    """A tokenizer of another kind, or one that tiktoken would not follow, is refused."""
    with pytest.raises(ModelFileError, match=rf"^tokenizer_of\(metadata\): {message}"):
        tokenizer_of(dict(metadata) | changed)
