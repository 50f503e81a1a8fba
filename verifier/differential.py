"""Both blocks run on the emulator from the same states, with pointers that overlap: the last word after a proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from semantics.assembler import Instruction
from semantics.block import effects
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.locations import LOCATIONS
from semantics.machine import MachineState
from semantics.words import variables
from verifier.disjoint import accesses_of
from verifier.linking import labels, linked, placed
from verifier.obligations import live_registers
from verifier.premises import holds_in
from verifier.replay import body, calls, machine_state
from verifier.screen import Premised
from verifier.verdict import Difference

if TYPE_CHECKING:
    from verifier.oracle import Emulator


@cache
def shared_emulator() -> Emulator:
    """The process's emulator: making one costs milliseconds, a run microseconds."""
    from verifier.oracle import Emulator

    return Emulator()


@lru_cache(maxsize=256)
def states_for(
    locations: tuple[str, ...], bases: tuple[str, ...], count: int, seed: int, given: Premised | None = None
) -> tuple[MachineState, ...]:
    """Random initial states in which ``bases`` point at overlapping memory; locations not named are 0.

    With ``given`` only states in which its premise holds, so there may be fewer; at least the known one, if it is a machine's.
    """
    from verifier.states import MEMORY_SEED, random_columns

    columns = random_columns(count, seed, locations, bases)
    if given is not None:
        from verifier.repair import repaired

        seeds = columns[MEMORY_SEED]
        assert not isinstance(seeds, tuple)
        columns = repaired(given.premise, columns, seeds, given.witness)
    states = list[MachineState]()
    for row in range(count):
        state = MachineState.zero(int(columns[MEMORY_SEED][row]))
        for location in locations:
            column = columns[location]
            value = int(column[0][row]) | int(column[1][row]) << 64 if isinstance(column, tuple) else int(column[row])
            state = state.with_location(location, value)
        if given is None or holds_in(given.premise, state):
            states.append(state)
    if given is not None and not states:
        witness = machine_state(given.witness)
        return (witness,) if holds_in(given.premise, witness) else ()
    return tuple(states)


def mentioned(blocks: Sequence[Instruction]) -> tuple[str, ...]:
    """The locations that some instruction reads or writes."""
    found = {location for i in blocks for location in (*effects(i).reads, *effects(i).writes)}
    return tuple(location for location in LOCATIONS if location in found)


def contradiction(
    original: Sequence[Instruction],
    candidate: Sequence[Instruction],
    live_out: LiveSet,
    dead_stack: DeadStack | None = None,
    count: int = 16,
    seed: int = 1,
    given: Premised | None = None,
) -> tuple[MachineState, Difference] | None:
    """A state on which the emulator shows a difference in a live-out, with the first difference; None if none does.

    Only states in which the premise of ``given`` holds count; nothing is run if it is about more than a machine's state.
    Labels are put somewhere; blocks with relocations that cannot be resolved so are not run, nor do branches at the end take
    part. States on which the emulator faults are passed over.
    """
    left, right = body(original), body(candidate)
    premised = variables([given.premise]) if given is not None else {}
    if not all(name in LOCATIONS for name in premised):
        return None
    from verifier.oracle import Ran

    addresses = variables([access.address for block in (left, right) for access in accesses_of(block, "rows")])
    bases = tuple(sorted(name for name in addresses if name in LOCATIONS and name[0] in "xs"))
    if any(calls(block) for block in (original, candidate)):
        live_out = live_out.without(["x30"])
    names = labels(left, right)
    locations = tuple(dict.fromkeys((*mentioned([*left, *right]), *bases, *premised, "sp")))
    for number, state in enumerate(states_for(locations, bases, count, seed, given)):
        places = placed(names, number)
        codes = [linked(block, places, state.pc) for block in (left, right)]
        state = _pointed(state, places, bases, number, given)
        first, second = (shared_emulator().run(_bytes(code), state) if code is not None else None for code in codes)
        if isinstance(first, Ran) and isinstance(second, Ran):
            found = difference(first.state, second.state, live_out, _dead(first.state, dead_stack))
            if found is not None:
                return state, found
    return None


def _bytes(code: Sequence[Instruction]) -> bytes:
    return b"".join(instruction.bytes for instruction in code)


def _pointed(state: MachineState, places: Mapping[str, int], bases: Sequence[str], number: int, given: Premised | None) -> MachineState:
    """In every second state, one of the pointers moved to where it meets a label, if the premise allows it."""
    pointers = [name for name in bases if name != "sp"]
    if not places or not pointers or number % 2:
        return state
    near = list(places.values())[number % len(places)] + number // 2 % 17 - 8
    moved = state.with_location(pointers[number // 2 % len(pointers)], near)
    return moved if given is None or holds_in(given.premise, moved) else state


def _dead(after: MachineState, dead_stack: DeadStack | None) -> tuple[range, ...]:
    """Addresses whose contents are dead: generously everything up to 1 MiB below the final sp, and what is listed."""
    if dead_stack is None:
        return ()
    below = range(max(after.sp - (1 << 20), 0), after.sp)
    return below, *(range(after.sp + low, after.sp + high) for low, high in dead_stack.ranges)


def difference(left: MachineState, right: MachineState, live_out: LiveSet, dead: Sequence[range]) -> Difference | None:
    """The first live-out in which two final states differ."""
    for location, bits in live_registers(live_out):
        a, b = (state.get(location) & ((1 << bits) - 1) for state in (left, right))
        if a != b:
            return Difference(location, f"{a:#x}", f"{b:#x}")
    if "mem" not in live_out:
        return None
    for address in sorted({*left.written, *right.written}):
        a, b = left.read_written(address, 1), right.read_written(address, 1)
        if a != b and not any(address in addresses for addresses in dead):
            return Difference(f"byte at {address:#x}", f"{a:#x}", f"{b:#x}")
    return None
