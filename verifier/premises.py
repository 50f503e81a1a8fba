"""What a proof may take for granted about the initial state, and concrete states in which it holds.

A premise is a one-bit word over the initial state. Under premises nobody can meet, everything would be equivalent; so
before anything else a state that meets them is found, or the premises are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from semantics import simplify as s
from semantics.locations import LOCATIONS
from semantics.memory_image import MemoryImage
from semantics.run.ints import evaluate
from semantics.run.smtlib import render
from semantics.words import Word, topological, variables
from verifier import counterexample as cx
from verifier.errors import UndecidedPremises, UnsatisfiablePremises
from verifier.screen import Assignment, Premised
from verifier.solving.answers import Answer

if TYPE_CHECKING:
    from semantics.machine import MachineState

KEPT = 4096  # premise sets whose witnesses are remembered


class Solve(Protocol):
    """As :meth:`verifier.solvers.Solvers.solve`."""

    def solve(self, query: str, *, values: Sequence[str] = (), timeout: float) -> Answer:
        """Decide an SMT-LIB query; ``timeout`` in seconds."""
        ...


def conjunction(premises: Sequence[Word]) -> Word:
    """One bit: whether all premises hold."""
    return s.and_(s.TRUE, *premises)


def holds(premise: Word, assignment: Assignment) -> bool:
    """Whether the premise is true in this state; inputs that the state does not name are 0."""
    inputs = {**dict.fromkeys(variables([premise]), 0), **assignment.inputs}
    return evaluate([premise], inputs, MemoryImage(assignment.seed, dict(assignment.memory)).read)[0] == 1


def holds_in(premise: Word, state: MachineState) -> bool:
    """Whether the premise is true of a machine state; false where it is about more than a machine's state."""
    names = variables([premise])
    if not all(name in LOCATIONS for name in names):
        return False
    return evaluate([premise], {name: state.get(name) for name in names}, state.memory.read)[0] == 1


class Witnesses:
    """A state for each set of premises that were asked about, found once."""

    def __init__(self, solvers: Solve) -> None:
        self._solvers = solvers
        self._known: dict[Word, Premised | None] = {}

    def of(self, premises: Sequence[Word], timeout: float, texts: Sequence[str] = ()) -> Premised:
        """The conjunction of the premises and a state in which it holds.

        ``texts`` spell the premises, for the error. Raises UnsatisfiablePremises if there is none, UndecidedPremises
        if none was found in ``timeout`` seconds.
        """
        found = self._state(conjunction(premises), timeout)
        if found is not None:
            return found
        spelt = tuple(texts) if len(texts) == len(premises) else tuple(map(repr, premises))
        alone = [text for text, premise in zip(spelt, premises, strict=True) if self._state(premise, timeout) is None]
        raise UnsatisfiablePremises(tuple(alone[:1]) or spelt)

    def _state(self, premise: Word, timeout: float) -> Premised | None:
        if premise not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[premise] = self._found(premise, timeout)
        return self._known[premise]

    def _found(self, premise: Word, timeout: float) -> Premised | None:
        zero = Assignment(dict.fromkeys(variables([premise]), 0), {}, 0)
        if not any(word.op == "uf" for word in topological([premise])) and holds(premise, zero):
            return Premised(premise, zero)
        wanted = cx.model_values(premise)
        answer = self._solvers.solve(render([premise], values=wanted, check=False), values=tuple(wanted), timeout=max(timeout, 0.1))
        if answer.status == "unsat":
            return None
        if answer.status == "unknown":
            raise UndecidedPremises(answer.reason or "timeout")
        return Premised(premise, cx.from_model(premise, answer.values))


def implied(goal: Word, premises: Sequence[Word]) -> Word:
    """``goal``, wherever the premises hold."""
    return s.or_(~conjunction(premises), goal) if premises else goal
