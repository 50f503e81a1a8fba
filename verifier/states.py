"""Concrete initial states for screening and tests, drawn to show differences that uniform numbers hide.

A third of the samples are made mostly of corner values, a third mostly of uniform ones, the rest of everything or of
few distinct values. Registers that serve as addresses overlap in most samples, in every way that two small accesses
can. Every value is a pure function of seed, location, row and whether the location is a pointer; it depends neither on
how many rows or which other locations are asked for, nor on numpy's generators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from semantics.locations import FLAGS, GENERAL, LOCATIONS, VECTORS
from semantics.machine import MachineState
from semantics.memory_image import MASK64, MemoryImage, splitmix64, splitmix64_array
from verifier.corners import float_corners, halfway, lane_corners, not_finite

type Words = NDArray[np.uint64]
type Column = Words | tuple[Words, Words]
"""One value for each row: 64-bit registers as they are, flags as 0 or 1, vectors as their low and high halves."""

MEMORY_SEED = "memory"
"""Key of the column of seeds for `MemoryImage`."""


def _words(values: Sequence[int]) -> Words:
    return np.array([value & MASK64 for value in values], dtype=np.uint64)


_FAMOUS = _words(
    [0, 0, 1, 1, -1, -1, -2, 2, 3, 10]
    + [sign * corner for width in (8, 16, 32, 64) for corner in lane_corners(width)[4:9] for sign in (1, -1)]
    + [1 << 32, (1 << 32) + 1, (1 << 33) - 1, -(1 << 31), -(1 << 15), -(1 << 7)]
    + [
        (1 << 24) + 1,
        (1 << 53) + 1,
        (1 << 54) + 6,
        -(1 << 53) - 1,
        (1 << 63) - (1 << 9),
        -(1 << 10),
        0x3FF << 52,
        0xFFF1 << 48,
        0x7FF8 << 48,
    ]
    + [0x5555555555555555, 0xAAAAAAAAAAAAAAAA, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0x00FF00FF00FF00FF]
    + [0x0101010101010101, 0x8080808080808080, 0x7F7F7F7F7F7F7F7F, 0x0123456789ABCDEF]
)
_BITS = _words([value for k in range(64) for value in (1 << k, ~(1 << k), (1 << k) - 1, -(1 << k))])
_CORNERS_32 = _words(lane_corners(32) + [0x55555555, 0xAAAAAAAA, 0xFF, 0xFFFF, 0x7FFF, 0x8000] + [1 << k for k in range(32)])
_INTEGER_LANES = {width: _words(lane_corners(width)) for width in (8, 16, 32, 64)}
_FORMATS = ((16, 10), (32, 23), (64, 52))
_FLOAT_LANES = {width: _words(float_corners(width, mantissa)) for width, mantissa in _FORMATS}
_HALF_LANES = {width: _words(halfway(width, mantissa)) for width, mantissa in _FORMATS}
_SPECIAL_LANES = {width: _words(not_finite(width, mantissa)) for width, mantissa in _FORMATS}

# Kinds of value by kind of row (corners, uniform, everything, few distinct values); listed twice, drawn twice as often.
_UNIFORM, _FAMOUS_KIND, _BIT, _DIRTY, _SPARSE, _DENSE, _SMALL, _RELATED, _EQUAL = range(9)
_KINDS = np.array(
    [
        [_FAMOUS_KIND, _FAMOUS_KIND, _FAMOUS_KIND, _BIT, _BIT, _DIRTY, _DIRTY, _RELATED, _SMALL, _UNIFORM],
        [_UNIFORM, _UNIFORM, _UNIFORM, _UNIFORM, _UNIFORM, _UNIFORM, _SPARSE, _DENSE, _SMALL, _RELATED],
        [_UNIFORM, _FAMOUS_KIND, _BIT, _DIRTY, _SPARSE, _DENSE, _SMALL, _SMALL, _RELATED, _EQUAL],
        [_EQUAL, _EQUAL, _EQUAL, _EQUAL, _EQUAL, _EQUAL, _RELATED, _RELATED, _SMALL, _FAMOUS_KIND],
    ],
    dtype=np.intp,
)

_ROW_KINDS = _words([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3])

# Streams that are no location's own; locations use their index in LOCATIONS.
_TAG_ROWS, _TAG_SHARED, _TAG_FLAGS, _TAG_LAYOUT, _TAG_MEMORY, _TAG_CONTENT = range(1000, 1006)


class _Stream:
    """A source of columns: counter-based, so that row `i` is the same however many rows there are."""

    def __init__(self, seed: int, tag: int, count: int) -> None:
        self._key = splitmix64((seed ^ splitmix64(tag)) & MASK64)
        self._rows = np.arange(count, dtype=np.uint64)

    def words(self) -> Words:
        """Uniform 64-bit values."""
        self._key = splitmix64(self._key)
        return splitmix64_array(self._rows + np.uint64(self._key))

    def below(self, limit: int) -> Words:
        """Uniform values from 0 to `limit` - 1; `limit` is at most 2^32."""
        return ((self.words() >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32)

    def pick(self, table: Words) -> Words:
        """Uniform choices from `table`."""
        return table[self.below(len(table))]

    def choose(self, alternatives: Sequence[Words]) -> Words:
        """Row by row one of the alternatives."""
        return _select(self.below(len(alternatives)).astype(np.intp), alternatives)


def _select(index: NDArray[np.intp], alternatives: Sequence[Words]) -> Words:
    return np.stack(alternatives)[index, np.arange(len(index))]


def _general(stream: _Stream, rows: NDArray[np.intp], shared: Sequence[Words]) -> Words:
    """One 64-bit register that is not used as an address."""
    kind = _KINDS[rows, stream.below(_KINDS.shape[1])]
    one, high = np.uint64(1), np.uint64(0xFFFFFFFF00000000)
    base = stream.choose(shared)
    alternatives = {
        _UNIFORM: stream.words(),
        _FAMOUS_KIND: stream.pick(_FAMOUS),
        _BIT: stream.pick(_BITS),
        _DIRTY: stream.pick(_CORNERS_32) | (stream.words() & high),
        _SPARSE: stream.words() & stream.words() & stream.words(),
        _DENSE: stream.words() | stream.words() | stream.words(),
        _SMALL: stream.below(67),
        _RELATED: stream.choose((base, base, base + one, base - one, ~base, ~base + one, base & ~high)),
        _EQUAL: stream.choose(shared[:2]),
    }
    return _select(kind, [alternatives[index] for index in range(len(alternatives))])


def _lanes(stream: _Stream, table: Words, width: int) -> Words:
    result = stream.pick(table)
    for shift in range(width, 64, width):
        result = result | (stream.pick(table) << np.uint64(shift))
    return result


def _ordinary_floats(stream: _Stream, width: int) -> Words:
    """Numbers of like magnitude, with full and with short mantissas, so that sums round, cancel and compare equal."""
    exponents, first, mantissa = {32: (8, 0x7C, 23), 64: (8, 0x3FC, 52)}[width]
    result = np.zeros_like(stream.words())
    for shift in range(0, 64, width):
        bits = stream.choose((stream.words(), stream.below(8) << np.uint64(61))) >> np.uint64(64 - mantissa)
        exponent = (stream.below(exponents) + np.uint64(first)) << np.uint64(mantissa)
        sign = stream.below(2) << np.uint64(width - 1)
        result = result | ((sign | exponent | bits) << np.uint64(shift))
    return result


def _floats(stream: _Stream, width: int) -> Words:
    """Corners, halfway values, or infinities and NaNs in all lanes."""
    corners = _lanes(stream, _FLOAT_LANES[width], width)
    return stream.choose((corners, corners, _lanes(stream, _HALF_LANES[width], width), _lanes(stream, _SPECIAL_LANES[width], width)))


def _vector(stream: _Stream, rows: NDArray[np.intp], shared: Sequence[Words], common: NDArray[np.intp]) -> tuple[Words, Words]:
    """One 128-bit register. Both halves have lanes of the same kind; in half of the rows all registers have, `common`."""
    kind = stream.below(_VECTOR_KINDS).astype(np.intp)
    kind = np.where(common < _VECTOR_KINDS, common, kind)
    equal_halves = stream.below(4) == 0
    halves: list[Words] = []
    for _ in range(2):
        corners = [_lanes(stream, table, width) for width, table in _INTEGER_LANES.items()]
        floats = [_floats(stream, width) for width in (16, 32, 64, 32, 64)]
        ordinary = [_ordinary_floats(stream, width) for width in (32, 64)]
        halves.append(_select(kind, [*corners, *floats, *ordinary, *shared[:2], stream.words()]))
    low, high = halves
    uniform = (rows == 1) & (stream.below(4) != 0)
    low = np.where(uniform, stream.words(), low)
    high = np.where(uniform, stream.words(), np.where(equal_halves, low, high))
    return low, high


_VECTOR_KINDS = 14

_STEPS = _words([0, 0, 0, 8, -8, 16, -16, 4, -4, 2, 32, -32, 12, 24, 48, 64, 4096])


class _Layout:
    """Where pointers point: in most rows all into one small region, in some each into its own, in some a mixture."""

    def __init__(self, seed: int, count: int) -> None:
        stream = _Stream(seed, _TAG_LAYOUT, count)
        self._mode = stream.below(8)  # 0: all apart, 1: a mixture, else: all together
        page = _far_pages(stream)
        aligned = stream.below(256) << np.uint64(4)
        edge = np.uint64(4096) - stream.below(48)
        start = np.zeros_like(page)
        offset = stream.choose((aligned, aligned, aligned | np.uint64(8), edge, start, stream.below(4096)))
        self._base = page + offset

    def pointer(self, stream: _Stream) -> Words:
        """A register used as an address."""
        odd = stream.below(31) - np.uint64(15)
        near = self._base + stream.choose((stream.pick(_STEPS), stream.pick(_STEPS), odd, stream.below(64), np.uint64(0) * odd))
        far = _far_pages(stream) + stream.choose((stream.below(512) << np.uint64(3), stream.below(4096)))
        apart = (self._mode == 0) | ((self._mode == 1) & (stream.below(2) == 0))
        return np.where(apart, far, near)

    def stack_pointer(self, stream: _Stream) -> Words:
        """The stack pointer used as an address: a multiple of 16, in a third of the rows near the other pointers."""
        near = self._base + (stream.below(16) << np.uint64(4)) - np.uint64(128)
        far = _far_pages(stream) + (stream.below(256) << np.uint64(4))
        return np.where(stream.below(3) == 0, near, far) & ~np.uint64(15)


def _far_pages(stream: _Stream) -> Words:
    """Pages: of user programs mostly, but also anywhere in the 64 bits. Never the lowest 1 MiB, where code is."""
    anywhere, user = stream.words(), stream.words() & np.uint64(0x0000FFFFFFFFFFFF)
    return (np.where(stream.below(8) == 0, anywhere, user) | np.uint64(1 << 24)) & ~np.uint64(4095)


def random_columns(count: int, seed: int, locations: Sequence[str], pointers: Sequence[str] = ()) -> dict[str, Column]:
    """`count` initial values for each location, and under MEMORY_SEED those of the memory seed.

    `pointers` are the x registers (or "sp") among the locations that serve as base addresses. Rows 0 and 1 hold 0 and
    all ones in every location that is no pointer. All 16 settings of n, z, c, v occur in every 16 rows. Raises
    ValueError for names that are not locations, and pointers that are not 64 bits wide.
    """
    _check_names(locations, pointers)
    kinds = _Stream(seed, _TAG_ROWS, count).pick(_ROW_KINDS).astype(np.intp)
    source = _Stream(seed, _TAG_SHARED, count)
    shared = [
        source.words(),
        source.pick(_FAMOUS),
        source.choose((source.pick(_BITS), source.below(64), source.words())),
    ]
    common = source.below(2 * _VECTOR_KINDS).astype(np.intp)
    layout = _Layout(seed, count) if pointers else None
    columns: dict[str, Column] = {MEMORY_SEED: _Stream(seed, _TAG_MEMORY, count).words()}
    flags = _flag_columns(seed, count)
    for location in locations:
        stream = _Stream(seed, LOCATIONS.index(location), count)
        if layout is not None and location in pointers:
            columns[location] = layout.stack_pointer(stream) if location == "sp" else layout.pointer(stream)
        elif location in FLAGS:
            columns[location] = flags[location]
        elif location in VECTORS:
            low, high = _vector(stream, kinds, shared, common)
            columns[location] = (_plain_rows(low), _plain_rows(high))
        else:
            columns[location] = _plain_rows(_general(stream, kinds, shared))
    return columns


def _plain_rows(column: Words) -> Words:
    column[:1] = 0
    column[1:2] = MASK64
    return column


def _check_names(locations: Sequence[str], pointers: Sequence[str]) -> None:
    for location in locations:
        if location not in LOCATIONS:
            raise ValueError(f"no such location: {location!r}")
    for pointer in pointers:
        if pointer not in GENERAL and pointer != "sp":
            raise ValueError(f"not a register that can hold an address: {pointer!r}")


def _flag_columns(seed: int, count: int) -> Mapping[str, Words]:
    """Every 16 rows run through all settings, each time in another order."""
    groups = _Stream(seed, _TAG_FLAGS, count // 16 + 1).words()
    row = np.arange(count, dtype=np.uint64)
    key = groups[row >> np.uint64(4)]
    # An odd multiplier and an offset permute the numbers below 16.
    nzcv = (row * (key | np.uint64(1)) + (key >> np.uint64(8))) & np.uint64(15)
    return {name: (nzcv >> np.uint64(3 - i)) & np.uint64(1) for i, name in enumerate(FLAGS)}


def random_states(count: int, seed: int, *, pointers: Sequence[str] = ()) -> list[MachineState]:
    """`count` whole machine states: the rows of `random_columns` over every location.

    In a third of the states with pointers, the memory about the pointers holds corner values rather than noise.
    """
    columns = random_columns(count, seed, LOCATIONS, pointers)
    x = [_scalars(columns[name]) for name in GENERAL]
    sp, n, z, c, v, memory = (_scalars(columns[name]) for name in ("sp", *FLAGS, MEMORY_SEED))
    vectors = [_wide(columns[name]) for name in VECTORS]
    contents = _contents(count, seed)
    states: list[MachineState] = []
    for i in range(count):
        registers = tuple([column[i] for column in x])
        bases = [sp[i] if name == "sp" else registers[int(name[1:])] for name in pointers]
        overrides = _words_around(bases, contents[i]) if i % 3 == 2 else {}
        image = MemoryImage(memory[i], overrides)
        vector = tuple([column[i] for column in vectors])
        states.append(MachineState(registers, sp[i], n[i], z[i], c[i], v[i], vector, image))
    return states


_CONTENT_WORDS = 12


def _contents(count: int, seed: int) -> list[list[int]]:
    stream = _Stream(seed, _TAG_CONTENT, count)
    columns: list[list[int]] = []
    for _ in range(_CONTENT_WORDS):
        kinds = (stream.pick(_FAMOUS), _lanes(stream, _CORNERS_32, 32), stream.pick(_BITS))
        columns.append(_scalars(stream.choose(kinds)))
    return [list(row) for row in zip(*columns, strict=True)]


def _words_around(bases: Sequence[int], words: Sequence[int]) -> dict[int, int]:
    """Bytes that put `words` one after the other around each base, from 16 bytes below it."""
    content = b"".join(word.to_bytes(8, "little") for word in words)
    return {(base - 16 + i) & MASK64: byte for base in bases for i, byte in enumerate(content)}


def _scalars(column: Column) -> list[int]:
    if isinstance(column, tuple):
        raise TypeError("a vector register where a 64-bit one is needed")
    return column.tolist()


def _wide(column: Column) -> list[int]:
    if not isinstance(column, tuple):
        raise TypeError("a 64-bit register where a vector is needed")
    return [low | high << 64 for low, high in zip(column[0].tolist(), column[1].tolist(), strict=True)]
