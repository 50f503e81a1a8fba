"""SLEIGH's meaning of one instruction word, evaluated on concrete states and compared with the emulator's run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from semantics import pcode
from semantics import simplify as s
from semantics.locations import GENERAL, LOCATIONS
from semantics.machine import DEFAULT_PC, MachineState
from semantics.memory_image import MASK64
from semantics.run.ints import compile_words
from semantics.state import INITIAL, State
from semantics.words import Word, variables
from verifier.oracle import Emulator, Faulted, Ran
from verifier.states import random_states


def difference(code: int, emulator: Emulator, count: int = 20, seed: int = 11) -> str | None:
    """The first thing that SLEIGH and the emulator disagree about, or None; known faults are no exception.

    Raises UnsupportedInstruction if the p-code cannot be translated.
    """
    final = State(pc=s.const(DEFAULT_PC, 64))
    pcode.execute_despite_faults(code, final, f"{code:#010x}")
    meaning = _Meaning(final)
    for state in _states(count, seed, meaning.pointers):
        ran = emulator.run(code.to_bytes(4, "little"), state, max_instructions=50)
        if ran == Faulted("touches code", ran.pc if isinstance(ran, Faulted) else 0):
            continue
        if ran == Faulted("instruction limit", state.pc):
            continue  # it branches to itself
        if not isinstance(ran, Ran):
            return f"emulator: {ran.reason}"
        found = meaning.differs(state, ran)
        if found is not None:
            return found
    return None


class _Meaning:
    """One final state, to be evaluated on many initial ones."""

    def __init__(self, final: State) -> None:
        self._final = final
        self._written = [name for name in LOCATIONS if final.get(name) is not INITIAL[name]]
        self.pointers = tuple(sorted(set(variables(access.address for access in final.accesses)) & {*GENERAL, "sp"}))
        roots = [final.get(name) for name in self._written]
        roots += [word for access in final.accesses for word in (access.address, access.value)]
        self._run = compile_words([*roots, *_way_out(final)])

    def differs(self, state: MachineState, ran: Ran) -> str | None:
        """What of the emulator's run is not as SLEIGH says."""
        *values, taken, target = self._run({name: state.get(name) for name in LOCATIONS}, state.read_written)
        rest = iter(values)
        after = state
        for name in self._written:
            after = after.with_location(name, next(rest))
        touched = set[tuple[str, int]]()
        for access in self._final.accesses:
            address, value = next(rest), next(rest)
            touched |= {(access.kind[0], address + i & MASK64) for i in range(access.size)}
            if access.kind == "write":
                after = after.with_store(address, value, access.size)
        expected = after.replace(pc=target if taken else state.pc + 4)
        return next(_differences(expected, touched, ran), None)


def _differences(expected: MachineState, touched: set[tuple[str, int]], ran: Ran) -> Iterator[str]:
    for name in LOCATIONS:
        if expected.get(name) != ran.state.get(name):
            yield f"{name}: SLEIGH {expected.get(name):#x}, emulator {ran.state.get(name):#x}"
    if dict(expected.written) != dict(ran.state.written):
        yield "memory: other bytes are stored"
    if touched != {(kind, address + i & MASK64) for kind, address, size, _ in ran.accesses for i in range(size)}:
        yield "memory: other bytes are touched"
    if expected.pc != ran.next_pc:
        yield f"exit: SLEIGH goes to {expected.pc:#x}, emulator to {ran.next_pc:#x}"


def _way_out(final: State) -> tuple[Word, Word]:
    """Whether the instruction branches, and where to."""
    leaving = final.exit
    if leaving is None:
        return s.FALSE, s.const(0, 64)
    assert not isinstance(leaving.target, str)
    target = leaving.target if isinstance(leaving.target, Word) else s.const(DEFAULT_PC + int(leaving.target), 64)  # type: ignore[arg-type]
    return leaving.condition if leaving.condition is not None else s.TRUE, target


@lru_cache(maxsize=64)
def _states(count: int, seed: int, pointers: tuple[str, ...]) -> list[MachineState]:
    return random_states(count, seed, pointers=pointers)
