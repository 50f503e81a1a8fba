"""Initial states to run instances from, prepared once and used for many forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from semantics.locations import LOCATIONS
from semantics.machine import MachineState
from semantics.memory_image import MASK64, splitmix64
from verifier.qemu import ARENA, ARENA_SIZE, CODE, pack_registers
from verifier.states import random_states

POOL = 1024
"""States of one pool."""

GROUP = 16  # in each group of so many states all settings of the flags occur

_PAGE = 4096
_CORNER_BYTES = (0x00, 0xFF, 0x80, 0x7F, 0x01, 0xFE)


@dataclass(frozen=True, slots=True)
class Start:
    """An initial state at CODE, also by location and as packed registers."""

    state: MachineState
    values: Mapping[str, int]
    registers: bytes

    @classmethod
    def of(cls, state: MachineState) -> Start:
        """``state``, prepared."""
        return cls(state, {location: state.get(location) for location in LOCATIONS}, pack_registers(state))

    def with_pointer(self, name: str, value: int, overrides: Mapping[int, int] | None = None) -> Start:
        """The start with another value in x0 to x30 or sp, and perhaps other bytes in memory."""
        state = self.state.with_location(name, value)
        if overrides:
            state = state.replace(memory=state.memory.with_bytes(overrides))
        at = 248 if name == "sp" else 8 * int(name[1:])
        packed = self.registers[:at] + value.to_bytes(8, "little") + self.registers[at + 8 :]
        return Start(state, {**self.values, name: value}, packed)


@lru_cache(maxsize=3)
def pool(seed: int) -> tuple[Start, ...]:
    """POOL random and corner states."""
    return tuple(Start.of(state.replace(pc=CODE)) for state in random_states(POOL, seed))


def window(starts: tuple[Start, ...], number: int, count: int) -> list[Start]:
    """``count`` states, a whole group at least, and the two uniform ones; another window for each ``number``."""
    count = min(max(count, GROUP), len(starts))
    first = number * count % len(starts)
    chosen = [starts[(first + i) % len(starts)] for i in range(count)]
    return [*starts[:2], *chosen]


def target(number: int, low: int, high: int) -> int | None:
    """Where the first access of state ``number`` is to go, if its bytes reach from ``low`` to ``high`` around that address.

    Three of four lie in the arena: across and beside page boundaries, at both ends, anywhere. Of the others, half lie
    about address 0, across the wrap from 2^64 - 1, and half where the registers happen to point (None).
    """
    drawn = splitmix64(number)
    near = drawn >> 8 & 31
    first, last = ARENA - low, ARENA + ARENA_SIZE - 1 - high
    match drawn & 7:
        case 0:
            return None
        case 1:
            return near - 24 & MASK64
        case 2 | 3:
            return ARENA + _PAGE * (1 + (drawn >> 20 & 1)) - near
        case 4:
            return min(first + near, last)
        case 5:
            return max(last - near, first)
        case _:
            return first + (drawn >> 20) % (last - first + 1)


def corner_bytes(address: int, number: int) -> dict[int, int]:
    """In a third of the states: 48 bytes of corner values from 16 below ``address``."""
    if number % 3:
        return {}
    drawn = splitmix64(number ^ 0xC0DE)
    return {(address - 16 + i) & MASK64: _CORNER_BYTES[(drawn >> (i // 8 * 5 & 31)) % len(_CORNER_BYTES)] for i in range(48)}
