"""A simulation between two functions: pairs of points that are reached together, and what relates the states there.

From each pair both functions run to their next cut points, along every path of each. For every two paths that some state takes
together, the ends must match, and the relation at the pair they lead to must hold. Facts that fail are dropped until those
left are inductive; then the contract is proved of every two paths (:mod:`verifier.functions.segments`). Every cycle of either
function goes through a cut point, so both diverge together or not at all.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from semantics import simplify as s
from semantics.block import Source
from semantics.locations import LOCATIONS
from semantics.memory import distance
from semantics.state import INITIAL, State
from semantics.words import Word
from verifier.functions.errors import Unmatched
from verifier.functions.events import Event
from verifier.functions.graph import SELF, Function
from verifier.functions.paths import AtCut, AtEvent, Beyond, End, Left, Path, Returned, fork, paths
from verifier.functions.prove import Prover, holds_in
from verifier.functions.relation import Fact, Lookup, Relation, identity, lookup_in, same
from verifier.stack import ALIGNMENT

type Pair = tuple[int, int]
"""A point of the original and one of the candidate; ENTRY is where both start."""

ENTRY: Pair = (-1, -1)
MAX_PAIRS = 64

SP = INITIAL["sp"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Two functions, where they are cut, and how they are read.

    ``peeled`` tells for each side that the first cut point that it comes to on the way in is passed.
    """

    original: Function
    candidate: Function
    cuts: tuple[frozenset[int], frozenset[int]]
    source: Source
    peeled: tuple[bool, bool] = (False, False)

    def paths(self, pair: Pair, side: Literal[0, 1], initial: State, until: float = math.inf) -> list[Path]:
        """The paths of a side from a pair to its next cut points; at the entry its first point may be one."""
        function, cuts = (self.original, self.candidate)[side], self.cuts[side]
        if pair != ENTRY:
            return paths(function, pair[side], cuts, initial, self.source, until=until)
        if not self.peeled[side]:
            return paths(function, -1 if 0 in cuts else 0, cuts, initial, self.source, until=until)
        found = paths(function, 0, cuts, initial, self.source, through=0 if 0 in cuts else 1, until=until)
        return [replace(path, end=AtCut(path.end.point)) if isinstance(path.end, Beyond) else path for path in found]

    def describe(self, pair: Pair) -> str:
        """A pair for people."""
        if pair == ENTRY:
            return "the entry"
        return f"{self.original.describe(pair[0])} with {self.candidate.describe(pair[1])}"


@dataclass(frozen=True, slots=True)
class Step:
    """Two paths that some state takes together, from one pair to the next (None: out of the functions)."""

    source: Pair
    left: Path
    right: Path
    premise: Word
    target: Pair | None


