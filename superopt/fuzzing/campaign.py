"""The campaign: trials shared among processes, each outcome recorded as it comes."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from superopt.fuzzing.corpus import Corpus, corpus_of
from superopt.fuzzing.outcome import Limits, Outcome, outcome_of
from superopt.fuzzing.record import Record
from superopt.fuzzing.trial import Draws, draw_trial
from superopt.interruption import ended_like_ctrl_c
from verifier.check import Checker
from verifier.mutation import OPERATORS, operators_named
from verifier.solvers import Solvers
from verifier.version import judge_digest

AHEAD = 4  # trials under way for each process


@dataclass(frozen=True, slots=True)
class Campaign:
    """What to attack with.

    Attributes:
        sources: files of assembly text, objects, archives.
        seed: of everything that is drawn.
        count: trials in all, those of earlier runs of the same record included.
        operators: names of mutation operators; all if empty.
        longest, steps, invented: see :class:`superopt.fuzzing.trial.Draws`.
        jobs: processes.
    """

    sources: tuple[Path, ...]
    seed: int = 0
    count: int = 1000
    operators: tuple[str, ...] = ()
    longest: int = 12
    steps: int = 0
    invented: int = 0
    jobs: int = 1
    limits: Limits = field(default_factory=Limits)

    def terms(self, corpus: Corpus) -> dict[str, str]:
        """What determines the trials, as text; the time limit and the number of processes do not."""
        return {
            "seed": str(self.seed),
            "corpus": corpus.digest[:16],
            "longest": str(self.longest),
            "steps": str(self.steps),
            "invented": str(self.invented),
            "operators": ",".join(self.operators) or "all",
            "states": str(self.limits.states),
        }


class Bench:
    """A judge of its own, and the corpus: what one process needs."""

    def __init__(self, campaign: Campaign, corpus: Corpus | None = None) -> None:
        from superopt.cli.stores import checker_with

        self.campaign = campaign
        self.corpus = corpus if corpus is not None else corpus_of(campaign.sources, campaign.seed)
        operators = operators_named(campaign.operators) or OPERATORS
        self.draws = Draws(operators, campaign.longest, campaign.steps, campaign.invented)
        self.solvers = Solvers(jobs=1)
        self.solvers.start()
        self.checker: Checker = checker_with(self.solvers, lambda message: None)

    def outcome(self, number: int) -> Outcome | None:
        """The outcome of one trial; None where nothing could be made of the blocks drawn."""
        trial = draw_trial(self.corpus, self.campaign.seed, number, self.draws)
        return outcome_of(self.checker, trial, number, self.campaign.limits) if trial is not None else None

    def close(self) -> None:
        """Stop the solvers."""
        self.solvers.close()


_bench: list[Bench] = []  # of this process, if it is a worker


def run(campaign: Campaign, corpus: Corpus, record: Record, report: Callable[[int, int, Outcome | None], None]) -> bool:
    """Run the trials that ``record`` lacks; returns whether all were run. Ctrl-C ends it with what is recorded.

    ``report`` is called with the trials done, the trials in all, and each new outcome.
    """
    record.agree(campaign.terms(corpus))
    known = record.done()
    left = [number for number in range(campaign.count) if number not in known]
    started, begun, done = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds"), 0
    report(campaign.count - len(left), campaign.count, None)
    outcomes = _alone(campaign, corpus, left) if campaign.jobs == 1 else _shared(campaign, left)
    try:
        with ended_like_ctrl_c():
            for outcome in outcomes:
                done += 1
                if outcome is not None:
                    record.add(outcome)
                report(campaign.count - len(left) + done, campaign.count, outcome)
    except KeyboardInterrupt:
        return False
    finally:
        outcomes.close()
        record.session(begun, time.monotonic() - started, done, judge_digest()[:16])
    return True


def _alone(campaign: Campaign, corpus: Corpus, numbers: Sequence[int]) -> Generator[Outcome | None]:
    bench = Bench(campaign, corpus)
    try:
        for number in numbers:
            yield bench.outcome(number)
    finally:
        bench.close()


def _shared(campaign: Campaign, numbers: Sequence[int]) -> Generator[Outcome | None]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(campaign.jobs, mp_context=context, initializer=_become_worker, initargs=(campaign,)) as pool:
        rest = iter(numbers)
        pending: set[Future[Outcome | None]] = {pool.submit(_work, number) for number in islice(rest, AHEAD * campaign.jobs)}
        try:
            while pending:
                ready, pending = wait(pending, return_when=FIRST_COMPLETED)
                pending |= {pool.submit(_work, number) for number in islice(rest, len(ready))}
                for future in ready:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _become_worker(campaign: Campaign) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hands out no more work, and that is all
    _bench.append(Bench(campaign))


def _work(number: int) -> Outcome | None:
    return _bench[0].outcome(number)
