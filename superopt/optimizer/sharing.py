"""One listing searched by several processes, each with its share of the blocks.

A worker that dies loses its own share and nothing else. An interrupt reaches the workers, which then hand in what they
have proved by that time.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from grammars.listing import Edit
from superopt.optimizer.report import Report

PATIENCE = 30.0  # seconds that an interrupted worker has to hand in its results

type Work[T] = Callable[[T, int, int, Callable[[int, int], None]], Share]


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker found: its edits, its report, and warnings to show."""

    edits: Sequence[Edit]
    report: Report
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Done:
    """Progress of one worker: blocks done, of how many."""

    done: int
    total: int


def search_shared[T](work: Work[T], task: T, jobs: int, progress: Callable[[int, int], None]) -> tuple[list[Share], list[str]]:
    """Run ``work(task, number, jobs, progress)`` in ``jobs`` processes; shares in order of number, and complaints.

    ``work`` and ``task`` are pickled, so ``work`` is a function of a module.
    """
    context = get_context("spawn")
    workers = dict[Connection, tuple[int, Any]]()
    for number in range(jobs):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_worker, args=(work, task, number, jobs, there), daemon=True)
        process.start()
        there.close()
        workers[here] = (number, process)
    return _gather(workers, progress)


def _worker[T](work: Work[T], task: T, number: int, jobs: int, pipe: Connection) -> None:
    share = work(task, number, jobs, lambda done, total: pipe.send(_Done(done, total)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe.send(share)
    pipe.close()


def _gather(workers: dict[Connection, tuple[int, Any]], progress: Callable[[int, int], None]) -> tuple[list[Share], list[str]]:
    shares, complaints, seen = dict[int, Share](), list[str](), dict[int, _Done]()
    deadline = float("inf")
    while workers:
        try:
            for ready in wait(list(workers), timeout=1.0):
                assert isinstance(ready, Connection)
                _receive(ready, workers, shares, complaints, seen)
            progress(sum(d.done for d in seen.values()), sum(d.total for d in seen.values()))
        except KeyboardInterrupt:
            deadline = min(deadline, time.monotonic() + PATIENCE)
            for _, process in workers.values():
                os.kill(process.pid, signal.SIGINT)
        if time.monotonic() > deadline:
            for _, process in workers.values():
                process.kill()
    return [shares[number] for number in sorted(shares)], complaints


def _receive(
    pipe: Connection, workers: dict[Connection, tuple[int, Any]], shares: dict[int, Share], complaints: list[str], seen: dict[int, _Done]
) -> None:
    number, process = workers[pipe]
    try:
        message = pipe.recv()
    except EOFError:
        message = None
    if isinstance(message, _Done):
        seen[number] = message
        return
    del workers[pipe]
    process.join(5.0)
    if isinstance(message, Share):
        shares[number] = message
    else:
        complaints.append(f"search process {number + 1} ended without a result (status {process.exitcode}): its blocks are unchanged")


def merged(shares: Sequence[Share], report: Report) -> Report:
    """The reports of all shares in one; ``report`` has what concerns the whole listing."""
    for share in shares:
        part = share.report
        report.improved += part.improved
        report.proof_seconds += part.proof_seconds
        report.seconds = max(report.seconds, part.seconds)
        report.interrupted |= part.interrupted
        report.exhausted |= part.exhausted
        report.notes += [note for note in part.notes if note not in report.notes]
        total = {name: dict(counts) for name, counts in report.candidates.items()}
        for name, counts in part.candidates.items():
            own = total.setdefault(name, {})
            for kind, count in counts.items():
                own[kind] = own.get(kind, 0) + count
        report.candidates = total
        report.blocks, report.considered, report.skipped = part.blocks, part.considered, part.skipped
    report.improved.sort(key=lambda block: block.line)
    return report
