"""The numbers that fix a SmolLM2, read from the file that its weights lie in."""

from collections.abc import Mapping
from dataclasses import dataclass

from lmloss.errors import DomainError, ModelFileError
from lmloss.shapes import check_at_least
from lmloss.smollm2.gguf import Value

ARCHITECTURE = "llama"


@dataclass(frozen=True)
class SmolLM2Config:
    """The sizes of a SmolLM2, checked when it is made. The defaults are those of SmolLM2-135M.

    Raises:
        DTypeError: a size that is not an int.
        DomainError: a size below 1; a width that the heads do not divide into even parts; query heads that the
            key/value heads do not divide; a rotation base or an eps that is not positive.

    Source:
        Ben Allal et al. 2025, "SmolLM2: When Smol Goes Big", and the metadata of the packaged file.

    Example:
        >>> SmolLM2Config().n_params
        134515008
    """

    vocab_size: int = 49152
    """V, the number of token ids."""
    context: int = 8192
    """The most positions that the model was trained to see at once."""
    width: int = 576
    """D, the length of the vector that stands for a position."""
    heads: int = 9
    """H, query heads a block; each is K = D / H wide."""
    kv_heads: int = 3
    """Key/value heads a block; each serves heads / kv_heads query heads."""
    depth: int = 30
    """The number of blocks."""
    hidden: int = 1536
    """The width inside the feed-forward network."""
    rope_base: float = 100_000.0
    """The base of the angles by which positions turn queries and keys."""
    norm_eps: float = 1e-5
    """What is added to a mean square before its root is taken."""

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context", "width", "heads", "kv_heads", "depth", "hidden"):
            check_at_least(1, getattr(self, name), f"SmolLM2Config({name})")
        if self.width % (2 * self.heads):
            got, remedy = f"width {self.width} for {self.heads} heads", "make width a multiple of 2 · heads"
            raise DomainError("a head's width is whole and even", "SmolLM2Config(heads)", got, remedy)
        if self.heads % self.kv_heads:
            got, remedy = f"{self.heads} heads for {self.kv_heads}", "make heads a multiple of kv_heads"
            raise DomainError("each key/value head serves as many query heads", "SmolLM2Config(kv_heads)", got, remedy)
        for name in ("rope_base", "norm_eps"):
            if not getattr(self, name) > 0:
                got, remedy = f"{getattr(self, name)}", "pass a positive number"
                raise DomainError("this number is above 0", f"SmolLM2Config({name})", got, remedy)

    @property
    def head_width(self) -> int:
        """K, the width of one head."""
        return self.width // self.heads

    @property
    def n_params(self) -> int:
        """The number of parameters, counted from the sizes alone; the output layer is the token embedding again."""
        D, G = self.width, self.kv_heads * self.head_width
        attention = 2 * D * D + 2 * D * G  # query and projection; key and value
        feed_forward = 3 * D * self.hidden
        return self.vocab_size * D + self.depth * (attention + feed_forward + 2 * D) + D


def config_of(metadata: Mapping[str, Value]) -> SmolLM2Config:
    """Read the sizes from the metadata of a GGUF file.

    Raises:
        ModelFileError: another architecture, a size that is missing, or a rotation of only a part of each head.
        DomainError: sizes that fit no model.
    """
    where = "config_of(metadata)"
    if metadata.get("general.architecture") != ARCHITECTURE:
        got, remedy = f"{metadata.get('general.architecture')!r}", "pass a file of SmolLM2"
        raise ModelFileError("SmolLM2 has the architecture 'llama'", where, got, remedy)
    config = SmolLM2Config(
        vocab_size=int(_number(metadata, "vocab_size")),
        context=int(_number(metadata, "context_length")),
        width=int(_number(metadata, "embedding_length")),
        heads=int(_number(metadata, "attention.head_count")),
        kv_heads=int(_number(metadata, "attention.head_count_kv")),
        depth=int(_number(metadata, "block_count")),
        hidden=int(_number(metadata, "feed_forward_length")),
        rope_base=float(_number(metadata, "rope.freq_base")),
        norm_eps=float(_number(metadata, "attention.layer_norm_rms_epsilon")),
    )
    turned = _number(metadata, "rope.dimension_count")
    if turned != config.head_width:
        got, remedy = f"{turned} of {config.head_width}", "pass a file of SmolLM2"
        raise ModelFileError("positions turn the whole of each head", where, got, remedy)
    return config


def _number(metadata: Mapping[str, Value], name: str) -> int | float:
    value = metadata.get(f"{ARCHITECTURE}.{name}")
    if not isinstance(value, int | float):
        got, remedy = f"{value!r}", "pass a file of SmolLM2"
        raise ModelFileError(f"the file states {ARCHITECTURE}.{name}", "config_of(metadata)", got, remedy)
    return value
