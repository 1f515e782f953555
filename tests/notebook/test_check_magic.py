"""``%check`` proves a declared formula against what the code computed."""

from __future__ import annotations

import json

import pytest
import torch

from texsor.check.mutants import mutants
from texsor.errors import Invalid, TexsorError
from texsor.formula import parse
from texsor.notebook.check_magic import CheckFailed, without_comment
from texsor.verdicts import VERDICT

SUM = r"""%%formula token-loss
\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}
where
y       = F.one_hot(t, 5)
\hat{y} = p
"""
PICK = "token_losses = -p.gather(-1, t.unsqueeze(-1)).log()\n"
MODE = """
from torch.utils._python_dispatch import TorchDispatchMode
class Mine(TorchDispatchMode):
    @classmethod
    def _should_skip_dynamo(cls):
        return False  # else PyTorch imports its compiler, which takes seconds

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))
"""
MEAN = "%%formula mean-loss\nL = \\frac{1}{N} \\sum_{n} \\ell_n\nwhere\nN = t.numel()"


def refused(cells, source: str, *facts: str) -> str:
    """The text of a cell's refusal, which must state each fact."""
    error = cells.fail(source)
    assert isinstance(error, TexsorError), error
    text = str(error)
    for fact in facts:
        assert fact in text, text
    assert not cells.session.recorder.active
    return text


def test_a_formula_that_holds_shows_its_verdict(cells) -> None:
    """The bundle has the record for our page and a report for any other front end."""
    cells.run(SUM)
    (bundle,) = cells.run(PICK + "%check token-loss token_losses")
    assert bundle["text/plain"].startswith(r"token-loss holds: \ell_n = -\sum_{i}")
    verdict = json.loads(json.dumps(bundle[VERDICT]))
    assert (verdict["name"], verdict["expression"], verdict["holds"]) == ("token-loss", "token_losses", True)
    assert verdict["value_only"] == ""
    picked = [-torch.log(row[k]).item() for row, k in zip(cells["p"].double(), cells["t"], strict=True)]
    assert verdict["members"][0]["value"]["values"] == pytest.approx(picked, rel=1e-14)


def test_names_of_earlier_cells_and_of_this_one(cells) -> None:
    """The code may be spread over cells, under no_grad, and go on below the check."""
    cells.run(SUM)
    cells.run("with torch.no_grad():\n    log_probas = p.log()")
    verdict = cells.verdict("losses = -log_probas[range(6), t]\n%check token-loss losses\nafter = losses.sum()")
    assert verdict.holds
    assert not verdict.value_only
    assert [call.operation for call in cells.session.calls][-1] == "aten.sum.default"


def test_a_trailing_comment_and_braces_are_the_authors(cells) -> None:
    """IPython hands comments over and fills in braces; neither reaches the expression."""
    cells.run(SUM)
    cells.run(PICK + "x = 'filled in'")
    verdict = cells.verdict("%check token-loss [token_losses for _ in {x}][0]  # {x} is a remark, and $x too")
    assert verdict.holds
    assert verdict.expression == "[token_losses for _ in {x}][0]"
    assert without_comment("f('# no')  # yes") == "f('# no')  "
    assert without_comment("f('open") == "f('open"


def test_a_formula_that_does_not_hold_fails_the_cell_and_is_shown(cells) -> None:
    """Both numbers, the errors and the diagnosis stand in the output and in the exception; later lines do not run."""
    cells.run(SUM)
    cells.run(PICK + "%check token-loss token_losses")
    cells.run(MEAN)
    before = len(cells.shown)
    error = cells.fail("loss = token_losses.sum()\n%check mean-loss loss\nnever = 1")
    assert isinstance(error, CheckFailed)
    text = str(error)
    assert text.startswith("cell:2: mean-loss does NOT hold; it should: L = ")
    assert "code / formula = 6, the size of axis n: the code sums, the formula averages?" in text
    assert [VERDICT in bundle for bundle in cells.shown[before:]] == [True]
    assert "never" not in cells.shell.user_ns


def test_a_formula_shown_going_red(cells) -> None:
    """--fails wants a wrong formula; the verdict says so and has a diagnosis."""
    cells.run(SUM)
    cells.run(PICK + "%check token-loss token_losses")
    cells.run(MEAN)
    verdict = cells.verdict("%check --fails mean-loss token_losses.sum()")
    assert (verdict.holds, verdict.wanted) == (False, False)
    assert verdict.diagnosis
    assert verdict.unpaired == ()


