"""Bounded comparison: both functions from entry to exit, for states in which loops go round a limited number of times.

Much weaker than a simulation, and a verdict of its own. Its failed queries are good counterexamples, though.
"""

from __future__ import annotations

from dataclasses import dataclass

from semantics import simplify as s
from semantics.block import Source
from semantics.state import State
from semantics.words import Word
from verifier.functions.cuts import heads
from verifier.functions.errors import Unmatched
from verifier.functions.graph import Function
from verifier.functions.paths import AtEvent, Beyond, Path, paths
from verifier.functions.prove import Prover
from verifier.functions.segments import Ends, NotProved, demands_on
from verifier.functions.simulation import ENTRY, Simulation, Step

MAX_PATHS = 256
FEW_PATHS = 80  # where loops are hoped to go round a known number of times
LONGER = 4  # ways to go round more often that are shown to be impossible
SLACK = 2  # the candidate may pass heads of loops this many times as often as the original


@dataclass(frozen=True, slots=True)
class Unrolled:
    """What was proved, for people; ``complete`` tells that the original never goes round more often."""

    proved: list[str]
    complete: bool


def unrolled(simulation: Simulation, prover: Prover, ends: Ends, rounds: int, *, all_or_nothing: bool = False) -> Unrolled:
    """Prove the contract for states in which the original passes heads of loops at most ``rounds`` times.

    With ``all_or_nothing`` it gives up at once if these are not all states. Raises NotProved, Unmatched and TooManyPaths.
    """
    sides, limit = simulation.sides, FEW_PATHS if all_or_nothing else MAX_PATHS
    left = _paths(sides.original, rounds, sides.source, prover, limit)
    longer = [path for path in left if isinstance(path.end, Beyond)]
    what = f"whether the original goes round more than {rounds} times"
    complete = (
        not any(prover.feasible(s.and_(simulation.premise, path.condition), what) for path in longer[:LONGER]) and len(longer) <= LONGER
    )
    if all_or_nothing and not complete:
        raise Unmatched(f"the original may go round more than {rounds} times")
    right = _paths(sides.candidate, SLACK * rounds + 1, sides.source, prover, limit)
    compared = sum(_compare(simulation, prover, ends, one, other) for one in left if one not in longer for other in right)
    return Unrolled([f"up to {rounds} rounds: {compared} pairs of paths from entry to exit"], complete)


def _paths(function: Function, rounds: int, source: Source, prover: Prover, limit: int) -> list[Path]:
    found = paths(function, 0, heads(function), State(), source, through=rounds, limit=limit, until=prover.deadline)
    for path in found:
        if isinstance(path.end, AtEvent):
            text = function.lines[path.end.point].instruction.text
            raise Unmatched(f"code with {text} cannot be unrolled")
    return found


def _compare(simulation: Simulation, prover: Prover, ends: Ends, left: Path, right: Path) -> bool:
    if left.excludes(right):
        return False
    premise: Word = s.and_(simulation.premise, left.condition, right.condition)
    if premise is s.FALSE:
        return False
    step = Step(ENTRY, left, right, premise, None)
    problem = "the candidate goes round more often" if isinstance(right.end, Beyond) else simulation.mismatch(left.end, right.end)
    if problem is not None:
        if prover.feasible(premise, "whether two unrolled paths are taken together"):
            raise NotProved(f"unrolled from the entry, {problem}", step, prover.model)
        return False
    goal = s.and_(s.TRUE, *(demand.goal for demand in demands_on(simulation, ends, step)))
    known = prover.implies(premise, goal, "unrolled from the entry")
    if known != "yes":
        raise NotProved("unrolled from the entry, the functions may differ", step, prover.model if known == "no" else None)
    return True
