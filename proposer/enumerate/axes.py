"""Operands laid out along the axes of a scan: in one state first, and of the survivors in the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from proposer.enumerate.pool import Index, Pool, call
from proposer.enumerate.states import Array
from proposer.enumerate.templates import Binary, Numbers, Shape


class Axis(Protocol):
    """Operands along one axis of a scan."""

    def at(self, state: np.intp) -> Array:
        """All of them in one state."""
        ...

    def columns(self, picked: Index, states: Index) -> Array:
        """Some of them in some states, one row each."""
        ...


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of the pool as they are."""

    pool: Pool
    span: slice

    def at(self, state: np.intp) -> Array:
        return self.pool.columns[self.span, state]

    def columns(self, picked: Index, states: Index) -> Array:
        return self.pool.columns[(picked + self.span.start)[:, None], states]


class Operands:
    """Entries of the pool in every way in which the second operand of an operation can be written."""

    def __init__(self, pool: Pool, operation: Binary, span: slice, numbers: Numbers) -> None:
        self.pool, self.span = pool, span
        self.shapes = list(operation.shapes(numbers))
        sizes = [span.stop - span.start if shape.register else 1 for shape in self.shapes]
        self.starts = np.cumsum([0, *sizes])

    def at(self, state: np.intp) -> Array:
        source = self.pool.columns[self.span, state].copy()
        parts = [call(shape.run, x2=source if shape.register else source[:1]) for shape in self.shapes]
        return np.concatenate(parts) if parts else source[:0]

    def origin(self, position: int) -> tuple[Shape, int]:
        """How the operand at a position is written, and the entry."""
        number = int(np.searchsorted(self.starts, position, side="right")) - 1
        return self.shapes[number], self.span.start + position - int(self.starts[number])

    def columns(self, picked: Index, states: Index) -> Array:
        numbers = np.searchsorted(self.starts, picked, side="right") - 1
        found = np.zeros((len(picked), len(states)), dtype=np.uint64)
        for number in np.unique(numbers):
            rows = numbers == number
            entries = picked[rows] - self.starts[number] + self.span.start
            found[rows] = call(self.shapes[number].run, x2=self.pool.columns[entries[:, None], states])
        return found
