"""One run of the optimiser from the command line: search, interrupts, and everything that is written."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grammars.listing import Instruction, Listing, encode_listing
from superopt.cli.progress import Progress, progress_bar
from superopt.cli.report import print_report
from superopt.cli.stores import checker_with, open_cache
from superopt.cli.streams import print_json, warn, write_whole
from superopt.cost import machine
from superopt.interruption import ended_like_ctrl_c
from superopt.optimizer.file import FileOptimizer
from superopt.optimizer.options import OptimizeOptions
from superopt.optimizer.report import Report
from superopt.optimizer.search import Searcher
from superopt.optimizer.sharing import Share, merged, search_shared
from superopt.proposers import LEAST_BUDGET, Settings, make_all, warm_up
from verifier.solvers import Solvers

MOST_JOBS = 8  # unless the user asks for more: each process may load a language model
LEAST_WORK = 40  # instructions that are worth a process


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
        jobs: search processes; None for as many as there is work and processors for.
    """

    listing: Listing
    options: OptimizeOptions
    named: bool
    model: Path | None
    cache: Path | None
    keep: bool
    jobs: int | None


@dataclass(frozen=True, slots=True)
class Targets:
    """Where results go: assembly (None: stdout), a report page, whether the summary is JSON, and certificates."""

    output: Path | None
    html: Path | None
    as_json: bool
    certificates: Path | None = None


def optimize_file(run: Run, targets: Targets) -> int:
    """Search, write everything, and return the exit status."""
    notes = list[str]()

    def note(message: str) -> None:
        if message not in notes:
            notes.append(message)
            warn(message)

    with ended_like_ctrl_c():
        text, report = _search(run, note)
    report.notes[:0] = notes
    if not any(isinstance(statement, Instruction) for statement in run.listing.statements):
        report.notes.append("there are no instructions in this file")
    with _undisturbed():
        _write(text, report, targets, notes)
    return _certify(report, targets.certificates) if targets.certificates is not None else 0


def _certify(report: Report, folder: Path) -> int:
    """Certificates come last, so that an interrupt costs no result; status 2 if some rewrite has none."""
    from superopt.cli.applied import certify

    with ended_like_ctrl_c():
        return 0 if certify(report, folder) else 2


def _search(run: Run, note: Callable[[str], None]) -> tuple[str, Report]:
    make_all(run.options.proposers, required=run.named, warn=note, settings=Settings(run.model))
    open_cache(run.cache, note, use=run.keep).close()  # a mistake in either concerns the whole run
    jobs = run.jobs if run.jobs is not None else _usual_jobs(run.listing)
    with progress_bar(run.listing.source) as progress:
        if jobs == 1:
            shares, complaints = [search_share(run, 0, 1, progress)], []
        else:
            shares, complaints = search_shared(_search_once_interrupted, run, jobs, progress)
    for message in (*(message for share in shares for message in share.warnings), *complaints):
        note(message)
    report = merged(shares, Report(run.listing.source, run.options.cpu, run.options.objective.value))
    return run.listing.replace([edit for share in shares for edit in share.edits]), report


def search_share(run: Run, number: int, jobs: int, progress: Progress) -> Share:
    """Search every ``jobs``-th block, from ``number`` on."""
    warnings = list[str]()
    proposers = make_all(run.options.proposers, required=False, warn=warnings.append, settings=Settings(run.model))
    with Solvers() as solvers, open_cache(run.cache, warnings.append, use=run.keep) as cache:
        solvers.start()
        checker = checker_with(solvers, warnings.append)
        for proposer in proposers:
            warm_up(proposer, run.options.cpu)
        searcher = Searcher(run.options, machine(run.options.cpu), proposers, checker, cache, LEAST_BUDGET)
        optimizer = FileOptimizer(run.listing, run.options, searcher, lambda done, total, report: progress(done, total), (number, jobs))
        optimizer.search()
        return Share(optimizer.edits(), optimizer.report, warnings)


def _search_once_interrupted(run: Run, number: int, jobs: int, progress: Progress) -> Share:
    """In a process of its own: a terminal's Ctrl-C and the parent's signal are one interrupt, and a fault costs this share alone."""

    def stop(signal_number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    empty = Report(run.listing.source, run.options.cpu, run.options.objective.value)
    try:
        return search_share(run, number, jobs, progress)
    except KeyboardInterrupt:  # before the search has begun
        empty.interrupted = True
        return Share((), empty)
    except Exception as error:  # whatever it is, the other shares go on
        return Share((), empty, (f"search process {number + 1} failed, and its blocks are unchanged: {type(error).__name__}: {error}",))


def _usual_jobs(listing: Listing) -> int:
    """A process for each processor, if there is work for them."""
    instructions = sum(isinstance(statement, Instruction) for statement in listing.statements)
    return max(1, min(os.cpu_count() or 1, MOST_JOBS, instructions // LEAST_WORK))


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
def _undisturbed() -> Generator[None]:
    """Nothing is lost to a second Ctrl-C while results are written."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
