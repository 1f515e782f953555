"""``%%formula`` declares a formula and what its symbols are bound to."""

from __future__ import annotations

import pytest

from texsor.errors import Invalid, NotSupported, TexsorError
from texsor.formula import to_latex
from texsor.verdicts import DECLARED, Declared, Known

LOSS = r"""%%formula token-loss
\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}
where
y       = F.one_hot(t, 5)
\hat{y} = p
"""


def test_a_declared_formula_is_shown_in_any_front_end(cells) -> None:
    """The bundle has the record for our page, LaTeX for Jupyter and text for a terminal."""
    (bundle,) = cells.run(LOSS)
    assert bundle["text/latex"] == r"$$ \ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i} $$"
    assert bundle["text/plain"] == r"token-loss: \ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}"
    assert bundle[DECLARED]["name"] == "token-loss"


def test_a_declared_formula_is_recorded(cells) -> None:
    """Name, LaTeX and bindings, as they were written."""
    assert cells.declared(LOSS) == Declared(
        name="token-loss",
        latex=r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}",
        bindings=(("y", "F.one_hot(t, 5)"), (r"\hat{y}", "p")),
        source=None,
        known=Known(bound=(r"\hat{y}", "y")),
    )
    assert to_latex(cells.session.declaration("token-loss").formula.members[0]) == r"\ell_{n}"


def test_a_name_of_the_chapter_does_not_fill_in_braces(cells) -> None:
    """IPython would put the value of y into the hat."""
    cells.run("y = 1")
    assert cells.declared("%%formula f  # a remark\nL = \\hat{y}\nwhere\n\\hat{y} = p[0, 0]").latex == r"L = \hat{y}"


def test_a_formula_without_bindings(cells) -> None:
    """It may use nothing but numbers and what earlier formulas define."""
    assert cells.declared("%%formula two\n1 + 1 = 2").bindings == ()


def test_latex_may_take_several_lines(cells) -> None:
    """Line breaks and blank lines mean nothing, in front and at the end either."""
    found = cells.declared("%%formula f\n\nL =\n  \\frac{1}{2}\n  x\n\nwhere\n\nx = 1\n")
    assert found.latex.split() == ["L", "=", r"\frac{1}{2}", "x"]
    assert found.bindings == (("x", "1"),)


def test_a_binding_may_take_several_lines(cells) -> None:
    """A line that is indented goes on with the one above; an = inside is Python's."""
    found = cells.declared(
        "%%formula f\nL = x + y\nwhere\nx = dict(\n  a=1,  # one\n)['a']\n".replace("\n)", "\n  )") + "y = p == p"
    )
    assert found.bindings == (("x", "dict(\n  a=1,  # one\n  )['a']"), ("y", "p == p"))
    assert eval(f"({found.bindings[0][1]}\n)") == 1


def test_a_formula_may_be_declared_again(cells) -> None:
    """Running the cell again, perhaps edited, replaces it."""
    cells.run(LOSS)
    again = cells.declared(LOSS.replace("-", "", 2).replace("tokenloss", "token-loss"))
    assert again.name == "token-loss"
    assert cells.session.declaration("token-loss").formula.latex == again.latex


@pytest.mark.parametrize("header", ["", "1st", "two words", "f from", "f from a b", "f fro a.b", "ℓ"])
def test_a_header_that_cannot_be_read_is_refused(cells, header: str) -> None:
    """The refusal shows both forms."""
    error = cells.fail(f"%%formula {header}\nL = 1")
    assert isinstance(error, Invalid)
    assert str(error).startswith("cell:1: %%formula cannot read")
    assert "write %%formula NAME, or %%formula NAME from package.module.function" in str(error)


@pytest.mark.parametrize("body", ["", "\n\n", "where\nx = 1", "\n  \nwhere\nx = 1"])
def test_an_empty_formula_is_refused(cells, body: str) -> None:
    """There must be LaTeX under the magic."""
    error = cells.fail(f"%%formula f\n{body}")
    assert "cell:2: the formula is empty" in str(error) or "cell body is empty" in str(error)


