"""The exceptions of the verifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.solving.answers import Answer


class VerifierError(Exception):
    """Something went wrong inside the verifier; never a verdict about code."""


class SolverError(VerifierError):
    """A query that no engine could read, or solver processes that cannot be run: a fault of ours, not of the code judged.

    Attributes:
        message: what went wrong.
        query: the SMT-LIB text at fault; empty if the fault is not a query's.
        reasons: what each engine said, by engine.
    """

    def __init__(self, message: str, query: str = "", reasons: Sequence[tuple[str, str]] = ()) -> None:
        said = "".join(f"\n  {engine}: {reason}" for engine, reason in reasons)
        super().__init__(message + said)
        self.message = message
        self.query = query
        self.reasons = tuple(reasons)


class EnginesDisagree(VerifierError):
    """One engine says sat and another unsat: one of them is wrong, so nothing may be concluded.

    Attributes:
        query: the SMT-LIB text; keep it, it is a bug report.
        answers: the contradictory answers, one for each engine that decided.
    """

    def __init__(self, query: str, answers: Sequence[Answer]) -> None:
        said = ", ".join(f"{answer.engine} says {answer.status}" for answer in answers)
        super().__init__(f"solvers contradict each other ({said}) on a query of {len(query)} characters")
        self.query = query
        self.answers = tuple(answers)


class UnsatisfiablePremises(VerifierError):
    """No state meets what was to be assumed, so anything would follow from it.

    Attributes:
        assumptions: the assumption that fails alone, or else all those that fail together, as texts.
    """

    def __init__(self, assumptions: Sequence[str]) -> None:
        listed = ", ".join(repr(text) for text in assumptions)
        super().__init__(f"no state satisfies the assumption{'s' if len(assumptions) > 1 else ''} {listed}")
        self.assumptions = tuple(assumptions)


class UndecidedPremises(VerifierError):
    """No state was found that meets what was to be assumed, nor that there is none: the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"it could not be decided whether any state satisfies the assumptions: {reason}")
        self.reason = reason
