"""What a docstring states: formulas, their where lists, and the formulas that they go on from."""

from __future__ import annotations

import pytest

from texsor.docstrings.source import Docstring
from texsor.docstrings.statements import Page, read, target_of
from texsor.errors import Location


def page(text: str) -> Page:
    """A docstring of these lines."""
    return read(Docstring("f", text, Location("a.py", 1)))


def entries(found: Page) -> list[list[str]]:
    """For each formula what is bound or set."""
    return [[f"{entry.name}={entry.code}" for entry in statement.entries] for statement in found.statements]


def test_a_where_list_holds_for_the_formulas_above_and_below() -> None:
    """Until it is said otherwise; an argument that is set holds for those above alone."""
    found = page(
        ".. math:: L = x\n\n.. math:: M = x y\n\nwhere :math:`x` = ``1`` and :math:`y` = ``2``, with ``k=3``\n\n"
        ".. math:: N = x\n\nwhere :math:`x` = ``4``\n\n.. math:: O = x"
    )
    assert entries(found) == [["x=1", "y=2", "k=3"], ["x=1", "y=2", "k=3"], ["x=4", "y=2"], ["x=4", "y=2"]]


def test_parts_of_one_directive_share_what_stands_under_it() -> None:
    """An empty line parts them."""
    assert entries(page(".. math::\n\n  L = x\n\n  M = x\n\nwhere :math:`x` = ``1``")) == [["x=1"], ["x=1"]]


def test_a_formula_goes_on_from_those_that_define_its_symbols() -> None:
    """In order, and through others; not from one that is not checked, or says what the code computes."""
    found = page(
        ".. math:: a = x\n\n.. math:: b = a\n\n.. math:: c_i = x\n\nNot checked: no need.\n\n.. math:: d = x\n\n"
        "where :math:`d` = ``result[0]``\n\n.. math:: L = b + c_1 + d\n\n.. math:: L = x"
    )
    assert [[step.number for step in one.steps] for one in found.statements] == [[], [1], [], [], [1, 2], []]
    assert [one.step for one in found.statements] == [True, True, False, False, False, False]
    assert [one.not_checked for one in found.statements] == ["", "", "no need.", "", "", ""]


def test_a_bound_symbol_needs_no_earlier_formula() -> None:
    """The where list says what it is."""
    found = page(".. math:: a = x\n\n.. math:: L = a\n\nwhere :math:`a` = ``y``")
    assert [one.step for one in found.statements] == [False, False]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (r".. math:: t_n = x" "\n\nwhere :math:`t` = ``result[1]``", "result[1]"),
        (r".. math:: t_n = x" "\n\nwhere :math:`t_n` = ``result[1]``", "result[1]"),
        (r".. math:: \log p_n = x" "\n\nwhere :math:`\\log p_n` = ``result``", "result"),
        (".. math:: t_n = t\n\nwhere :math:`t` = ``y``", None),
        (".. math:: t = x\n\nwith ``t=1``", None),
        (".. math:: x\n\nwhere :math:`x` = ``y``", None),
    ],
)
def test_the_entry_of_the_left_side(text: str, code: str | None) -> None:
    """It says what the code computes, unless its symbol stands on the right too."""
    found = target_of(page(text).statements[0])
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("text", "number", "place", "what"),
    [
        (".. math::\n", 1, "1", "has nothing under it"),
        (".. math:: L = \\foo", 1, "1:15", r"\foo"),
        (".. math:: L = x\n\nwhere x", 1, "3:7", "this is no binding"),
        (".. math:: L = x\n\nwhere :math:`x` = ``1``, :math:`x` = ``2``", 1, "3:40", "x is bound twice"),
        (".. math:: L = x\n\nwhere :math:`z` = ``1``", 1, "3:21", "no formula of this docstring uses z"),
        (".. math:: L = x\n\n.. math:: L = \\foo\n\nwhere x", 2, "3:15", r"\foo"),
    ],
)
def test_what_cannot_be_read_is_kept_beside_its_formula(text: str, number: int, place: str, what: str) -> None:
    """Other formulas are checked all the same."""
    problem = page(text).statements[number - 1].problem
    assert str(problem).startswith(f"a.py:{place}: ")
    assert what in str(problem)


def test_an_unread_formula_may_be_marked_and_bound() -> None:
    """What stands under it counts."""
    found = page(".. math:: L = \\foo x\n\nNot checked: no such command.\n\nwhere :math:`x` = ``1``\n\n.. math:: L = x")
    assert found.statements[0].not_checked == "no such command."
    assert entries(found) == [["x=1"], ["x=1"]]


SHAPE = "\n\nShape:\n    n: int\n    x: nonsense\n    {}\n    y: (N,) floating\n    result: () float64"


@pytest.mark.parametrize(
    ("line", "dtypes"),
    [("t: (N,) int64", 4), ("t: (N,) float32 or float64", 2), ("words", 4)],
)
def test_the_dtypes_of_the_first_floating_argument_are_tried(line: str, dtypes: int) -> None:
    """Not those of integers, results and lines that cannot be read."""
    assert len(page(".. math:: L = y" + SHAPE.format(line)).dtypes) == dtypes


def test_integers_are_tried_where_nothing_floats() -> None:
    """And nothing where no dtype is stated."""
    assert page(".. math:: L = y\n\nShape:\n    y: (N,) int64 or int32").dtypes == ("int64", "int32")
    assert page(".. math:: L = y\n\nShape:\n    y: float").dtypes == ()
