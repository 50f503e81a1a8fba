"""A progress bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

type Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(title: str, unit: str = "blocks") -> Generator[Progress]:
    """A function to call with blocks done and blocks in all; each round of the search starts again at 0."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(title))

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show
