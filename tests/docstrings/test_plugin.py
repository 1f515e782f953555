"""``pytest --formulas`` in a stranger's package: what passes, what goes red, what it says, what it costs when off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest_plugins = ["pytester"]

QUIET = [word for name in ("cacheprovider", "hypothesispytest", "xdist", "pytest_cov") for word in ("-p", f"no:{name}")]
"""Without the plugins that such a run does not need, each of which takes its time."""

Run = Callable[..., pytest.RunResult]

HEAD = "import torch\n\n\n"
SUM = r'''
def total(x, scale=1.0):
    r"""Add up.

    .. math:: L = \sum_i x_i
    {}
    Shape:
        x: (N,) float64
    """
    return x.sum() * scale
'''


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """A function that writes a module ``subject.py`` and runs pytest on it."""

    def run(source: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(subject=HEAD + source)
        return pytester.runpytest_inprocess("--formulas", ".", *QUIET, *options)

    return run


def test_without_the_option_nothing_is_collected(pytester: pytest.Pytester) -> None:
    """A formula in a test's own docstring does not matter, right or wrong."""
    pytester.makepyfile(subject=HEAD + SUM.format("\n    where nonsense\n"), test_it="def test_it(): pass")
    pytester.runpytest_inprocess(*QUIET, ".").assert_outcomes(passed=1)


def test_without_the_option_nothing_is_imported(pytester: pytest.Pytester) -> None:
    """In a process of its own: no torch, nothing of texsor but the plugin."""
    pytester.makepyfile(
        test_it="import sys\n\n\ndef test_it():\n"
        "    mine = {name for name in sys.modules if name.split('.')[0] in ('texsor', 'torch', 'lark')}\n"
        "    assert mine == {'texsor', 'texsor.pytest_plugin'}\n"
    )
    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)


def test_collecting_imports_neither_torch_nor_the_module(pytester: pytest.Pytester) -> None:
    """With the option and no formula in sight nothing more is imported; with one, only what reads text."""
    pytester.makepyfile(
        subject='raise RuntimeError\n\n\ndef f():\n    r""".. math::\n    .. math:: L = x\n    """\n',
        plain="raise RuntimeError",
        conftest="import sys\n\n\ndef pytest_collection_finish():\n    assert 'torch' not in sys.modules\n",
    )
    result = pytester.runpytest_subprocess("--formulas", "--collect-only", ".")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*<FormulaItem formula?*>*"])


def test_a_right_formula_passes(run: Run) -> None:
    """By the symbol that the Shape section states, or by a where list."""
    run(SUM.format("").replace("(N,) float64", "(N,) float64, x")).assert_outcomes(passed=2)
    run(SUM.format("\n    where :math:`x` = ``x``\n")).assert_outcomes(passed=2)


def test_a_wrong_formula_goes_red(run: Run) -> None:
    """With place, case, numbers, diagnosis, and how to repeat it."""
    source = SUM.format("").replace("(N,) float64", "(N,) float64, x").replace("x.sum()", "x.mean()")
    result = run(source)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "subject.py:8:15: total in the case random, float64, seed 1, N = *",
            "  with      x = float64(*,) ?*",
            "  code      the function = *",
            "  formula   *sum_{i} x_{i} = *",
            "  diagnosis: formula / code = *, the size of axis i: the formula sums, the code averages?*",
            "  again     pytest --formulas 'subject.py::total::formula?random-float64?'",
        ]
    )


def test_an_item_can_be_run_again(run: Run, pytester: pytest.Pytester) -> None:
    """By the name that the failure gives."""
    run(SUM.format("").replace("(N,) float64", "(N,) float64, x"))
    again = pytester.runpytest_inprocess(*QUIET, "--formulas", "subject.py::total::formula[edge-float64]", "-v")
    again.assert_outcomes(passed=1)


def test_a_wrong_gradient_goes_red(run: Run) -> None:
    """The value alone is not enough."""
    source = SUM.format("").replace("(N,) float64", "(N,) float64, x").replace("x.sum()", "x.detach().sum()")
    run(source).stdout.fnmatch_lines(["*the values agree and the gradients do not: does the code detach something?"])


def test_a_float32_error_below_its_tolerance_goes_red(run: Run) -> None:
    """log(p + 1e-10) is log p in float32, and is not the formula."""
    source = '''
def loss(p):
    r"""Do.

    .. math:: L = -\\log p

    Shape:
        p: () float32, p, in [0.1, 1]
    """
    return -(p + 1e-10).log()
'''
    run(source).assert_outcomes(failed=2)
    run(source.replace(" + 1e-10", "")).assert_outcomes(passed=2)


