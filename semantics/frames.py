"""Stack memory that nobody will look at again: which bytes are dead at a point in front of a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from semantics.assembler import Instruction
from semantics.block import step
from semantics.items import Item
from semantics.memory import MemoryTooEntangled, distance
from semantics.state import INITIAL, State

MAX_FRAME = 1 << 16  # bytes; larger frames are left alone


@dataclass(frozen=True, slots=True)
class DeadStack:
    """Stack bytes whose contents do not matter after a block.

    Attributes:
        ranges: half-open ranges of bytes at or above the final stack pointer, as offsets from it.

    The bytes between the lowest stack pointer that the block reached and its final one are always among them.
    """

    ranges: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return "dead-stack" + "".join(f"+{low}..{high}" for low, high in self.ranges)


def dead_stack_after(rest: Sequence[Item]) -> DeadStack | None:
    """What of the frame is dead before ``rest``, the items from here to a return, or None if that is not known.

    At the return itself memory below sp is dead (AAPCS64 6.2.2). A byte that ``rest`` reads first is not dead, and a
    read at an address that is not a known distance from sp may be of any byte.
    """
    state = State()
    for item in rest:
        if not isinstance(item, Instruction) or state.exit is not None:
            return None
        try:
            step(state, item)
        except MemoryTooEntangled:
            return None
    raised = distance(state.get("sp"), INITIAL["sp"])
    if state.exit is None or state.exit.kind != "return" or raised is None or not 0 <= raised <= MAX_FRAME:
        return None
    needed, overwritten = set[int](), set[int]()
    for access in state.accesses:
        offset = distance(access.address, INITIAL["sp"])
        touched = range(offset, offset + access.size) if offset is not None else None
        if access.kind == "write":
            overwritten.update(touched or ())
        elif touched is None or touched.start < 0:
            return None
        else:
            needed.update(place for place in touched if place not in overwritten)
    return DeadStack(tuple(_ranges([place for place in range(raised) if place not in needed])))


def _ranges(places: Sequence[int]) -> list[tuple[int, int]]:
    found = list[tuple[int, int]]()
    for place in places:
        if found and found[-1][1] == place:
            found[-1] = found[-1][0], place + 1
        else:
            found.append((place, place + 1))
    return found
