"""Comments that name terms, and the lines that prove them."""

from __future__ import annotations

import textwrap

import pytest
import torch

from texsor.check.comments import code_lines
from texsor.check.pairing import pair, unpaired
from texsor.errors import Invalid, TexsorError
from texsor.records import SourceLine
from texsor.verdicts import SHAPE

SUM = r"\ell_n = -\sum_{i} y_{n,i} \log \hat{y}_{n,i}"
CHAIN = SUM + r" = -\log \hat{y}_{n,t_n}"
LITERAL = r"""
y = F.one_hot(t, 5)            # (N, V)  y_{n,i}
log_probas = p.log()           # (N, V)  \log
weighted = y * log_probas      # (N, V)
total = weighted.sum(dim=-1)   # (N,)    \sum
out = -total                   # (N,)    -
"""


def paired(lab, latex: str, source: str, **where: str):
    """What the comments of a cell pair, after the formula was proved."""
    name = lab.run(source)
    proof = lab.prove(latex, "out", **where)
    assert proof.verdict.holds
    return pair(proof.evaluation, code_lines(source, name), lab.recorder, lab.calls), proof


def said(source: str) -> list[tuple[int, str]]:
    """The lines of a piece of code that name something, and what they name."""
    return [(found.line.line, found.terms) for found in code_lines(textwrap.dedent(source).lstrip("\n"), "In[1]")]


@pytest.mark.parametrize(
    "comment",
    [
        "(N, V)", "(N,)", "()", "(6, 50257)", "(2, 3), (2, 3)", "(B, T, V) -> (B, T)", "(B, T, V) → (N, V)",
        "(B*T, V)", "(…, V)", "(..., 1)", "(N, V+1)", "(N) (V)", "(batch_size, T-1)", "(B · T,)",
    ],
)  # fmt: skip
def test_a_shape_names_no_term(comment: str) -> None:
    """Every way to write a shape is one, alone and in front of a term."""
    assert said(f"a = b   # {comment}") == []
    assert said(f"a = b   #{comment}   \\log; -  ") == [(1, r"\log; -")]


@pytest.mark.parametrize("comment", [r"(y_{n,i})", r"(\hat{y}, V)", "[N, V]", "N, V"])
def test_a_bracketed_formula_is_no_shape(comment: str) -> None:
    """Only letters, digits and plain signs make a shape."""
    assert said(f"a = b  # {comment}") == [(1, comment)]


def test_a_shape_is_read_in_linear_time() -> None:
    """A long bracket that is no shape in the end does not hang."""
    assert SHAPE.match(" (" + "a" * 100_000 + "~)") is None
    assert SHAPE.match("(N) " * 20_000 + "(~") is not None


def test_only_comments_behind_code_count() -> None:
    """A comment on a line of its own, one in a string, and an empty one are the author's own."""
    assert said(r"""
        # \log of everything
        a = "# \log"
        b = 1  #
        c = 2  # -
    """) == [(4, "-")]


@pytest.mark.parametrize(
    ("source", "row", "rows"),
    [
        ("a = b.sum(\n    dim=-1,\n)  # -\n", 3, [1, 2, 3]),
        ("a = (b +  # -\n     c)\n", 1, [1, 2]),
        ("a = 1\nb = 2  # -\n", 2, [2]),
        ("with c:  # -\n    a = 1\n    b = 2\n", 1, [1]),
        ("for a in b(\n    c,\n):  # -\n    d = 1\n", 3, [1, 2, 3]),
        ("if a: b = 1  # -\n", 1, [1]),
        ("def f(x):\n    return (\n        x  # -\n    )\n", 3, [2, 3, 4]),
        ("match a:\n    case 1:  # -\n        b = 2\n", 2, [2]),
        ("match a:  # -\n    case 1:\n        b = 2\n", 1, [1]),
        ("if a:\n    b = 1\nelse:  # -\n    b = 2\n", 3, [3]),
    ],
)
def test_a_statement_may_take_several_lines(source: str, row: int, rows: list[int]) -> None:
    """The comment stands on one line; any line of its statement may have run the operation; a block is no statement."""
    (found,) = code_lines(source, "In[1]")
    assert found.line == SourceLine("In[1]", row)
    assert [line.line for line in found.lines] == rows