def test_an_edge_that_random_numbers_do_not_meet_goes_red(run: Run) -> None:
    """A naive log-sum-exp overflows at large numbers, and only there."""
    source = '''
def soft(z):
    r"""Do.

    .. math:: s = \\log \\sum_i e^{z_i}

    Shape:
        z: (N,) float64, z
    """
    return z.exp().sum().log()
'''
    result = run(source)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*soft in the case edge (large), float64, seed 3, N = *"])


@pytest.mark.parametrize(
    ("beside", "shape", "what"),
    [
        ("", "(N,) float64", "subject.py:8:26: x is bound to nothing*"),
        ("\n    where :math:`y` = ``x``\n", "(N,) float64", "*:10:25: no formula of this docstring uses y*"),
        ("\n    where :math:`x` = ``z``\n", "(N,) float64", "*:10:25: z raised NameError: name 'z' is not defined*"),
        ("\n    where x = x\n", "(N,) float64", "*:10:11: this is no binding*"),
        ("\n    where :math:`x` = ``'x'``\n", "(N,) float64", "*x is bound to str*"),
        ("\n    with ``rate=2``\n", "(N,) float64, x", "*total has no parameter rate*"),
        ("", "(N,) float23, x", "*the dtype float23 is not known*"),
        ("", "the numbers", "*this does not say which shape x has*"),
    ],
)
def test_a_docstring_that_cannot_be_checked_goes_red(run: Run, beside: str, shape: str, what: str) -> None:
    """Bad where lists, unknown symbols, dtypes, shapes: with a place, never silently."""
    result = run(SUM.format(beside).replace("(N,) float64", shape))
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"failed"}
    result.stdout.fnmatch_lines([what])


@pytest.mark.parametrize(
    ("latex", "what"),
    [
        (r"L = \foo x", r"*:8:19: *\foo*"),
        ("L = (x", "*:8:19: ( is never closed"),
        ("L = x_", "*:8:20: _ lacks*"),
        ("", "*has nothing under it*"),
    ],
)
def test_latex_that_cannot_be_read_goes_red(run: Run, latex: str, what: str) -> None:
    """With a caret."""
    result = run(SUM.format("").replace(r"L = \sum_i x_i", latex))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([what])


def test_a_missing_shape_section_goes_red(run: Run) -> None:
    """And one that lacks the argument."""
    bare = SUM.format("\n    where :math:`x` = ``x``\n")
    result = run(bare.replace("    Shape:\n        x: (N,) float64\n", ""))
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*there is no Shape section", "  to do: write under Shape: `x: (B, T) float32`*"])
    run(bare.replace("x: (N,)", "y: (N,)")).stdout.fnmatch_lines(["*the Shape section has no line for x"])


def test_arguments_have_as_many_shapes(run: Run) -> None:
    """Or one."""
    source = '''
def f(x, y):
    r"""Do.

    .. math:: L = \\sum_i x_i

    Shape:
        x: (N,) or (N,) or (N,) float64, x
        y: () or (N,) float64
    """
    return x.sum()
'''
    run(source).stdout.fnmatch_lines(["subject.py:11:12: the arguments have 2 and 3 shapes to choose from"])


def test_a_function_that_refuses_its_arguments_goes_red(run: Run) -> None:
    """The Shape section promises too much."""
    source = (
        SUM.format("").replace("(N,) float64", "(N,) float64, x").replace("return", "assert x.min() > 0\n    return")
    )
    result = run(source)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["  raised    AssertionError:*", "  to do: state in the Shape section what it accepts*"]
    )


def test_a_definition_is_skipped_with_its_reason(run: Run) -> None:
    """At the place of its formula."""
    result = run(SUM.format("\n    Not checked: it is a\n    matter of taste.\n"), "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED ?1? subject.py:8: not checked: it is a matter of taste."])


KINDS = '''
import functools


class Scale(torch.nn.Module):
    r"""Scale.

    .. math:: y_n = 2 x_n

    Shape:
        x: (N,) float64, x
    """

    def forward(self, x):
        return 2 * x

    @property
    def two(self):
        r"""Two.

        .. math:: t = 2
        """
        return torch.tensor(2.0)

    @functools.cached_property
    def three(self):
        r"""Three.

        .. math:: t = 3
        """
        return 3

    @staticmethod
    def still(x, /, *more, **others):
        r"""Do.

        .. math:: y_n = x_n + 1

        Shape:
            x: (N,) float64, x
        """
        return x + 1

    @classmethod
    def made(cls, x):
        r"""Do.

        .. math:: y_n = x_n - 1

        Shape:
            x: (N,) float64, x
        """
        return x - 1

    async def later(self, x):
        r"""Do.

        .. math:: y_n = x_n^2

        Shape:
            x: (N,) float64, x
        """
        return x**2


@functools.lru_cache
def cached(n):
    r"""Do.

    .. math:: m = n + 1

    Shape:
        n: int, n, at least 3
    """
    return n + 1


def switch(on, x):
    r"""Do.

    .. math:: L = x

    Shape:
        on: bool
        x: float, x
    """
    return x
'''


