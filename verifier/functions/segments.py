"""The contract on every segment: what two paths from a pair must agree on before they go on together.

This is where a simulation is believed: all of it is demanded here once more, of the relations as they are in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from semantics import simplify as s
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.locations import LOCATIONS
from semantics.state import INITIAL
from semantics.words import Word
from verifier.functions.errors import Unmatched
from verifier.functions.events import Event
from verifier.functions.paths import AtEvent, Left, Returned
from verifier.functions.prove import Known, Prover, holds_in
from verifier.functions.relation import lookup_in
from verifier.functions.simulation import Simulation, Step
from verifier.obligations import Obligation, obligations
from verifier.screen import Assignment
from verifier.stack import stack_obligations

MEMORY = LiveSet.of(["mem"])


@dataclass(frozen=True, slots=True)
class Ends:
    """What must be equal where the functions are left.

    Attributes:
        live_out: at returns and at the end of the text.
        at_jumps: where a jump leads to a place elsewhere.
        dead_stack: stack memory that is dead at returns; None if all memory counts.
    """

    live_out: LiveSet
    at_jumps: LiveSet
    dead_stack: DeadStack | None

    def live_at(self, place: str) -> LiveSet:
        """What is live where the functions are left for a place; a local label that is not in the text shows it to be a piece of code."""
        return self.at_jumps if place and not place.startswith(".L") else self.live_out


class NotProved(Unmatched):
    """A segment does not meet the contract, or is not known to.

    Attributes:
        state: a state, of the pair that the segment starts from, in which it does not; None if none is known.
        step: the segment.
    """

    def __init__(self, reason: str, step: Step, state: Assignment | None) -> None:
        super().__init__(reason)
        self.step = step
        self.state = state


def prove_segments(simulation: Simulation, prover: Prover, ends: Ends) -> list[str]:
    """Prove the contract of every segment; returns what was proved, for people. Raises NotProved and Unmatched."""
    proved = list[str]()
    for pair in list(simulation.relations):
        believed = tuple(simulation.relations[pair].facts)
        steps = simulation.steps(pair)
        if tuple(simulation.relations[pair].facts) != believed:
            raise Unmatched(f"the facts at {simulation.sides.describe(pair)} did not come to rest")
        for step in steps:
            if step.target is not None and step.target not in simulation.relations:
                raise Unmatched(f"nothing is known about {simulation.sides.describe(step.target)}")
            _prove(simulation, prover, ends, step)
        aims = dict.fromkeys("an exit" if step.target is None else simulation.sides.describe(step.target) for step in steps)
        proved.append(f"from {simulation.sides.describe(pair)} to {', '.join(aims) or 'nowhere'}: {len(steps)} path(s)")
    return proved


def _prove(simulation: Simulation, prover: Prover, ends: Ends, step: Step) -> None:
    demands = list(demands_on(simulation, ends, step))
    if not demands:
        return
    goal = s.and_(s.TRUE, *(demand.goal for demand in demands))
    known = prover.implies(step.premise, goal, f"segment from {simulation.sides.describe(step.source)}")
    if known == "unknown":
        failing = _first_unproved(simulation, prover, step, demands)
        if failing is None:
            return
        demands, known = [failing], prover.implies(step.premise, failing.goal, "")
    if known == "yes":
        return
    raise NotProved(_reason(simulation, step, demands, known, prover.model), step, prover.model if known == "no" else None)


def _first_unproved(simulation: Simulation, prover: Prover, step: Step, demands: list[Obligation]) -> Obligation | None:
    for demand in demands:
        what = f"{demand.what}, segment from {simulation.sides.describe(step.source)}"
        if prover.implies(step.premise, demand.goal, what) != "yes":
            return demand
    return None


def _reason(simulation: Simulation, step: Step, demands: list[Obligation], known: Known, model: Assignment | None) -> str:
    goals = {str(i): demand.goal for i, demand in enumerate(demands)}
    held = holds_in(goals, model) if model is not None else {}
    failing = [demand.what for i, demand in enumerate(demands) if not held.get(str(i), False)] or [demands[0].what]
    aim = f"to {simulation.sides.describe(step.target)}" if step.target is not None else "to an exit"
    where = f"on the way from {simulation.sides.describe(step.source)} {aim}"
    verb = "may differ" if known == "no" else "could not be proved equal in time"
    return f"{', '.join(dict.fromkeys(failing))} {verb} {where}"


# --- demands ------------------------------------------------------------------------------------


def demands_on(simulation: Simulation, ends: Ends, step: Step) -> Iterator[Obligation]:
    """What the contract demands of two paths, without what holds by construction."""
    left, right = step.left, step.right
    match left.end, right.end:
        case Returned(target), Returned(other):
            yield from _differing("return address", target, other)
            yield from obligations(left.state, right.state, ends.live_out, dead_stack=ends.dead_stack)
        case Left(name), Left():
            live = ends.live_at(name)
            yield from obligations(left.state, right.state, live, dead_stack=ends.dead_stack if live is ends.live_out else None)
        case AtEvent(i), AtEvent(j):
            yield from obligations(left.state, right.state, MEMORY)
            yield from _event(simulation.event(simulation.sides.original, i), simulation.event(simulation.sides.candidate, j), step)
        case _:
            yield from obligations(left.state, right.state, MEMORY)
    yield from stack_obligations(
        left.instructions,
        right.instructions,
        left.state,
        right.state,
        simulation.sides.source,
        starts=simulation.states(step.source),
        aligned=simulation.aligned[step.source],
    )
    yield from _relation(simulation, step)


def _differing(what: str, left: Word, right: Word) -> Iterator[Obligation]:
    goal = s.eq(left, right)
    if goal is not s.TRUE:
        yield Obligation(what, goal, left, right)


def _event(first: Event, second: Event, step: Step) -> Iterator[Obligation]:
    """The two sides do the same thing with the same operands."""
    before, after = (first.reads, second.reads) if first.reads is not None and second.reads is not None else _everything(first)
    where = "a call" if first.kind == "call" else "an ordered instruction"
    for (location, bits), (other, _) in zip(before, after, strict=True):
        left, right = step.left.state.get(location), step.right.state.get(other)
        yield from _differing(f"{location} at {where}", s.truncate(left, bits), s.truncate(right, bits))


def _everything(event: Event) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """All locations; a call overwrites x30 before anybody reads it."""
    overwritten = {"x30"} if event.kind == "call" and event.shape != ("blr", 30) else set[str]()
    all_of_them = tuple((location, INITIAL[location].width) for location in LOCATIONS if location not in overwritten)
    return all_of_them, all_of_them


def _relation(simulation: Simulation, step: Step) -> Iterator[Obligation]:
    """The facts at the pair that the step leads to."""
    if step.target is None:
        return
    lookup = lookup_in(*simulation.after(step))
    relation = simulation.relations[step.target]
    relation.states()
    for fact in relation.facts:
        goal = fact.goal(lookup)
        if goal is not s.TRUE:
            yield Obligation(f"the fact that {fact}", goal)
