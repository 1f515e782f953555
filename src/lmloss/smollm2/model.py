"""The whole SmolLM2: from token ids to logits."""

import torch
from torch import Tensor, nn

from lmloss.shapes import check_model_input
from lmloss.smollm2.block import Block
from lmloss.smollm2.config import SmolLM2Config
from lmloss.smollm2.norm import RMSNorm


class SmolLM2(nn.Module):
    r"""Score, at each position, every token of the vocabulary as the next one.

    Formula:
        .. math:: x^{(0)}_{b,n} = E_{t_{b,n}}
        .. math:: x^{(L)} = \mathrm{Blocks}(x^{(0)})
        .. math:: z_{b,n} = E \, \mathrm{RMSNorm}(x^{(L)}_{b,n})

        where

        - :math:`E` = ``self.embedding.weight``,
        - :math:`\mathrm{Blocks}` = ``nn.Sequential(*self.blocks)``: one block after the other, L in all,
        - :math:`\mathrm{RMSNorm}` = ``self.final_norm``.

        The output layer is the token embedding E itself. Positions enter inside attention, not here.

    Shape:
        token_ids: (B, T) integer, t, ids in 0 … V - 1; 1 ≤ T ≤ context.
        result: (B, T, V) float, z, the logits, no unit. Row n scores the token after position n.

    Raises:
        DTypeError: token ids that are no integer tensor.
        ShapeError: token ids that do not have two axes, or are empty.
        ContextError: more tokens than the model has positions.
        TokenError: an id outside the vocabulary.

    Source:
        Ben Allal et al. 2025, "SmolLM2: When Smol Goes Big"; Touvron et al. 2023 for the layout.

    Example:
        >>> config = SmolLM2Config(vocab_size=11, context=4, width=8, heads=2, kv_heads=1, depth=1, hidden=12)
        >>> SmolLM2(config)(torch.tensor([[1, 2, 3]])).shape
        torch.Size([1, 3, 11])
    """

    def __init__(self, config: SmolLM2Config) -> None:
        super().__init__()
        self.config = config
        # Evenly, as nn.Linear draws. nn.Embedding's own draw takes two seconds where `load` builds the model without
        # memory for it, and is then overwritten.
        drawn = torch.empty(config.vocab_size, config.width).uniform_(-(config.width**-0.5), config.width**-0.5)
        self.embedding = nn.Embedding.from_pretrained(drawn, freeze=False)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.final_norm = RMSNorm(config.width, config.norm_eps)

    def forward(self, token_ids: Tensor) -> Tensor:
        """Give the logits of the next token at each position, (B, T) → (B, T, V)."""
        check_model_input(token_ids, self.config.vocab_size, self.config.context, "SmolLM2(token_ids)")
        x = self.embedding(token_ids.long())  # (B, T, D)
        for block in self.blocks:
            x = block(x)  # (B, T, D)
        return torch.nn.functional.linear(self.final_norm(x), self.embedding.weight)  # (B, T, V)
