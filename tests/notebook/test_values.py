"""Named values for the prose."""

from __future__ import annotations

import decimal
import importlib
import math

import pytest

from texsor.errors import Invalid
from texsor.notebook import measure, record
from texsor.records import VALUES

ROOM = importlib.import_module("texsor.notebook.values")


class Tensor:
    """What a tensor or an array offers."""

    def __init__(self, numbers):
        self.numbers = numbers

    def tolist(self):
        """Plain numbers, nested."""
        return self.numbers


@pytest.fixture
def shown(monkeypatch):
    """What was displayed."""
    bundles = []

    def display(bundle, *, raw):
        assert raw
        bundles.append(bundle)

    monkeypatch.setattr(ROOM, "display", display)
    return bundles


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1, 1),
        (1.5, 1.5),
        (-0.0, -0.0),
        (True, True),
        ("손실", "손실"),
        ([1, 2.5, "a", False], [1, 2.5, "a", False]),
        ((1, (2, 3)), [1, [2, 3]]),
        ([], []),
        (Tensor(1.5), 1.5),
        (Tensor([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ([Tensor(1), Tensor([2])], [1, [2]]),
    ],
)
def test_a_value_is_kept_as_plain_data(shown, value, kept):
    """Numbers, strings, truth values, lists of them and tensors are kept as what JSON knows."""
    record(name=value)
    assert shown[0][VALUES] == {"values": {"name": kept}, "measured": False}
    assert type(shown[0][VALUES]["values"]["name"]) is type(kept)


def test_a_torch_tensor_is_kept_as_its_numbers(shown):
    """The numbers of a tensor are those that PyTorch itself gives, a tensor without axes a bare one."""
    import torch  # noqa: PLC0415 - one test only

    record(loss=torch.tensor(0.1), counts=torch.tensor([1, 2]))
    assert shown[0][VALUES]["values"] == {"loss": torch.tensor(0.1).item(), "counts": [1, 2]}


def test_several_values_are_one_record_that_can_be_read(shown):
    """One call shows one record, with a line for each value where nothing else can be shown."""
    record(loss=1.5, name="ko")
    assert [bundle["text/plain"] for bundle in shown] == ["loss = 1.5\nname = 'ko'"]


def test_a_measured_value_says_so(shown):
    """What another run would give differently is marked."""
    measure(seconds=1.5)
    assert shown[0][VALUES] == {"values": {"seconds": 1.5}, "measured": True}


@pytest.mark.parametrize("call", [record, measure])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, [1.0, math.nan], Tensor([[0.0], [math.inf]])])
def test_a_number_that_is_not_finite_is_refused(shown, call, value):
    """NaN and infinity are refused by name, wherever they stand in a value, and nothing is shown."""
    with pytest.raises(Invalid, match=r"the value 'loss' is (nan|inf|-inf)"):
        call(good=1, loss=value)
    assert shown == []


@pytest.mark.parametrize("value", [None, 1j, {"a": 1}, {1}, b"x", decimal.Decimal(1), object, [None]])
def test_a_value_of_another_type_is_refused(shown, value):
    """What prose cannot print is refused with its name, its type and what to record instead."""
    with pytest.raises(Invalid, match=r"the value 'loss' is a \w+\n  to do: record a number, a string or a tensor"):
        record(loss=value)
    assert shown == []
