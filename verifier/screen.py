"""Screening: the obligations evaluated on many concrete states at once, before any solver is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semantics import simplify as s
from semantics.state import LOCATIONS, State
from semantics.words import Word, variables

ROUNDS = (64, 1024)  # states in each round: most wrong candidates fall in the first


@dataclass(frozen=True, slots=True)
class Assignment:
    """A concrete initial state: the value of every input that occurs, memory bytes set apart, and the memory's seed."""

    inputs: Mapping[str, int]
    memory: Mapping[int, int]
    seed: int


def pointers(*states: State) -> frozenset[str]:
    """The inputs that addresses of these states' accesses are computed from."""
    return frozenset(variables([access.address for state in states for access in state.accesses]))


def screen(goals: Sequence[Word], bases: frozenset[str], seed: int = 0, rounds: Sequence[int] = ROUNDS) -> Assignment | None:
    """A state in which some goal is 0, or None if none was met in sum(rounds) states."""
    from semantics.run.arrays import compile_arrays

    goal = s.and_(*goals) if len(goals) > 1 else goals[0]
    inputs = variables([goal])
    run = compile_arrays([goal])
    for number, count in enumerate(rounds):
        columns, seeds = _columns(inputs, bases, count, seed + number)
        (result,) = run(columns, seeds)
        assert not isinstance(result, tuple)
        if result.all():
            continue
        row = int(result.argmin())
        values = {name: _at(columns[name], row) & word.mask for name, word in inputs.items()}
        return Assignment(values, {}, int(seeds[row]))
    return None


def _columns(inputs: Mapping[str, Word], bases: frozenset[str], count: int, seed: int):  # type: ignore[no-untyped-def]
    """A column per input, and the memory seeds; labels and relocations borrow the columns of unused registers."""
    from verifier.states import MEMORY_SEED, random_columns

    free = [name for name in LOCATIONS if name.startswith("x") and name not in inputs]
    borrowed = {name: free[i % len(free)] for i, name in enumerate(n for n in inputs if n not in LOCATIONS)} if free else {}
    wanted = sorted({borrowed.get(name, name) for name in inputs})
    pointing = sorted({borrowed.get(name, name) for name in inputs if name in bases or name.startswith("label:")})
    drawn = random_columns(count, seed, wanted, [name for name in pointing if name[0] == "x" or name == "sp"])
    columns = {name: drawn[borrowed.get(name, name)] for name in inputs}
    for name, word in inputs.items():
        column = columns[name]
        if word.width < 64 and not isinstance(column, tuple):
            columns[name] = column & type(column[0])(word.mask)
    return columns, drawn[MEMORY_SEED]


def _at(column, row: int) -> int:  # type: ignore[no-untyped-def]
    if isinstance(column, tuple):
        return int(column[0][row]) | int(column[1][row]) << 64
    return int(column[row])