def test_a_formula_that_holds_although_it_should_not_fails_the_cell(cells) -> None:
    """The other way round."""
    cells.run(SUM)
    error = cells.fail(PICK + "%check --fails token-loss token_losses")
    assert isinstance(error, CheckFailed)
    assert "token-loss holds; it should not" in str(error)
    assert "token-loss" not in cells.session.checked


@pytest.mark.parametrize("request_", ["", "token-loss", "--fails token-loss", "--unknown token-loss x", "1 x", "# f x"])
def test_a_request_that_cannot_be_read_is_refused(cells, request_: str) -> None:
    """With the line, and both forms."""
    refused(cells, f"a = 1\n%check {request_}", "cell:2: %check cannot read", "write %check NAME EXPRESSION")


def test_an_unknown_name_is_refused(cells) -> None:
    """With the names that there are."""
    cells.run(SUM)
    refused(cells, "%check token-los p", "no formula 'token-los' was declared", "declared are: token-loss")


@pytest.mark.parametrize(
    ("expression", "facts"),
    [
        ("token_losse", ["raised NameError: name 'token_losse' is not defined"]),
        ("p @ p", ["raised RuntimeError: mat1 and mat2 shapes cannot be multiplied"]),
        ("p +", ["raised SyntaxError: "]),
        ("p.tolist()", ["p.tolist() is list, and a check needs a tensor", "name the tensor"]),
        ("1.0", ["1.0 is float, and a check needs a tensor"]),
    ],
)
def test_an_expression_that_gives_no_tensor_is_refused(cells, expression: str, facts: list[str]) -> None:
    """With cell line and expression."""
    cells.run(SUM)
    refused(cells, f"a = 1\n\n%check token-loss {expression}", "cell:3: ", f"    {expression}", *facts)


@pytest.mark.parametrize(
    ("where", "facts"),
    [
        ("y = nothing\n\\hat{y} = p", ["the binding of y raised NameError", "    nothing", "cell:1:"]),
        ("\\hat{y} = p", [r"y is bound to nothing", r"bound are: \hat{y}", "^"]),
        ("y = 'text'\n\\hat{y} = p", ["y is bound to str", "^"]),
        ("y = p[0]\n\\hat{y} = p", ["y has 1 axes (5,), and y_{n,i} names 2", "^"]),
        ("y = F.one_hot(t, 7)\n\\hat{y} = p", ["i runs over 7 values in y", r"over 5 in \hat{y}", "^"]),
    ],
)
def test_bindings_that_do_not_fit_are_refused(cells, where: str, facts: list[str]) -> None:
    """A symbol unbound, bound to no tensor, to another number of axes or another size: caret or code line is shown."""
    cells.run(SUM.partition("where")[0] + "where\n" + where)
    cells.run(PICK)
    refused(cells, "%check token-loss token_losses", *facts)


def test_after_a_refusal_the_other_formulas_are_still_checked(cells) -> None:
    """One wrong formula does not stop the notebook."""
    cells.run(SUM)
    refused(cells, "%check token-loss nothing", "NameError")
    assert cells.verdict(PICK + "%check token-loss token_losses").holds


def test_a_formula_may_use_what_an_earlier_one_defines(cells) -> None:
    """The mean's ℓ is the checked token loss, on its formula's axes, and a leaf of both sides."""
    cells.run(SUM)
    cells.run(PICK + "%check token-loss token_losses")
    cells.run(MEAN)
    verdict = cells.verdict("loss = token_losses.mean()\n%check mean-loss loss")
    assert verdict.holds
    assert verdict.leaves == ("float32(6, 1)",)
    assert float(cells["loss"]) == pytest.approx(sum(cells["token_losses"].flatten().tolist()) / 6)


def test_a_formula_that_was_not_proved_defines_nothing(cells) -> None:
    """Neither one that failed nor one that was declared again since."""
    cells.run(SUM)
    cells.run(PICK + "%check token-loss token_losses")
    cells.run(MEAN)
    cells.fail("%check token-loss -token_losses")
    refused(cells, "%check mean-loss token_losses.mean()", r"\ell is bound to nothing")
    cells.run("%check token-loss token_losses")
    cells.run("%check mean-loss token_losses.mean()")
    cells.run(SUM)
    refused(cells, "%check mean-loss token_losses.mean()", r"\ell is bound to nothing")