def test_everything_that_can_be_called_is_called(run: Run) -> None:
    """Modules, properties, static and class methods, async and cached functions, numbers of Python's."""
    result = run(KINDS, "-rs")
    # Scale, still, made, later: random and edge; two, three: random alone; cached, switch: random and edge.
    result.assert_outcomes(passed=4 * 2 + 2 + 2 * 2, skipped=2)
    result.stdout.fnmatch_lines(
        ["subject.py::switch::formula: *", "SKIPPED ?1? subject.py:24: these arguments have no edge"]
    )


DOC = '    r"""Do.\n\n    .. math:: L = 1{}\n    """\n'
BOUND = '\n\n    where :math:`L` = ``"1"``'


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('r"""Do.\n\n.. math:: L = x\n"""\n', "a module has no code to compare"),
        ("def f():\n    def g():\n    " + DOC.format(""), "f.<locals>.g is inside a function*"),
        ("class A:\n" + DOC.format(""), "a A cannot be called"),
        ("class A:\n" + DOC.format("") + "\n    def __init__(self, n): pass\n", "how a A is made is not known"),
        ("def f():\n" + DOC.format("") + "\ndel f\n", "subject has no f"),
        ("def f():\n" + DOC.format("") + '    return "1"\n', "the result is str, and no tensor"),
        ("def f():\n" + DOC.format(BOUND), '"1" is str, and no tensor'),
    ],
)
def test_what_cannot_be_called_goes_red(pytester: pytest.Pytester, source: str, what: str) -> None:
    """With its place, and what to do."""
    pytester.makepyfile(subject=source)
    result = pytester.runpytest_inprocess(*QUIET, "--formulas", ".")
    assert "failed" in result.parseoutcomes()
    result.stdout.fnmatch_lines([f"subject.py:*: {what}", "*to do:*"])


def test_a_module_that_cannot_be_imported_goes_red(run: Run) -> None:
    """As pytest reports it."""
    run("import does_not_exist\n" + SUM.format("")).stdout.fnmatch_lines(["*No module named 'does_not_exist'*"])


def test_a_file_that_is_no_python_is_reported(pytester: pytest.Pytester) -> None:
    """With its line."""
    pytester.makepyfile(subject="x = (\n# .. math::\n")
    pytester.runpytest_inprocess(*QUIET, "--formulas", ".").stdout.fnmatch_lines(
        ["*subject.py:1: '(' was never closed*"]
    )


def test_files_that_are_no_modules_are_left_alone(pytester: pytest.Pytester) -> None:
    """Settings and scripts run when they are imported."""
    for name in ("setup", "__main__", "conftest"):
        pytester.makepyfile(**{name: 'def f():\n    r"""Do.\n\n    .. math:: L = x\n    """\n'})
    assert pytester.runpytest_inprocess(*QUIET, "--formulas", ".").ret == pytest.ExitCode.NO_TESTS_COLLECTED


HOOK = """
import torch
from texsor.docstrings.draw import Given

def pytest_texsor_arguments(name, function, draw):
    if name == "subject.total":
        x = draw.tensor("N", dtype=torch.float64)
        return Given({"x": x}, names={"again": x}, call=lambda x: function(x, scale=1.0))
"""


def test_a_hook_gives_arguments_names_and_what_is_called(run: Run, pytester: pytest.Pytester) -> None:
    """In a conftest.py above the code."""
    pytester.makeconftest(HOOK)
    source = SUM.format("\n    where :math:`x` = ``again``\n").replace("        x: (N,) float64\n", "        none\n")
    run(source, "-rs").assert_outcomes(passed=1, skipped=1)


def test_a_file_of_cases_that_is_not_there_is_refused(run: Run) -> None:
    """By its name."""
    result = run(SUM.format(""), "-o", "formula_cases=cases.py")
    result.stdout.fnmatch_lines(["*formula_cases names *cases.py, which is no Python file*"])


def test_a_formula_that_goes_on_from_others(run: Run) -> None:
    """Steps are checked by way of it: a wrong one goes red there."""
    source = '''
def spread(x):
    r"""Do.

    .. math:: m = \\frac{1}{N} \\sum_i x_i

    .. math:: v = \\frac{1}{N} \\sum_i (x_i - m)^2

    Shape:
        x: (N,) float64, x
    """
    return x.var(unbiased=False)
'''
    run(source).assert_outcomes(passed=2)
    run(source.replace("m = \\frac{1}{N} ", "m = ")).assert_outcomes(failed=2)


