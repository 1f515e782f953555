"""Bring the store up to date: run the chapters that have no outputs under the present digest."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from texsor.config import Config
from texsor.errors import Invalid, TexsorError
from texsor.execute.chapters import Chapter, read_chapter
from texsor.execute.failures import same_cells
from texsor.execute.fonts import list_fonts
from texsor.execute.keys import environment_digest
from texsor.execute.provenance import provenance
from texsor.execute.run import Run, run_chapter
from texsor.execute.store import Store, Stored


class RunFailed(TexsorError):  # noqa: N818 - it reports what happened, chapter by chapter
    """One or more chapters must not be published."""

    def __init__(self, problems: Sequence[TexsorError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Project:
    """A source folder, its options and the folder that keeps its outputs."""

    root: Path
    """The source folder."""
    stores: Path
    """The folder under which each digest has its store."""
    config: Config

    @cached_property
    def digest(self) -> str:
        """What outputs depend on, at the time of the first question."""
        return environment_digest(self.root, self.config)

    @cached_property
    def store(self) -> Store:
        """The outputs that are current."""
        return Store(self.stores, self.digest)

    @cached_property
    def _asked(self) -> dict[Path, Stored | None]:
        """Answers of `stored` since the last refresh: a page asks once for each number in its prose."""
        return {}

    def stored(self, path: Path) -> Stored | None:
        """The current outputs of a source file; None for a page without code."""
        if path not in self._asked:
            chapter = read_chapter(path)
            self._asked[path] = self.store.get(chapter) if chapter else None
        return self._asked[path]

    def forget(self) -> None:
        """Ask the store again: chapters may have changed."""
        self._asked.clear()


def refresh(project: Project, paths: Sequence[Path], report: Callable[[str], None]) -> int:
    """Run what has to run, several chapters at a time; return how many ran.

    :param report: told, in one line each, what is starting and what has ended.
    :raises RunFailed: naming file and line of everything that must not be published. Chapters that ran well are kept.
    """
    project.forget()
    problems: list[TexsorError] = []
    due = _due(project, paths, problems)
    if due:
        report(f"running {len(due)} chapter(s), {project.config.jobs} at a time, outputs in {project.store.folder}")
        list_fonts()
    with closing(_runs(due, project.config)) as runs:
        for count, (chapter, done) in enumerate(runs, start=1):
            problems += done.failures
            if not done.failures:
                made = provenance(project.root, project.digest, done.seconds, done.facts)
                project.store.put(chapter, done.notebook, made)
            name = chapter.path.relative_to(project.root).as_posix()
            report(f"{count} of {len(due)}: {name} {'FAILED' if done.failures else f'{done.seconds:.1f} s'}")
    project.store.prune(project.config.keep_stores)
    if problems:
        raise RunFailed(problems)
    return len(due)


def _runs(due: Sequence[Chapter], config: Config) -> Generator[tuple[Chapter, Run], None, None]:
    """Each chapter with what came of it, as it ends; those not yet begun stay so when the caller is interrupted."""
    with ThreadPoolExecutor(max_workers=config.jobs) as pool:
        runs = {pool.submit(run_chapter, chapter, config): chapter for chapter in due}
        try:
            for run in as_completed(runs):
                yield runs[run], run.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _due(project: Project, paths: Sequence[Path], problems: list[TexsorError]) -> list[Chapter]:
    """The chapters that have no current outputs; what cannot be run goes to the problems."""
    chapters: list[Chapter] = []
    first: dict[str, Chapter] = {}
    for path in paths:
        try:
            chapter = read_chapter(path)
        except Invalid as problem:
            problems.append(problem)
            continue
        if chapter is None:
            continue
        twin = first.setdefault(project.store.name(chapter), chapter)
        if twin.path.parent != path.parent:
            problems.append(same_cells(chapter, twin))
        elif project.store.get(chapter) is None:
            chapters.append(chapter)
    return chapters
