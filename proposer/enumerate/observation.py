"""Observational equivalence: does a candidate do what the block does, in every state that is looked at?

This decides what is worth proposing, no more; the contract is judged elsewhere, for all states.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from proposer.enumerate.execution import Lanes, Touch, Way, run
from proposer.enumerate.states import Array, Column, Selection
from semantics.assembler import Instruction
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.locations import WIDTHS
from semantics.memory_image import MASK64

type Rows = NDArray[np.bool_]
type Ranges = tuple[tuple[int, int], ...]
"""Start addresses and sizes in bytes."""

_MAX_REPLAYED = 96  # states in which memory is compared byte by byte


class Observation:
    """A block's behaviour in some states, and comparison with candidates."""

    def __init__(self, states: Selection, block: Sequence[Instruction], live_out: LiveSet, *, dead_stack: DeadStack | None) -> None:
        self.states = states
        self.block = tuple(block)
        self.live_out = live_out
        self.dead_stack = dead_stack
        self.trail = run(Lanes(states), self.block)

    @property
    def final(self) -> Lanes:
        """The states after the block."""
        return self.trail[-1]

    def run(self, candidate: Sequence[Instruction]) -> Lanes:
        """The states after a candidate; what it shares with the start of the block is not run again."""
        shared = 0
        while shared < min(len(candidate), len(self.block)) and candidate[shared] == self.block[shared]:
            shared += 1
        return run(self.trail[shared], candidate[shared:])[-1]

    def differing(self, candidate: Sequence[Instruction], enough: int | None = None) -> Rows:
        """The states in which the candidate's outcome differs from the block's; ``enough`` of them will do."""
        return self.compare(self.run(candidate), enough)

    def compare(self, other: Lanes, enough: int | None = None) -> Rows:
        """The states in which ``other`` is a different outcome; ``enough`` of them will do."""
        enough = self.states.count if enough is None else enough
        rows: Rows = np.zeros(self.states.count, dtype=np.bool_)
        for location, bits in self.live_out.items():
            if location in WIDTHS:
                rows |= _unequal(self.final.get(location), other.get(location), bits)
        rows |= _ways_differ(self.final.way, other.way, self.states.count)
        if rows.sum() < enough:
            self._compare_memory(other.touches, rows, enough)
        return rows

    def _compare_memory(self, touches: Sequence[Touch], rows: Rows, enough: int) -> None:
        """Add states in which memory differs; accesses that are not the same one by one are looked at in some states only."""
        mine, found = self.final.touches, int(rows.sum())
        if _same_touches(mine, touches):
            return
        equal = np.flatnonzero(~rows)
        for row in equal[:: max(len(equal) // _MAX_REPLAYED, 1)]:
            rows[row] = self._differs_in(int(row), mine, touches)
            found += int(rows[row])
            if found >= enough:
                return

    def _differs_in(self, row: int, mine: Sequence[Touch], other: Sequence[Touch]) -> bool:
        dead = self._dead(row, self.dead_stack) if self.dead_stack is not None else ()
        if not _within(row, mine, other, dead):
            return True
        if "mem" not in self.live_out:
            return False
        before, after = _written(row, mine), _written(row, other)
        for address in before.keys() | after.keys():
            if _in(address, dead):
                continue
            stored = before.get(address), after.get(address)
            if stored[0] != stored[1] and (None not in stored or self.states.byte(row, address) not in stored):
                return True
        return False

    def _dead(self, row: int, dead_stack: DeadStack) -> Ranges:
        """The block's own frame below its final stack pointer, and what else is dead."""
        stack = [_at(self.states.column("sp", 64), row), _at(self.final.get("sp"), row)]
        depths = [_signed(int(touch.sp[row]) - stack[0]) for touch in self.final.touches]
        final = _signed(stack[1] - stack[0])
        low = min([0, final, *depths])
        below = (stack[0] + low) & MASK64, final - low
        return below, *((stack[1] + start, stop - start) for start, stop in dead_stack.ranges)


def _in(address: int, ranges: Ranges) -> bool:
    return any((address - start) & MASK64 < size for start, size in ranges)


def _at(column: Column, row: int) -> int:
    return int((column[0] if isinstance(column, tuple) else column)[row])


def _signed(value: int) -> int:
    value &= MASK64
    return value - (1 << 64) if value >> 63 else value


def _unequal(left: Column, right: Column, bits: int) -> Rows:
    if isinstance(left, tuple) and isinstance(right, tuple):
        parts = [_unequal(a, b, bits - 64 * i) for i, (a, b) in enumerate(zip(left, right, strict=True)) if bits > 64 * i]
        return np.logical_or.reduce(parts)
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise TypeError("columns of different kinds")
    return ((left ^ right) & np.uint64((1 << min(bits, 64)) - 1)) != 0


def _ways_differ(left: Way | None, right: Way | None, count: int) -> Rows:
    nowhere: Array = np.zeros(count, dtype=np.uint64)
    taken = (left.taken if left else nowhere, right.taken if right else nowhere)
    rows = taken[0] != taken[1]
    if left is None or right is None:
        return rows
    if left.kind != right.kind or left.target != right.target or (left.computed is None) != (right.computed is None):
        return rows | (taken[0] != 0)
    if left.computed is not None and right.computed is not None:
        rows |= (taken[0] != 0) & (left.computed != right.computed)
    return rows


def _same_touches(left: Sequence[Touch], right: Sequence[Touch]) -> bool:
    """Whether the same accesses happen in the same order; those left out at the end do not count as the same."""
    if len(left) != len(right):
        return False
    for a, b in zip(left, right, strict=True):
        if (a.kind, a.size) != (b.kind, b.size):
            return False
        if not (np.array_equal(a.address, b.address) and np.array_equal(a.value, b.value) and np.array_equal(a.sp, b.sp)):
            return False
    return True


def _written(row: int, touches: Sequence[Touch]) -> dict[int, int]:
    stored: dict[int, int] = {}
    for touch in touches:
        if touch.kind == "write":
            address, value = int(touch.address[row]), int(touch.value[row])
            for i in range(touch.size):
                stored[(address + i) & MASK64] = value >> (8 * i) & 0xFF
    return stored


def _within(row: int, mine: Sequence[Touch], other: Sequence[Touch], dead: Ranges) -> bool:
    """Whether the candidate touches only what the block touches, and no nearer to what lies below the stack pointer."""
    by_byte: dict[int, list[tuple[str, int]]] = {}
    for touch in mine:
        for i in range(touch.size):
            by_byte.setdefault((int(touch.address[row]) + i) & MASK64, []).append((touch.kind, int(touch.sp[row])))
    for touch in other:
        sp = int(touch.sp[row])
        for i in range(touch.size):
            byte = (int(touch.address[row]) + i) & MASK64
            exempt = touch.kind == "write" and _in(byte, dead)
            if not any(_allows(kind, before, touch.kind, sp, byte, exempt) for kind, before in by_byte.get(byte, ())):
                return False
    return True


def _allows(kind: str, before: int, wanted: str, sp: int, byte: int, exempt: bool) -> bool:
    if wanted == "write" and kind == "read":
        return False
    raised = _signed(sp - before)
    return raised <= 0 or exempt or (byte - before) & MASK64 >= raised