def test_places_are_counted_in_the_file() -> None:
    """The first line of a function has a number of its own; columns count from the file's margin, also in a class."""
    method = "    def f(self, x):\n        return -x  # (N,)  -\n"
    (found,) = code_lines(method, "lib/a.py", 41)
    assert str(found.where) == "lib/a.py:42:28"
    assert found.line == SourceLine("lib/a.py", 42)
    assert found.code == "        return -x"
    (plain,) = code_lines("손실 = -x  # -", "In[2]")
    assert str(plain.where) == "In[2]:1:12"


def test_every_term_of_the_literal_code_is_proved(seeded) -> None:
    """Each line's tensor equals the value of the part that its comment names, and the record says what ran."""
    terms, proof = paired(seeded, SUM, LITERAL, y="F.one_hot(t, 5)", yhat="p")
    assert [(term.term, term.line.line, term.proved, term.operation) for term in terms] == [
        ("-", 6, True, "aten.neg.default"),
        (r"\sum", 5, True, "aten.sum.dim_IntList"),
        ("y_{n,i}", 2, True, "aten.scatter_.value"),
        (r"\log", 3, True, "aten.log.default"),
    ]
    total = terms[1]
    assert (total.code, total.line.path) == ("total = weighted.sum(dim=-1)", "In[1]")
    assert [str(meta) for meta in total.inputs] == ["float32(4, 5)"]
    assert str(total.output) == "float32(4)"
    assert total.value.values == pytest.approx(seeded.names["total"].tolist())
    assert total.error < 1e-7
    (missing,) = unpaired(proof.evaluation, terms, seeded.recorder.lines.known(), seeded.recorder)
    assert (missing.term, missing.lines) == (r"\hat{y}_{n,i}", ())


def test_a_term_is_read_with_the_bindings_of_its_formula(seeded) -> None:
    """Without them f(x) would be a product, and a name of several letters one too."""
    cell = "x = z[0]\nf = torch.sigmoid\nmargin = x[0]  # margin\nvalue = f(x)  # f(x_i)\nout = value + margin"
    terms, _ = paired(seeded, "a_i = f(x_i) + margin", cell, x="x", f="f", margin="margin")
    assert [(term.term, term.proved) for term in terms] == [("f", True), (r"\mathrm{margin}", True)]


def test_terms_stand_in_reading_order_with_their_places(seeded) -> None:
    """The places are offsets into the formula's LaTeX."""
    terms, proof = paired(seeded, SUM, LITERAL, y="F.one_hot(t, 5)", yhat="p")
    latex = proof.verdict.latex
    signs = [latex[start:end] for term in terms for start, end in term.places]
    assert signs == ["-", r"\sum", "y_{n,i}", r"\log"]


def test_several_terms_on_a_line(seeded) -> None:
    """A line that does two things names both, and each is compared with the line's tensors."""
    source = "out = -p.gather(-1, t[:, None]).log()  # (N, 1)  \\log; -; \\hat{y}_{n,t_n}"
    terms, _ = paired(seeded, r"\ell_n = -\log \hat{y}_{n,t_n}", source, yhat="p", t="t")
    assert [(term.term, term.proved, term.operation) for term in terms] == [
        ("-", True, "aten.neg.default"),
        (r"\log", True, "aten.log.default"),
        (r"\hat{y}_{n,t_{n}}", True, "aten.gather.default"),
    ]


