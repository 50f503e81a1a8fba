"""Guesses at the relations between two functions, from concrete runs of both side by side."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from semantics.locations import GENERAL, LOCATIONS, VECTORS, WIDTHS
from semantics.machine import MachineState
from semantics.memory_image import MASK64, MemoryImage, splitmix64
from semantics.run.ints import compile_words
from semantics.state import INITIAL, State
from semantics.words import Word, variables
from verifier.functions.concrete import mentioned, states
from verifier.functions.events import Event
from verifier.functions.paths import AtCut, AtEvent, End
from verifier.functions.relation import Fact, Key, Relation
from verifier.functions.simulation import ENTRY, Pair, Sides, successor

RUNS = 24
ROUNDS = 6  # steps from cut point to cut point in each run
ENOUGH = 8  # samples that a sum of two registers must fit
SCALES = (1, 2, 4, 8, 16, -1, -2, -4, -8)

type Registers = dict[str, int]
type Sample = tuple[Registers, Registers]


@dataclass(slots=True)
class Bytes:
    """Memory in a concrete run."""

    image: MemoryImage
    stored: dict[int, int] = field(default_factory=dict[int, int])

    def read(self, address: int, size: int) -> int:
        """Little-endian, as all interpreters have it."""
        return sum(self._byte((address + i) & MASK64) << (8 * i) for i in range(size))

    def write(self, address: int, value: int, size: int) -> None:
        """Store the low bytes of a value."""
        for i in range(size):
            self.stored[(address + i) & MASK64] = value >> (8 * i) & 0xFF

    def _byte(self, address: int) -> int:
        found = self.stored.get(address)
        return self.image.byte(address) if found is None else found


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A path as a function from registers to the condition, the registers written, and the stores."""

    end: End
    written: tuple[str, ...]
    sizes: tuple[int, ...]
    names: tuple[str, ...]
    run: Callable[[Mapping[str, int], Callable[[int, int], int]], Sequence[int]]


class Walker:
    """Runs one function concretely from cut point to cut point."""

    def __init__(self, sides: Sides, side: Literal[0, 1], until: float) -> None:
        self.sides, self.until = sides, until
        self.side: Literal[0, 1] = side
        self.known: dict[Pair, list[_Compiled]] = {}

    def step(self, pair: Pair, registers: Registers, memory: Bytes) -> End | None:
        """Run from a pair to the next cut point, changing registers and memory; None where no path is taken."""
        for path in self._paths(pair):
            values = path.run({name: registers[name] if name in registers else splitmix64(len(name)) for name in path.names}, memory.read)
            if not values[0]:
                continue
            count = len(path.written)
            registers.update(zip(path.written, values[1 : 1 + count], strict=True))
            for i, size in enumerate(path.sizes):
                memory.write(values[1 + count + 2 * i], values[2 + count + 2 * i], size)
            return path.end
        return None

    def _paths(self, pair: Pair) -> list[_Compiled]:
        if pair not in self.known:
            found = self.sides.paths(pair, self.side, State(), self.until)
            self.known[pair] = [_compiled(path.condition, path.state, path.end) for path in found]
        return self.known[pair]


def _compiled(condition: Word, state: State, end: End) -> _Compiled:
    written = tuple(location for location, word in state.registers.items() if word is not INITIAL[location])
    stores = state.memory.stores
    roots = [condition, *(state.get(location) for location in written)]
    roots += [word for store in stores for word in (store.address, store.value)]
    return _Compiled(end, written, tuple(store.size for store in stores), tuple(variables(roots)), compile_words(roots))


def observe(sides: Sides, until: float = math.inf) -> dict[Pair, list[Sample]]:
    """The registers of both functions at each pair of points that concrete runs reach together.

    At the time ``until`` of the monotonic clock it makes do with what it has seen, or raises TooManyPaths.
    """
    walkers = Walker(sides, 0, until), Walker(sides, 1, until)
    found: dict[Pair, list[Sample]] = {}
    for state in states(RUNS, 3):
        if time.monotonic() > until:
            break
        for pair, sample in _run(walkers, sides, state):
            found.setdefault(pair, []).append(sample)
    return found


def _run(walkers: Sequence[Walker], sides: Sides, state: MachineState) -> Iterator[tuple[Pair, Sample]]:
    registers = tuple({location: state.get(location) for location in LOCATIONS} for _ in walkers)
    memories = tuple(Bytes(state.memory) for _ in walkers)
    pair = ENTRY
    for number in range(ROUNDS):
        ends = [walker.step(pair, own, memory) for walker, own, memory in zip(walkers, registers, memories, strict=True)]
        if ends[0] is None or ends[1] is None or not isinstance(ends[0], AtCut | AtEvent):
            return
        target = successor(ends[0], ends[1])
        if target is None:
            return
        if isinstance(ends[0], AtEvent) and isinstance(ends[1], AtEvent):
            for function, end, own in ((sides.original, ends[0], registers[0]), (sides.candidate, ends[1], registers[1])):
                _happen(function.lines[end.point].event, own, number)
        pair = target
        yield pair, (dict(registers[0]), dict(registers[1]))


