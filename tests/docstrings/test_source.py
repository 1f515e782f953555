"""A formula from a function's own documentation."""

from __future__ import annotations

import sys

import pytest

from texsor.docstrings.find import find
from texsor.docstrings.source import docstrings, formulas, latex_of
from texsor.errors import Invalid
from texsor.notebook.docstring import lines_of

SEVERAL = r'''
import functools
import math


def inline(x):
    r"""Do.

    .. math:: L = x

    .. math:: L = y
    """
    return -x  # (N,)  -


def block(x):
    r"""Do.

    Formula:
        .. math::
            :label: block

            L =
              x^2

        Shape: none.
    """
    return x**2


def under(x):
    """No raw string.

    .. math::

       \\ell = x
    """
    return x


def none(x):
    """No formula: a line with .. math:: in the middle is none."""
    return x


def empty(x):
    """Do.

    .. math::

    Shape: none.
    """
    return x


def plain(x):
    return ".. math:: L = x"


@functools.lru_cache
def decorated(x):
    r"""Do.

    .. math:: L = 2 x
    """
    return 2 * x


class Loss:
    r"""Do.

    .. math:: L = 3 x
    """

    def forward(self, x):
        r"""Do.

        .. math:: L = 4 x
        """
        return 4 * x  # -


short = lambda x: x  # noqa
pair = [lambda x: x,
        1]
odd = dict(
    f=lambda x: x)["f"]
_private = inline
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Modules to find functions in; forgotten afterwards."""
    folder = tmp_path / "subject"
    folder.mkdir()
    files = {
        "__init__": "from subject.one import only\n",
        "several": SEVERAL,
        "one": "def only(x):\n    return x\n\ndef _helper(x):\n    return x\n",
        "named": "from subject.one import only\n\ndef named(x):\n    return x\n\ndef other(x):\n    return x\n",
        "nothing": "x = 1\n",
        "broken": "import does_not_exist\n",
        "raises": "raise RuntimeError('at import')\n",
    }
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "subject"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("dotted", "name"),
    [
        ("subject.several.inline", "inline"),
        ("subject.several.Loss", "Loss"),
        ("subject.several.Loss.forward", "Loss.forward"),
        ("subject.one", "only"),
        ("subject.named", "named"),
        ("subject.only", "only"),
    ],
)
def test_a_function_is_found_by_its_dotted_name(package, dotted: str, name: str) -> None:
    """Also a class, a method, the one function of a module, and the one that is called like its module."""
    assert find(dotted).__qualname__ == name


@pytest.mark.parametrize(
    ("dotted", "message"),
    [
        ("no_such_package", "there is no module no_such_package\n  to do: name a function that the chapter can import"),
        ("no_such_package.f", "there is no module no_such_package"),
        ("subject.nowhere", "subject.nowhere is not there: subject has no nowhere"),
        ("subject.several.Loss.backward", r"is not there: subject.several has no Loss.backward"),
        ("subject.several", "defines several functions\n  to do: name one: block, empty, inline"),
        ("subject.nothing", "the module subject.nothing defines no function\n  to do: name a function"),
        ("subject.nothing.x", "subject.nothing.x is no function but int"),
        ("subject.broken", "subject.broken cannot be imported: No module named 'does_not_exist'"),
        ("subject.raises", "subject.raises cannot be imported: RuntimeError: at import"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(package, dotted: str, message: str) -> None:
    """The refusal says which part of the name fails, and what to do."""
    with pytest.raises(Invalid, match=message.replace(".", r"\.") if "to do" not in message else message):
        find(dotted)


@pytest.mark.parametrize(
    ("name", "latex", "text", "column"),
    [
        ("inline", "L = x", "    .. math:: L = x\n\n    .. math:: L = y", 15),
        ("block", "L =\n  x^2", "            L =\n", 13),
        ("under", r"\ell = x", "       \\\\ell = x\n", 8),
        ("decorated", "L = 2 x", "    .. math:: L = 2 x", 15),
        ("Loss", "L = 3 x", "    .. math:: L = 3 x", 15),
        ("Loss.forward", "L = 4 x", "        .. math:: L = 4 x", 19),
    ],
)
def test_the_first_formula_is_taken_with_its_place(package, name: str, latex: str, text: str, column: int) -> None:
    """On the directive's line or under it, behind its options, in a raw string or not; line and column of the file."""
    found, where = latex_of(find(f"subject.several.{name}"))
    assert found == latex
    assert where.path == str(package / "several.py")
    assert where.line == SEVERAL[: SEVERAL.index(text)].count("\n") + 1
    assert where.column == column


@pytest.mark.parametrize("name", ["none", "plain", "short", "pair", "odd"])
def test_a_function_without_a_formula_is_refused(package, name: str) -> None:
    """The refusal names function, file and line; what is not in the docstring does not count."""
    module = __import__("subject.several", fromlist=["x"])
    function = module.pair[0] if name == "pair" else getattr(module, name)
    with pytest.raises(Invalid, match=r"has no `\.\. math::`\n  to do: write its formula there") as caught:
        latex_of(function)
    assert str(caught.value).startswith(f"{package / 'several.py'}:")


def test_a_directive_without_a_formula_is_refused(package) -> None:
    """The indentation ends before anything stands under it."""
    with pytest.raises(Invalid, match=r"`\.\. math::` has nothing under it"):
        latex_of(find("subject.several.empty"))


def test_a_function_without_python_source_is_refused() -> None:
    """What was written in C has none."""
    with pytest.raises(Invalid, match="is not there\n  to do: name a function written in Python"):
        latex_of(find("math.log"))


def test_the_lines_of_a_function_have_the_files_numbers(package) -> None:
    """A function's comments name terms where they stand in its file, in a class too."""
    for name, text in (("inline", "return -x  #"), ("Loss.forward", "return 4 * x  #")):
        (found,) = lines_of(find(f"subject.several.{name}"), "subject/several.py")
        assert found.line.path == "subject/several.py"
        assert found.line.line == SEVERAL[: SEVERAL.index(text)].count("\n") + 1
        assert found.code.strip() == text.removesuffix("  #")


FILE = r'''
"""Module.

.. math:: a = b
"""
if True:
    class Loss:
        """Loss."""

        def forward(self):
            r"""Do.

            .. math:: c = d
                + e

                f = g

                h = i
            .. math::
                :label: named

                j = k

                  + l
            """

            async def inner():
                ".. math:: m = n"

def text():
    return ".. math:: o = p"
'''


def test_every_docstring_with_a_formula_is_found() -> None:
    """Of the module, of methods, of functions inside functions; not other strings, not docstrings without one."""
    assert [found.name for found in docstrings(FILE, "a.py")] == ["", "Loss.forward", "Loss.forward.<locals>.inner"]


def test_empty_lines_part_formulas() -> None:
    """As the page shows them; each with its place."""
    found = formulas(docstrings(FILE, "a.py")[1])
    assert [one.latex for one in found] == ["c = d\n+ e", "f = g", "h = i", "j = k", "+ l"]
    rows = FILE.splitlines()
    for one in found:
        row = rows[one.where.line - 1]
        assert row[one.where.column - 1 :] == one.latex.splitlines()[0]
    assert [one.end for one in found] == [8, 8, 8, 14, 14]
