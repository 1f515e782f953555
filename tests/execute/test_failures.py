"""Why a run failed, as file:line."""

from __future__ import annotations

import re

import pytest


@pytest.fixture(scope="module")
def found(ran, sources):
    """A function from a chapter's name to what was wrong with it."""
    return lambda name: [problem for problem in ran.problems if problem.where.path == str(sources / f"{name}.md")]


def line_of(path, word):
    """1-based line of the file that ends in a word: what an editor shows."""
    return next(number for number, line in enumerate(path.read_text().splitlines(), start=1) if line.endswith(word))


@pytest.mark.parametrize(
    ("name", "says", "shows"),
    [
        ("raises", "the cell raised ZeroDivisionError: division by zero", "total += 1 / count  # HERE"),
        ("chained", "the cell raised RuntimeError: no loss", "raise RuntimeError("),
        ("syntax", "the cell raised SyntaxError: invalid syntax", "y = = 2  # HERE"),
        ("imported", "the cell raised ValueError: 1", "fails(x)  # HERE"),
        ("earlier", "the cell raised ZeroDivisionError: division by zero", "fails(x)  # HERE"),
        ("magic", "the cell wrote to stderr", "UsageError: Cell magic `%%nosuch` not found"),
        ("warns", "the cell wrote to stderr", "UserWarning: careful"),
        ("subprocess", "the cell wrote to stderr", "from outside Python"),
        ("silent", "the cell failed without a word", "1 / 0"),
        ("dies", "the kernel died in this cell", "os._exit(0)  # HERE"),
    ],
)
def test_a_failure_is_one_report_with_its_line(found, sources, name, says, shows):
    """Each thing that must not be published is reported once, at the chapter's line, with what there is to see."""
    (problem,) = found(name)
    assert problem.what.startswith(says)
    assert problem.where.line == line_of(sources / f"{name}.md", "# HERE")
    assert shows in problem.excerpt
    assert "\x1b" not in str(problem)


def test_a_tag_does_not_hide_an_exception(found, sources):
    """A cell that is tagged as raising is refused as any other, and so is what follows it."""
    path = sources / "tagged.md"
    assert [problem.where.line for problem in found("tagged")] == [
        line_of(path, "x / 0  # HERE"),
        line_of(path, "AND HERE"),
    ]


def test_what_texsor_refuses_does_not_hide_what_follows(found, sources):
    """A cell that texsor itself refuses is reported by the line that it names, and the cells after it still run."""
    first, second, third = found("refused")
    path = sources / "refused.md"
    lines = [line_of(path, "# HERE"), line_of(path, "# AND HERE"), line_of(path, "# AND THERE")]
    assert [problem.where.line for problem in (first, second, third)] == lines
    assert first.what.startswith("the cell raised Invalid: the value 'loss' is nan")
    assert second.what == "the sum has no body\n  to do: write it"
    assert third.what == "the cell raised ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("headless", 3, "a code cell in a page that is no notebook"),
        ("nosuch", 1, "the kernel 'nosuch' did not start: No such kernel named nosuch"),
        ("broken", 1, "the kernel 'broken' did not start: .*no-such-program"),
        ("stranger", 1, "the kernel 'stranger' did not answer texsor"),
    ],
)
def test_a_chapter_that_cannot_begin_is_reported(found, name, line, says):
    """A page without its header and a kernel that is missing or cannot work are reported like any failure."""
    (problem,) = found(name)
    assert re.match(says, problem.what)
    assert problem.where.line == line
    assert problem.remedy


def test_a_kernel_without_texsor_says_what_is_missing(found):
    """The report of a kernel that does not know texsor shows what it said."""
    (problem,) = found("stranger")
    assert "another texsor" in problem.excerpt