def test_a_statement_of_several_lines_proves_by_any_of_them(seeded) -> None:
    """The operation ran on the second line, and the comment stands on the last."""
    source = "out = -(\n    p\n    .gather(-1, t[:, None])\n    .log()\n)  # \\log"
    terms, _ = paired(seeded, r"\ell_n = -\log \hat{y}_{n,t_n}", source, yhat="p", t="t")
    assert [(term.term, term.proved, term.line.line) for term in terms] == [(r"\log", True, 5)]


def test_an_ambiguous_term_is_the_one_that_the_line_computes(seeded) -> None:
    """Two logarithms: the line's tensor says which is meant."""
    latex = r"r_n = \log a_n - \log b_n"
    source = "x = b.log()  # \\log\nout = a.log() - x\n"
    seeded.names |= {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0, 5.0])}
    terms, _ = paired(seeded, latex, source, a="a", b="b")
    assert [(term.latex, term.proved) for term in terms] == [(r"\log b_{n}", True)]


def test_a_numbered_term_is_meant_whatever_the_line_computes(seeded) -> None:
    """The author's number decides; the proof may then fail."""
    source = "x = b.log()  # \\log @1\nout = a.log() - x\n"
    seeded.names |= {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0, 5.0])}
    terms, _ = paired(seeded, r"r_n = \log a_n - \log b_n", source, a="a", b="b")
    assert [(term.latex, term.proved) for term in terms] == [(r"\log a_{n}", False)]


@pytest.mark.parametrize("code", ["-p.gather(-1, t[:, None]).log()", "y.float()"])
def test_an_ambiguity_that_the_value_does_not_settle_is_refused_with_the_list(seeded, code: str) -> None:
    """Both minus signs have the line's value, or neither: the parts are listed, with a way to say each."""
    seeded.names["y"] = torch.nn.functional.one_hot(seeded.names["t"], 5)
    source = f"line = {code}  # -\nout = -p.gather(-1, t[:, None]).log()"
    with pytest.raises(Invalid, match="this term stands for 2 different parts") as caught:
        paired(seeded, CHAIN, source, y="y", yhat="p", t="t")
    text = str(caught.value)
    assert r"@1  -\sum_{i} y_{n,i} \log \hat{y}_{n,i}" in text
    assert r"@2  -\log \hat{y}_{n,t_{n}}" in text
    assert text.startswith(f"In[1]:1:{source.index('# -') + 3}:")


def test_a_line_that_computes_something_else_declares_only(seeded) -> None:
    """The comment names a part that the line's tensors do not equal: declared, not proved."""
    source = "x = p * 2  # \\log\nout = -p.gather(-1, t[:, None]).log()"
    (term,), _ = paired(seeded, r"\ell_n = -\log \hat{y}_{n,t_n}", source, yhat="p", t="t")
    assert not term.proved
    assert (term.operation, term.inputs, term.output, term.value, term.error) == ("", (), None, None, None)


@pytest.mark.parametrize("code", ["t.shape[0]", "torch.fft.fft(p[:, :3])", "p.to_sparse()"])
def test_a_line_without_a_comparable_tensor_declares_only(seeded, code: str) -> None:
    """Numbers, complex tensors and tensors without plain memory prove nothing."""
    source = f"x = {code}  # \\log\nout = -p[:, :3].log()"
    (term,), _ = paired(seeded, r"r_{n,i} = -\log \hat{y}_{n,i}", source, yhat="p[:, :3]")
    assert not term.proved


def test_half_precision_lines_are_proved_at_their_own_precision(seeded) -> None:
    """A line in bfloat16 is as exact as bfloat16 is."""
    source = "x = p.bfloat16().log()  # \\log\nwrong = (p * 1.5).bfloat16().log()  # -\nout = -p.log()"
    terms, _ = paired(seeded, r"r_{n,i} = -\log \hat{y}_{n,i}", source, yhat="p")
    assert [(term.term, term.proved) for term in terms] == [("-", False), (r"\log", True)]


