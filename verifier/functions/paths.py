"""Straight-line paths through a function, from one cut point to the next, run on a symbolic state."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import Source, step
from semantics.memory import Fuel, Memory
from semantics.state import State
from semantics.words import Word
from verifier.functions.errors import NotAFunction, TooManyPaths
from verifier.functions.graph import Function

MAX_PATHS = 64  # from one cut point
MAX_LENGTH = 2048  # instructions on one path


@dataclass(frozen=True, slots=True)
class AtCut:
    """The path has come to a cut point."""

    point: int


@dataclass(frozen=True, slots=True)
class AtEvent:
    """The path has come to an event, which has not happened yet."""

    point: int


@dataclass(frozen=True, slots=True)
class Returned:
    """``ret``: to the address that the word is."""

    target: Word


@dataclass(frozen=True, slots=True)
class Left:
    """A jump out of the function, to a place by its name; "" is the end of the text."""

    name: str


@dataclass(frozen=True, slots=True)
class Beyond:
    """The path goes round some loop more often than asked for."""

    point: int


type End = AtCut | AtEvent | Returned | Left | Beyond


@dataclass(frozen=True, slots=True)
class Path:
    """One path: taken where ``condition`` (one bit over the state it starts in) is 1.

    ``literals`` are what the condition is the conjunction of. ``instructions`` are those it runs, branches left out.
    ``decisions`` are the points of its conditional branches, each with whether it is taken.
    """

    condition: Word
    literals: frozenset[Word]
    state: State
    end: End
    instructions: tuple[Instruction, ...]
    decisions: tuple[tuple[int, bool], ...]

    def excludes(self, other: Path) -> bool:
        """Whether the two conditions contradict each other on their face."""
        return any(~literal in other.literals for literal in self.literals)


@dataclass(slots=True)
class _Front:
    """A path in the making."""

    point: int
    state: State
    condition: Word
    literals: frozenset[Word] = frozenset()
    instructions: tuple[Instruction, ...] = ()
    decisions: tuple[tuple[int, bool], ...] = ()
    passed: int = 0  # cut points gone through
    steps: int = 0


def fork(state: State) -> State:
    """A copy that can be run on without changing the original."""
    memory = Memory(list(state.memory.accesses), Fuel(state.memory.fuel.left, dict(state.memory.fuel.known)))
    return replace(state, registers=dict(state.registers), memory=memory, stack=list(state.stack))


def paths(
    function: Function, start: int, cuts: Set[int], initial: State, source: Source = "rows", *, through: int = 0, limit: int = MAX_PATHS
) -> list[Path]:
    """Every path from ``start`` to the next cut point, event or exit; their conditions exclude each other and cover all states.

    A path from a point before 0 ends at once, at point 0. ``through`` lets a path go through that many cut points before it
    ends as Beyond. Raises TooManyPaths, and NotAFunction where control runs into something unknown.
    """
    return list(_walk(function, start, cuts, initial, source, through, limit))


def _walk(function: Function, start: int, cuts: Set[int], initial: State, source: Source, through: int, limit: int) -> Iterator[Path]:
    if start < 0:
        yield Path(s.TRUE, frozenset(), fork(initial), AtCut(0), (), ())
        return
    pending, found = [_Front(start, fork(initial), s.TRUE)], 0
    while pending:
        front = pending.pop()
        end = _advance(function, front, cuts, source, through, pending)
        if end is None:
            continue
        found += 1
        if found > limit or len(pending) > limit:
            raise TooManyPaths(f"more than {limit} paths from {function.describe(start)} of {function.source}")
        yield Path(front.condition, front.literals, front.state, end, front.instructions, front.decisions)


def _advance(function: Function, front: _Front, cuts: Set[int], source: Source, through: int, pending: list[_Front]) -> End | None:
    """Run on to the end of the path; None where no state goes on. Other ways at branches are put aside."""
    first = True
    while True:
        end = _stop(function, front, cuts, through, first)
        if end is not None:
            return end
        first = False
        line = function.lines[front.point]
        front.steps += 1
        if front.steps > MAX_LENGTH:
            raise TooManyPaths(f"more than {MAX_LENGTH} instructions between two cut points of {function.source}")
        step(front.state, line.instruction, source)
        leave, front.state.exit = front.state.exit, None
        if leave is None:
            front.instructions = (*front.instructions, line.instruction)
            front.point += 1
            continue
        if leave.kind == "return":
            if not isinstance(leave.target, Word):
                raise NotAFunction(function.source, line.place, f"{line.instruction.text}: where it returns to is not known")
            return Returned(leave.target)
        if line.target is None:
            raise NotAFunction(function.source, line.place, f"{line.instruction.text}: where it goes is not known")
        taken = leave.condition if leave.condition is not None else s.TRUE
        _put_aside(front, taken, pending)
        if leave.condition is not None:
            front.decisions = (*front.decisions, (front.point, True))
        front.literals |= {taken}
        front.condition = s.and_(front.condition, taken)
        if front.condition is s.FALSE:
            return None
        if isinstance(line.target, str):
            return Left(line.target)
        front.point = line.target


def _put_aside(front: _Front, taken: Word, pending: list[_Front]) -> None:
    """The way on past a branch that is not taken."""
    condition = s.and_(front.condition, ~taken)
    if condition is s.FALSE:
        return
    decisions, literals = (*front.decisions, (front.point, False)), front.literals | {~taken}
    pending.append(
        _Front(front.point + 1, fork(front.state), condition, literals, front.instructions, decisions, front.passed, front.steps)
    )


def _stop(function: Function, front: _Front, cuts: Set[int], through: int, first: bool) -> End | None:
    """Whether the path ends where it is; its first point does not end it, unless something happens there."""
    point = front.point
    if point in cuts and (not first or front.steps):
        if front.passed >= through:
            return AtCut(point) if not through else Beyond(point)
        front.passed += 1
    if point >= len(function.lines):
        if function.following is None:
            place = function.lines[-1].place
            raise NotAFunction(function.source, place, "control runs off the end of the function into something unknown")
        return Left(function.following)
    return AtEvent(point) if function.lines[point].event is not None else None
