"""The differential run by Hypothesis: states drawn so that pointers overlap, and a difference shrunk to a small state.

Slower than the fixed states of :mod:`verifier.differential`, a few milliseconds a state, and worth it where a person
reads the result. The shrunk state has as few non-zero registers and as small values as Hypothesis finds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from semantics.assembler import Instruction
from semantics.block import execute
from semantics.errors import SemanticsError
from semantics.liveset import LiveSet
from semantics.locations import FLAGS, GENERAL, LOCATIONS, VECTORS, WIDTHS
from semantics.machine import MachineState
from semantics.memory_image import MASK64, MemoryImage
from verifier.differential import mentioned
from verifier.observation import Runnable, disagreement
from verifier.screen import pointers as inputs_of_addresses
from verifier.verdict import Difference

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

MOST_ACCESS = 16  # bytes of the widest access, so of the farthest partial overlap
_PAGE = 4096
_FAMOUS = (0, 1, 2, 3, 7, 8, 10, 31, 32, 63, 64, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 32)
_SIGNS = (0x7FFFFFFFFFFFFFFF, 0x8000000000000000, MASK64 - 1, MASK64, 0xFFFFFFFF00000000, 0x5555555555555555, 0x0101010101010101)
_LANES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x3F800000, 0x7F800000, 0x7FC00000, 0x80000000, 0xFFFFFFFF, 0x3FF0000000000000)


def words() -> SearchStrategy[int]:
    """64-bit values: small ones, corners, single bits, anything; they shrink towards 0."""
    from hypothesis import strategies as st

    bit = st.integers(0, 63).map(lambda k: 1 << k)
    return st.one_of(st.sampled_from(_FAMOUS), st.sampled_from(_SIGNS), bit, st.integers(0, MASK64))


def vectors() -> SearchStrategy[int]:
    """128-bit values: lanes with corner values of integers and floats, or anything."""
    from hypothesis import strategies as st

    lanes = st.tuples(*[st.sampled_from(_LANES)] * 4, st.sampled_from((16, 32)))
    return st.one_of(st.integers(0, (1 << 128) - 1), lanes.map(_joined), lanes.map(_joined))


def _joined(lanes: tuple[int, int, int, int, int]) -> int:
    *values, width = lanes
    return sum((value & ((1 << 32) - 1)) << (width * i) for i, value in enumerate(values)) & ((1 << 128) - 1)


def addresses(draw: DrawFn, earlier: Sequence[int]) -> int:
    """One pointer: on its own, or at a distance from an earlier one at which two accesses can meet.

    Distances are 0, a whole access, 1 to 15 bytes and a page. A pointer on its own is anywhere, at the edge of a page, or
    where an access wraps around at 2^64.
    """
    from hypothesis import strategies as st

    near = draw(st.integers(0, 4)) if earlier else 4
    if near == 4:
        page = draw(st.integers(0x1000, (1 << 36) - 1)) * _PAGE
        edge = draw(st.sampled_from((0, 0, _PAGE - 1, _PAGE - 4, _PAGE - 8, _PAGE - 15)))
        return draw(st.sampled_from((page + edge, page + edge, (1 << 64) - 1 - draw(st.integers(0, 31)))))
    base = draw(st.sampled_from(earlier))
    sign = draw(st.sampled_from((1, -1)))
    distance = (
        0,
        draw(st.sampled_from((1, 2, 4, 8, 16, 32))),
        draw(st.integers(1, MOST_ACCESS - 1)),
        draw(st.sampled_from((_PAGE, _PAGE - 8, _PAGE - 1))),
    )[near]
    return (base + sign * distance) & MASK64


def machine_states(registers: Collection[str] | None = None, pointers: Collection[str] = ()) -> SearchStrategy[MachineState]:
    """See :func:`superopt.testing.machine_states`; names are not checked here."""
    from hypothesis import strategies as st

    wanted = LOCATIONS if registers is None else tuple(name for name in LOCATIONS if name in registers or name in pointers)

    @st.composite
    def states(draw: DrawFn) -> MachineState:
        values, found = dict[str, int](), list[int]()
        for name in (name for name in wanted if name in pointers):
            place = addresses(draw, found)
            values[name] = place & ~15 if name == "sp" else place
            found.append(values[name])
        for name in wanted:
            if name not in values:
                kind = st.integers(0, 1) if name in FLAGS else vectors() if name in VECTORS else words()
                values[name] = draw(kind)
        return state_of(values, draw(_memories(tuple(found))))

    return states()


def _memories(around: tuple[int, ...]) -> SearchStrategy[MemoryImage]:
    from hypothesis import strategies as st

    seeds = st.integers(0, 7)
    if not around:
        return seeds.map(MemoryImage)
    place = st.tuples(st.sampled_from(around), st.integers(0, 15)).map(lambda pair: (pair[0] + pair[1]) & MASK64)
    return st.builds(MemoryImage, seeds, st.dictionaries(place, st.sampled_from((0, 1, 0x7F, 0x80, 0xFF)), max_size=4))


def state_of(values: dict[str, int], memory: MemoryImage) -> MachineState:
    """A state with these locations set and all others 0."""
    general, vector = (tuple(values.get(name, 0) for name in names) for names in (GENERAL, VECTORS))
    n, z, c, v = (values.get(name, 0) for name in FLAGS)
    return MachineState(general, values.get("sp", 0), n, z, c, v, vector, memory)


def address_registers(*blocks: Sequence[Instruction]) -> frozenset[str]:
    """The registers whose initial values the blocks' addresses are computed from; empty where a meaning is not known."""
    try:
        found = inputs_of_addresses(*(execute(block) for block in blocks))
    except SemanticsError:
        return frozenset()
    return frozenset(name for name in found if name in GENERAL or name == "sp")