def test_the_left_side_may_be_more_than_a_symbol(run: Run) -> None:
    """It names what the code computes; the axes of its indices are the result's."""
    source = '''
def log_p(z):
    r"""Do.

    .. math:: \\log p_{n,i} = z_{n,i} - \\log \\sum_j e^{z_{n,j}}

    where :math:`\\log p_{n,i}` = ``result``

    Shape:
        z: (…, V) float64, z
    """
    return z.log_softmax(-1)
'''
    run(source).assert_outcomes(passed=2)


def test_the_result_says_how_far_an_index_runs(run: Run) -> None:
    """Where whole numbers alone go in, and no symbol on the right has its axis."""
    source = '''
def one_hot(t, V):
    r"""Do.

    .. math:: y_{n,i} = \\mathbb{1}[i = t_n]

    where :math:`y` = ``result``

    Shape:
        t: (…,) int64, t, ids in 0 … V - 1; may be empty
        V: int, at least 1
    """
    return torch.nn.functional.one_hot(t, V)
'''
    run(source).assert_outcomes(passed=2)
    run(source.replace("return ", "return 1 - ")).assert_outcomes(failed=2)


def test_gradients_that_are_nothing_but_rounding_are_equal(run: Run) -> None:
    """A softmax over one class has the gradient 0, and float64 gives the last bits of a difference."""
    source = '''
def softmax(z):
    r"""Do.

    .. math:: p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}

    Shape:
        z: (V,) float16, z, in [-5, 5]
    """
    exps = z.exp()
    return exps / exps.sum()
'''
    run(source).assert_outcomes(passed=2)


def test_a_gradient_that_vanishes_beside_one_that_is_large(run: Run) -> None:
    """Each is compared for itself: the one by its last bits, the other relative to its size."""
    source = '''
def both(z, p):
    r"""Do.

    .. math:: L = \\sum_i \\frac{e^{z_i}}{\\sum_j e^{z_j}} + \\log p

    Shape:
        z: (V,) float64, z, in [-5, 5]
        p: () float64, p, in [1e-9, 1e-8]
    """
    exps = z.exp()
    return (exps / exps.sum()).sum() - (1 / p).log()
'''
    run(source).assert_outcomes(passed=2)


def test_a_gradient_that_is_small_and_wrong_goes_red(run: Run) -> None:
    """Only what rounding leaves is overlooked."""
    source = '''
def small(x):
    r"""Do.

    .. math:: y_n = 1 + 10^{-9} x_n

    Shape:
        x: (N,) float64, x, in [-1, 1]
    """
    return 1 + 1e-9 * x.detach() + 0 * x
'''
    run(source).assert_outcomes(failed=2)
    run(source.replace(".detach()", "")).assert_outcomes(passed=2)


def test_an_infinite_value_has_no_gradient_to_compare(run: Run) -> None:
    """Here minus infinity, of a target that is masked; its value is compared all the same."""
    source = '''
def loss(z, t):
    r"""Do.

    .. math:: l_n = -\\log \\frac{e^{z_{n,t_n}}}{\\sum_i e^{z_{n,i}}}

    Shape:
        z: (N, V) float64, z; -inf masks a class
        t: (N,) int64, t, in 0 … V - 1
    """
    return -z.log_softmax(-1).gather(-1, t.unsqueeze(-1)).squeeze(-1)
'''
    run(source).assert_outcomes(passed=2)
    run(source.replace("return -z", "return -2 * z")).assert_outcomes(failed=2)


def test_an_argument_is_set_for_one_formula(run: Run) -> None:
    """And left at its default otherwise; one that the formula names is drawn."""
    source = SUM.format("\n    .. math:: L = 2 \\\\sum_i x_i\n\n    with ``scale=2.0``\n").replace("\\\\", "\\")
    run(source.replace("(N,) float64", "(N,) float64, x")).assert_outcomes(passed=2, failed=2)
    named = (
        SUM.format("")
        .replace("\\sum_i", "k \\sum_i")
        .replace("float64\n", "float64, x\n        scale: float, k, above 0\n")
    )
    run(named).assert_outcomes(passed=2)
    bound = named.replace("float, k,", "float,").replace("x_i\n", "x_i\n\n    where :math:`k` = ``scale``\n", 1)
    run(bound).assert_outcomes(passed=2)
    run(named.replace("scale: float, k", "scale: float").replace("L = k ", "L = ")).assert_outcomes(passed=2)
