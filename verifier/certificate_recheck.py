"""Certificates proved again: derived anew, compared with what is stored, and put to every solver alone.

What counts is the query derived now from the blocks of the statement. A stored query that is another one is a
damaged certificate, or one made with other meanings; which of the two is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from verifier.answers import Ticket
from verifier.certificate import Query, Underivable, queries
from verifier.certificate_folder import CertificateError, Stored
from verifier.errors import SolverError
from verifier.solver_wire import Status
from verifier.solvers import Solvers
from verifier.version import judge_digest

type Outcome = Literal["proved", "simplified only", "undecided", "refuted", "contradiction"]

SAME, CHANGED, EQUAL = "same query", "meanings changed since", "the same instructions"
_CHECK = "(check-sat)\n"


@dataclass(frozen=True, slots=True)
class Said:
    """What one engine answered to one query; ``engine`` with its version where it got that far, ``seconds`` of wall time."""

    engine: str
    status: Status
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What became of one certificate.

    Attributes:
        folder: where it is.
        digest: SHA-256 of its record.
        outcome: ``proved`` only if some engine answered each query as expected and none contradicts that;
            ``simplified only`` if just the questions asked at the time could be decided again.
        derivation: how the stored queries compare with those derived now.
        said: the answers, by query.
        proofs: what a SAT solver and the checkers of its proof said, by query, where they were asked.
    """

    folder: Path
    digest: str
    outcome: Outcome
    derivation: str
    said: Mapping[str, tuple[Said, ...]]
    proofs: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that proved it alone."""
        names = dict.fromkeys(said.engine for answers in self.said.values() for said in answers)
        decided = {name: sum(said.engine == name and said.status != "unknown" for a in self.said.values() for said in a) for name in names}
        return tuple(name for name in names if decided[name] == len(self.said)) if self.outcome == "proved" else ()


def installed(engines: Iterable[str]) -> tuple[str, ...]:
    """Those of the engines that can be imported; nothing is imported."""
    return tuple(engine for engine in engines if find_spec(engine) is not None)


@dataclass(slots=True)
class Pending:
    """A certificate whose queries the solvers work on."""

    stored: Stored
    derivation: str
    wanted: Mapping[str, Query]
    tickets: Mapping[str, Sequence[Ticket]]


class Rechecker:
    """Rechecks certificates with the given solvers; ``timeout`` in seconds for each query and engine."""

    def __init__(self, solvers: Solvers, engines: Sequence[str], timeout: float) -> None:
        self._solvers, self._engines, self._timeout = solvers, tuple(engines), timeout

    def start(self, stored: Stored) -> Pending:
        """Derive the queries anew and hand them to the solvers. Raises CertificateError if they are not the stored ones."""
        wanted, derivation = derived(stored)
        return Pending(stored, derivation, wanted, {name: self._ask(query.text) for name, query in wanted.items()})

    def _ask(self, script: str) -> list[Ticket]:
        question = script.removesuffix(_CHECK)
        return [self._solvers.submit(question, timeout=self._timeout, engines=(engine,)) for engine in self._engines]

    def finish(self, pending: Pending) -> Rechecked:
        """Wait for the answers."""
        said = {name: tuple(map(self._answer, tickets)) for name, tickets in pending.tickets.items()}
        outcome = judged({name: query.expected for name, query in pending.wanted.items()}, said)
        if outcome == "undecided" and pending.stored.solved and pending.derivation == SAME:
            again = {name: tuple(map(self._answer, self._ask(script))) for name, script in pending.stored.solved.items()}
            later = judged(dict.fromkeys(again, "unsat"), again)
            outcome, said = "simplified only" if later == "proved" else later, said | again
        return Rechecked(pending.stored.folder, pending.stored.digest, outcome, pending.derivation, said)

    def cancel(self, pending: Pending) -> None:
        """Stop working on it."""
        for tickets in pending.tickets.values():
            for ticket in tickets:
                self._solvers.cancel(ticket)

    def _answer(self, ticket: Ticket) -> Said:
        name = ", ".join(ticket.request.engines)
        try:
            answer = self._solvers.wait(ticket)
        except SolverError as error:
            return Said(name, "unknown", 0.0, str(error))
        return Said(answer.engine, answer.status, answer.seconds, answer.reason)


def derived(stored: Stored) -> tuple[Mapping[str, Query], str]:
    """The queries of the statement as of now, and how the stored ones compare. Raises CertificateError if they are others."""
    current = stored.record["judge"] == judge_digest()
    try:
        wanted = queries(stored.statement)
    except Underivable as error:
        if stored.statement.identical and not stored.scripts:
            return {}, EQUAL
        reason = "its queries cannot be derived" if current else "its queries cannot be derived with the meanings of now"
        raise CertificateError(stored.folder, f"{reason}: {error.reason}") from None
    if {name: query.text for name, query in wanted.items()} == dict(stored.scripts):
        return wanted, SAME
    if current:
        other = next(
            name for name in sorted({*wanted, *stored.scripts}) if name not in wanted or wanted[name].text != stored.scripts.get(name)
        )
        raise CertificateError(stored.folder, f"{other} is not the query that the blocks and their meanings give")
    return wanted, CHANGED


def judged(expected: Mapping[str, Status], said: Mapping[str, Sequence[Said]]) -> Outcome:
    """What the answers come to."""
    outcome: Outcome = "proved"
    for name, wanted in expected.items():
        statuses = {answer.status for answer in said[name]} - {"unknown"}
        if len(statuses) > 1:
            return "contradiction"
        if statuses and wanted not in statuses:
            outcome = "refuted"
        elif not statuses and outcome == "proved":
            outcome = "undecided"
    return outcome
