"""One run of the optimiser from the command line: search, interrupts, and everything that is written."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grammars.listing import Instruction, Listing, encode_listing
from superopt.cli.progress import progress_bar
from superopt.cli.report import print_report
from superopt.cli.stores import checker_with, open_cache
from superopt.cli.streams import print_json, warn, write_whole
from superopt.cost import machine
from superopt.optimizer.file import FileOptimizer
from superopt.optimizer.options import OptimizeOptions
from superopt.optimizer.report import Report
from superopt.optimizer.search import Searcher
from superopt.proposers import LEAST_BUDGET, Settings, make_all
from verifier.solvers import Solvers


@dataclass(frozen=True, slots=True)
class Run:
    """What to do.

    Attributes:
        listing: the input.
        options: how to search.
        named: whether the user named the proposers, so that one that cannot run is an error.
        model: checkpoint of the proposer ``model``; None for the one that comes with superopt.
        cache: path of the rewrite cache; None for the usual one.
        keep: whether to use a cache that outlives the run at all.
        jobs: search processes.
    """

    listing: Listing
    options: OptimizeOptions
    named: bool
    model: Path | None
    cache: Path | None
    keep: bool
    jobs: int


@dataclass(frozen=True, slots=True)
class Targets:
    """Where results go: assembly (None: stdout), a report page, and whether the summary is JSON."""

    output: Path | None
    html: Path | None
    as_json: bool


def optimize_file(run: Run, targets: Targets) -> int:
    """Search, write everything, and return the exit status."""
    notes = list[str]()

    def note(message: str) -> None:
        notes.append(message)
        warn(message)

    text, report = _search(run, note)
    report.notes[:0] = notes
    if not any(isinstance(statement, Instruction) for statement in run.listing.statements):
        report.notes.append("there are no instructions in this file")
    with _undisturbed():
        _write(text, report, targets, notes)
    return 0


def _search(run: Run, note: Callable[[str], None]) -> tuple[str, Report]:
    proposers = make_all(run.options.proposers, required=run.named, warn=note, settings=Settings(run.model))
    with (
        _interrupted_by_sigterm(),
        Solvers() as solvers,
        open_cache(run.cache, note, use=run.keep) as cache,
        progress_bar(run.listing.source) as progress,
    ):
        solvers.start()
        searcher = Searcher(run.options, machine(run.options.cpu), proposers, checker_with(solvers, note), cache, LEAST_BUDGET)
        optimizer = FileOptimizer(run.listing, run.options, searcher, progress)
        return optimizer.run(), optimizer.report


def _write(text: str, report: Report, targets: Targets, told: Sequence[str]) -> None:
    data = encode_listing(text)
    if targets.output is not None:
        write_whole(targets.output, data)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    if targets.html is not None:
        from superopt.cli.page import page

        write_whole(targets.html, page(report).encode("utf-8", "backslashreplace"))
    if not targets.as_json:
        print_report(report, told)
    elif targets.output is not None:
        print_json(report.as_json())
    else:
        print(json.dumps(report.as_json(), indent=2), file=sys.stderr)


@contextmanager
def _interrupted_by_sigterm() -> Generator[None]:
    """A request to end is treated like Ctrl-C: what is proved gets written."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _undisturbed() -> Generator[None]:
    """Nothing is lost to a second Ctrl-C while results are written."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
