"""GPT-2's tokens: the published ids, bytes that are half a character, and what is refused."""

import re
import socket

import pytest
import tiktoken
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss.errors import DTypeError, RankFileError, ShapeError, TextError, TokenError
from lmloss.tokens import END_OF_TEXT, RANK_FILE, VOCAB_SIZE, byte_counts, decode, encode, load_encoding, pieces

PUBLISHED = {
    "every effort moves you": [16833, 3626, 6100, 345],
    "I really like chocolate": [40, 1107, 588, 11311],
    "Every": [6109],
}


@pytest.mark.parametrize(("text", "ids"), PUBLISHED.items())
def test_published_ids(text, ids):
    """The book's sentences have the published token ids, and the ids decode to the sentences."""
    assert encode(text) == ids
    assert decode(ids) == text
    assert decode(torch.tensor(ids)) == text


def test_korean_takes_more_tokens_than_characters():
    """GPT-2 cuts the first clause of the Korean constitution into 33 tokens."""
    assert len(encode("대한민국은 민주공화국이다.")) == 33


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_text_survives_the_round_trip(text):
    """Any text decodes to itself, and the bytes of its pieces are the bytes of the text."""
    ids = encode(text)
    assert decode(ids) == text
    assert b"".join(load_encoding().decode_single_token_bytes(token_id) for token_id in ids) == text.encode()


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_byte_counts_are_the_bytes_of_the_pieces(text):
    """One count a token, whose sum is the text's length in UTF-8; a part of a character counts its own bytes."""
    counts = byte_counts(encode(text))
    assert counts.tolist() == [len(load_encoding().decode_single_token_bytes(i)) for i in encode(text)]
    assert int(counts.sum()) == len(text.encode())


def test_the_end_of_a_text_has_no_bytes():
    """The end-of-text token stands for no byte, though it is shown by a name."""
    assert byte_counts([40, END_OF_TEXT]).tolist() == [1, 0]


def test_pieces_show_whole_tokens_as_text():
    """A token that is whole characters is shown as they are, its leading space included."""
    assert pieces(torch.tensor([16833, 3626])) == ["every", " effort"]
    assert pieces([END_OF_TEXT]) == ["<|endoftext|>"]


def test_pieces_show_parts_of_a_character_by_their_bytes():
    """A Korean syllable that takes three tokens is shown as its three bytes."""
    assert pieces(encode("힘")) == [r"\xed", r"\x9e", r"\x98"]


def test_pieces_are_unambiguous():
    """No two tokens of the vocabulary are shown alike."""
    assert len(set(pieces(list(range(VOCAB_SIZE))))) == VOCAB_SIZE


def test_special_strings_are_ordinary_text():
    """Text that spells the end-of-text token becomes several ordinary tokens."""
    assert END_OF_TEXT not in encode("<|endoftext|>")
    assert decode([END_OF_TEXT]) == "<|endoftext|>"


def test_encoding_is_the_one_tiktoken_publishes():
    """The split pattern and the sizes are those of tiktoken's own gpt2; the ids 0 … 255 are the bytes."""
    public = pytest.importorskip("tiktoken_ext.openai_public")
    encoding = load_encoding()
    assert encoding._pat_str == public.r50k_pat_str
    assert encoding.n_vocab == VOCAB_SIZE
    assert {encoding.decode_single_token_bytes(i) for i in range(256)} == {bytes([i]) for i in range(256)}
    assert isinstance(encoding, tiktoken.Encoding)


def test_encoding_is_kept():
    """A second call gives the same object."""
    assert load_encoding() is load_encoding(RANK_FILE)


def test_no_network(monkeypatch, tmp_path):
    """Loading a fresh copy opens no socket."""
    copy = tmp_path / "ranks"
    copy.write_bytes(RANK_FILE.read_bytes())

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert load_encoding(copy).encode("every") == [16833]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"IQ== 0", b"IQ== 1", 1),
        lambda content: content[:0],
    ],
    ids=["cut", "crlf", "one digit", "empty"],
)
def test_damaged_rank_file(tmp_path, damage):
    """A rank file that differs in any byte is refused before use, with path, hash and remedy."""
    path = tmp_path / "damaged.tiktoken"
    path.write_bytes(damage(RANK_FILE.read_bytes()))
    with pytest.raises(RankFileError, match=r"damaged.tiktoken.*has sha256 306cd27f\w+, got \d+ bytes .*; install the"):
        load_encoding(path)


def test_missing_rank_file(tmp_path):
    """A rank file that is not there is refused with its path."""
    with pytest.raises(RankFileError, match=r"nowhere.*can be read, got No such file or directory; install"):
        load_encoding(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("function", [decode, pieces, byte_counts])
@pytest.mark.parametrize("bad", [-1, VOCAB_SIZE, 10**9])
def test_unknown_token_id(function, bad):
    """An id outside the vocabulary is refused, from a list and from a tensor."""
    message = rf"{function.__name__}\(ids\): a token id lies in the vocabulary 0 … 50256, got {bad}; decode with"
    with pytest.raises(TokenError, match=message):
        function([0, bad])
    with pytest.raises(TokenError, match=message):
        function(torch.tensor([0, bad]))


@pytest.mark.parametrize(
    ("bad", "got"),
    [([1.0], "a float"), ([[1]], "a list"), ([True], "a bool"), (5, "a int"), ("12", "a str"), (b"12", "a bytes")],
)
def test_ids_that_are_not_integers(bad, got):
    """Anything but a flat sequence of int is refused by its type."""
    with pytest.raises(DTypeError, match=rf"decode\(ids\): .*, got {re.escape(got)}; "):
        decode(bad)


def test_tensors_of_the_wrong_kind():
    """A float tensor and a tensor without exactly one axis are refused."""
    with pytest.raises(DTypeError, match=r"token ids are integers, got shape \(1,\) of float32"):
        decode(torch.tensor([1.0]))
    for shape in ((), (2, 3)):
        with pytest.raises(ShapeError, match=r"decode\(ids\): token ids have 1 axes here, got shape .*; flatten it"):
            decode(torch.zeros(shape, dtype=torch.int64))


def test_texts_of_the_wrong_kind():
    """Bytes and lone surrogates are refused rather than silently replaced."""
    with pytest.raises(DTypeError, match=r"encode\(text\): a text is a str, got a bytes; decode bytes as UTF-8 first"):
        encode(b"every")
    with pytest.raises(TextError, match=r"no lone surrogates, got '\\ud800' at character 2"):
        encode("ab\ud800")


def test_nothing_is_nothing():
    """The empty text has no tokens, and no tokens are the empty text."""
    assert encode("") == []
    assert decode([]) == ""
    assert pieces(torch.zeros(0, dtype=torch.int64)) == []
