"""``pytest --formulas``: check the ``.. math::`` of docstrings against the functions that they document.

Without the option nothing of texsor but this file is imported. docs/docstrings.md says how a docstring is written.
"""

from __future__ import annotations

import importlib.util
import shlex
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from texsor.docstrings.draw import Draw, Given
    from texsor.docstrings.statements import Page, Statement
    from texsor.verdicts import Verdict

VALUE_ONLY = "texsor: values only"
"""The property of a report that says why gradients were not compared."""
NOT_A_MODULE = ("setup.py", "__main__.py", "conftest.py")
Above = TypeVar("Above", bound=pytest.Collector)


class Hooks:
    """What a project may answer."""

    @pytest.hookspec(firstresult=True)
    def pytest_texsor_arguments(self, name: str, function: Any, draw: Draw) -> Given | dict[str, Any] | None:
        """Give arguments that no Shape line describes, by name; ``self`` is the object that a class's docstring needs.

        ``name`` is ``package.module.function``; the function itself is not always the object that importing it gives,
        because pytest may import a module a second time. ``draw`` says the case: ``draw.dtype``, ``draw.size("D", 8)``.
        """


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what switches the plugin on."""
    group = parser.getgroup("collect")
    group.addoption("--formulas", action="store_true", help="check the `.. math::` of docstrings against their code")
    text = "files with pytest_texsor_arguments, for projects whose conftest.py is not above the code"
    parser.addini("formula_cases", text, type="paths", default=[])


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the project's hook."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FormulaModule | None:
    """Collect the Python files that have a formula in a docstring."""
    if not parent.config.getoption("formulas") or file_path.suffix != ".py" or file_path.name in NOT_A_MODULE:
        return None
    if b".. math::" not in file_path.read_bytes():
        return None
    module: FormulaModule = FormulaModule.from_parent(parent, path=file_path)
    return module


class FormulaModule(pytest.Module):
    """A file with formulas in its docstrings."""

    def collect(self) -> Iterator[Documented]:
        """Read its docstrings, without importing it."""
        from texsor.docstrings.source import docstrings  # noqa: PLC0415 - only where it is asked for
        from texsor.docstrings.statements import read  # noqa: PLC0415

        with tokenize.open(self.path) as file:
            source = file.read()
        try:
            found = docstrings(source, self.nodeid)
        except SyntaxError as error:
            raise self.CollectError(f"{self.path}:{error.lineno}: {error.msg}") from None
        for docstring in found:
            yield Documented.from_parent(self, name=docstring.name or "module", page=read(docstring))


class Documented(pytest.Collector):
    """A docstring with formulas."""

    def __init__(self, *, page: Page, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.page = page

    def collect(self) -> Iterator[FormulaItem]:
        """For each formula its cases by kind and dtype, or one item that says why it cannot be, or is not, checked."""
        from texsor.docstrings.statements import KINDS  # noqa: PLC0415

        for statement in self.page.statements:
            name = "formula" if len(self.page.statements) == 1 else f"formula-{statement.number}"
            if statement.problem or statement.not_checked:
                yield FormulaItem.from_parent(self, name=name, statement=statement)
            elif not statement.step:
                for kind in KINDS:
                    for dtype in self.page.dtypes or ("float64",):
                        case = f"{name}[{kind}-{dtype}]"
                        yield FormulaItem.from_parent(self, name=case, statement=statement, kind=kind, dtype=dtype)


class FormulaItem(pytest.Item):
    """A formula in the cases of one kind and dtype."""

    def __init__(self, *, statement: Statement, kind: str = "", dtype: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.statement, self.kind, self.dtype = statement, kind, dtype

    def runtest(self) -> None:
        """Prove the formula in each case."""
        if self.statement.problem:
            raise self.statement.problem
        if self.statement.not_checked:
            raise pytest.skip.Exception(f"not checked: {self.statement.not_checked}", _use_item_location=True)
        verdicts = list(self._verdicts())
        if not verdicts:
            raise pytest.skip.Exception("these arguments have no edge", _use_item_location=True)
        for reason in dict.fromkeys(verdict.value_only for verdict in verdicts if verdict.value_only):
            self.user_properties.append((VALUE_ONLY, reason))

    def _verdicts(self) -> Iterator[Verdict]:
        from texsor.docstrings.case import Question  # noqa: PLC0415
        from texsor.docstrings.cases import cases  # noqa: PLC0415
        from texsor.docstrings.subject import Subject  # noqa: PLC0415

        page, module = self._above(Documented).page, self._above(FormulaModule)
        load_cases(self.config)
        subject = Subject.of(module.obj, page.docstring.name, self.statement.where)
        for case in cases(Question(subject, page, self.statement, self._hook), self.kind, self.dtype):
            yield case.run()

    def _above(self, kind: type[Above]) -> Above:
        found = self.getparent(kind)
        assert found is not None
        return found

    def _hook(self, name: str, function: Any, draw: Draw) -> Any:
        return self.ihook.pytest_texsor_arguments(name=name, function=function, draw=draw)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What texsor says of it, without a traceback through texsor; and how to run it again."""
        from texsor.errors import TexsorError  # noqa: PLC0415

        if isinstance(excinfo.value, TexsorError):
            return f"{excinfo.value}\n  again     pytest --formulas {shlex.quote(self.nodeid)}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The formula's place, counted from 0 as pytest does."""
        return self.path, (self.statement.where.line or 1) - 1, f"{self._above(Documented).name} {self.name}"


def load_cases(config: pytest.Config) -> None:
    """Load, once, the files that ``formula_cases`` names."""
    for path in config.getini("formula_cases"):
        if config.pluginmanager.has_plugin(str(path)):
            continue
        spec = importlib.util.spec_from_file_location(f"texsor_formula_cases_{path.stem}", path)
        if spec is None or spec.loader is None or not path.is_file():
            raise pytest.UsageError(f"formula_cases names {path}, which is no Python file")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        config.pluginmanager.register(module, str(path))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which formulas were compared in value alone, and why."""
    found = {
        (report.nodeid.partition("[")[0], reason)
        for report in terminalreporter.stats.get("passed", [])
        for name, reason in getattr(report, "user_properties", [])
        if name == VALUE_ONLY
    }
    if found:
        terminalreporter.section("formulas compared in value, not in gradient")
        for nodeid, reason in sorted(found):
            terminalreporter.line(f"{nodeid}: {reason}")
