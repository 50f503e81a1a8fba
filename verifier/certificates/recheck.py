"""Certificates proved again: derived anew, compared with what is stored, and put to every solver alone.

What counts is the query derived now from the blocks of the statement. A stored query that is another one is a
damaged certificate, or one made with other meanings; which of the two is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from verifier.agreement import Agreements
from verifier.certificates.folder import CertificateError, Stored
from verifier.certificates.queries import Query, Underivable, queries
from verifier.certificates.sat import Refutation, refute
from verifier.errors import SolverError
from verifier.solvers import Solvers
from verifier.solving.answers import Ticket
from verifier.solving.wire import Status
from verifier.version import judge_digest

type Outcome = Literal["proved", "simplified only", "undecided", "untrusted", "refuted", "contradiction"]

NOT_NEEDED = "not needed"
SAME, CHANGED, EQUAL = "same query", "meanings changed since", "the same instructions"
_CHECK = "(check-sat)\n"
_BITS_ONLY = ("bitwuzla",)  # engines that know no integers


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
            ``simplified only`` if just the questions asked at the time could be decided again; ``untrusted`` if the sources
            of meanings do not agree on an instruction.
        derivation: how the stored queries compare with those derived now.
        said: the answers, by query.
        engines: those that proved it alone.
        proofs: what a SAT solver and the checkers of its proof said, by query, where they were asked.
        reason: which instruction is not trusted, and why.
    """

    folder: Path
    digest: str
    outcome: Outcome
    derivation: str
    said: Mapping[str, tuple[Said, ...]]
    engines: tuple[str, ...] = ()
    proofs: Mapping[str, Refutation] = field(default_factory=dict[str, Refutation])
    reason: str = ""

    @property
    def rejected(self) -> bool:
        """Whether a SAT solver's proof was checked and refused."""
        return any(proof.rejected for proof in self.proofs.values())


def installed(engines: Iterable[str]) -> tuple[str, ...]:
    """Those of the engines that can be imported; nothing is imported."""
    return tuple(engine for engine in engines if find_spec(engine) is not None)


@dataclass(slots=True)
class Pending:
    """A certificate whose queries the solvers work on; there is a ticket for each query and engine."""

    stored: Stored
    derivation: str
    wanted: Mapping[str, Query]
    tickets: Mapping[tuple[str, str], Ticket]


class Rechecker:
    """Rechecks certificates.

    Args:
        solvers: the processes to ask.
        agreements: what the sources of meanings agree on.
        engines: the solvers to ask, each alone.
        timeout: seconds for each query and engine.
        sat: also refute the queries by a SAT solver whose proof is checked; this writes into the certificates' folders.
    """

    def __init__(self, solvers: Solvers, agreements: Agreements, engines: Sequence[str], timeout: float, *, sat: bool = False) -> None:
        self._solvers, self._agreements = solvers, agreements
        self._engines, self._timeout, self._sat = tuple(engines), timeout, sat

    def start(self, stored: Stored) -> Pending:
        """Derive the queries anew and hand them to the solvers. Raises CertificateError if they are not the stored ones."""
        wanted, derivation = derived(stored)
        tickets = {
            (name, engine): self._ask(query.text, engine)
            for name, query in wanted.items()
            for engine in self._engines
            if not (query.instead_of and engine in _BITS_ONLY)
        }
        return Pending(stored, derivation, wanted, tickets)

    def _ask(self, script: str, engine: str) -> Ticket:
        return self._solvers.submit(script.removesuffix(_CHECK), timeout=self._timeout, engines=(engine,))

    def finish(self, pending: Pending) -> Rechecked:
        """Wait for the answers."""
        stored, said = pending.stored, self._answers(pending)
        outcome = judged(pending.wanted, said)
        proofs: dict[str, Refutation] = {}
        if self._sat:
            proofs = {name: refute(stored.folder, name, query, self._timeout) for name, query in _pure(pending.wanted).items()}
            outcome = with_proofs(outcome, pending.wanted, said, proofs)
        engines = alone(pending.wanted, said) if outcome == "proved" else ()
        if outcome == "undecided" and stored.solved and pending.derivation == SAME:
            tickets = {name: [self._ask(script, engine) for engine in self._engines] for name, script in stored.solved.items()}
            again = {name: tuple(map(self._answer, asked)) for name, asked in tickets.items()}
            later = judged({name: Query("unsat", (), script) for name, script in stored.solved.items()}, again)
            outcome, said = ("simplified only" if later == "proved" else later), said | again
        reason = self._distrust(stored) if outcome == "proved" and pending.derivation != EQUAL else ""
        if reason:
            outcome = "untrusted"
        return Rechecked(stored.folder, stored.digest, outcome, pending.derivation, said, engines, proofs, reason)

    def _answers(self, pending: Pending) -> dict[str, tuple[Said, ...]]:
        """What each engine says to each query; one that has answered a question in one theory is not asked on in another."""
        said: dict[str, list[Said]] = {name: [] for name in pending.wanted}
        for question in _questions(pending.wanted):
            for engine in self._engines:
                asked = {
                    name: pending.tickets[name, engine] for name in _variants(pending.wanted, question) if (name, engine) in pending.tickets
                }
                while asked:
                    done = self._solvers.wait_any(list(asked.values()))
                    (name,) = (name for name, ticket in asked.items() if ticket is done)
                    del asked[name]
                    said[name].append(self._answer(done))
                    if said[name][-1].status == pending.wanted[name].expected:
                        for other, ticket in asked.items():
                            self._solvers.cancel(ticket)
                            said[other].append(Said(said[name][-1].engine, "unknown", 0.0, NOT_NEEDED))
                        asked.clear()
        return {name: tuple(answers) for name, answers in said.items()}

    def _distrust(self, stored: Stored) -> str:
        """The first instruction whose meaning is not trusted, and why; empty if all are. As in a check, VEX alone is asked nothing."""
        if stored.statement.identical or stored.statement.semantics == "vex":
            return ""
        for instruction in dict.fromkeys(part for block in stored.statement.instructions for part in block):
            agreement = self._agreements.of(instruction, timeout=self._timeout)
            if not agreement.trusted:
                return f"{instruction.text}: {agreement.explanation}"
        return ""

    def cancel(self, pending: Pending) -> None:
        """Stop working on it."""
        for ticket in pending.tickets.values():
            self._solvers.cancel(ticket)

    def _answer(self, ticket: Ticket) -> Said:
        name = ", ".join(ticket.request.engines)
        try:
            answer = self._solvers.wait(ticket)
        except SolverError as error:
            return Said(name, "unknown", 0.0, "; ".join(reason for _, reason in error.reasons) or error.message)
        return Said(answer.engine, answer.status, answer.seconds, answer.reason)