def test_of_several_definitions_the_one_that_the_code_went_on_from_is_meant(cells) -> None:
    """Both formulas define ℓ; the loss was computed from the first, whatever was checked last."""
    cells.run(SUM)
    cells.run("%%formula picked\n\\ell_n = -\\log \\hat{y}_{n,t_n}\nwhere\n\\hat{y} = p\nt = t")
    cells.run("first = -(F.one_hot(t, 5) * p.log()).sum(-1)\n%check token-loss first")
    cells.run("second = -p[range(6), t].log()\n%check picked second")
    cells.run(MEAN)
    for name in ("first", "second"):
        verdict = cells.verdict(f"loss = {name}.mean()\n%check mean-loss loss")
        assert (verdict.holds, verdict.value_only) == (True, "")
    constant = cells.verdict(
        "with torch.no_grad():\n    loss = torch.tensor(second.mean().item())\n%check mean-loss loss"
    )
    assert constant.holds
    assert constant.value_only == "the code reads none of the floating tensors that the formula is bound to"


def test_without_a_recording_the_latest_definition_is_meant(cells) -> None:
    """Nothing says from which of two the code went on, if it was not recorded or the recording has forgotten it."""
    cells.run(SUM)
    cells.run("%%formula picked\n\\ell_n = -\\log \\hat{y}_{n,t_n}\nwhere\n\\hat{y} = p\nt = t")
    cells.run("first = -(F.one_hot(t, 5) * p.log()).sum(-1)\n%check token-loss first")
    cells.run("second = -p[range(6), t].log()\n%check picked second")
    cells.run(MEAN)
    cells.session.paused = True
    cells.run("loss = second.mean()")
    cells.session.paused = False
    assert cells.verdict("%check mean-loss loss").value_only == "the code was not recorded"
    cells.session.recorder.tape.max_operations = 4
    cells.run("loss = (first + 0).mean()\nfor _ in range(99):\n    unrelated = first + 1")
    assert "forgotten" in cells.verdict("%check mean-loss loss").value_only


def test_a_binding_takes_precedence_over_an_earlier_formula(cells) -> None:
    """What the author binds is meant, whatever was checked before; a running index never is."""
    cells.run(SUM)
    cells.run(PICK + "%check token-loss token_losses")
    cells.run("%%formula other\nn = 2 x\nwhere\nx = p[0, 0]")
    cells.run("two = 2 * p[0, 0]\n%check other two")
    cells.run(MEAN + "\n\\ell = 2 * token_losses.flatten()")
    verdict = cells.verdict("twice = (2 * token_losses).mean()\n%check mean-loss twice")
    assert (verdict.holds, verdict.value_only) == (True, "")


def test_comments_pair_the_terms_since_the_last_check(cells) -> None:
    """Each check has the lines above it, down from the one before; without a check, comments are remarks."""
    cells.run(SUM)
    cells.run("%%formula picked\n\\ell_n = -\\log \\hat{y}_{n,t_n}\nwhere\n\\hat{y} = p\nt = t")
    cells.run("a = 1  # whatever this is")
    first, second = cells.verdicts(
        "log_probas = p.log()                            # (N, V)  \\log\n"
        "first = -(F.one_hot(t, 5) * log_probas).sum(-1)  # (N,)    \\sum; -\n"
        "%check token-loss first\n"
        "second = -p.gather(-1, t[:, None]).log()         # (N, 1)  \\hat{y}_{n,t_n}; \\log; -\n"
        "%check picked second  # and this is a remark\n"
        "third = second.sum()  # so is this"
    )
    assert [(term.term, term.line.line, term.proved) for term in first.terms] == [
        ("-", 2, True),
        (r"\sum", 2, True),
        (r"\log", 1, True),
    ]
    assert [unpaired.term for unpaired in first.unpaired] == ["y_{n,i}", r"\hat{y}_{n,i}"]
    assert [(term.term, term.line.line) for term in second.terms] == [("-", 4), (r"\log", 4), (r"\hat{y}_{n,t_{n}}", 4)]
    assert second.unpaired == ()


def test_a_comment_that_names_no_term_is_refused_where_it_stands(cells) -> None:
    """Cell, line and column of the comment."""
    cells.run(SUM)
    line = "log_probas = p.log()  # (N, V)  \\exp"
    text = refused(cells, f"{line}\n{PICK}%check token-loss token_losses", "this term is no part of the formula")
    assert text.startswith(f"In[4]:1:{line.index('exp')}:")


def test_magics_in_the_cell_do_not_disturb_the_comments(cells) -> None:
    """Lines that only IPython understands are translated before Python reads the cell."""
    cells.run(SUM)
    verdict = cells.verdict(
        "here = %pwd\n%config InlineBackend.figure_formats = ['svg']\nx = !echo '# \\log'\n"
        "if True:\n    token_losses = (-p.log()  # \\log\n       )[range(6), t]\n    %check token-loss token_losses"
    )
    assert [(term.term, term.line.line, term.proved) for term in verdict.terms] == [(r"\log", 5, True)]


