"""GPT-2 in plain PyTorch: one part a file. The model gives logits, never a loss."""

from lmloss.gpt2.config import GPT2_124M, GPT2Config
from lmloss.gpt2.model import GPT2, build
from lmloss.gpt2.sample import greedy, sample

__all__ = ["GPT2", "GPT2_124M", "GPT2Config", "build", "greedy", "sample"]
