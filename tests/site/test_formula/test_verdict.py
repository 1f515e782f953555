"""What a check found, under its cell."""

from __future__ import annotations

import re

from texsor.verdicts import MutantResult

RATIO = "formula / code = 6, the size of axis n: the formula sums, the code averages?"
DIAGNOSIS = RATIO + r"; the code computes \sum_n \ell_n → x"


def box(page: str) -> str:
    """The HTML of the first verdict."""
    return re.search(r'<details class="texsor-verdict.*?</div></details>', page, re.DOTALL)[0]


def head(page: str) -> str:
    """The words of its line."""
    return " ".join(re.sub(r"<[^>]*>", "", re.search(r"<summary.*?</summary>", box(page), re.DOTALL)[0]).split())


def test_holds_in_one_line(site):
    """A check that holds is one line: word, formula, both numbers, error, tolerance, what was compared."""
    page = site.page("chapter")
    assert head(page) == (
        "✓증명됨 (1) = losses · 코드 9.5042, 10.38, 11.368, … · 수식 9.5042, 10.38, 11.368, … "
        "· 오차 3e-16 (허용 1e-10) · 값과 기울기, 이 장의 텐서와 난수, 두 벌"
    )
    assert 'class="texsor-verdict texsor-holds"' in page
    assert "verdict as text" not in page


def test_details_need_no_script(site):
    """Each side's numbers and errors, the tolerances and the leaves are in a fold of plain HTML."""
    details = box(site.page("chapter"))
    for fact in ("4.2e-17", "2e-16", "1e-16", "3e-16", "4e-08", "9.5042, 10.38, 11.368, 11.48, 9.7764, 12.256"):
        assert fact in details
    assert "미분한 텐서: <code" in details


def test_wrong_formula_is_red_with_sign_word_and_reason(book, make):
    """A formula shown to fail has a cross, the word, both numbers and the diagnosis, in the reader's language."""
    made = book(make.chapter)
    made.verdicts["loss"] = make.verdict(holds=False, wanted=False, terms=(), diagnosis=DIAGNOSIS)
    page = made.build().page()
    assert 'class="texsor-verdict texsor-fails"' in page
    assert head(page).startswith("✗어긋난다 (1) = losses · 일부러 보인 틀린 수식 · 코드 9.5042")
    assert "진단: 수식 / 코드 = 6, 축 n의 크기이다: 수식은 더하고 코드는 평균을 내는가?; 코드가 계산하는 것:" in head(
        page
    )
    assert "값과 기울기" not in head(page)


def test_english_words(book, make):
    """An English edition says the same in English."""
    made = book(make.chapter)
    made.verdicts["loss"] = make.verdict(holds=False, wanted=False, terms=(), diagnosis=DIAGNOSIS)
    words = head(made.build(language="en").page())
    assert words.startswith("✗Does not hold (1) = losses · a wrong formula, shown on purpose · code 9.5042")
    assert f"Diagnosis: {RATIO}" in words


def test_value_only_says_why(book, make):
    """Where only values could be compared, the line says so, the details say why, and the dtype's tolerance counts."""
    made = book(make.chapter)
    member = make.member(gradient_error=None, random_value_error=None, random_gradient_error=None)
    made.verdicts["loss"] = make.verdict(terms=(), value_only="dropout drew numbers", members=(member,))
    page = made.build().page()
    assert head(page).endswith("오차 4e-08 (허용 2e-05) · 값만, 이 장의 텐서 한 벌")
    assert "다 견주지 못한 까닭: dropout drew numbers" in box(page)


def test_gradients_on_the_chapters_tensors_alone_are_told(book, make):
    """Where only the random leaves could not be used, the line says value and gradient, on one set."""
    made = book(make.chapter)
    member = make.member(random_value_error=None, random_gradient_error=None)
    made.verdicts["loss"] = make.verdict(terms=(), value_only="a number steered the code", members=(member,))
    assert head(made.build().page()).endswith("값과 기울기, 이 장의 텐서 한 벌")


def test_overflow_and_mutants_are_told(book, make):
    """The details say that the formula overflows as written, and list each mutant with what the check said of it."""
    made = book(make.chapter)
    mutants = (
        MutantResult("sign@1", r"-\log x → \log x", "-9.5", "caught", ""),
        MutantResult("square@1", r"y → y^2", "9.5", "equivalent", "y is one-hot"),
    )
    member = make.member(overflows=True)
    made.verdicts["loss"] = make.verdict(terms=(), members=(member,), mutants=mutants)
    page = made.build().page()
    assert "적힌 대로 float64로 계산하면 넘친다" in page
    assert "한 군데를 고친 수식 (2)" in page
    assert "같은 수식이다: y is one-hot" in page


def test_latex_is_one_line(paper):
    """On paper a verdict is its line, without sign and details."""
    assert r"\noindent \sphinxstylestrong{Proved} \eqref{equation:chapter:loss} = \sphinxcode" in paper
    assert "Differentiated at" not in paper
    assert "✓" not in paper
