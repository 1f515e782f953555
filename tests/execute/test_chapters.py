"""How a source file becomes a chapter, and where its cells stand."""

from __future__ import annotations

import nbformat
import pytest

from texsor.errors import Invalid
from texsor.execute import read_chapter

HEADER = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"
JUPYTEXT = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n---\n"
CELL = "```{code-cell}\nx = 1\n```\n"

NOTATIONS = {
    "bare": "```{code-cell}\nx = 1\ny = 2  # HERE\n```",
    "language": "```{code-cell} python\ny = 2  # HERE\n```",
    "tags": "```{code-cell}\n:tags: [remove-cell]\nx = 1\ny = 2  # HERE\n```",
    "tags and a blank line": "```{code-cell}\n:tags: [remove-cell]\n\nx = 1\ny = 2  # HERE\n```",
    "several options": "```{code-cell}\n:tags: [remove-cell]\n:label: here\ny = 2  # HERE\n```",
    "yaml": "```{code-cell}\n---\ntags: [remove-cell]\nlabel: here\n---\nx = 1\ny = 2  # HERE\n```",
    "yaml and a blank line": "```{code-cell}\n---\ntags: [remove-cell]\n---\n\nx = 1\ny = 2  # HERE\n```",
    "tildes": "~~~{code-cell}\nx = 1\ny = 2  # HERE\n~~~",
    "a fence inside": "````{code-cell}\ntext = '''\n```\n'''\ny = 2  # HERE\n````",
    "magic": "```{code-cell}\n:tags: [remove-cell]\n%%time\ny = 2  # HERE\n```",
    "blank lines first": "```{code-cell}\n\n\nx = 1\ny = 2  # HERE\n```",
    "blank lines between": "```{code-cell}\nx = 1\n\n\ny = 2  # HERE\n```",
    "blank lines last": "```{code-cell}\ny = 2  # HERE\n\n\n```",
    "a twin before it": "```{code-cell}\nx = 1\ny = 2\n```\n\n```{code-cell}\nx = 1\ny = 2 # HERE\n```",
    "the option's words as code": "```{code-cell}\n:tags: [a]\ntags = 1\ny = 2  # HERE\n```",
}


