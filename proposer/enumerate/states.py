"""Concrete initial states on which the search observes blocks: corners, noise, and pointers that overlap.

A *universe* holds every state; the search works on a *selection* of its rows and takes over further rows in which a
wrong candidate was found out. Each column is a pure function of the seed and the input's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from semantics.locations import FLAGS, VECTORS
from semantics.memory_image import MASK64, splitmix64, splitmix64_array

type Array = NDArray[np.uint64]
type Column = Array | tuple[Array, ...]
"""One value a state: words of at most 64 bits as they are, wider ones in limbs of 64 bits, the low first."""

_UNIFORM_ROWS = 2  # the first rows are noise in every column: they tell most things apart
_WALK = 256  # the row from which on each column goes through all single bits, their complements and masks
_KINDS = 8
_CORNERS = [
    value & MASK64
    for width in (8, 16, 32, 64)
    for corner in (1 << (width - 1), (1 << (width - 1)) - 1, (1 << width) - 1, (1 << width) - 2, (1 << width // 2) - 1)
    for value in (corner, corner + 1, ~corner)
] + [0, 0, 1, 1, 2, 3, 10, MASK64, MASK64 - 1, 0x5555555555555555, 0x0123456789ABCDEF, 0x8080808080808080]
_BITS = [v & MASK64 for k in range(64) for v in (1 << k, ~(1 << k), (1 << k) - 1, -(1 << k), (1 << k) + 1)]


def _words(values: Sequence[int]) -> Array:
    return np.array(values, dtype=np.uint64)


class Universe:
    """Rows of initial values for every input of a block.

    ``pointers`` are the inputs that addresses are computed from: they lie apart in two rows of three, and within a
    few bytes of each other in the third.
    """

    def __init__(self, count: int, seed: int, pointers: frozenset[str] = frozenset()) -> None:
        self.count = count
        self._seed = splitmix64(seed & MASK64)
        self._pointers = pointers
        self._rows = np.arange(count, dtype=np.uint64)
        self._known: dict[tuple[str, int], Column] = {}
        self.seeds = self._noise("memory seed")
        self.plain_memory = self._rows % np.uint64(2) == 0

    def column(self, name: str, width: int) -> Column:
        """The initial values of an input."""
        key = (name, width)
        if key not in self._known:
            self._known[key] = self._draw(name, width)
        return self._known[key]

    def _draw(self, name: str, width: int) -> Column:
        if name in VECTORS or width > 64:
            return tuple(self._general(f"{name}.{i}") for i in range((width + 63) // 64))
        if name in self._pointers or name.startswith("label:"):
            return self._pointer(name)
        column = self._noise(name) if name in FLAGS else self._general(name)
        return column & np.uint64((1 << width) - 1)

    def _noise(self, name: str) -> Array:
        digest = hashlib.sha256(name.encode()).digest()
        return splitmix64_array(self._rows + np.uint64(int.from_bytes(digest[:8], "little") ^ self._seed))

    def _general(self, name: str) -> Array:
        noise, more, choice = self._noise(name), self._noise(name + "'"), self._noise(name + "?") >> np.uint64(32)
        shared = self._noise("shared")
        corners, bits = _words(_CORNERS), _words(_BITS)
        corner = corners[(more % np.uint64(len(corners))).astype(np.intp)]
        near = np.stack([shared, shared + np.uint64(1), shared - np.uint64(1), ~shared])
        kinds = [
            noise,
            noise,
            corner,
            bits[(more % np.uint64(len(bits))).astype(np.intp)],
            noise % np.uint64(67),
            near[(more % np.uint64(4)).astype(np.intp), np.arange(self.count)],
            (noise << np.uint64(32)) | (corner & np.uint64(0xFFFFFFFF)),
            noise & more & shared,
        ]
        column = np.stack(kinds)[(choice % np.uint64(_KINDS)).astype(np.intp), np.arange(self.count)]
        walk = slice(_WALK, _WALK + len(bits))  # every pattern once, so that no single bit is missed
        column[walk] = bits[((self._rows[walk] + noise[0]) % np.uint64(len(bits))).astype(np.intp)]
        column[:_UNIFORM_ROWS] = noise[:_UNIFORM_ROWS]
        column[_UNIFORM_ROWS : _UNIFORM_ROWS + 2] = _words([0, MASK64])
        return column

    def _pointer(self, name: str) -> Array:
        user = np.uint64(0x0000FFFFFFFFFFF0)
        far, close = self._noise(name) & user, self._noise("page") & user
        step = (self._noise(name + "'") % np.uint64(9)) * np.uint64(4)
        odd = self._noise(name + "?") % np.uint64(17)
        close = close + np.where(self._rows % np.uint64(6) == 0, odd, step)
        apart = self._rows % np.uint64(3) != 0
        if name == "sp":
            return np.where(apart, far, close) & ~np.uint64(15)
        return np.where(apart, far, close)


def initial_memory(seeds: Array, plain: NDArray[np.bool_], address: Array) -> Array:
    """The 8 bytes of initial memory at each address: noise where ``plain``, elsewhere corner values among it."""
    first, shift = address >> np.uint64(3), (address & np.uint64(7)) << np.uint64(3)
    low = _granule(seeds, plain, first)
    high = _granule(seeds, plain, (first + np.uint64(1)) & np.uint64(MASK64 >> 3))
    return (low >> shift) | (high << np.uint64(1) << (np.uint64(63) - shift))


def _granule(seeds: Array, plain: NDArray[np.bool_], index: Array) -> Array:
    noise = splitmix64_array(index ^ seeds)
    more = splitmix64_array(noise)
    corners = _words(_CORNERS)
    choices = np.stack(
        [
            noise,
            np.zeros_like(noise),
            more >> np.uint64(8) & np.uint64(0x0000000300000003),
            corners[(more % np.uint64(len(corners))).astype(np.intp)],
        ]
    )
    picked = np.where(plain, np.uint64(0), more >> np.uint64(62)).astype(np.intp)
    return np.take_along_axis(choices, picked[None, :], axis=0)[0]


class Selection:
    """Some rows of a universe."""

    def __init__(self, universe: Universe, rows: Sequence[int]) -> None:
        self.universe = universe
        self.rows = tuple(rows)
        self._index = np.array(rows, dtype=np.intp)
        self._known: dict[tuple[str, int], Column] = {}
        self.seeds: Array = universe.seeds[self._index]
        self._plain_memory = universe.plain_memory[self._index]

    @property
    def count(self) -> int:
        """How many states there are."""
        return len(self.rows)

    def column(self, name: str, width: int) -> Column:
        """The initial values of an input."""
        key = (name, width)
        if key not in self._known:
            whole = self.universe.column(name, width)
            picked = tuple(limb[self._index] for limb in whole) if isinstance(whole, tuple) else whole[self._index]
            self._known[key] = picked
        return self._known[key]

    def memory(self, address: Array, size: int) -> Array:
        """``size`` (1 to 8) bytes of the initial memory at an address in each state, little-endian."""
        return initial_memory(self.seeds, self._plain_memory, address) & np.uint64((1 << 8 * size) - 1)

    def byte(self, row: int, address: int) -> int:
        """One byte of the initial memory in one state."""
        rows = slice(row, row + 1)
        return int(initial_memory(self.seeds[rows], self._plain_memory[rows], _words([address]))[0]) & 0xFF

    def with_rows(self, rows: Sequence[int]) -> Selection:
        """As many states, the last ones replaced by ``rows``; states replaced before are kept while there is room."""
        fresh = [row for row in rows if row not in self.rows]
        kept = (*self.rows[: self.count // 2], *fresh, *self.rows[self.count // 2 :])
        return Selection(self.universe, kept[: self.count])
