"""What an uninterpreted function is taken to be in concrete runs: one fixed pseudo-random function.

A proof holds for every interpretation of a ``uf`` word; a concrete run has to choose one. This
choice mixes the name, the result's width, the arguments' widths and their values with
SplitMix64, so that unequal calls practically always differ. A difference seen under it is a
difference under *some* interpretation: it refutes equality of the words, and says nothing about
the operation that the function stands for.
"""

from __future__ import annotations

from collections.abc import Sequence

from semantics.memory_image import splitmix64

MASK64 = (1 << 64) - 1


def seed_of(name: str, width: int, widths: Sequence[int]) -> int:
    """The 64-bit start of the mixing: the function's name and type."""
    state = splitmix64(width)
    for part in (*name.encode(), 0x100, *(0x200 + w for w in widths)):
        state = splitmix64(state ^ part)
    return state


def uninterpreted(name: str, width: int, widths: Sequence[int], values: Sequence[int]) -> int:
    """The value of ``name`` at ``values`` (of ``widths`` bits), below ``2**width``.

    Each argument is absorbed in pieces of 64 bits, the low first; piece ``i`` of the result is
    ``splitmix64(state ^ i)`` with ``i`` counted from 1.
    """
    state = seed_of(name, width, widths)
    for value, bits in zip(values, widths, strict=True):
        for low in range(0, bits, 64):
            state = splitmix64(state ^ (value >> low & MASK64))
    pieces = (splitmix64(state ^ (i + 1)) << (64 * i) for i in range((width + 63) // 64))
    return sum(pieces) & ((1 << width) - 1)