@dataclass(slots=True)
class Simulation:
    """A simulation in the making; ``run`` leaves the inductive facts in ``relations``.

    Attributes:
        guesses: the facts to try at a pair.
        kept: locations that are equal after a call of a function of the same text.
        premise: one bit that holds where both start.
        relations: what is believed at each pair.
        aligned: whether sp is known to be a multiple of 16 at each pair.
    """

    sides: Sides
    prover: Prover
    guesses: Callable[[Pair], Relation]
    kept: Set[str]
    premise: Word = s.TRUE
    relations: dict[Pair, Relation] = field(default_factory=lambda: {ENTRY: identity()})
    aligned: dict[Pair, bool] = field(default_factory=lambda: {ENTRY: True})

    def run(self) -> None:
        """Find the pairs and the facts that hold there. Raises Unmatched, TooManyPaths and NotAFunction."""
        pending, waiting = deque([ENTRY]), {ENTRY}
        before: dict[Pair, set[Pair]] = {}
        while pending:
            if self.prover.left <= 0:
                raise Unmatched("the time is up while facts about the loops are being looked for")
            pair = pending.popleft()
            waiting.discard(pair)
            for step in self.steps(pair):
                if step.target is None:
                    continue
                before.setdefault(step.target, set()).add(pair)
                if self.reach(step):
                    # What took the place of a fallen fact has not been looked at from the other ways in.
                    again = {step.target, *before[step.target]} - waiting
                    pending += again
                    waiting |= again

    def states(self, pair: Pair) -> tuple[State, State]:
        """The states that both start from at a pair."""
        return self.relations[pair].states()

    def steps(self, pair: Pair) -> list[Step]:
        """Every two paths from a pair that some state takes together. Raises Unmatched where they end differently."""
        first, second = self.states(pair)
        left = self.sides.paths(pair, 0, first, self.prover.deadline)
        right = self.sides.paths(pair, 1, second, self.prover.deadline)
        given = self.premise if pair == ENTRY else s.TRUE
        return [step for one in left for other in right if (step := self.together(pair, one, other, given)) is not None]

    def together(self, pair: Pair, left: Path, right: Path, given: Word) -> Step | None:
        if left.excludes(right):
            return None
        premise = s.and_(given, left.condition, right.condition)
        if premise is s.FALSE:
            return None
        what = f"whether two paths from {self.sides.describe(pair)} are taken together"
        problem = self.mismatch(left.end, right.end)
        if problem is not None:
            if self.prover.feasible(premise, what):
                raise Unmatched(f"from {self.sides.describe(pair)} {problem}")
            return None
        target = successor(left.end, right.end)
        if target is not None and target not in self.relations and not self.prover.feasible(premise, what):
            return None
        return Step(pair, left, right, premise, target)

    # --- ends -----------------------------------------------------------------------------------

    def mismatch(self, left: End, right: End) -> str | None:
        """Why two paths do not end alike; None if they do."""
        match left, right:
            case AtCut(), AtCut():
                return None
            case AtEvent(i), AtEvent(j):
                first, second = self.event(self.sides.original, i), self.event(self.sides.candidate, j)
                if first.kind == second.kind and first.shape == second.shape:
                    return None
            case Returned(), Returned():
                return None
            case Left(name), Left(other) if name == other:
                return None
            case _:
                pass
        return f"{self.said('the original', self.sides.original, left)}, and {self.said('the candidate', self.sides.candidate, right)}"

    @staticmethod
    def event(function: Function, point: int) -> Event:
        event = function.lines[point].event
        assert event is not None
        return event

    def said(self, who: str, function: Function, end: End) -> str:
        match end:
            case AtCut(point):
                return f"{who} comes to the loop at {function.describe(point)}"
            case AtEvent(point):
                return f"{who} comes to {function.lines[point].instruction.text} at {function.describe(point)}"
            case Returned():
                return f"{who} returns"
            case Left(name):
                return f"{who} jumps to {name}" if name else f"{who} runs off its end"
            case _:
                return f"{who} goes on"

    def after(self, step: Step) -> tuple[State, State]:
        """The states in which two paths arrive, events included."""
        left, right = step.left, step.right
        if not isinstance(left.end, AtEvent) or not isinstance(right.end, AtEvent):
            return left.state, right.state
        first = self.event(self.sides.original, left.end.point)
        second = self.event(self.sides.candidate, right.end.point)
        at_end = step.target == (len(self.sides.original.lines), len(self.sides.candidate.lines))
        return (
            self.happened(left.state, first, "", left.end.point, at_end),
            self.happened(right.state, second, "'", left.end.point, at_end),
        )

    def happened(self, before: State, event: Event, mark: str, number: int, at_end: bool) -> State:
        """The state after an event: what it writes is unknown, but alike on both sides unless ``mark`` tells them apart."""
        state = fork(before)
        written = LOCATIONS if event.writes is None else event.writes
        own = self.own(event, at_end)
        for place, location in enumerate(written):
            name = f"event{number}.{place}{mark if location in own else ''}"
            state.registers[location] = s.var(name, INITIAL[location].width)
        return state

    def own(self, event: Event, at_end: bool) -> Set[str]:
        """What may differ after an event: a return address, and what a function of the same text need not keep alike."""
        if event.kind != "call":
            return frozenset()
        link = frozenset() if at_end else frozenset({"x30"})
        name = event.shape[1]
        if name == SELF or name in self.sides.original.siblings or name in self.sides.candidate.siblings:
            return link | (frozenset(LOCATIONS) - self.kept)
        return link

    # --- facts ----------------------------------------------------------------------------------

    def reach(self, step: Step) -> bool:
        """Make the relation at a step's target hold after the step; whether that changed it."""
        assert step.target is not None
        new = step.target not in self.relations
        if new:
            if len(self.relations) >= MAX_PAIRS:
                raise Unmatched(f"more than {MAX_PAIRS} pairs of points are reached together")
            self.relations[step.target] = self.guesses(step.target)
        relation = self.relations[step.target]
        changed = self.settle(relation, step) or new
        if relation.fact(("candidate", "sp")) != same("sp"):
            raise Unmatched(f"at {self.sides.describe(step.target)} the stack pointers may differ")
        raised = distance(step.right.state.get("sp"), SP)
        aligned = self.aligned[step.source] and raised is not None and raised % ALIGNMENT == 0
        if aligned < self.aligned.get(step.target, True) or new:
            self.aligned[step.target] = aligned and self.aligned.get(step.target, True)
            return True
        return changed

    def settle(self, relation: Relation, step: Step) -> bool:
        """Drop facts until those left hold after the step, or, on a way back to where it started, those that did not."""
        lookup, changed = lookup_in(*self.after(step)), False
        relation.states()  # facts in circles go first
        while True:
            doubtful = {str(i): fact for i, fact in enumerate(relation.facts) if fact.goal(lookup) is not s.TRUE}
            wrong = self.wrong(doubtful, step, lookup)
            for fact in wrong:
                relation.drop(fact)
            if not wrong:
                return changed
            relation.states()
            changed = True
            if step.source == step.target:
                return True

    def wrong(self, doubtful: dict[str, Fact], step: Step, lookup: Lookup) -> list[Fact]:
        """Facts that do not hold, or are not known to; empty only if all are proved."""
        goals = {name: fact.goal(lookup) for name, fact in doubtful.items()}
        found = [doubtful[name] for name, goal in goals.items() if self.prover.sampled(step.premise, goal)]
        if found or not goals:
            return found
        what = f"facts at {self.sides.describe(step.target or ENTRY)}, from {self.sides.describe(step.source)}"
        known = self.prover.implies(step.premise, s.and_(s.TRUE, *goals.values()), what)
        if known == "yes":
            return []
        if known == "no" and self.prover.model is not None:
            held = holds_in(goals, self.prover.model)
            found = [doubtful[name] for name, holds in held.items() if not holds]
        return found or [fact for name, fact in doubtful.items() if self.prover.implies(step.premise, goals[name], what) != "yes"]


def successor(left: End, right: End) -> Pair | None:
    """The pair that two matching ends lead to; None for exits."""
    match left, right:
        case AtCut(i), AtCut(j):
            return i, j
        case AtEvent(i), AtEvent(j):
            return i + 1, j + 1
        case _:
            return None
