"""Blocks run on many concrete states at once, one instruction after the other.

Each instruction is compiled once from its meaning; a candidate that shares a prefix with the block is run from where
the two part. Loads see the stores before them, state by state, over the states' initial memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np

from grammars.operands import Symbol
from proposer.enumerate.states import Array, Column, Selection
from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import step as run_symbolically
from semantics.errors import SemanticsError
from semantics.locations import WIDTHS
from semantics.memory import Access, Memory
from semantics.run.arrays import Compiled, compile_arrays
from semantics.state import INITIAL, State
from semantics.words import Word, variables

_CHUNK = 8  # bytes of the largest piece in which accesses are replayed


@dataclass(slots=True)
class _Recorder(Memory):
    """Memory whose loads give unknowns of their own, to be filled in when an instruction is run."""

    def load(self, address: Word, size: int, sp: Word) -> Word:
        number = sum(access.kind == "read" for access in self.accesses)
        value = s.var(f"read:{number}", 8 * size)
        self.accesses.append(Access("read", address, size, value, sp))
        return value


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One instruction, compiled: addresses and the stack pointers in force, then what depends on the values read."""

    inputs: tuple[tuple[str, int], ...]
    written: tuple[str, ...]
    accesses: tuple[tuple[Literal["read", "write"], int], ...]
    addresses: Compiled
    results: Compiled
    leaves: bool
    kind: str
    target: Symbol | int | None


@lru_cache(maxsize=65536)
def _prepare(instruction: Instruction) -> _Prepared:
    state = State(memory=_Recorder())
    run_symbolically(state, instruction)
    written = tuple(location for location, word in state.registers.items() if word is not INITIAL[location])
    addresses = [access.address for access in state.accesses]
    pointers = [access.sp for access in state.accesses]
    results = [state.registers[location] for location in written]
    results += [access.value for access in state.accesses if access.kind == "write"]
    target = None
    if state.exit is not None:
        results.append(state.exit.condition if state.exit.condition is not None else s.TRUE)
        if isinstance(state.exit.target, Word):
            results.append(state.exit.target)
        else:
            target = state.exit.target
    inputs = {name: word.width for name, word in variables([*addresses, *pointers, *results]).items()}
    if any(name.startswith("read:") for name in variables(addresses)):
        raise SemanticsError(f"{instruction.text}: an address depends on a value read by the same instruction")
    return _Prepared(
        tuple((name, width) for name, width in inputs.items() if not name.startswith("read:")),
        written,
        tuple((access.kind, access.size) for access in state.accesses),
        compile_arrays([*addresses, *pointers]),
        compile_arrays(results),
        state.exit is not None,
        state.exit.kind if state.exit is not None else "",
        target,
    )


@dataclass(frozen=True, slots=True)
class Touch:
    """One access of at most 8 bytes in every state; ``sp`` is the stack pointer in force."""

    kind: Literal["read", "write"]
    size: int
    address: Array
    value: Array
    sp: Array


@dataclass(frozen=True, slots=True)
class Way:
    """How a block is left: whether it is, in every state, and where to."""

    kind: str
    taken: Array
    target: Symbol | int | None
    computed: Array | None


@dataclass(frozen=True, slots=True)
class Lanes:
    """The states in the middle of a run: what changed so far."""

    states: Selection
    registers: dict[str, Column] = field(default_factory=dict[str, Column])
    touches: tuple[Touch, ...] = ()
    way: Way | None = None

    def get(self, name: str, width: int | None = None) -> Column:
        """The present values of a location or another input."""
        found = self.registers.get(name)
        return found if found is not None else self.states.column(name, width if width is not None else WIDTHS[name])

    def general(self, register: int) -> Array:
        """The present values of a general register."""
        column = self.get(f"x{register}", 64)
        if isinstance(column, tuple):
            raise SemanticsError(f"x{register} has no single column")
        return column


