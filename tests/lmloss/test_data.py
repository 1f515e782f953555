"""Texts and training pairs."""

import hashlib
import re
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss import corpus
from lmloss.data import SEED_SENTENCES, TEXTS, next_token_pairs, read_text, seed_batch, windows
from lmloss.errors import DomainError, DTypeError, ShapeError, TextError
from lmloss.tokens import decode, encode

FACTS = {  # characters and GPT-2 tokens
    "constitution.ko.txt": (18884, 39442),
    "devils-dictionary.en.txt": (383157, 117860),
    "udhr.ko.txt": (4716, 9944),
    "udhr.en.txt": (10638, 2036),
}


def test_seed_batch_has_the_published_pairs():
    """The two sentences give the published inputs and targets, (2, 3) int64."""
    inputs, targets = seed_batch()
    assert inputs.tolist() == [[16833, 3626, 6100], [40, 1107, 588]]
    assert targets.tolist() == [[3626, 6100, 345], [1107, 588, 11311]]
    assert inputs.dtype == targets.dtype == torch.int64


def test_seed_batch_decodes_to_the_sentences():
    """Inputs are the sentences without the last word, targets without the first."""
    inputs, targets = seed_batch()
    for sentence, row_in, row_out in zip(SEED_SENTENCES, inputs, targets, strict=True):
        assert sentence.startswith(decode(row_in))
        assert sentence.endswith(decode(row_out))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 99), min_size=2, max_size=40), st.integers(1, 6), st.integers(1, 8))
def test_windows_are_the_slices(ids, context, stride):
    """Window k is tokens k·stride … k·stride + context - 1, its targets one further, as slicing a list gives."""
    starts = [start for start in range(0, len(ids), stride) if start + context + 1 <= len(ids)]
    if not starts:
        with pytest.raises(TextError, match="one more to predict"):
            windows(ids, context, stride)
        return
    inputs, targets = windows(ids, context, stride)
    assert inputs.tolist() == [ids[start : start + context] for start in starts]
    assert targets.tolist() == [ids[start + 1 : start + 1 + context] for start in starts]
    assert len(inputs) == (len(ids) - context - 1) // stride + 1


def test_windows_of_a_tensor_are_int64():
    """A tensor of any integer type gives the same windows as the list, as int64."""
    from_list, from_tensor = windows([1, 2, 3], 2, 1), windows(torch.tensor([1, 2, 3], dtype=torch.int32), 2, 1)
    assert all(torch.equal(a, b) for a, b in zip(from_list, from_tensor, strict=True))
    assert from_tensor[0].dtype == torch.int64


def test_next_token_pairs_of_any_shape():
    """Every row is shifted by one on its own; leading axes stay."""
    ids = torch.arange(24).reshape(2, 3, 4)
    inputs, targets = next_token_pairs(ids)
    assert inputs.shape == targets.shape == (2, 3, 3)
    assert torch.equal(targets, inputs + 1)


def test_windows_refuse_a_text_that_is_empty_or_too_short():
    """An empty text and one shorter than context + 1 tokens are told apart; both say what to do."""
    for empty in ([], torch.zeros(0, dtype=torch.int64), encode("")):
        with pytest.raises(
            TextError, match=r"windows\(token_ids\): .*at least one token, got an empty text; pass a text"
        ):
            windows(empty, 4, 1)
    with pytest.raises(TextError, match="a window needs 4 tokens and one more to predict, got 4 tokens; pass a longer"):
        windows([1, 2, 3, 4], 4, 1)


@pytest.mark.parametrize(("context", "stride", "where"), [(0, 1, "context"), (1, 0, "stride"), (1, -1, "stride")])
def test_windows_refuse_sizes_below_1(context, stride, where):
    """A context or a stride below 1 is refused by name."""
    with pytest.raises(DomainError, match=rf"windows\({where}\): at least 1 is needed, got (0|-1); pass 1 or more"):
        windows([1, 2, 3], context, stride)


