"""Small books with hand-made records: cells are not run, so that a build takes a moment and a record says anything."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from texsor.execute.run import Run
from texsor.records import VALUES, SourceLine, TensorMeta, to_json
from texsor.verdicts import DECLARED, VERDICT, Declared, MemberProof, PairedTerm, Shown, Unpaired, Verdict

HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
CONF = """
extensions = ["myst_nb", "texsor.site"]
myst_enable_extensions = ["dollarmath"]
html_theme = "basic"
show_warning_types = True
language = "ko"
exclude_patterns = ["_build"]
source_suffix = {".md": "myst-nb"}  # Sphinx writes into its own default otherwise, for every build after
"""
CHECK = re.compile(r"%check\s+(?:--fails\s+)?(\S+)\s+(.*)")
FORMULA = re.compile(r"%%formula\s+(\S+)\n(.*?)(?:\nwhere\n.*)?$", re.DOTALL)
FACTS = {"python": "3.11", "device": "none", "threads": 1, "peak_bytes": 0, "torch": None, "seed": None}
LOSS = r"\ell_n = -\log \hat{y}_{n,t_n}"
CODE = {"-": "losses = -logs", r"\log": "logs = picked.log()", r"\hat{y}_{n,t_{n}}": "picked = p.gather(-1, t)"}
SIX = Shown((6,), "float32", (9.5042, 10.38, 11.368, 11.48, 9.7764, 12.256))
CHAPTER = r"""
# Chapter

```{code-cell}
%%formula loss
\ell_n = -\log \hat{y}_{n,t_n}
where
\hat{y} = p
```