@pytest.mark.parametrize(
    ("body", "kind", "place", "excerpt"),
    [
        ("L = \\foo x", NotSupported, "cell:2:5:", "L = \\foo x\n        ^^^^"),
        ("L =\n  x +\nwhere\nx = 1", Invalid, "cell:3:5:", "  x +\n        ^"),
        ("\n\nL = {x", Invalid, "cell:4:5:", "L = {x\n        ^"),
        ("L = x^10", Invalid, "cell:2:7:", "L = x^10\n          ^"),
    ],
)
def test_an_error_in_the_latex_is_located_in_the_cell(cells, body: str, kind: type, place: str, excerpt: str) -> None:
    """Line and column count from the magic, and a caret stands under the text."""
    error = cells.fail(f"%%formula f\n{body}")
    assert isinstance(error, kind)
    assert str(error).startswith(place)
    assert excerpt in str(error)


@pytest.mark.parametrize(
    ("bindings", "line", "what"),
    [
        ("x", 4, "this is no binding"),
        ("x =", 4, "this is no binding"),
        ("= 1", 4, "this is no binding"),
        ("x = 1\ny == 2", 5, "this is no Python: invalid syntax"),
        ("y = 1\n\nx = (1", 6, r"this is no Python: '\(' was never closed"),
        ("x = 1\nx = 2", 5, "x is bound twice"),
        ("\\hat{x} = 1\n\\hat x = 2", 5, r"\\hat\{x\} is bound twice"),
        ("x + y = 1", 4, "a single symbol is wanted here"),
        ("\\foo = 1", 4, r"\\foo"),
    ],
)
def test_a_binding_that_cannot_be_read_is_refused_with_its_line(cells, bindings: str, line: int, what: str) -> None:
    """Line of the cell, what is wrong, and the line itself."""
    error = cells.fail(f"%%formula f\nL = x\nwhere\n{bindings}")
    with pytest.raises(TexsorError, match=what):
        raise error
    assert str(error).startswith(f"cell:{line}:")
    assert bindings.splitlines()[line - 4].split(" = ")[0] in str(error)


def test_a_formula_that_was_refused_is_not_declared(cells) -> None:
    """Nothing half-read stays."""
    cells.fail("%%formula f\nL = x\nwhere\nx")
    assert "f" not in cells.session.declared


def test_a_formula_from_a_docstring(cells) -> None:
    """LaTeX and pairing come from the function; the cell holds the bindings, with or without `where`."""
    for body in ("\\hat{y} = p\nt = t", "where\n\\hat{y} = p\nt = t", "\nwhere\n\\hat{y} = p\nt = t"):
        found = cells.declared(f"%%formula picked from lmloss.losses.nll.token_losses\n{body}")
        assert found.latex == r"\ell_n = -\log \hat{y}_{n,t_n}"
        assert found.source == "lmloss.losses.nll.token_losses"
        assert found.bindings == ((r"\hat{y}", "p"), ("t", "t"))


def test_a_binding_of_a_docstring_formula_has_its_line(cells) -> None:
    """Counted from the magic in both forms."""
    header = "%%formula picked from lmloss.losses.nll.token_losses\n"
    assert str(cells.fail(f"{header}t = t\nx")).startswith("cell:3: this is no binding")
    assert str(cells.fail(f"{header}where\nt = t\nx")).startswith("cell:4: this is no binding")


def test_a_formula_in_the_cell_beside_one_from_a_docstring_is_refused(cells) -> None:
    """Only one of them can be meant."""
    error = cells.fail("%%formula f from lmloss.losses.nll.token_losses\nL = x\nwhere\nx = 1")
    assert str(error).startswith(
        "cell:2: the formula comes from lmloss.losses.nll.token_losses, and the cell has one too"
    )


def test_an_error_in_a_docstring_is_located_in_its_file(cells, tmp_path, monkeypatch) -> None:
    """File and line of the formula."""
    (tmp_path / "wrong_tex.py").write_text('def f():\n    r"""Do.\n\n    .. math:: L = \\foo x\n    """\n')
    monkeypatch.syspath_prepend(tmp_path)
    error = cells.fail("%%formula f from wrong_tex\nx = 1")
    assert str(error).startswith(f"{tmp_path}/wrong_tex.py:4:19: ")


def test_what_names_are_is_recorded(cells) -> None:
    """Whoever reads the formula without the notebook must know which names are functions, positions and words."""
    cells.run("import math\nimport torch\nt = torch.tensor([1])\nclass box: f = torch.sigmoid")
    cell = "%%formula f\nL = f(x) + margin + x_{t} + g(x)\nwhere\nx = p[0]\nmargin = 1\nt = t\nf = box.f\ng = missing.f"
    assert cells.declared(cell).known == Known(
        bound=("\\mathrm{margin}", "f", "g", "t", "x"), words=("margin",), functions=("f",), positions=("t",)
    )
