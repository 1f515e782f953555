"""The whole GPT-2: from token ids to logits."""

import torch
from torch import Tensor, nn

from lmloss.gpt2.block import NORM_EPS, Block
from lmloss.gpt2.config import GPT2_124M, GPT2Config
from lmloss.shapes import check_model_input


class GPT2(nn.Module):
    r"""Score, at each position, every token of the vocabulary as the next one.

    Formula:
        .. math:: x^{(0)}_{b,n} = E_{t_{b,n}} + P_n
        .. math:: x^{(L)} = \mathrm{Blocks}(x^{(0)})
        .. math:: z_{b,n} = W \, \mathrm{LayerNorm}(x^{(L)}_{b,n})

        where

        - :math:`E` = ``self.token_embedding.weight``,
        - :math:`P` = ``self.position_embedding.weight[: token_ids.shape[1]]``,
        - :math:`\mathrm{Blocks}` = ``nn.Sequential(*self.blocks)``: one block after the other, L in all,
        - :math:`\mathrm{LayerNorm}` = ``self.final_norm``, :math:`W` = ``self.output.weight``.

    Shape:
        token_ids: (B, T) integer, t, ids in 0 … V - 1; 1 ≤ T ≤ context.
        result: (B, T, V) float, z, the logits, no unit. Row n scores the token after position n.

    Raises:
        DTypeError: token ids that are no integer tensor.
        ShapeError: token ids that do not have two axes, or are empty.
        ContextError: more tokens than the model has positions.
        TokenError: an id outside the vocabulary.

    Source:
        Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.3.

    Divergence:
        GPT-2 ties the output layer to the token embedding and scales its initial weights. Here the output layer is
        its own, and initial weights are torch's defaults: the published numbers of the book need both.

    Example:
        >>> model = build(GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=1))
        >>> model(torch.tensor([[1, 2, 3]])).shape
        torch.Size([1, 3, 11])
    """

    def __init__(self, config: GPT2Config) -> None:
        super().__init__()
        self.config = config
        # The order of these lines is the order in which they draw from the generator: part of the seed.
        self.token_embedding = nn.Embedding(config.vocab_size, config.width)
        self.position_embedding = nn.Embedding(config.context, config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.final_norm = nn.LayerNorm(config.width, eps=NORM_EPS)
        self.output = nn.Linear(config.width, config.vocab_size, bias=False)

    def forward(self, token_ids: Tensor) -> Tensor:
        """Give the logits of the next token at each position, (B, T) → (B, T, V)."""
        check_model_input(token_ids, self.config.vocab_size, self.config.context, "GPT2(token_ids)")
        _, T = token_ids.shape
        positions = torch.arange(T, device=token_ids.device)  # (T,)
        x = self.token_embedding(token_ids.long()) + self.position_embedding(positions)  # (B, T, D)
        x = self.dropout(x)
        for block in self.blocks:
            x = block(x)  # (B, T, D)
        logits: Tensor = self.output(self.final_norm(x))  # (B, T, V)
        return logits


def build(config: GPT2Config = GPT2_124M, seed: int = 123) -> GPT2:
    """Make an untrained model whose weights depend on the seed alone, in evaluation mode, on the CPU.

    The same numbers as `torch.manual_seed(seed)` immediately before `GPT2(config)`; but the caller's random state is
    as it was afterwards, so that a cell that builds a model does not change what a later cell draws.

    Example:
        >>> config = GPT2Config(vocab_size=11, context=4, width=8, heads=2, depth=1)
        >>> torch.equal(build(config).output.weight, build(config).output.weight)
        True
    """
    # Weights are drawn on the CPU whatever the default device is: a GPU's generator gives other numbers.
    # No devices to fork: torch.manual_seed would reseed a GPU's generator too, the CPU's own method does not.
    with torch.random.fork_rng(devices=[]), torch.device("cpu"):
        torch.default_generator.manual_seed(seed)
        model = GPT2(config)
    return model.eval()
