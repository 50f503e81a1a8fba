"""Screening: the obligations evaluated on many concrete states at once, before any solver is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from semantics import simplify as s
from semantics.locations import GENERAL, LOCATIONS
from semantics.memory_image import MemoryImage
from semantics.run.ints import evaluate
from semantics.state import State
from semantics.words import Word, topological, variables

if TYPE_CHECKING:
    from verifier.states import Column, Words

ROUNDS = (64, 1024)  # states in each round: most wrong candidates fall in the first
SLOW_CALLS = 30_000  # values of floating-point functions computed one by one, about 5 microseconds each
GLANCES = (2, 5, 11)  # rows of the first round to look at before compiling; rows 0 and 1 are all zeros and ones


@dataclass(frozen=True, slots=True)
class Assignment:
    """A concrete initial state: the value of every input that occurs, memory bytes set apart, and the memory's seed."""

    inputs: Mapping[str, int]
    memory: Mapping[int, int]
    seed: int


def pointers(*states: State) -> frozenset[str]:
    """The inputs that addresses of these states' accesses are computed from."""
    return frozenset(variables([access.address for state in states for access in state.accesses]))


@dataclass(frozen=True, slots=True, eq=False)
class Premised:
    """A premise, one bit, and a state in which it holds. Compared by identity: one object serves many screenings."""

    premise: Word
    witness: Assignment


def screen(
    goals: Sequence[Word], bases: frozenset[str], seed: int = 0, rounds: Sequence[int] = ROUNDS, given: Premised | None = None
) -> Assignment | None:
    """A state in which some goal is 0, or None if none was met in sum(rounds) states.

    With ``given`` the states are such that its premise holds in most of them; goals must be true where it does not.
    """
    goal = s.and_(*goals) if len(goals) > 1 else goals[0]
    inputs = variables([goal, *([given.premise] if given is not None else [])])
    found = _glance(goal, inputs, bases, rounds[0], seed, given)
    if found is not None:
        return found
    from semantics.run.arrays import compile_arrays

    run, most = compile_arrays([goal]), _affordable(goal)
    for number, count in enumerate(rounds):
        count = min(count, max(rounds[0], most))
        columns, seeds = _columns(_shape(inputs), bases, count, seed + number, given)
        (result,) = run(columns, seeds)
        assert not isinstance(result, tuple)
        if not result.all():
            return _row(inputs, columns, seeds, int(result.argmin()))
    return None


def samples(inputs: Mapping[str, Word], bases: frozenset[str], count: int, seed: int, given: Premised | None = None) -> list[Assignment]:
    """Concrete states, most of which meet the premise."""
    columns, seeds = _columns(_shape(inputs), bases, count, seed, given)
    return [_row(inputs, columns, seeds, row) for row in range(count)]


def _glance(
    goal: Word, inputs: Mapping[str, Word], bases: frozenset[str], count: int, seed: int, given: Premised | None
) -> Assignment | None:
    """A few states of the first round on Python ints: most wrong candidates fall before anything is compiled."""
    columns, seeds = _columns(_shape(inputs), bases, count, seed, given)
    for row in GLANCES:
        assignment = _row(inputs, columns, seeds, row)
        if evaluate([goal], assignment.inputs, MemoryImage(assignment.seed, {}).read)[0] == 0:
            return assignment
    return None


def _affordable(goal: Word) -> int:
    """States that can be run in passable time: functions that numpy has not are computed one value at a time."""
    from semantics.fp.arrays import is_fast

    slow = sum(word.op == "uf" and not is_fast(str(word.attrs[0])) for word in topological([goal]))
    return SLOW_CALLS // slow if slow else 1 << 30


def _row(inputs: Mapping[str, Word], columns: Mapping[str, Column], seeds: Words, row: int) -> Assignment:
    return Assignment({name: _at(columns[name], row) & word.mask for name, word in inputs.items()}, {}, int(seeds[row]))


def _shape(inputs: Mapping[str, Word]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, word.width) for name, word in inputs.items()))


@lru_cache(maxsize=256)
def _columns(
    shape: tuple[tuple[str, int], ...], bases: frozenset[str], count: int, seed: int, given: Premised | None
) -> tuple[Mapping[str, Column], Words]:
    """A column per input, and the memory seeds; in most rows the premise holds."""
    columns, seeds = _free_columns(shape, bases, count, seed)
    if given is None:
        return columns, seeds
    from verifier.repair import repaired

    return repaired(given.premise, columns, seeds, given.witness), seeds


def _free_columns(shape: tuple[tuple[str, int], ...], bases: frozenset[str], count: int, seed: int) -> tuple[Mapping[str, Column], Words]:
    """A column per input, and the memory seeds; labels and relocations borrow the columns of unused registers."""
    from verifier.states import MEMORY_SEED, random_columns

    names = [name for name, _ in shape]
    free = [name for name in GENERAL if name not in names] or list(GENERAL)
    foreign = [name for name in names if name not in LOCATIONS]
    borrowed = {name: free[i % len(free)] for i, name in enumerate(foreign)}
    wanted = sorted({borrowed.get(name, name) for name in names})
    pointing = {borrowed.get(name, name) for name in names if name in bases or name.startswith("label:")}
    drawn = random_columns(count, seed, wanted, sorted(name for name in pointing if name[0] == "x" or name == "sp"))
    columns: dict[str, Column] = {}
    for name, width in shape:
        column = drawn[borrowed.get(name, name)]
        narrow = width < 64 and not isinstance(column, tuple)
        columns[name] = column & column.dtype.type((1 << width) - 1) if narrow and not isinstance(column, tuple) else column
    seeds = drawn[MEMORY_SEED]
    assert not isinstance(seeds, tuple)
    return columns, seeds


def _at(column: Column, row: int) -> int:
    if isinstance(column, tuple):
        return int(column[0][row]) | int(column[1][row]) << 64
    return int(column[row])