def advance(lanes: Lanes, instruction: Instruction) -> Lanes:
    """Run one instruction; raises SemanticsError where it has no meaning."""
    ready = _prepare(instruction)
    inputs = {name: lanes.get(name, width) for name, width in ready.inputs}
    seeds, count = lanes.states.seeds, lanes.states.count
    touches = list(lanes.touches)
    places = [_plain(column, count) for column in ready.addresses(inputs, seeds)] if ready.accesses else []
    addresses, pointers = places[: len(ready.accesses)], places[len(ready.accesses) :]
    reads = 0
    for (kind, size), address in zip(ready.accesses, addresses, strict=True):
        if kind == "read":
            limbs = _read(lanes, address, size)
            inputs[f"read:{reads}"] = limbs[0] if len(limbs) == 1 else limbs
            reads += 1
    columns = [_spread(column, count) for column in ready.results(inputs, seeds)]
    registers = lanes.registers | dict(zip(ready.written, columns, strict=False))
    values, read = iter(columns[len(ready.written) :]), iter(range(reads))
    for (kind, size), address, sp in zip(ready.accesses, addresses, pointers, strict=True):
        value = next(values) if kind == "write" else inputs[f"read:{next(read)}"]
        touches += _touches(kind, size, address, value, sp)
    way = lanes.way
    if ready.leaves:
        taken = _plain(next(values), count)
        computed = next(values, None)
        way = Way(ready.kind, taken, ready.target, None if computed is None else _plain(computed, count))
    return Lanes(lanes.states, registers, tuple(touches), way)


def run(lanes: Lanes, block: Sequence[Instruction]) -> list[Lanes]:
    """The states before each instruction, and after the last."""
    trail = [lanes]
    for instruction in block:
        trail.append(advance(trail[-1], instruction))
    return trail


def _plain(column: Column, count: int) -> Array:
    if isinstance(column, tuple):
        raise SemanticsError("a value of more than 64 bits where one of at most 64 is needed")
    return column if len(column) == count else np.broadcast_to(column, (count,))


def _spread(column: Column, count: int) -> Column:
    return column if isinstance(column, tuple) else _plain(column, count)


def _touches(kind: Literal["read", "write"], size: int, address: Array, value: Column, sp: Array) -> list[Touch]:
    limbs = value if isinstance(value, tuple) else (value,)
    sizes = [min(size - low, _CHUNK) for low in range(0, size, _CHUNK)]
    return [Touch(kind, part, address + np.uint64(_CHUNK * i), limb, sp) for i, (part, limb) in enumerate(zip(sizes, limbs, strict=True))]


# --- reading through the stores ---------------------------------------------------------------------


def _read(lanes: Lanes, address: Array, size: int) -> tuple[Array, ...]:
    parts = list[Array]()
    for low in range(0, size, _CHUNK):
        parts.append(_read_part(lanes, address + np.uint64(low), min(size - low, _CHUNK)))
    return tuple(parts)


def _read_part(lanes: Lanes, address: Array, size: int) -> Array:
    value = lanes.states.memory(address, size)
    for touch in lanes.touches:
        if touch.kind == "write":
            value = _overlay(value, address, size, touch)
    return value


def _overlay(value: Array, address: Array, size: int, store: Touch) -> Array:
    """``size`` bytes at ``address`` after one more store."""
    distance = address - store.address
    if not ((distance < np.uint64(store.size)) | (np.uint64(0) - distance < np.uint64(size))).any():
        return value
    if size <= store.size and not distance.any():
        return store.value & np.uint64((1 << 8 * size) - 1)
    result = np.zeros_like(value)
    for i in range(size):
        offset = distance + np.uint64(i)
        inside = offset < np.uint64(store.size)
        stored = store.value >> (np.where(inside, offset, np.uint64(0)) << np.uint64(3))
        byte = np.where(inside, stored, value >> np.uint64(8 * i)) & np.uint64(0xFF)
        result |= byte << np.uint64(8 * i)
    return result