```{code-cell}
picked = p.gather(-1, t)   # \hat{y}_{n,t_n}
logs = picked.log()        # (N,)  \log
losses = -logs             # -
%check loss losses
```
"""
TABLE = r"""
```{terms} loss
-
: Turn it round.

\log
: Take the logarithm.
: A product becomes a *sum* of $\log$s.

\hat{y}_{n,t_n}
: The target's probability.
```
"""


TOC = "# Book\n\n```{toctree}\n:glob:\n\n*\n```\n"
OTHER = "# Other\n\nSee {eq}`loss`.\n"
LEDGER = "# Ledger\n\n```{ledger}\n```\n"


class Records:
    """Makes records with few words."""

    chapter, table, latex = HEADER + CHAPTER, TABLE, LOSS
    toc, other, ledger = TOC, OTHER, LEDGER

    def page(self, text: str) -> str:
        """A page that is a notebook."""
        return HEADER + text

    def term(self, text: str, number: int, **changes: Any) -> PairedTerm:
        """A paired term of `LOSS`, on a line of the second cell."""
        sign = {r"\hat{y}_{n,t_{n}}": r"\hat{y}_{n,t_n}"}.get(text, text)
        start = LOSS.index(sign)
        meta = TensorMeta((6,), "float32", "cpu")
        made = PairedTerm(
            text, sign, ((start, start + len(sign)),), SourceLine("In[2]", number), CODE[text], True,
            "aten.log.default", (meta,), meta, SIX, 3.1e-08,
        )  # fmt: skip
        return replace(made, **changes)

    def terms(self) -> tuple[PairedTerm, ...]:
        """All terms of `LOSS`, in reading order."""
        return self.term("-", 3), self.term(r"\log", 2), self.term(r"\hat{y}_{n,t_{n}}", 1)

    def member(self, **changes: Any) -> MemberProof:
        """A side that agrees."""
        value = Shown((6,), "float64", SIX.values)
        return replace(MemberProof(r"-\log \hat{y}", value, 4.2e-17, 2e-16, 1e-16, 3e-16, 4e-8, False), **changes)

    def verdict(self, name: str = "loss", **changes: Any) -> Verdict:
        """What a check found: by default that all is well."""
        made = Verdict(
            name=name, latex=LOSS, expression="losses", holds=True, wanted=True, axes=("n",), code=SIX,
            members=(self.member(),), leaves=("p",), tolerance=1e-10, recorded_tolerance=2e-5, value_only="",
            diagnosis="", terms=self.terms(), unpaired=(),
        )  # fmt: skip
        return replace(made, **changes)

    def unpaired(self, term: str, *lines: int) -> Unpaired:
        """A term that no comment names."""
        return Unpaired(term, tuple(SourceLine("In[2]", line) for line in lines))


@dataclass(frozen=True)
class Built:
    """What a build left."""

    out: Path
    log: str
    warnings: str

    def page(self, name: str = "index") -> str:
        """The HTML of a page."""
        return (self.out / f"{name}.html").read_text(encoding="utf-8")

    def text(self, name: str = "index") -> str:
        """The words of a page, without tags and sources of formulas."""
        page = re.sub(r"<(script|style|annotation).*?</\1>", "", self.page(name), flags=re.DOTALL)
        return " ".join(re.sub(r"<[^>]*>", "", page).split())


class SmallBook:
    """A folder of pages, and what the checks in it find."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root, self.verdicts = root, {"loss": Records().verdict()}
        self.write(files)
        (root / "conf.py").write_text(CONF, encoding="utf-8")

    def write(self, files: Mapping[str, str]) -> None:
        """Write pages."""
        for name, text in files.items():
            (self.root / f"{name}.md").write_text(text, encoding="utf-8")

    def build(self, *, warnings: bool = False, builder: str = "html", parallel: int = 0, **values: Any) -> Built:
        """Build; a warning fails the test unless it says that it wants one."""
        said, warned, out = io.StringIO(), io.StringIO(), self.root / "_build" / builder
        run = (sys.modules["texsor.execute.refresh"], "run_chapter", self.run)
        with patch_docutils(str(self.root)), docutils_namespace(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(*run)
            app = Sphinx(
                self.root, self.root, out, self.root / "_build" / f".{builder}", builder, values, said, warned,
                parallel=parallel,
            )  # fmt: skip
            app.build()
        found = re.sub(r"\x1b\[[0-9;]*m", "", warned.getvalue())
        assert warnings == bool(found), found or "no warning"
        return Built(out, re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue()), found)

    def run(self, chapter: Any, _config: Any) -> Run:
        """Give each cell the outputs that texsor's magics would."""
        notebook = chapter.notebook
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for count, cell in enumerate(cells, start=1):
            cell.execution_count = count
            cell.outputs = [nbformat.v4.new_output("display_data", data=data) for data in self._outputs(cell.source)]
        notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
        return Run(notebook, 1.0, dict(FACTS), ())

    def _outputs(self, source: str) -> list[dict[str, Any]]:
        if (found := FORMULA.match(source)) is not None:
            record = Declared(found[1], found[2], (), None)
            return [{DECLARED: to_json(record), "text/latex": f"$$ {found[2]} $$", "text/plain": found[2]}]
        made = list[dict[str, Any]]()
        for name, expression in CHECK.findall(source):
            verdict = self.verdicts.get(name) or Records().verdict(name, terms=())
            data = to_json(replace(verdict, expression=expression))
            made.append({VERDICT: data, "text/plain": "verdict as text"})
        if source.startswith("record("):
            made.append({VALUES: {"values": {"x": 1.5}, "measured": False}, "text/plain": "recorded as text"})
        return made


@pytest.fixture(scope="session")
def make() -> Records:
    """Makes records."""
    return Records()


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., SmallBook]:
    """Write a book: ``book(index, other=…)``; its checks find what ``.verdicts`` says."""
    return lambda index, **pages: SmallBook(tmp_path, {"index": index} | pages)


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory, make: Records) -> SmallBook:
    """A book that is as it should be, for all who only look at it."""
    pages = {"index": TOC, "chapter": make.chapter + make.table, "other": OTHER, "ledger": LEDGER}
    return SmallBook(tmp_path_factory.mktemp("standard"), pages)


@pytest.fixture(scope="session")
def site(standard: SmallBook) -> Built:
    """Its pages, in the theme of the real book."""
    return standard.build(html_theme="sphinx_book_theme", numfig=True)


@pytest.fixture(scope="session")
def paper(standard: SmallBook) -> str:
    """Its LaTeX, in English: Sphinx has no Babel for Korean."""
    built = standard.build(builder="latex", language="en")
    return next(built.out.glob("*.tex")).read_text(encoding="utf-8")
