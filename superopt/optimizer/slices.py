"""Slices: short runs of a window, with what a replacement must preserve and what it may use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from semantics.assembler import Instruction
from semantics.block import effects
from semantics.canonical import Canonical, canonicalise
from semantics.frames import DeadStack, dead_stack_after
from semantics.items import Item
from semantics.liveset import LiveSet
from semantics.locations import GENERAL, VECTORS, WIDTHS
from semantics.needs import needs

MAX_REST = 128  # items up to the return that are followed in search of dead stack bytes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a window's place in its function decides.

    Attributes:
        live: what is live after the window.
        scratch: registers that may be overwritten where they are dead.
        fixed: registers that may not even be written and restored.
        rest: the items from the window to the block's return, where stack memory may be found dead; else None.
    """

    live: LiveSet
    scratch: frozenset[str]
    fixed: frozenset[str]
    rest: tuple[Item, ...] | None


@dataclass(frozen=True, slots=True)
class Slice:
    """``instructions[start:stop]`` of a window, in canonical form.

    ``scratch`` are registers that a replacement may use besides the slice's own.
    """

    start: int
    stop: int
    canonical: Canonical
    scratch: tuple[str, ...]
    dead_stack: DeadStack | None

    @property
    def spare(self) -> tuple[int, int]:
        """How many further general and vector registers there are."""
        general = sum(name[0] == "x" for name in self.scratch)
        return general, len(self.scratch) - general


def spans(length: int, sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The slices to try in a window: the whole if some size allows it, then each shorter size, covering it with overlap."""
    if length <= max(sizes):
        yield 0, length
    for size in dict.fromkeys(sizes):
        if not 2 <= size < length:
            continue
        starts = [*range(0, length - size, max(size // 2, 1)), length - size]
        for start in dict.fromkeys(starts):
            yield start, start + size


def live_points(window: Sequence[Instruction], surroundings: Surroundings) -> list[LiveSet]:
    """``result[i]`` is what is live before instruction i of the window; the last entry, after it."""
    live = surroundings.live.mask
    points = [LiveSet(live)]
    for instruction in reversed(window):
        live = needs(instruction).before(live)
        points.append(LiveSet(live))
    points.reverse()
    return points


def cut(window: Sequence[Instruction], start: int, stop: int, live: LiveSet, surroundings: Surroundings) -> Slice:
    """The slice, with its live-outs and scratch registers; ``live`` is what is live after it."""
    part = tuple(window[start:stop])
    named = {location for i in part for location in (*effects(i).reads, *effects(i).writes)} & set(WIDTHS)
    # A register that nobody may overwrite counts as live, whole, even where its value is not needed.
    kept = {name: WIDTHS[name] for name in named if name in GENERAL or name in VECTORS if name not in surroundings.scratch}
    whole = live | LiveSet.of({name: bits for name, bits in kept.items() if not _writes(part, name)})
    canonical = canonicalise(part, whole | LiveSet.of({"mem": 1, "sp": 64}))
    free = [
        name
        for name in (*GENERAL, *VECTORS)
        if name in surroundings.scratch and name not in named and name not in live and name not in surroundings.fixed
    ]
    rest = surroundings.rest
    near = rest is not None and len(window) - stop + len(rest) <= MAX_REST
    dead_stack = dead_stack_after((*window[stop:], *rest)) if rest is not None and near else None
    return Slice(start, stop, canonical, tuple(free), dead_stack)


def _writes(part: Sequence[Instruction], name: str) -> bool:
    return any(name in effects(instruction).writes for instruction in part)


def respects(candidate: Sequence[Instruction], surroundings: Surroundings) -> bool:
    """Whether a replacement leaves alone what it must not even write and restore."""
    return not any(effects(instruction).writes & surroundings.fixed for instruction in candidate)
