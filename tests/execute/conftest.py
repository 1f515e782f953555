"""A folder of chapters that go wrong in every way, and two that do not, run once for all tests of the room."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from texsor.config import Config
from texsor.execute import Project, RunFailed, refresh

FAILING = {
    "raises": """\
```{code-cell}
:tags: [remove-cell]
total = 0
for count in (1, 0):
    total += 1 / count  # HERE
total = -1
```

```{code-cell}
open("a cell after one that failed", "w").write("")
```
""",
    "chained": """\
```{code-cell}
values = {}

try:
    values["loss"]
except KeyError as error:
    raise RuntimeError("no loss") from error  # HERE
```
""",
    "syntax": """\
```{code-cell}
---
tags: [remove-cell]
---
x = 1
y = = 2  # HERE
```
""",
    "imported": """\
```{code-cell}
from helper import fails
```

```{code-cell}
x = 1
fails(x)  # HERE
```
""",
    "earlier": """\
```{code-cell}
def fails(x):
    return x / 0
```

Prose.

```{code-cell}
x = 1

fails(x)  # HERE
```
""",
    "tagged": """\
```{code-cell}
:tags: [raises-exception]
x = 1
x / 0  # HERE
```

```{code-cell}
x = 2
x.missing  # AND HERE
```
""",
    "magic": """\
```{code-cell}
%%nosuch  # HERE
x = 1
```
""",
    "refused": """\
```{code-cell}
from texsor.notebook import record
x = 1
record(loss=float("nan"))  # HERE
```

```{code-cell}
:tags: [remove-cell]
from texsor.errors import Invalid, Location
'a magic names the line itself'  # AND HERE
raise Invalid("the sum has no body", where=Location("cell", 2, 5), remedy="write it")
```

```{code-cell}
1 / 0  # AND THERE
```
""",
    "warns": """\
```{code-cell}
import warnings  # HERE
warnings.warn("careful")
```
""",
    "subprocess": """\
```{code-cell}
import os  # HERE
_ = os.system(r"printf '\\033[31mfrom outside Python\\033[0m' >&2")
```
""",
    "silent": """\
```{code-cell}
get_ipython().showtraceback = lambda *_, **__: None  # HERE
1 / 0
```
""",
    "dies": """\
```{code-cell}
import os
```

```{code-cell}
os._exit(0)  # HERE
```
""",
}

GOOD = """\
```{code-cell}
import os, random, sys, json
print(json.dumps({
    "names": sorted(name for name in globals() if not name.startswith("_")),
    "random": random.random(),
    "folder": os.getcwd(),
    "environment": dict(os.environ),
    "torch": "torch" in sys.modules,
}))
```

```{code-cell}
from texsor.notebook import measure, record
record(loss=1.5, name="ko")
measure(seconds=2)
record(loss=2.5)
```

```{code-cell}
:tags: [no-recording]
import warnings
warnings.simplefilter("ignore")
warnings.warn("expected, and switched off")
print = seed = facts = tell = display = json = None
```
"""

TORCH = """\
```{code-cell}
import torch
torch.rand(1).item()
```
"""


@dataclass(frozen=True)
class Ran:
    """What a run of many chapters left."""

    project: Project
    problems: list
    lines: list
    left: list


@pytest.fixture(scope="session")
def header():
    """The front matter of a chapter that asks for a kernel."""
    return "---\nfile_format: mystnb\nkernelspec:\n  name: {}\n---\n# Chapter\n\n"


@pytest.fixture(scope="session")
def sources(tmp_path_factory, header):
    """The folder of chapters."""
    folder = tmp_path_factory.mktemp("chapters")
    texts = {name: header.format("python3") + text for name, text in FAILING.items()}
    texts |= {"good": header.format("python3") + GOOD, "torch": header.format("python3") + TORCH}
    texts["headless"] = "# Chapter\n\n```{code-cell}\nx = 1\n```\n"
    for kernel in ("nosuch", "stranger", "broken"):
        texts[kernel] = header.format(kernel) + "```{code-cell}\nx = 1\n```\n"
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text)
    (folder / "helper.py").write_text("def fails(x):\n\n\n\n    raise ValueError(x)\n")
    return folder


@pytest.fixture(scope="session")
def ran(sources, tmp_path_factory):
    """All of them, run at once."""
    place = tmp_path_factory.mktemp("k")
    kernel(place / "kernels/stranger", sys.executable, PYTHONPATH=str(place / "stranger"))
    (place / "stranger/texsor").mkdir(parents=True)
    (place / "stranger/texsor/__init__.py").write_text("raise ImportError('another texsor')")
    kernel(place / "kernels/broken", str(place / "no-such-program"))
    startup = place / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("startup = 'the user\\'s own'")
    for name in ("tmp", "runtime"):
        (place / name).mkdir()
    before = set(sources.rglob("*"))
    lines: list[str] = []
    project = Project(sources, place / "stores", Config(depends_on=(), jobs=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(place / "tmp"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(place / "runtime"))
        patch.setenv("JUPYTER_PATH", str(place))
        patch.setenv("IPYTHONDIR", str(place / "ipython"))
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        patch.delenv("PYTEST_CURRENT_TEST")  # under it a kernel does not look at what other programs print
        with pytest.raises(RunFailed, match="the cell raised ZeroDivisionError") as failed:
            refresh(project, sorted(sources.glob("*.md")), lines.append)
    after = [set(sources.rglob("*")) - before, *((place / name).rglob("*") for name in ("tmp", "runtime"))]
    return Ran(project, list(failed.value.problems), lines, [path for paths in after for path in paths])


def kernel(folder: Path, program: str, **environment: str) -> None:
    """Install a kernel."""
    folder.mkdir(parents=True)
    argv = [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": folder.name, "language": "python", "env": environment}
    (folder / "kernel.json").write_text(json.dumps(spec))


@pytest.fixture(scope="session")
def environment(ran, sources):
    """What the first cell of the good chapter saw."""
    return json.loads(ran.project.stored(sources / "good.md").notebook.cells[1].outputs[0].text)