def smallest_difference(
    original: Sequence[Instruction],
    candidate: Sequence[Instruction],
    live_out: LiveSet,
    *,
    dead_stack: bool = False,
    examples: int = 200,
    seed: int = 0,
    pointers: Collection[str] | None = None,
    given: Callable[[MachineState], bool] = lambda state: True,
) -> tuple[MachineState, Difference] | None:
    """A state on which the emulator shows a difference, shrunk; None if none of ``examples`` states shows one.

    ``pointers`` are the registers that hold overlapping addresses: by default those that addresses are computed from.
    Only states that are ``given`` count.
    Raises NotRunnable for blocks that cannot run alone, UnsupportedInstruction for instructions without a meaning.
    """
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import NoSuchExample

    left, right = Runnable.of(original), Runnable.of(candidate)
    bases = address_registers(original, candidate) if pointers is None else frozenset(pointers)

    def differs(state: MachineState) -> bool:
        return given(state) and difference_at(left, right, state, live_out, dead_stack) is not None

    limits = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    )
    try:
        names = mentioned([*original, *candidate])
        state = find(machine_states(names, bases), differs, settings=limits, random=random.Random(seed))
    except NoSuchExample:
        return None
    state = _rounded(state, [name for name in names if name not in bases], differs)
    found = difference_at(left, right, state, live_out, dead_stack)
    return (state, found) if found is not None else None


def _rounded(state: MachineState, names: Sequence[str], differs: Callable[[MachineState], bool]) -> MachineState:
    """The state with round numbers where they do: Hypothesis does not lower one value by raising another."""
    for name in names:
        whole = (1 << WIDTHS[name]) - 1
        for value in (0, 1, whole ^ whole >> 1, whole):
            if state.get(name) == value:
                break
            simpler = state.with_location(name, value)
            if differs(simpler):
                state = simpler
                break
    return state


def difference_at(left: Runnable, right: Runnable, state: MachineState, live_out: LiveSet, dead_stack: bool = False) -> Difference | None:
    """What differs from one initial state; None if nothing does, or if the original faults there."""
    first = left.run(state)
    if first is None:
        return None
    second = right.run(state)
    return disagreement(first, second, live_out, dead_stack=dead_stack) if second is not None else None
