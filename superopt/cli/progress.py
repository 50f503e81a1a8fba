"""A progress bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from superopt.optimizer.report import Report

type Progress = Callable[[int, int, Report], None]


@contextmanager
def progress_bar(title: str) -> Generator[Progress]:
    """A function to call with blocks done, blocks in all, and the report so far; each round of the search starts again at 0."""
    if not sys.stderr.isatty():
        yield lambda done, total, report: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("blocks"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task, rounds = bar.add_task(escape(title)), 0

        def show(done: int, total: int, report: Report) -> None:
            nonlocal rounds
            rounds += done == 0
            bar.update(task, completed=done, total=total, description=f"{escape(title)}, round {rounds}")

        yield show