def _happen(event: Event | None, registers: Registers, number: int) -> None:
    written = LOCATIONS if event is None or event.writes is None else event.writes
    for place, location in enumerate(written):
        if location != "sp":
            registers[location] = splitmix64(number * 97 + place) & ((1 << WIDTHS[location]) - 1)


# --- from samples to facts ----------------------------------------------------------------------


def guess(sides: Sides, samples: Sequence[Sample]) -> Relation:
    """Facts that all samples obey, the simplest first."""
    if not samples:
        return Relation.of()
    unequal = {location for location in LOCATIONS if any(left[location] != right[location] for left, right in samples)}
    names = mentioned(sides.original, sides.candidate)
    general = [name for name in names if name in GENERAL]
    moving = [name for name in general if len({left[name] for left, _ in samples}) > 1]
    facts = [Fact(("original", name), 0, (), 0, zero=True) for name in general if all(left[name] >> 32 == 0 for left, _ in samples)]
    loose = list[str]()
    for name in general:
        found = list(_renamed(name, general, samples))
        facts += found
        if name in unequal and not any(fact.bits == WIDTHS[name] for fact in found):
            facts += (found := list(_sums(name, moving, samples)))
            if not found:
                loose.append(name)
    facts += [fact for name in loose for fact in _originals(name, general, moving, samples)]
    vectors = [name for name in names if name in VECTORS]
    facts += [fact for name in vectors for fact in _renamed(name, vectors, samples)]
    return Relation.of(facts, unequal)


def _renamed(name: str, others: Sequence[str], samples: Sequence[Sample]) -> Iterator[Fact]:
    """The candidate's register is another one of the original, perhaps a constant away; or constant; or so in its low half."""
    key: Key = ("candidate", name)
    width = WIDTHS[name]
    distances = {other: {(right[name] - left[other]) & ((1 << width) - 1) for left, right in samples} for other in others}
    for other in sorted(others, key=lambda other: distances[other] != {0}):
        if len(distances[other]) == 1 and (width == 64 or distances[other] == {0}):
            yield Fact(key, width, ((1, ("original", other)),), next(iter(distances[other])))
    values = {right[name] for _, right in samples}
    if len(values) == 1 and width == 64:
        yield Fact(key, width, (), next(iter(values)))
    half = width // 2
    zero = all(value >> half == 0 for value in values)
    for other in others:
        low = {(right[name] - left[other]) & ((1 << half) - 1) for left, right in samples}
        if len(low) == 1 and (width == 64 or low == {0}):
            yield Fact(key, half, ((1, ("original", other)),), next(iter(low)), zero)
    if zero:
        yield Fact(key, 0, (), 0, zero=True)


def _sums(name: str, others: Sequence[str], samples: Sequence[Sample]) -> Iterator[Fact]:
    """The candidate's register is one of the original's plus a multiple of another."""
    if len(samples) < ENOUGH:
        return
    for base, index, scale in product(others, others, SCALES):
        found = {(right[name] - left[base] - scale * left[index]) & MASK64 for left, right in samples}
        if len(found) == 1 and base != index:
            yield Fact(("candidate", name), 64, ((1, ("original", base)), (scale, ("original", index))), next(iter(found)))


def _originals(name: str, others: Sequence[str], moving: Sequence[str], samples: Sequence[Sample]) -> Iterator[Fact]:
    """What a candidate's register that nothing explains tells about the original's: itself a sum, or a base and a multiple of it."""
    if len(samples) < ENOUGH:
        return
    columns: dict[Key, list[int]] = {("original", other): [left[other] for left, _ in samples] for other in others}
    columns |= {("candidate", other): [right[other] for _, right in samples] for other in others}
    own: Key = ("candidate", name)
    varying = [key for key, column in columns.items() if len(set(column)) > 1]
    if own in varying:
        for pointer, base, scale in product(others, varying, SCALES):
            if base not in (own, ("original", pointer)) and (constant := _constant(columns, pointer, base, scale, own)) is not None:
                yield Fact(("original", pointer), 64, ((1, base), (scale, own)), constant)
    for base, index, scale in product(moving, moving, (1, -1, 2, 4, 8)):
        first: Key = ("original", base)
        second: Key = ("original", index)
        if name not in (base, index) and base != index and (constant := _constant(columns, name, first, scale, second)) is not None:
            yield Fact(("original", name), 64, ((1, first), (scale, second)), constant)


def _constant(columns: Mapping[Key, Sequence[int]], name: str, base: Key, scale: int, index: Key) -> int | None:
    """What ``name - base - scale * index`` is in all samples, for a register of the original."""
    found: int | None = None
    for value, first, second in zip(columns["original", name], columns[base], columns[index], strict=True):
        rest = (value - first - scale * second) & MASK64
        if found is not None and rest != found:
            return None
        found = rest
    return found