def test_windows_refuse_what_is_not_a_number():
    """A fractional or boolean stride and float ids are refused."""
    with pytest.raises(DTypeError, match=r"windows\(stride\): a whole number is needed, got 1.5"):
        windows([1, 2, 3], 1, 1.5)
    with pytest.raises(DTypeError, match=r"windows\(stride\): a whole number is needed, got True"):
        windows([1, 2, 3], 1, True)
    with pytest.raises(DTypeError, match=r"windows\(token_ids\): token ids are integers, got shape \(3,\) of float32"):
        windows(torch.zeros(3), 1, 1)
    with pytest.raises(DTypeError, match=r"windows\(token_ids\): a token id is an int, got a float"):
        windows([1.0, 2.0], 1, 1)
    with pytest.raises(ShapeError, match=r"windows\(token_ids\): token ids have 1 axes here, got shape \(2, 3\)"):
        windows(torch.zeros(2, 3, dtype=torch.int64), 1, 1)


def test_next_token_pairs_refuse():
    """One token, no axis, floats and lists give nothing to predict."""
    with pytest.raises(TextError, match="one to see and one to predict, got shape"):
        next_token_pairs(torch.tensor([[5]]))
    with pytest.raises(ShapeError, match="token ids stand in a row"):
        next_token_pairs(torch.tensor(5))
    with pytest.raises(DTypeError, match="token ids are integers"):
        next_token_pairs(torch.zeros(1, 3))
    with pytest.raises(DTypeError, match="a tensor is needed, got a list"):
        next_token_pairs([1, 2])


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_the_ones_described(name):
    """Each text has the hash of its README entry, and the characters and tokens that the book counts."""
    text, path = read_text(name), corpus.TEXT_FOLDER / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    readme = (corpus.TEXT_FOLDER / "README.md").read_text(encoding="utf-8")
    assert TEXTS[name].sha256 == digest
    assert f"| `{name}` | {path.stat().st_size:,} | `{digest}` |" in readme
    assert (len(text), len(encode(text))) == FACTS[name]


def test_every_shipped_text_is_listed():
    """The folder holds the listed texts and their README, nothing else."""
    assert {path.name for path in corpus.TEXT_FOLDER.iterdir()} == {*TEXTS, "README.md"}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_clean(name):
    """A text has LF line ends, one of them at its end, and no byte-order mark."""
    text = read_text(name)
    assert "\r" not in text
    assert "\ufeff" not in text
    assert text.endswith("\n")


def test_the_declarations_are_parallel():
    """Line k of the Korean declaration translates line k of the English one: headings stand in the same places."""
    korean, english = (read_text(f"udhr.{code}.txt").splitlines() for code in ("ko", "en"))
    assert len(korean) == len(english) == 92
    articles = [k for k, line in enumerate(english) if re.fullmatch(r"Article \d+", line)]
    assert len(articles) == 30
    assert articles == [k for k, line in enumerate(korean) if re.fullmatch(r"제 ?\d+ ?조", line)]


def test_unknown_text():
    """A text that is not shipped is refused with the names that are."""
    with pytest.raises(
        TextError, match=r"ships no such text, got 'the-verdict.txt'; choose one of constitution.ko.txt,"
    ):
        read_text("the-verdict.txt")


def test_damaged_text(tmp_path: Path):
    """A missing text and one that differs in a byte are refused."""
    with pytest.raises(TextError, match=r"read_text\('udhr.en.txt'\): the text can be read, got No such file"):
        read_text("udhr.en.txt", folder=tmp_path)
    (tmp_path / "udhr.en.txt").write_bytes((corpus.TEXT_FOLDER / "udhr.en.txt").read_bytes() + b"\n")
    with pytest.raises(TextError, match=r"the text has sha256 36bd2dc2\w+, got sha256 (?!36bd2dc2)\w+; install"):
        read_text("udhr.en.txt", folder=tmp_path)
