"""The numbers that fix a GPT-2."""

from dataclasses import dataclass

from lmloss.errors import DomainError
from lmloss.shapes import check_at_least


@dataclass(frozen=True)
class GPT2Config:
    """The sizes of a GPT-2, checked when it is made.

    Raises:
        DTypeError: a size that is not an int.
        DomainError: a size below 1, a width that the heads do not divide, a dropout outside [0, 1).

    Source:
        Radford et al. 2019, table 2 (depth and width); the number of heads from the released code.

    Example:
        >>> GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=1).n_params
        1072
    """

    vocab_size: int = 50257
    """V, the number of token ids."""
    context: int = 256
    """The most positions that the model can see at once. GPT-2 was trained with 1024; the book's numbers need 256."""
    width: int = 768
    """D, the length of the vector that stands for a position."""
    heads: int = 12
    """H, attention heads a block; each is D / H wide."""
    depth: int = 12
    """The number of blocks."""
    dropout: float = 0.1
    """The share of activations set to 0 in training; off in evaluation mode."""

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context", "width", "heads", "depth"):
            check_at_least(1, getattr(self, name), f"GPT2Config({name})")
        if self.width % self.heads:
            got, remedy = f"width {self.width} for {self.heads} heads", "make width a multiple of heads"
            raise DomainError("the heads share the width evenly", "GPT2Config(heads)", got, remedy)
        if not 0 <= self.dropout < 1:
            remedy = "pass the share of activations to drop, such as 0.1"
            raise DomainError("dropout lies in [0, 1)", "GPT2Config(dropout)", f"{self.dropout}", remedy)

    @property
    def n_params(self) -> int:
        """The number of parameters of `GPT2(config)`, counted from the sizes alone.

        The layout called 124M has 162,419,712 here: its output layer is its own matrix, where GPT-2 uses the token
        embedding a second time, and it lacks the biases and positions that the book's numbers do without.
        """
        D = self.width
        attention = 3 * D * D + (D * D + D)  # query, key, value without bias; projection with
        feed_forward = (4 * D * D + 4 * D) + (4 * D * D + D)
        norms = 2 * 2 * D  # two layer norms, each with a scale and a shift
        embeddings = self.vocab_size * D + self.context * D
        return embeddings + self.depth * (attention + feed_forward + norms) + 2 * D + D * self.vocab_size


GPT2_124M = GPT2Config()