@pytest.fixture
def write(tmp_path):
    """A function that writes a file and returns its path."""

    def write_it(text: str | bytes, name: str = "page.md"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_it


def place(chapter):
    """Index of the cell that holds the word HERE, and the word's line in it."""
    for index, cell in enumerate(chapter.notebook.cells):
        for number, line in enumerate(cell.source.splitlines(), start=1):
            if cell.cell_type == "code" and "HERE" in line:
                return index, number
    raise AssertionError(chapter.notebook)


@pytest.mark.parametrize(
    ("prose", "newline"),
    [("", "\n"), ("# Title\n\nProse.\n\n", "\r\n"), (CELL + "\n", "\n")],
    ids=["first", "after prose, CRLF", "after a cell"],
)
@pytest.mark.parametrize("cell", NOTATIONS.values(), ids=NOTATIONS.keys())
def test_a_line_of_a_cell_is_found_in_the_file(write, cell, prose, newline):
    """Whatever the cell's notation, its lines are named as an editor numbers them."""
    text = f"{HEADER}\n{prose}{cell}\n\nMore.\n"
    chapter = read_chapter(write(text.replace("\n", newline)))
    editor = 1 + next(number for number, line in enumerate(text.splitlines()) if "HERE" in line)
    assert chapter.line(*place(chapter)) == editor


def test_a_cell_whose_code_stands_elsewhere_is_found_by_its_fence(write):
    """The code of a cell that loads a file is not in the page: the line of the cell itself is named."""
    write("y = 2  # HERE\n", "other.py")
    chapter = read_chapter(write(f"{HEADER}\n# T\n\n```{{code-cell}}\n:load: other.py\n```\n"))
    assert chapter.line(*place(chapter)) == 9


@pytest.mark.parametrize("header", [HEADER, JUPYTEXT], ids=["mystnb", "jupytext"])
def test_both_headers_make_a_chapter(write, header):
    """A page with either header is a chapter, and asks for the kernel that it names, or for Python's."""
    chapter = read_chapter(write(header + CELL))
    assert [cell.source for cell in chapter.notebook.cells] == ["x = 1"]
    assert chapter.kernel == "python3"


def test_the_kernel_is_the_one_that_the_front_matter_names(write):
    """The name of the kernel comes from the front matter."""
    assert read_chapter(write(HEADER.replace("python3", "julia") + CELL)).kernel == "julia"


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nProse.\n",
        "",
        "---\n---\n# T\n",
        "---\ntitle: T\n---\n# T\n",
        "---\n- a list\n---\n# T\n",
        "---\njupytext: yes\n---\n# T\n",
        "---\njupytext:\n  text_representation: myst\n---\n# T\n",
        "# T\n\n---\nfile_format: mystnb\n---\n",
        "# T\n\n````md\n```{code-cell}\nx = 1\n```\n````\n",
        "# T\n\n~~~\n```{code-cell}\nx = 1\n```\n~~~\n",
        "# T\n\n````\n~~~{code-cell}\n```\n~~~{code-cell}\n````\n",
        "# T\n\nWrite ```{code-cell}``` and\n```{code-cell}``` so.\n",
        "# T\n\n```python\nx = 1\n```\n",
        "# T\n\n    ```{code-cell}\n    x = 1\n    ```\n",
    ],
    ids=lambda text: text.replace("\n", "/")[:60],
)
def test_a_page_without_code_is_no_chapter(write, text):
    """Prose, other front matter, and a code cell that is only shown, inside another fence, are nothing to run."""
    assert read_chapter(write(text)) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# T\n\n```{code-cell}\nx = 1\n```\n", 3),
        ("# T\n\n~~~~{code-cell} python\nx = 1\n~~~~\n", 3),
        ("# T\n\n  ``` {code-cell}\n  x = 1\n  ```\n", 3),
        ("---\ntitle: T\n---\n\n```{code-cell}\nx = 1\n```\n", 5),
        ("---\nkernelspec:\n  name: python3\n---\n```{code-cell}\nx = 1\n```\n", 5),
        ("---\nfile_format: other\n---\n```{code-cell}\n```\n", 4),
        ("\n---\nfile_format: mystnb\n---\n```{code-cell}\n```\n", 5),
        ("````md\n```{code-cell}\n```\n````\n\n```{code-cell}\n```\n", 6),
        ("```\nshown\n```\n```{code-cell}\n```\n", 4),
    ],
)
def test_a_code_cell_without_the_header_is_refused(write, text, line):
    """A page that would be printed instead of run is refused, at its first cell, with the header to write."""
    path = write(text)
    with pytest.raises(Invalid, match="a code cell in a page that is no notebook") as refused:
        read_chapter(path)
    assert (refused.value.where.path, refused.value.where.line) == (str(path), line)
    assert "format_name: myst" in refused.value.remedy


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: T\nkernelspec: [python3\n---\n# T\n", 3),
        ("---\ntitle: a: b\n---\n# T\n", 2),
        ("---\na: 1\nb: 2\n c: 3\n---\n", 4),
        ("---\ntitle: \x07\n---\n", 1),
    ],
    ids=["open bracket", "two colons", "indent", "control character"],
)
def test_front_matter_that_is_no_yaml_is_refused(write, text, line):
    """Broken front matter is refused with the line where YAML gave up, or with its first where YAML names none."""
    with pytest.raises(Invalid, match="front matter that is not YAML") as refused:
        read_chapter(write(text))
    assert refused.value.where.line == line


def test_an_ipynb_has_no_lines_and_forgets_its_outputs(write):
    """A notebook file is a chapter without line numbers, and what it was saved with is not taken over."""
    stale = nbformat.v4.new_output("stream", text="an old number")
    cells = [nbformat.v4.new_markdown_cell("# T"), nbformat.v4.new_code_cell("y = 2", outputs=[stale])]
    path = write(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), "page.ipynb")
    chapter = read_chapter(path)
    assert chapter.line(1, 1) is None
    assert chapter.notebook.cells[1].outputs == []


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("page.ipynb", "{", None),
        ("page.md", b"# \xff\n", None),
        ("page.md", f"{HEADER}# T\n\n```{{code-cell}}\n---\ntags: [open\n---\nx = 1\n```\n", 8),
        ("page.md", f"{HEADER}# T\n\n```{{code-cell}}\n:load: missing.py\n```\n", None),
    ],
    ids=["not JSON", "not UTF-8", "cell options", "load"],
)
def test_a_page_that_cannot_be_read_is_refused(write, name, text, line):
    """What the reader of notebooks stumbles over is reported with the file, and the line where it names one."""
    path = write(text, name)
    with pytest.raises(Invalid, match="the page cannot be read: ") as refused:
        read_chapter(path)
    assert (refused.value.where.path, refused.value.where.line) == (str(path), line)