def test_a_comment_that_names_no_term_is_refused_under_a_caret(seeded) -> None:
    """The refusal points at the comment, lists the formula's terms and says where remarks belong."""
    source = "a = p + 0   # (N, V)  \\exp\nout = -p.log()"
    with pytest.raises(Invalid, match="this term is no part of the formula") as caught:
        paired(seeded, r"r_{n,i} = -\log \hat{y}_{n,i}", source, yhat="p")
    text = str(caught.value)
    assert text.startswith(f"In[1]:1:{source.index('exp')}:")
    assert "its terms are: -; \\log; \\hat{y}_{n,i}" in text
    assert "put a remark on a line of its own" in text


def test_the_second_term_of_a_line_has_its_own_caret(seeded) -> None:
    """Columns are counted to the term, not to the comment."""
    source = "a = p.log()  # \\log;  \\exp\nout = -p.log()"
    with pytest.raises(Invalid, match="this term is no part of the formula") as caught:
        paired(seeded, r"r_{n,i} = -\log \hat{y}_{n,i}", source, yhat="p")
    assert str(caught.value).startswith(f"In[1]:1:{source.index('exp')}:")


@pytest.mark.parametrize(
    "remark", ["noqa: E501", "type: ignore[arg-type]", "the answer", "pragma: no cover", "%", "TODO"]
)
def test_a_remark_behind_code_is_refused_with_what_to_do(seeded, remark: str) -> None:
    """A comment that is neither shape nor term might be a slip of the pen, so it is not passed over."""
    source = f"a = p.log()  # (N, V)  {remark}\nout = -p.log()"
    with pytest.raises(TexsorError) as caught:
        paired(seeded, r"r_{n,i} = -\log \hat{y}_{n,i}", source, yhat="p")
    text = str(caught.value)
    assert text.startswith("In[1]:1:")
    assert "to do: " in text


def test_two_lines_that_claim_one_term_are_refused(seeded) -> None:
    """The refusal names both lines."""
    source = "a = p.log()  # \\log\nb = p.log()  # \\log \\hat{y}_{n,i}\nout = -p.log()"
    with pytest.raises(Invalid, match=r"\\log is named on two lines: here and on In\[1\]:1") as caught:
        paired(seeded, r"r_{n,i} = -\log \hat{y}_{n,i}", source, yhat="p")
    assert str(caught.value).startswith("In[1]:2:")


def test_an_unpaired_term_lists_the_lines_that_would_prove_it(seeded) -> None:
    """Where the comment probably belongs: every line whose tensor has the term's value."""
    source = "a = p + 0\nout = -a.log()\nagain = p.log()"
    terms, proof = paired(seeded, r"r_{n,i} = -\log \hat{y}_{n,i}", source, yhat="p")
    missing = unpaired(proof.evaluation, terms, seeded.recorder.lines.known(), seeded.recorder)
    assert terms == ()
    assert [(term.term, [line.line for line in term.lines]) for term in missing] == [
        ("-", [2]),
        (r"\log", [2, 3]),
        (r"\hat{y}_{n,i}", [1]),
    ]


def test_a_line_in_a_loop_is_judged_by_its_last_runs(seeded) -> None:
    """Its first tensors and its last are kept, and the latest that fits is taken."""
    source = "for k in range(40):\n    x = (p * (k + 1)).log()  # \\log\nout = (40 * p).log() * 1"
    (term,), _ = paired(seeded, r"r_{n,i} = \log (40 \hat{y}_{n,i})", source, yhat="p")
    assert term.proved


def test_a_forgotten_operation_leaves_its_inputs_out(seeded) -> None:
    """The tensor still proves the term; what made it is not known any more."""
    source = "out = -p.log()  # -"
    name = seeded.run(source)
    proof = seeded.prove(r"r_{n,i} = -\log \hat{y}_{n,i}", "out", yhat="p")
    (term,) = pair(proof.evaluation, code_lines(source, name), seeded.recorder, [])
    assert term.proved
    assert (term.operation, term.inputs) == ("aten.neg.default", ())
