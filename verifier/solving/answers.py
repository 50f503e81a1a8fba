"""What a query comes to: from the replies of several engines to one answer, or to an error that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.errors import EnginesDisagree, SolverError
from verifier.solving.wire import ENGINE_ERROR, MEMORY, TIMEOUT, Reply, Report, Request, Status


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engines make of a query.

    Attributes:
        status: ``unsat`` and ``sat`` only if an engine said so literally.
        engine: the engine that decided, with its version; all that tried, if ``unknown``.
        seconds: wall time that the deciding engine took, or of the whole attempt if none decided.
        values: the constants asked for, as unsigned integers (Bool: 0 or 1), if ``sat``.
        reason: if ``unknown``, why: ``timeout``, ``memory``, ``cancelled``, ``incomplete: ...`` or ``engine error: ...``,
            several joined by ``; `` with timeout and memory first. Otherwise empty, or the ``engine error: ...`` of
            another engine, which is worth a look.
        agreed: further engines that gave the same status.
    """

    status: Status
    engine: str
    seconds: float
    values: Mapping[str, int] = field(default_factory=dict[str, int])
    reason: str = ""
    agreed: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Ticket:
    """A query handed in with :meth:`verifier.solvers.Solvers.submit`; give it to ``wait``, ``poll`` or ``cancel`` of the same solvers.

    Attributes:
        request: what was asked.
        names: the constants to read back, as the caller wrote them, by unquoted name.
        outcome: the answer, or the error to raise instead; None as long as it is open.
    """

    request: Request
    names: Mapping[str, str]
    outcome: Answer | SolverError | EnginesDisagree | None = None

    @property
    def query(self) -> str:
        """The SMT-LIB text."""
        return self.request.query

    @property
    def done(self) -> bool:
        """Whether the outcome is known."""
        return self.outcome is not None

    def result(self) -> Answer:
        """The answer; raises EnginesDisagree or SolverError if that is the outcome, and SolverError if there is none yet."""
        if isinstance(self.outcome, Answer):
            return self.outcome
        raise self.outcome or SolverError("this query has no answer yet", self.query)

    def give_up(self, reason: str) -> None:
        """Settle it as ``unknown``."""
        self.outcome = Answer("unknown", ", ".join(self.request.engines), 0.0, reason=reason)

    def settle(self, report: Report) -> None:
        """Conclude from what the engines said."""
        decided = [reply for reply in report.replies if reply.status != "unknown"]
        if len({reply.status for reply in decided}) > 1:
            self.outcome = EnginesDisagree(self.query, [self._answer(reply) for reply in decided])
        elif decided:
            first, *others = decided
            self.outcome = self._answer(first, _complaints(report.replies), tuple(reply.engine for reply in others))
        elif all(reply.failed for reply in report.replies):
            reasons = [(reply.engine, reply.reason) for reply in report.replies]
            self.outcome = SolverError("no engine can read a query", self.query, reasons)
        else:
            names = ", ".join(reply.engine for reply in report.replies)
            self.outcome = Answer("unknown", names, report.seconds, reason=_reasons(report.replies))

    def _answer(self, reply: Reply, reason: str = "", agreed: tuple[str, ...] = ()) -> Answer:
        values = {self.names[name]: value for name, value in reply.values.items()}
        return Answer(reply.status, reply.engine, reply.seconds, values, reason, agreed)


def _complaints(replies: Sequence[Reply]) -> str:
    return "; ".join(reply.reason for reply in replies if reply.reason.startswith(ENGINE_ERROR))


def _reasons(replies: Sequence[Reply]) -> str:
    """Why it is unknown, what more time or memory might change first."""
    order = {TIMEOUT: 0, MEMORY: 1}
    reasons = dict.fromkeys(reply.reason for reply in replies)
    return "; ".join(sorted(reasons, key=lambda reason: order.get(reason, 2)))
