"""Straight-line paths through a function, from one cut point to the next, run on a symbolic state."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import Source, step
from semantics.memory import Fuel, Memory
from semantics.state import Exit, State
from semantics.words import Word
from verifier.functions.errors import NotAFunction, TooManyPaths
from verifier.functions.graph import Function, Line

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
    instructions: list[Instruction] = field(default_factory=list[Instruction])
    decisions: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])
    passed: int = 0  # cut points gone through
    steps: int = 0


def fork(state: State) -> State:
    """A copy that can be run on without changing the original."""
    memory = Memory(list(state.memory.accesses), Fuel(state.memory.fuel.left, dict(state.memory.fuel.known)))
    return replace(state, registers=dict(state.registers), memory=memory, stack=list(state.stack))


def paths(
    function: Function,
    start: int,
    cuts: Set[int],
    initial: State,
    source: Source = "rows",
    *,
    through: int = 0,
    limit: int = MAX_PATHS,
    until: float = math.inf,
) -> list[Path]:
    """Every path from ``start`` to the next cut point, event or exit; their conditions exclude each other and cover all states.

    A path from a point before 0 ends at once, at point 0. ``through`` lets a path go through that many cut points before it
    ends as Beyond. At the time ``until`` of the monotonic clock it gives up. Raises TooManyPaths, and NotAFunction where
    control runs into something unknown.
    """
    if start < 0:
        return [Path(s.TRUE, frozenset(), fork(initial), AtCut(0), (), ())]
    return list(_Walk(function, cuts, source, through, limit, until).paths(start, initial))


@dataclass(slots=True)
class _Walk:
    """The arguments of :func:`paths`, and the fronts that are put aside."""

    function: Function
    cuts: Set[int]
    source: Source
    through: int
    limit: int
    until: float
    pending: list[_Front] = field(default_factory=list[_Front])

    def paths(self, start: int, initial: State) -> Iterator[Path]:
        self.pending, found = [_Front(start, fork(initial), s.TRUE)], 0
        while self.pending:
            front = self.pending.pop()
            end = self.advance(front)
            if end is None:
                continue
            found += 1
            if found > self.limit or len(self.pending) > self.limit:
                raise TooManyPaths(f"more than {self.limit} paths from {self.function.describe(start)} of {self.function.source}")
            yield Path(front.condition, front.literals, front.state, end, tuple(front.instructions), tuple(front.decisions))

    def advance(self, front: _Front) -> End | None:
        """Run on to the end of the path; None where no state goes on. Other ways at branches are put aside."""
        while True:
            end = self.stop(front)
            if end is not None:
                return end
            line = self.function.lines[front.point]
            front.steps += 1
            if front.steps > MAX_LENGTH:
                raise TooManyPaths(f"more than {MAX_LENGTH} instructions between two cut points of {self.function.source}")
            if time.monotonic() > self.until:
                raise TooManyPaths(f"the time is up on the paths between cut points of {self.function.source}")
            step(front.state, line.instruction, self.source)
            leave, front.state.exit = front.state.exit, None
            if leave is None:
                front.instructions.append(line.instruction)
                front.point += 1
                continue
            end = self.branch(front, line, leave)
            if end is not None or front.condition is s.FALSE:
                return end if front.condition is not s.FALSE else None

    def branch(self, front: _Front, line: Line, leave: Exit) -> End | None:
        """Follow a branch that is taken; the way past it is put aside."""
        if leave.kind == "return" and isinstance(leave.target, Word):
            return Returned(leave.target)
        if line.target is None or leave.kind != "jump":
            raise NotAFunction(self.function.source, line.place, f"{line.instruction.text}: where it goes is not known")
        if leave.condition is not None:
            self.put_aside(front, leave.condition)
            front.decisions.append((front.point, True))
            front.literals |= {leave.condition}
            front.condition = s.and_(front.condition, leave.condition)
        if isinstance(line.target, str):
            return Left(line.target)
        front.point = line.target
        return None

    def put_aside(self, front: _Front, taken: Word) -> None:
        """The way on past a branch that is not taken."""
        condition = s.and_(front.condition, ~taken)
        if condition is s.FALSE:
            return
        decisions = [*front.decisions, (front.point, False)]
        other = replace(front, point=front.point + 1, state=fork(front.state), condition=condition, decisions=decisions)
        other.literals, other.instructions = front.literals | {~taken}, list(front.instructions)
        self.pending.append(other)

    def stop(self, front: _Front) -> End | None:
        """Whether the path ends where it is; its first point does not end it, unless something happens there."""
        point, function = front.point, self.function
        if point in self.cuts and front.steps:
            if front.passed >= self.through:
                return AtCut(point) if not self.through else Beyond(point)
            front.passed += 1
        if point < len(function.lines):
            return AtEvent(point) if function.lines[point].event is not None else None
        if function.following is None:
            place = function.lines[-1].place
            raise NotAFunction(function.source, place, "control runs off the end of the function into something unknown")
        return Left(function.following)
