"""What premises say about overlap: which bases keep all their accesses apart, so that reads need not choose.

A formula such as ``noalias`` would leave it to the solver to find out, byte by byte, that no store is read by the wrong
load, which takes it very long. So for each two bases of which one is written it is found out first, from the ranges that
the premises give or by one small query, whether all that the two blocks touch from the one is apart from all that they
touch from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import Source, execute
from semantics.memory import Access, Apart, MemoryTooEntangled, distance, split
from semantics.state import State
from semantics.words import Word, variables
from verifier.intervals import Ranges
from verifier.premises import implied
from verifier.screen import Premised, screen
from verifier.solving.answers import Answer
from verifier.stricter.shared import SharedMemory

MAX_REACH = 1 << 20  # bytes that the accesses from one base may be away from it
MAX_PAIRS = 64
ROWS = (64,)  # states on which an overlap is looked for before a solver is asked

type Solve = Callable[[Sequence[Word]], tuple[str, Answer]]
"""From words that must all be 1 to the query and the answer."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known to be apart, and how that is known: the queries that were unsatisfiable, and who said so."""

    apart: Apart
    queries: tuple[str, ...]
    engines: tuple[str, ...]


def accesses_of(block: Sequence[Instruction], source: Source) -> tuple[Access, ...]:
    """The accesses of a block, as far as they can be known before anything is known to be apart.

    Where reads depend on too much, they bring unknowns, and only addresses that do not depend on them are what they are.
    """
    try:
        return execute(block, source).accesses
    except MemoryTooEntangled:
        return execute(block, source, State(memory=SharedMemory())).accesses


def facts(accesses: Sequence[Access], given: Premised, solve: Solve) -> Facts | None:
    """Bases of these accesses that the premise keeps apart; None if there are none."""
    hulls, written = _hulls(accesses), {split(access.address)[0] for access in accesses if access.kind == "write"}
    ranges = Ranges.of([given.premise])
    pairs, queries, engines = set[frozenset[Word]](), list[str](), dict[str, None]()
    for one, other in _questions(hulls, written):
        (goal,) = ranges.narrowed([apart_word(one, hulls[one], other, hulls[other])])
        if goal is s.TRUE:
            pairs.add(frozenset((one, other)))
            continue
        if goal is s.FALSE or screen([implied(goal, [given.premise])], _pointers(one, other), rounds=ROWS, given=given) is not None:
            continue
        query, answer = solve([given.premise, ~goal])
        if answer.status == "unsat":
            pairs.add(frozenset((one, other)))
            queries.append(query)
            engines |= dict.fromkeys((answer.engine, *answer.agreed))
    return Facts(Apart(hulls, frozenset(pairs)), tuple(queries), tuple(engines)) if pairs else None


def _hulls(accesses: Iterable[Access]) -> dict[Word, tuple[int, int]]:
    """By base, from the lowest to the highest offset touched; without bases whose offsets lie too far apart to matter."""
    found: dict[Word, tuple[int, int]] = {}
    for access in accesses:
        base, offset = split(access.address)
        start = offset - (offset >> 63 << 64)
        low, high = found.get(base, (start, start))
        found[base] = min(low, start), max(high, start + access.size)
    return {base: hull for base, hull in found.items() if hull[0] >= -MAX_REACH and hull[1] <= MAX_REACH}


def _questions(hulls: Iterable[Word], written: set[Word]) -> Iterator[tuple[Word, Word]]:
    pairs = ((one, other) for one, other in combinations(hulls, 2) if one in written or other in written)
    for number, (one, other) in enumerate(pairs):
        if number < MAX_PAIRS and distance(one, other) is None:
            yield one, other


def apart_word(one: Word, hull: tuple[int, int], other: Word, other_hull: tuple[int, int]) -> Word:
    """One bit: two ranges have no byte in common, modulo 2^64. Neither begins in the other."""
    first, second = one + hull[0], other + other_hull[0]
    sizes = [s.const(high - low, 64) for low, high in (hull, other_hull)]
    return ~s.ult(second - first, sizes[0]) & ~s.ult(first - second, sizes[1])


def _pointers(*bases: Word) -> frozenset[str]:
    return frozenset(variables(bases))
