"""Values reachable by one, then two instructions, one representative for each column of results."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from proposer.enumerate.states import Array
from proposer.enumerate.templates import Binary, Fixed, Numbers, Shape, binaries, fixed
from proposer.enumerate.terms import Apply, Leaf, Term
from semantics.memory_image import splitmix64_array
from semantics.run.arrays import Compiled

type Index = NDArray[np.intp]
type How = Leaf | tuple[Binary, Shape, int, int] | tuple[Fixed, tuple[int, ...]]

STATES = 64  # the selection's states: one bit each in packed masks
_KEYED = 16  # states that fingerprints of longer terms are made from
_CHUNK = 1 << 19  # elements of one temporary array
_SALTS = splitmix64_array(np.arange(STATES, dtype=np.uint64))


@dataclass(slots=True)
class Meter:
    """What a search may still do: seconds by the clock, and elements computed, so that runs can be repeated."""

    deadline: float
    elements: int

    def spend(self, elements: int) -> bool:
        """Count work; whether some is left."""
        self.elements -= elements
        return self.elements > 0 and time.monotonic() < self.deadline

    @property
    def spent(self) -> bool:
        """Whether the search must stop."""
        return not self.spend(0)


def call(run: Compiled, **columns: Array) -> Array:
    """A compiled function's only result; columns broadcast."""
    shape = np.broadcast_shapes(*(column.shape for column in columns.values())) if columns else (STATES,)
    (result,) = run(columns, np.zeros(shape[-1] if shape else 1, dtype=np.uint64))
    if isinstance(result, tuple):
        raise TypeError("a result wider than a register")
    return np.broadcast_to(result, shape)


def fingerprints(columns: Array) -> Array:
    """One word for each row of columns, equal for equal rows and different, almost surely, for different ones."""
    salts = _SALTS[: columns.shape[-1]]
    return splitmix64_array(columns ^ salts).sum(axis=-1, dtype=np.uint64)


@dataclass(slots=True)
class Pool:
    """Rows of columns with how to compute each; entries never change once added.

    ``ends[d]`` is the number of entries that take at most ``d`` instructions; a term's size may be less than the
    sum over its parts.
    """

    columns: Array
    hows: list[How]
    ends: list[int]
    limit: int
    known: Array = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    made: dict[int, Term] = field(default_factory=dict[int, Term])

    @classmethod
    def of(cls, leaves: Sequence[tuple[int, Array]], limit: int) -> Pool:
        """Level 0: the given values of a graph with their columns."""
        columns = np.stack([column for _, column in leaves])
        pool = cls(columns, [Leaf(value) for value, _ in leaves], [len(leaves)], limit)
        pool.known = np.unique(fingerprints(columns[:, :_KEYED]))
        return pool

    def level(self, depth: int) -> slice:
        """The entries that take ``depth`` instructions."""
        return slice(self.ends[depth - 1] if depth else 0, self.ends[depth])

    def upto(self, depth: int) -> slice:
        """The entries that take at most ``depth`` instructions."""
        return slice(0, self.ends[depth])

    def term(self, index: int) -> Term:
        """The computation of an entry."""
        found = self.made.get(index)
        if found is None:
            found = self.made[index] = self._make(self.hows[index])
        return found

    def _make(self, how: How) -> Term:
        match how:
            case Leaf():
                return how
            case (Binary() as operation, shape, left, right):
                return self.binary(operation, shape, left, right)
            case (Fixed() as template, sources):
                return self.fixed(template, sources)

    def binary(self, operation: Binary, shape: Shape, left: int, right: int) -> Apply:
        """A two-operand instruction on entries."""
        args = [("n", self.term(left))]
        if shape.register:
            args.append(("m", self.term(right)))
        fields = dict(shape.fields) | ({"d": 31} if operation.role == "flags" else {})
        return Apply(shape.row, tuple(sorted(fields.items())), tuple(args))

    def fixed(self, template: Fixed, sources: Sequence[int]) -> Apply:
        """A template with fixed immediates on entries."""
        args = zip(template.sources, map(self.term, sources), strict=True)
        return Apply(template.row, template.fields, tuple(args))

    def operands(self, operation: Binary, entries: slice, numbers: Numbers) -> tuple[Array, list[tuple[Shape, int]]]:
        """Second operands: their columns, and the shape and entry behind each row."""
        columns, origins = list[Array](), list[tuple[Shape, int]]()
        source = self.columns[entries]
        for shape in operation.shapes(numbers):
            if not shape.register:
                columns.append(call(shape.run, x2=source[:1]))
                origins.append((shape, -1))
            elif len(source):
                columns.append(call(shape.run, x2=source))
                origins += [(shape, entries.start + i) for i in range(len(source))]
        if not columns:
            return np.zeros((0, self.columns.shape[1]), dtype=np.uint64), origins
        return np.concatenate(columns), origins

    def grow(self, columns: Array, hows: Iterator[How] | Sequence[How], seen: Index | None = None) -> None:
        """Add the rows that hold something new."""
        rows = list(hows)
        if len(rows) != len(columns):
            raise ValueError(f"{len(columns)} columns for {len(rows)} computations")
        keys = fingerprints(columns[:, :_KEYED])
        fresh, first = np.unique(keys, return_index=True)
        new = ~np.isin(fresh, self.known, assume_unique=True)
        picked = np.sort(first[new])[: max(self.limit - len(self.hows), 0)]
        if not len(picked):
            return
        self.columns = np.concatenate([self.columns, columns[picked]])
        self.hows += [rows[i] for i in picked]
        self.known = np.union1d(self.known, fresh[new])

    def close_level(self) -> None:
        """Entries added from now on belong to the next level."""
        self.ends.append(len(self.hows))


