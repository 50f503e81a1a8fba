"""Concrete states bent until premises hold in them, so that screening and execution have something to look at.

Each input of a premise is moved, in the rows where that makes more of the premise's parts true: to small values, to
multiples of powers of two, near the constants of the premise and near its other inputs. Where that does not do, the row
gets the values of a state that is known to meet the premise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from semantics.run.arrays import compile_arrays
from semantics.words import Word, topological, variables

if TYPE_CHECKING:
    from verifier.screen import Assignment
    from verifier.states import Column, Words

type Rows = NDArray[np.bool_]

MAX_INPUTS = 8  # beyond, only the known state is used
MAX_CONSTANTS = 8
_MASKS = (0x1, 0x7, 0x3F, 0xFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, ~0x7, ~0xF, ~0xFFF)
_APART = (16, 64, 4096, 1 << 20)  # bytes


def repaired(premise: Word, columns: Mapping[str, Column], seeds: Words, witness: Assignment) -> dict[str, Column]:
    """The columns, changed in inputs of the premise only, and only in rows in which it does not hold."""
    found = dict(columns)
    (result,) = compile_arrays([premise])(found, seeds)
    assert not isinstance(result, tuple)
    if result.all():
        return found
    inputs = variables([premise])
    if len(inputs) <= MAX_INPUTS:
        _moved(premise, found, seeds)
        (result,) = compile_arrays([premise])(found, seeds)
        assert not isinstance(result, tuple)
    for name in inputs:
        found[name] = _replaced(found[name], result == 0, witness.inputs.get(name, 0))
    return found


def _moved(premise: Word, columns: dict[str, Column], seeds: Words) -> None:
    """Make more parts of the premise true, row by row, by moving one input at a time."""
    parts = premise.args if premise.op == "and" else (premise,)
    run = compile_arrays(parts)
    score = _score(run(columns, seeds))
    constants = _constants(premise)
    for name in variables([premise]):
        for trial in _trials(columns, name, constants):
            if score.min() == len(parts):
                return
            before = columns[name]
            columns[name] = trial
            tried = _score(run(columns, seeds))
            columns[name] = _chosen(tried > score, trial, before)
            score = np.maximum(score, tried)


def _score(results: Sequence[object]) -> NDArray[np.int64]:
    return sum((np.asarray(result, dtype=np.int64) for result in results), start=np.int64(0))  # type: ignore[return-value]


def _constants(premise: Word) -> list[int]:
    """Numbers of the premise: the places where its comparisons turn."""
    found = dict[int, None]()
    for word in topological([premise]):
        if word.op == "const" and 1 < word.width <= 64:
            found[word.value] = None
        elif word.op == "lin" and isinstance(word.attrs[1], int):
            found |= dict.fromkeys((word.attrs[1], -word.attrs[1]))
    return list(found)[:MAX_CONSTANTS]


def _trials(columns: Mapping[str, Column], name: str, constants: Sequence[int]) -> Iterator[Column]:
    """Other values for an input, row by row."""
    column = columns[name]
    if isinstance(column, tuple):
        return
    kind = column.dtype.type
    if kind is not np.uint64:
        yield column ^ kind(1)
        return
    yield column ^ np.uint64(1)
    for mask in _MASKS:
        yield column & np.uint64(mask & (1 << 64) - 1)
    for constant in constants:
        center = np.uint64(constant & (1 << 64) - 1)
        yield np.full_like(column, center)
        yield center + column % np.uint64(17) - np.uint64(8)
        if constant & (1 << 64) - 1 > 1:
            yield column % center
    for other, values in columns.items():
        if other == name or isinstance(values, tuple) or values.dtype.type is not np.uint64:
            continue
        for offset in (0, *constants, *_APART):
            yield values + np.uint64(offset & (1 << 64) - 1)
            yield values - np.uint64(offset & (1 << 64) - 1)


def _chosen(rows: Rows, trial: Column, column: Column) -> Column:
    assert not isinstance(trial, tuple) and not isinstance(column, tuple)
    return np.where(rows, trial, column)


def _replaced(column: Column, rows: Rows, value: int) -> Column:
    if isinstance(column, tuple):
        low, high = column
        return np.where(rows, np.uint64(value & (1 << 64) - 1), low), np.where(rows, np.uint64(value >> 64), high)
    return np.where(rows, column.dtype.type(value), column)
