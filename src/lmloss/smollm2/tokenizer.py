"""SmolLM2's tokens: bytes merged in the order that the model's file lists, through tiktoken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tiktoken
import torch
from torch import Tensor

from lmloss.errors import ModelFileError, TextError
from lmloss.shapes import check_id_list, check_ids, check_text, check_vocabulary
from lmloss.smollm2.gguf import Value

CONTROL = 3
"""The type that a GGUF file gives a token that no text contains, such as the end of a text."""

# How SmolLM2 cuts a text before merging bytes. It is two cuts: each digit stands alone; and what lies between digits is
# cut as GPT-2 cuts a text. In one pattern, a digit ends white space as the end of the text does.
SPLIT = r"""\p{N}|'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?[^\s\p{L}\p{N}]++|\s+(?![^\s\p{N}])|\s"""


@dataclass(frozen=True)
class Tokenizer:
    """Cuts texts into the tokens of one model, and joins them again."""

    encoding: tiktoken.Encoding
    """The merges, as tiktoken applies them."""
    special: Mapping[str, int]
    """Tokens that no text contains, such as `<|im_end|>`, with their ids."""
    unwritable: frozenset[int]
    """Bytes for which the vocabulary has no token; a text that needs one is refused."""

    def encode(self, text: str) -> list[int]:
        """Cut a text into token ids. Everything is ordinary text: no string in it becomes a special token.

        Raises:
            DTypeError: something that is not a str.
            TextError: a lone surrogate, or a character that the vocabulary cannot write: six control characters and
                the planes 4 to 11 of Unicode, which hold no character yet.
        """
        where = "Tokenizer.encode(text)"
        content = check_text(text, where)
        if not self.unwritable.isdisjoint(content):
            bad = next(c for c in text if not self.unwritable.isdisjoint(c.encode()))
            got, remedy = f"{bad!r} at character {text.index(bad)}", "leave the character out"
            raise TextError("the vocabulary has a token for each byte of the text", where, got, remedy)
        return self.encoding.encode_ordinary(text)

    def decode(self, ids: Sequence[int] | Tensor) -> str:
        """Join tokens into text. Bytes that are no complete character become U+FFFD.

        Raises:
            DTypeError, ShapeError, TokenError: as `lmloss.tokens.decode`.
        """
        return self.encoding.decode(self._checked(ids, "Tokenizer.decode(ids)"))

    def pieces(self, ids: Sequence[int] | Tensor) -> list[str]:
        r"""Show each token alone; bytes that are only a part of a character are written as `\xec`.

        Raises:
            DTypeError, ShapeError, TokenError: as `lmloss.tokens.pieces`.
        """
        checked = self._checked(ids, "Tokenizer.pieces(ids)")
        tokens = [self.encoding.decode_single_token_bytes(token_id) for token_id in checked]
        return [token.decode("utf-8", errors="backslashreplace") for token in tokens]

    def byte_counts(self, ids: Sequence[int] | Tensor) -> Tensor:
        """Count the bytes of text that each token stands for: (T,) int64. A special token stands for none.

        Raises:
            DTypeError, ShapeError, TokenError: as `lmloss.tokens.byte_counts`.
        """
        special = set(self.special.values())
        checked = self._checked(ids, "Tokenizer.byte_counts(ids)")
        sizes = [0 if i in special else len(self.encoding.decode_single_token_bytes(i)) for i in checked]
        return torch.tensor(sizes, dtype=torch.int64)

    def _checked(self, ids: Sequence[int] | Tensor, where: str) -> list[int]:
        if isinstance(ids, Tensor):
            check_ids(ids, 1, where)
            ids = ids.tolist()
        check_id_list(ids, where)
        check_vocabulary(ids, self.encoding.n_vocab, where)
        return list(ids)


def tokenizer_of(metadata: Mapping[str, Value]) -> Tokenizer:
    """Make the tokenizer that the metadata of a GGUF file describes.

    tiktoken always joins the two neighbours whose joint token has the lowest id; the file lists merges in the order in
    which they are tried. The two are the same only where ids grow with the merges that make them, which is checked.

    Raises:
        ModelFileError: a tokenizer of another kind, or merges that tiktoken would apply in another order.

    Source:
        Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2;
        Radford et al. 2019, section 2.2 (bytes instead of characters).
    """
    for name, expected in (("model", "gpt2"), ("pre", "smollm")):
        if (got := metadata.get(f"tokenizer.ggml.{name}")) != expected:
            what = f"tokenizer.ggml.{name} is {expected!r}"
            raise ModelFileError(what, "tokenizer_of(metadata)", f"{got!r}", "pass a file of SmolLM2")
    tokens, merges, kinds = (_items(metadata, name) for name in ("tokens", "merges", "token_type"))
    ids = {str(token): token_id for token_id, token in enumerate(tokens)}
    made = [ids.get(str(merge).replace(" ", "", 1), -1) for merge in merges]
    if -1 in made or made != sorted(set(made)):
        got, remedy = "merges that make no token or come in another order", "pass a file of SmolLM2"
        raise ModelFileError("ids grow with the merges that make them", "tokenizer_of(metadata)", got, remedy)
    special = {token: token_id for token, token_id in ids.items() if kinds[token_id] == CONTROL}
    alphabet = _alphabet()
    ranks = {bytes(alphabet[c] for c in token): ids[token] for token in ids if token not in special}
    encoding = tiktoken.Encoding(
        "smollm2", pat_str=SPLIT, mergeable_ranks=ranks, special_tokens=special, explicit_n_vocab=len(tokens)
    )
    unwritable = frozenset(byte for byte in range(256) if bytes([byte]) not in ranks)
    return Tokenizer(encoding, special, unwritable)


def _items(metadata: Mapping[str, Value], name: str) -> list[Value]:
    items = metadata.get(f"tokenizer.ggml.{name}")
    if not isinstance(items, list):
        where, remedy = "tokenizer_of(metadata)", "pass a file of SmolLM2"
        raise ModelFileError(f"the file lists tokenizer.ggml.{name}", where, f"a {type(items).__name__}", remedy)
    return items


def _alphabet() -> dict[str, int]:
    """Give the byte for each character in which GPT-2's kind of vocabulary is spelt.

    A byte that prints stands for itself; the others are numbered in order from U+0100 on, so that a space is U+0120.
    """
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printing]
    return {chr(byte): byte for byte in printing} | {chr(0x100 + n): byte for n, byte in enumerate(others)}
