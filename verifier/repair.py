"""Concrete states bent until premises hold in them, so that screening and execution have something to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from semantics.run.arrays import compile_arrays
from semantics.words import Word, variables

if TYPE_CHECKING:
    from verifier.screen import Assignment
    from verifier.states import Column, Words


def repaired(premise: Word, columns: Mapping[str, Column], seeds: Words, witness: Assignment) -> dict[str, Column]:
    """The columns with the witness's values of the premise's inputs in the rows in which the premise does not hold."""
    (result,) = compile_arrays([premise])(columns, seeds)
    assert not isinstance(result, tuple)
    broken = result == 0
    found = dict(columns)
    for name in variables([premise]):
        found[name] = _replaced(found[name], broken, witness.inputs.get(name, 0))
    return found


def _replaced(column: Column, rows: Words, value: int) -> Column:
    if isinstance(column, tuple):
        low, high = column
        return np.where(rows, np.uint64(value & (1 << 64) - 1), low), np.where(rows, np.uint64(value >> 64), high)
    return np.where(rows, column.dtype.type(value), column)
