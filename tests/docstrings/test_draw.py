"""The tensors that cases draw: inside the domain, at its ends, and the same again from the same seed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from texsor.docstrings.cases import draws
from texsor.docstrings.domain import Domain
from texsor.docstrings.draw import Draw
from texsor.docstrings.shape import Described, describe, shape_lines
from texsor.docstrings.source import Docstring
from texsor.errors import Invalid, Location

DOUBLE = torch.float64


def draw(edge: str = "", **fields: object) -> Draw:
    """A draw with a fixed seed."""
    return Draw("edge" if edge else "random", DOUBLE, 7, edge, **fields)


def said(*lines: str) -> list[Described]:
    """What some lines of a Shape section say."""
    text = "Shape:\n" + "".join(f"    x{number}: {line}\n" for number, line in enumerate(lines))
    return [describe(line) for line in shape_lines(Docstring("f", text, Location("a.py", 1))).values()]


def test_letters_have_one_size() -> None:
    """Equal letters are equal sizes; … stands for further axes; a size that was said holds."""
    one = draw(leading=(2, 3))
    assert one.size("K", 5) == 5
    assert one.tensor("…", "T + 1", "K").shape == (2, 3, one.size("T") + 1, 5)
    assert 2 <= one.size("T") <= 4
    assert draw(edge="size 1").size("T") == 1
    assert draw().size("T", low=9) == 9


def test_the_same_seed_draws_the_same() -> None:
    """And says how to draw it again."""
    first, second = draw(leading=(2,)), draw(leading=(2,))
    assert first.tensor("…", "N").equal(second.tensor("…", "N"))
    assert str(first) == f"random, float64, seed 7, N = {first.sizes['N']}, … = (2,)"
    assert str(draw("large")) == "edge (large), float64, seed 7"


def test_sizes_that_cannot_be() -> None:
    """A quotient that is no whole number, a letter with two sizes."""
    with pytest.raises(Invalid, match=r"D / H is no whole number for \{'D': 3, 'H': 2\}\n  to do: give the sizes"):
        draw(sizes={"D": 3, "H": 2}).shape(("D / H",))
    with pytest.raises(Invalid, match="D is 3 already and cannot be 4"):
        draw(sizes={"D": 3}).size("D", 4)


DOMAINS = [Domain(), Domain(0, 1), Domain(low=0), Domain(high=0, high_open=True), Domain(low=1, low_open=True),
           Domain(-1, 1, low_open=True, high_open=True), Domain(0, 1, rows=True)]  # fmt: skip


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@pytest.mark.parametrize("edge", ["", "size 1", "equal", "large", "bounds", "masks"])
@pytest.mark.parametrize("dtype", [DOUBLE, torch.bfloat16, torch.float16])
def test_numbers_stay_in_their_domain(domain: Domain, edge: str, dtype: torch.dtype) -> None:
    """Whatever the case, after rounding too; rows sum to 1 where they must."""
    drawn = draw(edge).tensor("N", "V", dtype=dtype, domain=domain)
    assert drawn.dtype is dtype
    assert all(domain.holds(number) for number in drawn.double().flatten().tolist())
    if domain.rows:
        assert torch.allclose(drawn.double().sum(-1), torch.ones(1, dtype=DOUBLE), atol=0.02)


def test_rounding_does_not_leave_an_open_domain() -> None:
    """In half precision what is just below 1 is 1, which is excluded here."""
    domain = Domain(0.99, 1, low_open=True, high_open=True)
    exact = draw(sizes={"N": 100}).tensor("N", domain=domain)
    assert (exact.to(torch.bfloat16) == 1).any()
    rounded = draw(sizes={"N": 100}).tensor("N", dtype=torch.bfloat16, domain=domain)
    assert set(rounded.tolist()) == {0.9921875, 0.99609375}


def test_edges_are_what_their_names_say() -> None:
    """Equal, large of both signs, at the ends, masked but never whole rows, and nothing at all."""
    equal = draw("equal").tensor("N", "V")
    assert equal.unique().numel() == 1
    many = {"sizes": {"N": 20, "V": 20}}
    assert {-1e4, 1e4} < set(draw("large", **many).tensor("N", "V").flatten().tolist())
    assert draw("large", **many).tensor("N", "V", dtype=torch.float16).abs().max() == 100
    assert 1e4 not in draw("large", **many).tensor("N", "V", domain=Domain(high=0))
    ends = draw("bounds", **many).tensor("N", "V", domain=Domain(0, 1))
    assert {0.0, 1.0} < set(ends.flatten().tolist())
    assert draw("bounds", **many).tensor("N", "V", domain=Domain(0, 1, rows=True)).unique().tolist() == [0.0, 1.0]
    masked = draw("masks", **many).tensor("N", "V", domain=Domain(masks=True))
    assert masked.isneginf().any()
    assert not masked.isneginf().all(-1).any()
    assert not draw("masks").tensor(domain=Domain(masks=True)).isneginf()
    assert draw("equal", sizes={"N": 0}).tensor("N").shape == (0,)


def test_whole_numbers() -> None:
    """From a stated range or small ones; at the ends; equal; in the dtype that is asked for."""
    many = {"sizes": {"N": 200, "V": 3}}
    ids = draw(**many).tensor("N", dtype=torch.uint8, domain=Domain(first="0", last="V - 1"))
    assert (ids.dtype, ids.unique().tolist()) == (torch.uint8, [0, 1, 2])
    at_ends = draw("bounds", **many).tensor("N", dtype=torch.int64, domain=Domain(first="0", last="V - 1"))
    assert at_ends.unique().tolist() == [0, 2]
    assert draw("equal", **many).tensor("N", dtype=torch.int64).unique().numel() == 1
    some = draw(**many).tensor("N", dtype=torch.int8, domain=Domain(low=3, high=5))
    assert some.unique().tolist() == [3, 4, 5]
    assert draw(**many).tensor("N", dtype=torch.bool).unique().numel() == 2
    wide = draw().tensor("V", dtype=torch.int64, domain=Domain(first="0", last="W"))
    assert wide.shape[0] <= 4


def cases(kind: str, *lines: str, first: bool = True) -> list[Draw]:
    """The cases of arguments with these lines."""
    return list(draws(kind, DOUBLE, said(*lines), first=first))


def test_random_cases() -> None:
    """Three seeds for each alternative, with no, one and two further axes in turn."""
    found = cases("random", "(…, V) or (V,) floating", "(N,) int64")
    assert [one.alternative for one in found] == [0, 0, 0, 1, 1, 1]
    assert [len(one.leading) for one in found] == [0, 1, 2, 0, 1, 2]
    assert len({one.seed for one in found}) == 6
    assert [len(one.leading) for one in cases("random", "(…, V) or (V,) floating", first=False)] == [1, 1]


def test_numbers_have_no_dtype() -> None:
    """A float is tried once, not for each dtype."""
    assert len(cases("random", "float or () floating")) == 6
    assert [one.alternative for one in cases("random", "float or () floating", first=False)] == [1]


@pytest.mark.parametrize(
    ("lines", "edges"),
    [
        (["(N, V) floating"], ["size 1", "equal", "large"]),
        (["() floating, in [0, 1]"], ["equal", "bounds"]),
        (["(N,) floating, each row sums to 1"], ["size 1", "equal", "bounds"]),
        (["(N,) int64"], ["size 1", "equal"]),
        (["(N,) int64, in 0 … 3; may be empty"], ["size 1", "equal", "bounds", "empty"]),
        (["(N,) of the same dtype, -inf masks"], ["size 1", "equal", "large", "masks"]),
        (["float"], ["large"]),
        (["int, at least 1"], ["bounds"]),
        (["bool"], []),
        ([], []),
    ],
)
def test_edges_that_arguments_have(lines: list[str], edges: list[str]) -> None:
    """Only those that they have."""
    assert [one.edge for one in cases("edge", *lines)] == edges


@pytest.mark.parametrize(
    ("line", "shape"), [("(…, V) floating, may be empty", 0), ("(N, V) floating, may be empty", 0)]
)
def test_the_first_axis_is_empty_where_it_may_be(line: str, shape: int) -> None:
    """And … else has an axis of size 2, or 1."""
    found = {one.edge: one for one in cases("edge", line)}
    axes = said(line)[0].kinds[0]
    assert found["empty"].shape(axes)[0] == shape
    assert found["size 1"].shape(axes) == (1, 1)
    assert len(found["equal"].shape(axes)) == 2
    no_axis = replace(said("() floating, may be empty")[0])
    assert [one.sizes for one in draws("edge", DOUBLE, [no_axis], first=True)][-1] == {}