def extend(pool: Pool, wanted: frozenset[int], numbers: Numbers, meter: Meter) -> None:
    """Add a level: one more instruction on top of the last level, other operands from the leaves."""
    top, leaves = pool.level(len(pool.ends) - 1), pool.level(0)
    for operation in binaries("value", wanted):
        _extend_binary(pool, operation, top, leaves, numbers, meter)
        if top != leaves:
            _extend_binary(pool, operation, leaves, top, numbers, meter)
    for template in fixed(wanted, numbers):
        _extend_fixed(pool, template, top, leaves, meter)
    pool.close_level()


def _extend_binary(pool: Pool, operation: Binary, left: slice, right: slice, numbers: Numbers, meter: Meter) -> None:
    second, origins = pool.operands(operation, right, numbers)
    first = pool.columns[left]
    if not len(second):
        return
    rows = max(_CHUNK // (len(second) * STATES), 1)
    for start in range(0, len(first), rows):
        part = first[start : start + rows]
        if len(pool.hows) >= pool.limit or not meter.spend(part.size * len(second)):
            return
        results = call(operation.run, x1=part[:, None, :], x2=second[None, :, :])
        hows = [(operation, shape, left.start + start + i, entry) for i in range(len(part)) for shape, entry in origins]
        pool.grow(results.reshape(-1, results.shape[-1]), hows)


def _extend_fixed(pool: Pool, template: Fixed, top: slice, leaves: slice, meter: Meter) -> None:
    """The first source from the last level, the others from the leaves; every order of two."""
    count = len(template.sources)
    if not count:
        if top == leaves:
            pool.grow(call(template.run)[None, :], [(template, ())])
        return
    choices = [[top, *[leaves] * (count - 1)]]
    if count > 1 and top != leaves:
        choices = [[top if i == k else leaves for i in range(count)] for k in range(count)]
    for spans in choices:
        sizes = [span.stop - span.start for span in spans]
        if int(np.prod(sizes)) * STATES > _CHUNK * 8 or not meter.spend(int(np.prod(sizes)) * STATES):
            return
        indices = np.indices(sizes).reshape(count, -1)
        picked = [indices[i] + span.start for i, span in enumerate(spans)]
        columns = {f"x{'_nmad'.index(name)}": pool.columns[p] for name, p in zip(template.sources, picked, strict=True)}
        results = call(template.run, **columns)
        hows = [(template, tuple(int(p[i]) for p in picked)) for i in range(len(results))]
        pool.grow(results, hows)