def _pure(wanted: Mapping[str, Query]) -> dict[str, Query]:
    """The queries to refute that are all bit-vector logic, which SAT solvers can be asked."""
    return {name: query for name, query in wanted.items() if query.expected == "unsat" and not (query.floats or query.instead_of)}


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


def with_proofs(
    outcome: Outcome, wanted: Mapping[str, Query], said: Mapping[str, Sequence[Said]], proofs: Mapping[str, Refutation]
) -> Outcome:
    """The outcome where SAT solvers have been asked as well: a checked proof counts like the answer of an engine."""
    for name, proof in proofs.items():
        statuses = {answer.status for answer in said[name]}
        if (proof.status == "sat" and "unsat" in statuses) or (proof.proved and "sat" in statuses):
            return "contradiction"
    if outcome != "undecided":
        return outcome
    if any(proof.status == "sat" and not wanted[name].inexact for name, proof in proofs.items()):
        return "refuted"
    if not all(proof.proved for proof in proofs.values()):
        return outcome
    return judged({name: query for name, query in wanted.items() if {name, query.instead_of}.isdisjoint(proofs)}, said)


def judged(wanted: Mapping[str, Query], said: Mapping[str, Sequence[Said]]) -> Outcome:
    """What the answers come to."""
    outcome: Outcome = "proved"
    for name in _questions(wanted):
        variants = _variants(wanted, name)
        expected = wanted[name].expected
        for variant in variants:
            if {"sat", "unsat"} <= {answer.status for answer in said[variant]}:
                return "contradiction"
        agreed = any(answer.status == expected for variant in variants for answer in said[variant])
        against = any(answer.status not in (expected, "unknown") for v in variants if not wanted[v].inexact for answer in said[v])
        if agreed and against:
            return "contradiction"
        if against:
            outcome = "refuted"
        elif not agreed and outcome == "proved":
            outcome = "undecided"
    return outcome


def alone(wanted: Mapping[str, Query], said: Mapping[str, Sequence[Said]]) -> tuple[str, ...]:
    """The engines each of which has answered every question as expected."""
    names = dict.fromkeys(answer.engine for answers in said.values() for answer in answers if answer.status != "unknown")
    found = list[str]()
    for engine in names:
        right = {name for name, query in wanted.items() for a in said[name] if a.engine == engine and a.status == query.expected}
        if all(name in right or any(wanted[other].instead_of == name for other in right) for name in _questions(wanted)):
            found.append(engine)
    return tuple(found)


def _questions(wanted: Mapping[str, Query]) -> list[str]:
    """The queries that are no variants of another."""
    return [name for name, query in wanted.items() if not query.instead_of]


def _variants(wanted: Mapping[str, Query], question: str) -> list[str]:
    """A query and those that ask the same in another theory."""
    return [question, *(name for name, query in wanted.items() if query.instead_of == question)]
