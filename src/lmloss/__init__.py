"""lmloss: tokens, GPT-2, losses and metrics in plain PyTorch that a reader can copy."""

__version__ = "0.1.0"
