"""The where list under a formula."""

from __future__ import annotations

import pytest

from texsor.docstrings.source import Docstring
from texsor.docstrings.where import Beside, beside
from texsor.errors import Location, TexsorError


def read(text: str) -> Beside:
    """What stands under a formula on the first line of a docstring that begins on line 10."""
    return beside(Docstring("f", f".. math:: L = x\n{text}", Location("a.py", 10)), 1)


def bound(text: str) -> list[tuple[str, str]]:
    """The entries."""
    return [(entry.left, entry.code) for entry in read(text).entries]


SYMBOLS = [(r"\hat{y}", "p.flatten(0, 1)"), ("t", "t")]


@pytest.mark.parametrize(
    "text",
    [
        r"where :math:`\hat{y}` = ``p.flatten(0, 1)`` and :math:`t` = ``t``",
        r"where :math:`\hat{y}` = `p.flatten(0, 1)`, :math:`t` = `t`.",
        "\nwhere :math:`\\hat{y}` = ``p.flatten(0,\n1)``;\nand :math:`t`\n= ``t``\n\nWords.",
        "\nWords.\n\nwhere:\n\n- :math:`\\hat{y}` = ``p.flatten(0, 1)``\n- :math:`t` = ``t``",
        "where\n\n  * :math:`\\hat{y}` = ``p.flatten(0, 1)``: the\n    rows,\n\n  * :math:`t` = ``t`` (ids).\n\nWords.",
        "where\n\n- :math:`\\hat{y}` = ``p.flatten(0, 1)``, :math:`t` = ``t``, the ids",
        "where\n:math:`\\hat{y}` = ``p.flatten(0, 1)``, :math:`t` = ``t``",
    ],
)
def test_a_sentence_or_a_list(text: str) -> None:
    """Bindings in a sentence, or in a list that may explain each."""
    assert bound(text) == SYMBOLS
    assert read(text).listed


@pytest.mark.parametrize("text", ['where :math:`x` = ``1``, with ``k="a"``', 'with ``k = "a"``', "where with `k='a'`"])
def test_an_argument_is_set(text: str) -> None:
    """In a where list or by itself."""
    entry = read(text).entries[-1]
    assert (entry.name, entry.code.replace("'", '"'), entry.setting) == ("k", '"a"', True)


@pytest.mark.parametrize("text", ["", "Words, where they stand.\n\nShape:\n\n    where nonsense", "\n.. math:: where"])
def test_nothing_beside(text: str) -> None:
    """Other words, the next section and the next formula are no where list."""
    assert read(text) == Beside()


def test_a_binding_may_be_of_a_left_side() -> None:
    """More than a symbol, in canonical spelling."""
    assert read(r"where :math:`\log  \hat y_{n,i}` = ``result``").entries[0].name == r"\log \hat{y}_{n,i}"


def test_a_reason_not_to_check() -> None:
    """A paragraph that begins with these words; a where list may stand beside it."""
    found = read("Not checked: it says\n  what a letter means.\n\nwhere :math:`x` = ``1``")
    assert found.not_checked == "it says what a letter means."
    assert len(found.entries) == 1


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("where x = 1", "11:7", "this is no binding"),
        ("where", "11:1", "nothing stands under where"),
        ("where\n- :math:`x` = ``1``", "12:1", "on the page this is no list but one line of text"),
        ("where :math:`x` = ``1`` :math:`y` = ``2``", "11:24", "a where sentence holds bindings and nothing else"),
        ("where :math:`x` = ``1``, the number", "11:26", "this is no binding"),
        ("where :math:`x` = ``1 +``", "11:21", "this is no Python: invalid syntax"),
        ("where :math:`x = y` = ``1``", "11:14", "a single symbol is wanted here"),
        (r"where :math:`\foo` = ``1``", "11:14", r"\\foo"),
        ("where\n\n- :math:`x` = ``1`` words", "13:20", "a comma is missing before these words"),
        ("where\n\n- :math:`x` = ``1``, words :math:`y` = ``2``", "13:28", "this binding stands behind words"),
        ("with ``1 + 1``", "11:8", "this sets no argument"),
        ("with ``k=``", "11:8", "this sets no argument"),
        ("with ``k=(``", "11:8", "this is no Python"),
        ("where :math:`x` = ``1``\n\nwhere :math:`y` = ``1``", "13:1", "a second where list for one formula"),
        ("Not checked:", "11:1", "no reason is given"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, place: str, what: str) -> None:
    """With line and column of the file, and a caret."""
    with pytest.raises(TexsorError, match=what) as caught:
        read(text)
    assert str(caught.value).startswith(f"a.py:{place}: ")
    assert "^" in str(caught.value)
