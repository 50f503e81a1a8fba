"""Whole functions run on the emulator: the witness of differences, and the last word after a proof."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from semantics.block import effects
from semantics.locations import LOCATIONS
from semantics.machine import DEFAULT_PC, MachineState
from semantics.memory_image import MASK64, splitmix64
from semantics.words import Word
from verifier.differential import difference, shared_emulator
from verifier.functions.graph import Function, Line
from verifier.functions.segments import Ends
from verifier.premises import holds_in
from verifier.verdict import Counterexample, Difference

if TYPE_CHECKING:
    from verifier.oracle import Access, Ran

LIMIT = 4_000  # instructions in one run
SENTINEL = 0x0700_0000  # where functions return to
ELSEWHERE = DEFAULT_PC + 0x4000  # where places outside of the function are put
SHRINKING = 300  # runs spent on making a counterexample readable
DEAD = 1 << 20  # bytes below the final sp that count as dead, where the stack is dead
JUMP = "jump to "
ARGUMENTS = tuple(f"x{i}" for i in range(9))
_SHOWN = 64  # bytes of memory in a counterexample


@dataclass(frozen=True, slots=True)
class Trial:
    """What two runs from one state show: the first difference, if any, and why a run did not end."""

    difference: Difference | None
    stuck: str | None


@dataclass(frozen=True)
class Pair:
    """Two functions to run side by side.

    Attributes:
        ends: what must be equal where they are left.
        premises: one-bit words; states in which one does not hold are passed over.
    """

    original: Function
    candidate: Function
    ends: Ends
    premises: tuple[Word, ...] = ()

    @cached_property
    def places(self) -> dict[str, int]:
        """Addresses for the places elsewhere that either function jumps to, behind their code."""
        lines = (*self.original.lines, *self.candidate.lines)
        names = sorted({line.target for line in lines if isinstance(line.target, str)})
        return {name: ELSEWHERE + 16 * i for i, name in enumerate(names)}

    @cached_property
    def codes(self) -> tuple[bytes, bytes]:
        """The machine code of both."""
        return machine_code(self.original, self.places), machine_code(self.candidate, self.places)

    def runnable(self) -> bool:
        """Whether the emulator can run both: no calls, nothing that waits for the linker, no system instructions."""
        return all(map(_runnable, (self.original, self.candidate)))

    def trial(self, state: MachineState) -> Trial:
        """Run both from a state."""
        from verifier.oracle import Faulted

        first, second = (shared_emulator().run(code, state, LIMIT) for code in self.codes)
        if isinstance(first, Faulted):
            return Trial(None, f"the original: {first.reason}")
        if isinstance(second, Faulted):
            return Trial(None, f"the candidate: {second.reason}")
        return Trial(self._difference(state, first, second), None)

    def _difference(self, state: MachineState, left: Ran, right: Ran) -> Difference | None:
        out = tuple(self._way_out(f, ran.next_pc) for f, ran in ((self.original, left), (self.candidate, right)))
        if out[0] != out[1]:
            return Difference("way out", *out)
        live = self.ends.live_at(out[0].removeprefix(JUMP) if out[0].startswith(JUMP) else "")
        dead = (range(max(left.state.sp - DEAD, 0), left.state.sp),) if self.ends.dead_stack is not None else ()
        found = difference(left.state, right.state, live, dead)
        return found if found is not None else _footprint(state, left, right, bool(dead))

    def _way_out(self, function: Function, address: int) -> str:
        if address == DEFAULT_PC + 4 * len(function.lines):
            return JUMP + function.following if function.following else "the end"
        for name, place in self.places.items():
            if place == address:
                return JUMP + name
        return "return" if address == SENTINEL else f"return to {address:#x}"

    def contradiction(self, count: int, seed: int, seconds: float = math.inf) -> MachineState | None:
        """A state among ``count`` from which the runs differ, looked for in so many seconds."""
        until = time.monotonic() + seconds
        for state in states(count, seed):
            if time.monotonic() > until:
                return None
            if all(holds_in(premise, state) for premise in self.premises) and self.trial(state).difference is not None:
                return state
        return None

    def counterexample(self, state: MachineState, found_by: str) -> Counterexample:
        """The difference that a state shows, with as many registers 0 or small as a short search finds."""
        names = mentioned(self.original, self.candidate)
        for location in LOCATIONS:
            if location not in names and location not in ("sp", "x30"):
                state = self._simpler(state, location, (0,))
        budget = [SHRINKING]
        for location in names:
            if location not in ("sp", "x30"):
                state = self._simpler(state, location, (0, 1, 2, 16, state.get(location) & 0xFF), budget)
        found = self.trial(state).difference
        assert found is not None
        inputs = {location: state.get(location) for location in names if location != "x30" or state.x[30] != SENTINEL}
        return Counterexample(inputs, self._bytes_read(state), state.memory.seed, (found,), True, found_by)

    def _bytes_read(self, state: MachineState) -> dict[int, int]:
        """The initial memory that the original reads, as far as it can be shown."""
        from verifier.oracle import Faulted

        ran = shared_emulator().run(self.codes[0], state, LIMIT)
        found = dict(state.memory.overrides)
        for kind, address, size, _ in () if isinstance(ran, Faulted) else ran.accesses:
            if kind == "r" and len(found) + size <= _SHOWN:
                found |= {(address + i) & MASK64: state.memory.byte(address + i) for i in range(size)}
        return found

    def _simpler(self, state: MachineState, location: str, values: Sequence[int], budget: list[int] | None = None) -> MachineState:
        for value in values:
            if value >= state.get(location) or (budget is not None and budget[0] <= 0):
                continue
            if budget is not None:
                budget[0] -= 1
            smaller = state.with_location(location, value)
            if all(holds_in(premise, smaller) for premise in self.premises) and self.trial(smaller).difference is not None:
                return smaller
        return state


def mentioned(*functions: Function) -> tuple[str, ...]:
    """The locations that some instruction of the functions names or touches."""
    found = {"x30"}
    for line in (line for function in functions for line in function.lines):
        if line.event is None:
            touched = effects(line.instruction)
            found |= touched.reads | touched.writes
        else:
            found |= {name for name, _ in line.event.reads or ()} | set(line.event.writes or ())
    return tuple(location for location in LOCATIONS if location in found)


# --- running ------------------------------------------------------------------------------------


def _runnable(function: Function) -> bool:
    return not function.references and function.following is not None and all(_plain(line) for line in function.lines)


def _plain(line: Line) -> bool:
    event = line.event
    if event is None:
        return line.instruction.symbol is None or line.target is not None
    return event.kind == "ordered" and event.reads is not None and not line.instruction.row.mnemonic.startswith("mrs")


def machine_code(function: Function, places: Mapping[str, int]) -> bytes:
    """The function's bytes where it is put; ``places`` are the addresses of places elsewhere."""
    code = b""
    for point, line in enumerate(function.lines):
        word = line.instruction.code
        if line.target is not None:
            here = DEFAULT_PC + 4 * point
            there = places[line.target] if isinstance(line.target, str) else DEFAULT_PC + 4 * line.target
            encoding = line.instruction.row.encoding
            ((_, width),) = encoding.fields["target"]
            word = encoding.encode({**dict(line.instruction.fields), "target": (there - here) // 4 & ((1 << width) - 1)})
        code += word.to_bytes(4, "little")
    return code


def _footprint(state: MachineState, left: Ran, right: Ran, dead: bool) -> Difference | None:
    """A byte that the candidate touches and the original does not."""
    written = _touched(left.accesses, "w")
    either = written | _touched(left.accesses, "r")
    for kind, allowed, word in (("r", either, "read"), ("w", written, "write")):
        extra = sorted(byte for byte in _touched(right.accesses, kind) - allowed if not (dead and state.sp - DEAD <= byte < state.sp))
        if extra:
            return Difference(f"{word} of a byte that the original does not {word} there at {extra[0]:#x}", "-", f"{extra[0]:#x}")
    return None


def _touched(accesses: Sequence[Access], kind: str) -> set[int]:
    return {(address + i) & MASK64 for k, address, size, _ in accesses if k == kind for i in range(size)}


# --- states -------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def states(count: int, seed: int) -> tuple[MachineState, ...]:
    """States in which argument registers are pointers into a small region, small numbers, or anything, by turns."""
    return tuple(_states(count, seed))


def _states(count: int, seed: int) -> Iterator[MachineState]:
    from verifier.states import random_states

    for number, state in enumerate(random_states(count, seed, pointers=(*ARGUMENTS, "sp"))):
        x = list(state.x)
        for i in range(31):
            choice = splitmix64(seed * 7919 + number * 31 + i)
            kind = choice & 7 if number % 4 else 0 if i < 1 else 4  # every fourth state: one pointer and small numbers
            if kind >= 6:
                x[i] = splitmix64(choice)
            elif kind >= 3 or i >= len(ARGUMENTS):
                x[i] = choice >> 8 & (15 if choice & 64 else 255)
        x[30] = SENTINEL
        yield replace(state, x=tuple(x))
