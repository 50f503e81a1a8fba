"""Certificates of functions proved again: derived anew from texts and argument, compared, and put to every solver alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.agreement import Agreements
from verifier.certificates.folder import CertificateError
from verifier.certificates.functions import Derived, Deriver, StoredFunctions, premises_query
from verifier.certificates.queries import Query, Underivable
from verifier.certificates.recheck import Rechecked, Said, alone, judged
from verifier.errors import SolverError
from verifier.solvers import Solvers
from verifier.solving.answers import Ticket
from verifier.version import judge_digest

SAME, OTHER = "same queries, derived again with the simplifier", "other queries: meanings or judge changed since"
_CHECK = "(check-sat)\n"


@dataclass(frozen=True, slots=True)
class PendingFunctions:
    """A certificate whose queries the solvers work on."""

    stored: StoredFunctions
    derived: Derived
    derivation: str
    wanted: Mapping[str, Query]
    tickets: Mapping[tuple[str, str], Ticket]


class FunctionRechecker:
    """Rechecks certificates of functions; ``derive`` reads texts and arguments, the rest is as in Rechecker."""

    def __init__(self, solvers: Solvers, agreements: Agreements, engines: Sequence[str], timeout: float, derive: Deriver) -> None:
        self._solvers, self._agreements = solvers, agreements
        self._engines, self._timeout, self._derive = tuple(engines), timeout, derive

    def start(self, stored: StoredFunctions) -> PendingFunctions:
        """Derive the queries anew and hand them to the solvers. Raises CertificateError if they are not the stored ones."""
        current = stored.record["judge"] == judge_digest()
        try:
            derived = self._derive(*stored.texts, stored.record["argument"], stored.options)
        except Underivable as error:
            now = "" if current else " with the meanings of now"
            raise CertificateError(stored.folder, f"its queries cannot be derived{now}: {error.reason}") from None
        queries = dict(derived.queries) | premises_query(stored.options)
        texts = {name: query.text for name, query in queries.items()}
        others = sorted(name for name in {*texts, *stored.scripts} if texts.get(name) != stored.scripts.get(name))
        if current:
            self._check(stored, derived, others)
        wanted = queries | {f"stored {name}": Query("unsat", (), stored.scripts[name]) for name in others if name in stored.scripts}
        tickets = {(name, engine): self._ask(query.text, engine) for name, query in wanted.items() for engine in self._engines}
        return PendingFunctions(stored, derived, OTHER if others else SAME, wanted, tickets)

    @staticmethod
    def _check(stored: StoredFunctions, derived: Derived, others: Sequence[str]) -> None:
        """Nothing has changed since, so all must be as it was. Raises CertificateError."""
        if others:
            raise CertificateError(stored.folder, f"{others[0]} is not the query that the texts and the argument give")
        if list(derived.described) != stored.record["described"]:
            raise CertificateError(stored.folder, "the argument is not the one that is described")
        now = {part.text: (f"{part.code:08x}", part.row.digest) for part in derived.instructions}
        then = {text: (entry.get("code"), entry.get("digest")) for text, entry in stored.record["meanings"].items()}
        if now != then:
            raise CertificateError(stored.folder, "its instructions and their meanings are not those recorded")

    def finish(self, pending: PendingFunctions) -> Rechecked:
        """Wait for the answers."""
        said = {name: tuple(self._answer(pending.tickets[name, engine]) for engine in self._engines) for name in pending.wanted}
        outcome = judged(pending.wanted, said)
        reason = self._distrust(pending) if outcome == "proved" else ""
        engines = alone(pending.wanted, said) if outcome == "proved" else ()
        stored = pending.stored
        return Rechecked(stored.folder, stored.digest, "untrusted" if reason else outcome, pending.derivation, said, engines, reason=reason)

    def _distrust(self, pending: PendingFunctions) -> str:
        """The first instruction whose meaning is not trusted, and why; empty if all are."""
        if pending.stored.options.semantics != "rows":
            return ""
        for instruction in pending.derived.instructions:
            agreement = self._agreements.of(instruction, timeout=self._timeout)
            if not agreement.trusted:
                return f"{instruction.text}: {agreement.explanation}"
        return ""

    def _ask(self, script: str, engine: str) -> Ticket:
        return self._solvers.submit(script.removesuffix(_CHECK), timeout=self._timeout, engines=(engine,))

    def _answer(self, ticket: Ticket) -> Said:
        try:
            answer = self._solvers.wait(ticket)
        except SolverError as error:
            name = ", ".join(ticket.request.engines)
            return Said(name, "unknown", 0.0, "; ".join(reason for _, reason in error.reasons) or error.message)
        return Said(answer.engine, answer.status, answer.seconds, answer.reason)
