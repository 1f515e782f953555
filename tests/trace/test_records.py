"""Records survive JSON."""

import json
from dataclasses import dataclass

import pytest

from texsor.errors import Invalid
from texsor.records import OpCall, SourceLine, TensorMeta, Trace, from_json, to_json

META = TensorMeta((2, 3), "float32", "cpu")
CALL = OpCall(
    operation="aten.log.default",
    kind="compute",
    phase="forward",
    stack=(SourceLine("cell", 3), SourceLine("lmloss/nll.py", 9)),
    arguments=("dim=-1",),
    inputs=(META,),
    outputs=(META, TensorMeta((), "int64", "cuda:0")),
    count=4,
    shown=(((1.5, float("inf")), None), (2, True)),
)


def test_a_trace_survives_json():
    """A trace written as strict JSON and read back is the same record, infinities included."""
    trace = Trace((CALL,), 4, ("a note",))
    text = json.dumps(to_json(trace), allow_nan=False)
    assert from_json(Trace, json.loads(text)) == trace


def test_a_call_reads_as_one_line():
    """A call names lines, shapes, arguments, device and count."""
    assert str(CALL) == (
        "cell:3 > lmloss/nll.py:9: aten.log.default(float32(2, 3), dim=-1) -> float32(2, 3), int64()@cuda:0 x4"
    )


@dataclass(frozen=True)
class Sample:
    first: tuple[int, str]
    second: float
    third: int | None


def test_pairs_and_optional_fields_are_read():
    """Fields that hold a pair or nothing are rebuilt by their annotation."""
    sample = Sample((1, "a"), float("-inf"), None)
    assert from_json(Sample, json.loads(json.dumps(to_json(sample), allow_nan=False))) == sample
    assert from_json(Sample, {"first": [1, "a"], "second": 2, "third": 3}) == Sample((1, "a"), 2.0, 3)


def test_dictionaries_are_written():
    """A record may be written inside a dictionary."""
    assert to_json({"line": SourceLine("a", 1)}) == {"line": {"path": "a", "line": 1}}


def test_what_is_no_record_is_refused():
    """Values that JSON and records do not know are refused."""
    with pytest.raises(Invalid, match="a record cannot hold a complex"):
        to_json((1j,))


@pytest.mark.parametrize("data", [{"path": "a"}, {"path": "a", "line": 1, "more": 2}])
def test_missing_and_unknown_fields_are_refused(data):
    """A record with other fields is another record."""
    with pytest.raises(Invalid, match=r"not a SourceLine: (line|more) missing or unknown"):
        from_json(SourceLine, data)


@dataclass(frozen=True)
class Odd:
    field: complex


def test_an_unknown_annotation_is_refused():
    """A field of a type that nothing reads says so."""
    with pytest.raises(Invalid, match="no way to read a field annotated"):
        from_json(Odd, {"field": 1})