def test_a_docstrings_formula_is_paired_in_its_function(cells) -> None:
    """The comments of the library's function name the terms, and its lines prove them."""
    cells.run("from lmloss.losses import token_losses")
    cells.run("%%formula picked from lmloss.losses.nll.token_losses\n\\hat{y} = p\nt = t")
    verdict = cells.verdict("losses = token_losses(p, t)  # remark\n%check picked losses")
    assert verdict.holds
    assert not verdict.value_only
    assert [(term.term, term.line.path, term.proved) for term in verdict.terms] == [
        ("-", "lmloss/losses/nll.py", True),
        (r"\log", "lmloss/losses/nll.py", True),
        (r"\hat{y}_{n,t_{n}}", "lmloss/losses/nll.py", True),
    ]
    assert verdict.terms[0].code == "return -log_probas"
    assert verdict.unpaired == ()


def test_a_docstring_of_a_package_is_paired_in_its_init(cells, tmp_path, monkeypatch) -> None:
    """A function may live in an ``__init__``; one that never ran has declared terms."""
    (tmp_path / "packaged").mkdir()
    (tmp_path / "packaged" / "__init__.py").write_text(
        'def f(x):\n    r"""Negate.\n\n    .. math:: L = -x\n    """\n    return -x  # -\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    cells.run("%reload_ext texsor")
    cells.run("import packaged\n%load_ext texsor")
    cells.run("%%formula f from packaged.f\nx = p[0, 0]")
    unrun = cells.verdict("y = p[0, 0] * -1\n%check f y")
    assert [(term.line.path, term.proved) for term in unrun.terms] == [("packaged.py", False)]
    ran = cells.verdict("y = packaged.f(p[0, 0])\n%check f y")
    assert [(term.line.path, term.line.line, term.proved) for term in ran.terms] == [("packaged/__init__.py", 6, True)]


def test_mutants_are_judged_where_the_build_asks_for_them(cells, monkeypatch) -> None:
    """A reader in a notebook need not wait for them; the build sets a variable."""
    cells.run(SUM)
    assert cells.verdict(PICK + "%check token-loss token_losses").mutants == ()
    monkeypatch.setenv("TEXSOR_MUTANTS", "1")
    judged = cells.verdict("%check token-loss token_losses").mutants
    assert len(judged) == len(mutants(parse(SUM.splitlines()[1])))
    assert {mutant.status for mutant in judged} == {"caught", "refused", "equivalent"}
    assert cells.verdict("%check --fails token-loss token_losses.sum()").mutants == ()


@pytest.mark.parametrize("mode", ["torch.no_grad()", "torch.inference_mode()", "torch.autocast('cpu')"])
def test_a_check_inside_a_block(cells, mode: str) -> None:
    """The mode of the block matters for the code, not for the proof."""
    cells.run(SUM)
    verdict = cells.verdict(
        f"with {mode}:\n    token_losses = -p.gather(-1, t[:, None]).log()\n    %check token-loss token_losses"
    )
    assert verdict.holds
    assert not verdict.value_only


def test_gradients_may_be_off_for_the_whole_notebook(cells) -> None:
    """A proof switches them on for itself alone."""
    cells.run(SUM)
    cells.run("off = torch.set_grad_enabled(False)")
    try:
        verdict = cells.verdict(PICK + "%check token-loss token_losses")
        assert not torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    assert not verdict.value_only


def test_a_check_in_a_function_of_the_cell(cells) -> None:
    """The line is that of the magic, and the comments above it count."""
    cells.run(SUM)
    verdict = cells.verdict(
        "def f():\n    global token_losses\n    token_losses = -p.log()[range(6), t]  # \\log\n"
        "    %check token-loss token_losses\nf()"
    )
    assert [(term.term, term.line.line) for term in verdict.terms] == [(r"\log", 3)]


def test_a_check_inside_another_mode_is_refused_and_leaves_it_alone(cells) -> None:
    """Below a dispatch mode of the author's own the recording cannot be read: the check says so."""
    cells.run(SUM)
    cells.run(MODE)
    error = cells.fail(f"{PICK}with Mine():\n    %check token-loss token_losses")
    assert isinstance(error, Invalid)
    assert str(error) == "nothing can be checked inside Mine\n  to do: check below the block"
    assert torch.utils._python_dispatch._get_current_dispatch_mode() is None
    assert cells.verdict(PICK + "%check token-loss token_losses").holds
