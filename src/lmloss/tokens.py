r"""GPT-2's byte-pair tokens, from the ranks shipped in the package: nothing is fetched.

A token is a string of bytes, not of characters. One Korean character has three bytes in UTF-8 and often takes two or
three tokens, none of which is text on its own; `pieces` shows such bytes as `\xec\x9d`.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import tiktoken
import torch
from torch import Tensor

from lmloss.errors import RankFileError
from lmloss.shapes import check_id_list, check_ids, check_text, check_vocabulary

VOCAB_SIZE = 50257
END_OF_TEXT = 50256
RANK_FILE = Path(__file__).parent / "assets" / "gpt2.tiktoken"
RANK_FILE_SHA256 = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"

# How GPT-2 cuts a text before merging bytes: contractions, then letters, digits and other signs with one leading
# space, then white space. Equal to the pattern in GPT-2's encoder.py; `++` only forbids useless backtracking.
SPLIT = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""


def load_encoding(path: str | Path | None = None) -> tiktoken.Encoding:
    """Load GPT-2's tokenizer from a file of ranks, checked against the published hash before use.

    The encoding is kept: a second call with the same path costs nothing.

    Arguments:
        path: a copy of `gpt2.tiktoken`; None takes the one in the package.

    Raises:
        RankFileError: the file is missing, or a single byte of it differs.

    Source:
        Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2.

    Example:
        >>> load_encoding().n_vocab
        50257
    """
    return _load(RANK_FILE if path is None else Path(path))


@lru_cache(maxsize=4)
def _load(path: Path) -> tiktoken.Encoding:
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, _read(path).splitlines())}
    special = {"<|endoftext|>": END_OF_TEXT}
    return tiktoken.Encoding(
        "gpt2", pat_str=SPLIT, mergeable_ranks=ranks, special_tokens=special, explicit_n_vocab=VOCAB_SIZE
    )


def _read(path: Path) -> bytes:
    where, remedy = f"load_encoding({str(path)!r})", "install the package again, or pass an undamaged gpt2.tiktoken"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RankFileError("the rank file can be read", where, error.strerror or str(error), remedy) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != RANK_FILE_SHA256:
        got = f"{len(content)} bytes with sha256 {digest}"
        raise RankFileError(f"the rank file has sha256 {RANK_FILE_SHA256}", where, got, remedy)
    return content


def encode(text: str) -> list[int]:
    """Cut a text into token ids. Everything is ordinary text: no string in it becomes the end-of-text token.

    Raises:
        DTypeError: something that is not a str.
        TextError: half of a surrogate pair, which has no UTF-8 bytes.

    Example:
        >>> encode("every effort moves you")
        [16833, 3626, 6100, 345]
    """
    check_text(text, "encode(text)")
    return load_encoding().encode_ordinary(text)


def decode(ids: Sequence[int] | Tensor) -> str:
    """Join tokens into text. Bytes that are no complete character become U+FFFD; see `pieces` for the bytes.

    Shape:
        ids: a sequence of int, or a tensor (T,) of integers; each in 0 … 50256.

    Raises:
        DTypeError: ids that are not integers.
        ShapeError: a tensor that does not have one axis.
        TokenError: an id outside the vocabulary.

    Example:
        >>> decode([40, 1107, 588, 11311])
        'I really like chocolate'
    """
    return load_encoding().decode(_checked(ids, "decode(ids)"))


def pieces(ids: Sequence[int] | Tensor) -> list[str]:
    r"""Show each token alone; bytes that are only a part of a character are written as `\xec`.

    No two of the 50257 tokens look alike.

    Shape:
        ids: a sequence of int, or a tensor (T,) of integers; each in 0 … 50256.

    Raises:
        DTypeError: ids that are not integers.
        ShapeError: a tensor that does not have one axis.
        TokenError: an id outside the vocabulary.

    Example:
        >>> pieces([16833, 3626, 6100, 345])
        ['every', ' effort', ' moves', ' you']
        >>> pieces(encode("\N{HANGUL SYLLABLE HIM}"))
        ['\\xed', '\\x9e', '\\x98']
    """
    encoding = load_encoding()
    tokens = [encoding.decode_single_token_bytes(token_id) for token_id in _checked(ids, "pieces(ids)")]
    return [token.decode("utf-8", errors="backslashreplace") for token in tokens]


def byte_counts(ids: Sequence[int] | Tensor) -> Tensor:
    """Count the bytes of text that each token stands for. The end-of-text token stands for none.

    Shape:
        ids: a sequence of int, or a tensor (T,) of integers; each in 0 … 50256.
        result: (T,) int64, in bytes; the sum is the UTF-8 length of the text.

    Raises:
        DTypeError: ids that are not integers.
        ShapeError: a tensor that does not have one axis.
        TokenError: an id outside the vocabulary.

    Example:
        >>> byte_counts([40, 1107, 588, 11311])
        tensor([ 1,  7,  5, 10])
    """
    encoding = load_encoding()
    checked = _checked(ids, "byte_counts(ids)")
    sizes = [0 if i == END_OF_TEXT else len(encoding.decode_single_token_bytes(i)) for i in checked]
    return torch.tensor(sizes, dtype=torch.int64)


def _checked(ids: Sequence[int] | Tensor, where: str) -> list[int]:
    if isinstance(ids, Tensor):
        check_ids(ids, 1, where)
        ids = ids.tolist()
    check_id_list(ids, where)
    check_vocabulary(ids, VOCAB_SIZE, where)
    return list(ids)
