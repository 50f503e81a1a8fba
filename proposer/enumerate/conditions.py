"""Conditions and selections through packed masks: one bit for each state in which something holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from proposer.enumerate.pool import STATES, Pool
from proposer.enumerate.states import Array
from proposer.enumerate.templates import CONDITIONS, Binary, Fixed, Shape
from proposer.enumerate.terms import Leaf

type Masks = NDArray[np.uint64]
type Producer = tuple[Binary, Shape, int, int]  # what sets the flags: operation, shape, left and right entry

_FULL = np.uint64((1 << STATES) - 1)
_MAX_PAIRS = 256  # pairs of selected values that conditions are looked up for


@dataclass(slots=True)
class Conditions:
    """Conditions by the packed states in which they hold."""

    masks: Masks = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    origins: list[tuple[Producer, int]] = field(default_factory=list[tuple[Producer, int]])


def packed(bits: NDArray[np.bool_]) -> Masks:
    """The last axis, 64 truth values, as one word."""
    return np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)[..., 0]


def parts(pool: Pool, index: int) -> list[int]:
    """The one-instruction entries that an entry is directly computed from."""
    how = pool.hows[index]
    if isinstance(how, Leaf):
        return []
    match how:
        case (Fixed(), sources):
            pass
        case (_, _, left, right):
            sources = (left, right)
    level = pool.level(1)
    return [i for i in sources if level.start <= i < level.stop]


def held(operation: Binary, left: Array, right: Array) -> Masks:
    """For each pair, flattened, and each condition the packed states in which it holds."""
    shape = np.broadcast_shapes(left.shape, right.shape)
    held = operation.run({"x1": left, "x2": right}, np.zeros(shape[-1], dtype=np.uint64))
    rows = [packed(np.broadcast_to(np.asarray(bits) != 0, shape)).reshape(-1) for bits in held]
    return np.stack(rows, axis=1)


def enter(found: Conditions, masks: Masks, producers: Sequence[Producer]) -> None:
    """Add the conditions that tell something new."""
    flat = masks.reshape(-1)
    fresh, first = np.unique(flat, return_index=True)
    first = np.sort(first[~np.isin(fresh, found.masks) & (fresh != 0) & (fresh != _FULL)])
    found.masks = np.concatenate([found.masks, flat[first]])
    found.origins += [(producers[i // CONDITIONS], int(i % CONDITIONS)) for i in first]


def covering(yes: Masks, no: Masks) -> list[tuple[int, int]]:
    """Pairs of distinct masks that together cover all states, shortest computations first."""
    left, i = np.unique(yes, return_index=True)
    right, j = np.unique(no, return_index=True)
    hits = np.argwhere((left[:, None] | right[None, :]) == _FULL)
    pairs = [(int(i[a]), int(j[b])) for a, b in hits if left[a] != _FULL and right[b] != _FULL]
    return sorted(pairs, key=lambda pair: (max(pair), pair))[:_MAX_PAIRS]


def between(masks: Masks, yes: np.uint64, no: np.uint64) -> list[int]:
    """The conditions that hold only where the first side is right, and fail only where the second is."""
    return np.flatnonzero(((masks & ~yes) == 0) & ((~masks & ~no) == 0)).tolist()
