"""A notebook's IPython in this process: cells are run as a front end runs them, and what they display is kept."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from ipykernel.compiler import XCachingCompiler
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from texsor.records import from_json
from texsor.verdicts import DECLARED, VERDICT, Declared, Verdict


@dataclass
class Cells:
    """Runs cells one after the other."""

    shell: Any
    shown: list[dict[str, Any]] = field(default_factory=list)

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run a cell that must succeed; the display bundles that it left."""
        before = len(self.shown)
        self.shell.run_cell(source, store_history=True).raise_error()
        return self.shown[before:]

    def fail(self, source: str) -> Exception:
        """Run a cell that must fail; its error."""
        done = self.shell.run_cell(source, store_history=True)
        error = done.error_before_exec or done.error_in_exec
        assert error is not None, "the cell succeeded"
        return error

    def declared(self, source: str) -> Declared:
        """Run a cell that declares a formula."""
        (bundle,) = self.run(source)
        return from_json(Declared, bundle[DECLARED])

    def verdict(self, source: str) -> Verdict:
        """Run a cell that checks one formula."""
        (found,) = self.verdicts(source)
        return found

    def verdicts(self, source: str) -> list[Verdict]:
        """Run a cell that checks formulas."""
        return [from_json(Verdict, bundle[VERDICT]) for bundle in self.run(source) if VERDICT in bundle]

    @property
    def session(self) -> Any:
        """What texsor knows of this notebook."""
        return self.shell.texsor

    def __getitem__(self, name: str) -> Any:
        return self.shell.user_ns[name]


@pytest.fixture
def bare(tmp_path, monkeypatch) -> Iterator[Cells]:
    """A notebook without texsor, its code named as a kernel names it, without the user's history."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("TEXSOR_MUTANTS", raising=False)
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    made.compiler_class = XCachingCompiler
    made.compile = XCachingCompiler()
    cells = Cells(made)
    made.display_pub.publish = lambda data, **_: cells.shown.append(data)
    made.showtraceback = lambda *_, **__: None
    yield cells
    if getattr(made, "texsor", None) is not None:
        made.run_line_magic("unload_ext", "texsor")
    made.history_manager.end_session()
    atexit.unregister(made.atexit_operations)  # it collects garbage for a tenth of a second
    InteractiveShell.clear_instance()


@pytest.fixture
def cells(bare: Cells) -> Cells:
    """A notebook that has loaded texsor and has logits z, probabilities p and targets t."""
    bare.run("%load_ext texsor")
    bare.run(
        "import torch\nimport torch.nn.functional as F\ntorch.manual_seed(0)\n"
        "z = torch.randn(6, 5)\nt = torch.tensor([3, 0, 4, 1, 1, 2])\np = z.softmax(-1)"
    )
    return bare
