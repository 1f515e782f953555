"""The outputs that are kept, one jupyter-cache for each digest."""

from __future__ import annotations

import os
from dataclasses import replace

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from texsor.execute import Store, read_chapter
from texsor.records import VALUES, Provenance

RUN = Provenance(
    commit="c0ffee",
    clean=False,
    key="0" * 16,
    seconds=1.25,
    when="2026-11-22T14:06:00Z",
    python="3.11.7",
    device="cpu",
    threads=1,
    peak_bytes=2**20,
    torch=None,
    seed=None,
)
PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Loss

```{code-cell}
:tags: [remove-cell]
loss = 1.5
```

Prose.

```{code-cell}
loss
```
"""


@pytest.fixture
def read(tmp_path):
    """A function from text to a chapter."""

    def read_it(text=PAGE, name="page.md"):
        (tmp_path / name).write_text(text)
        return read_chapter(tmp_path / name)

    return read_it


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    return Store(tmp_path / "stores", "0" * 16)


def executed(chapter, *bundles):
    """The chapter's cells, with outputs at the last."""
    notebook = nbformat.from_dict(chapter.notebook)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", data=bundle) for bundle in bundles]
    return notebook


def values(measured=False, **named):
    """What `record` or `measure` leaves in a cell."""
    return {VALUES: {"values": named, "measured": measured}, "text/plain": "words"}


def test_what_was_put_is_got(store, read):
    """Outputs come back with their provenance, under the cells of the chapter as it is now."""
    chapter = read()
    store.put(chapter, executed(chapter, {"text/plain": "1.5"}), RUN)
    stored = store.get(read(PAGE.replace("Prose.", "Other prose.")))
    assert stored.provenance == RUN
    assert stored.notebook.cells[-1].outputs[0].data == {"text/plain": "1.5"}
    assert "Other prose." in stored.notebook.cells[-2].source


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("loss = 1.5", "loss = 2.5"),
        ("name: python3", "name: julia"),
        ("remove-cell", "remove-input"),
        ("loss\n```", "```"),
    ],
    ids=["code", "kernel", "tag", "fewer lines"],
)
def test_other_cells_have_other_outputs(store, read, old, new):
    """A chapter whose code, kernel or options changed has not run."""
    chapter = read()
    store.put(chapter, executed(chapter), RUN)
    assert store.get(read(PAGE.replace(old, new, 1))) is None


def test_the_same_cells_under_another_digest_have_not_run(store, read, tmp_path):
    """An output is current only under the digest that it was made under."""
    chapter = read()
    store.put(chapter, executed(chapter), RUN)
    assert Store(tmp_path / "stores", "1" * 16).get(chapter) is None


def test_a_later_run_replaces_an_earlier(store, read):
    """The last run of the same cells is the one that is kept."""
    chapter = read()
    store.put(chapter, executed(chapter, {"text/plain": "old"}), RUN)
    store.put(chapter, executed(chapter, {"text/plain": "new"}), replace(RUN, seconds=9.0))
    stored = store.get(chapter)
    assert stored.notebook.cells[-1].outputs[0].data == {"text/plain": "new"}
    assert stored.provenance.seconds == 9.0


def test_outputs_that_texsor_did_not_make_are_not_taken(store, read):
    """An entry that myst-nb made by itself has no provenance: the chapter has not run."""
    chapter = read()
    cache = get_cache(str(store.folder))
    cache.cache_notebook_bundle(CacheBundleIn(executed(chapter), "page.md", data={}), check_validity=False)
    assert store.get(chapter) is None
    store.put(chapter, executed(chapter), RUN)
    assert store.get(chapter).provenance == RUN


@pytest.mark.parametrize("damage", [None, '{"cells": ['], ids=["missing", "half written"])
def test_a_damaged_entry_has_not_run(store, read, damage):
    """An entry whose file was lost, or cut off by a build that was killed, is made anew."""
    chapter = read()
    store.put(chapter, executed(chapter), RUN)
    (path,) = store.folder.rglob("*.ipynb")
    path.unlink() if damage is None else path.write_text(damage)
    assert store.get(chapter) is None
    store.put(chapter, executed(chapter), RUN)
    assert store.get(chapter).provenance == RUN


def test_values_are_read_in_the_order_of_the_run(store, read):
    """A later value of a name wins, and each knows whether it was measured; other outputs are no values."""
    chapter = read()
    outputs = (values(loss=1.5, name="ko"), {"text/plain": "x"}, values(measured=True, loss=2.5))
    store.put(chapter, executed(chapter, *outputs), RUN)
    assert store.get(chapter).values() == {"loss": (2.5, True), "name": ("ko", False)}


@pytest.fixture
def stores(tmp_path):
    """Five stores, the first the oldest, the last the present one, and a folder that is no store."""
    made = [Store(tmp_path / "stores", digit * 16) for digit in "abcde"]
    for age, one in enumerate(made):
        os.utime(one.folder, (age, age))
    (tmp_path / "stores" / "executed").mkdir()
    os.utime(tmp_path / "stores" / "executed", (0, 0))
    (tmp_path / "stores" / "0123456789abcdef").write_text("a file, whatever its name")
    return made


@pytest.mark.parametrize(("keep", "left"), [(1, "e"), (2, "de"), (3, "cde"), (9, "abcde")])
def test_the_newest_stores_are_kept(stores, keep, left):
    """Pruning keeps so many stores, the newest, and touches nothing that is no store."""
    stores[-1].prune(keep)
    names = {path.name for path in stores[-1].folder.parent.iterdir() if path.is_dir()}
    assert names == {letter * 16 for letter in left} | {"executed"}


def test_the_present_store_is_kept_even_when_it_is_the_oldest(stores):
    """What is being built from is never pruned."""
    stores[0].prune(1)
    assert [one.folder.exists() for one in stores] == [True, False, False, False, False]


def test_a_store_that_is_used_again_is_new_again(stores):
    """Going back to an earlier state of the sources makes its store the newest."""
    Store(stores[0].folder.parent, stores[0].folder.name)
    stores[-1].prune(2)
    assert [one.folder.exists() for one in stores] == [True, False, False, False, True]
