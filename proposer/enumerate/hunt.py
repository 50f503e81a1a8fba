"""The search for short terms that equal a target: the last instruction is matched, not stored.

Candidates are filtered on the most telling state first; conditional selections are matched through packed masks of
the states in which each side is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from proposer.enumerate.axes import Axis, Entries, Operands
from proposer.enumerate.conditions import Conditions, Masks, Producer, between, covering, enter, held, packed, parts
from proposer.enumerate.pool import STATES, Index, Meter, Pool, call, extend
from proposer.enumerate.states import Array
from proposer.enumerate.templates import CONDITIONS, NUMBERS, Binary, Fixed, Numbers, binaries, fixed, selections
from proposer.enumerate.terms import Apply, Term
from semantics.row import Row
from semantics.run.arrays import Compiled

_FEW = 2048  # survivors that are checked in all states at once
_CHUNK = 1 << 20  # elements of one temporary array
_MAX_PRODUCERS = 400
_MAX_OF_KIND = 48  # terms of one kind that are looked at


@dataclass(frozen=True, slots=True)
class Wealth:
    """Immediates by how many instructions are stacked on them: the deeper the search, the fewer."""

    rich: Numbers
    first: Numbers
    medium: Numbers
    core: Numbers


class Hunt:
    """One target: a column of which the bits in ``mask`` count."""

    def __init__(
        self,
        leaves: Sequence[tuple[int, Array]],
        target: Array,
        mask: int,
        wanted: frozenset[int],
        wealth: Wealth,
        meter: Meter,
        limit: int,
    ) -> None:
        self.pool = Pool.of(leaves, limit)
        self.target, self.mask = target & np.uint64(mask), np.uint64(mask)
        self.wanted, self.wealth, self.meter = wanted, wealth, meter
        self.order = self._telling()

    def _telling(self) -> Index:
        """The states, those first in which the target is an unusual value."""
        values, counts = np.unique(np.concatenate([self.target, *(self.pool.columns & self.mask)]), return_counts=True)
        common = dict(zip(values.tolist(), counts.tolist(), strict=True))
        plain = {0, 1, int(self.mask)}
        rank = [(int(v) in plain, common[int(v)], row) for row, v in enumerate(self.target)]
        return np.array([row for _, _, row in sorted(rank)], dtype=np.intp)

    def depth(self, depth: int) -> Iterator[Apply]:
        """Terms of about ``depth`` instructions that equal the target in every state; of each kind some, not all."""
        for kind in self._kinds(depth):
            yield from islice(kind, _MAX_OF_KIND)

    def _kinds(self, depth: int) -> Iterator[Iterator[Apply]]:
        match depth:
            case 1:
                yield self._last(0, self.wealth.rich)
            case 2:
                self._level(1)
                yield self._select(self._conditions(0, 0), 0)
                yield self._last(1, self.wealth.first)
            case 3:
                self._level(1)
                yield self._select(self._conditions(0, 0), 1)
                yield self._select(self._conditions(1, 0), 0)
                yield self._shared()
                yield self._pairs(self.pool.level(1), self.pool.level(1), self.wealth.medium)
                self._level(2)
                yield self._last(2, self.wealth.core)
            case _:
                self._level(2)
                yield self._select(self._conditions(1, 0), 1)
                yield self._select(self._nested(), 0)
                yield self._pairs(self.pool.level(2), self.pool.level(1), self.wealth.core)

    def _level(self, depth: int) -> None:
        while len(self.pool.ends) <= depth and not self.meter.spent:
            extend(self.pool, self.wanted, self.wealth.first if len(self.pool.ends) == 1 else self.wealth.core, self.meter)
        while len(self.pool.ends) <= depth:
            self.pool.close_level()

    # --- plain instructions -----------------------------------------------------------------------

    def _last(self, depth: int, numbers: Numbers) -> Iterator[Apply]:
        """One instruction on top of level ``depth`` and leaves."""
        top, leaves = self.pool.level(depth), self.pool.level(0)
        for template in fixed(self.wanted, numbers):
            if self.meter.spent:
                return
            yield from self._match_fixed(template, top, leaves)
        yield from self._pairs(top, leaves, numbers)
        if depth:
            yield from self._pairs(leaves, top, numbers)

    def _pairs(self, left: slice, right: slice, numbers: Numbers) -> Iterator[Apply]:
        for operation in binaries("value", self.wanted):
            if self.meter.spent:
                return
            yield from self._match_binary(operation, left, right, numbers)

    def _match_binary(self, operation: Binary, left: slice, right: slice, numbers: Numbers) -> Iterator[Apply]:
        first, second = Entries(self.pool, left), Operands(self.pool, operation, right, numbers)
        for a, b in self._scan(operation.run, {"x1": first, "x2": second}):
            shape, entry = second.origin(b)
            yield self.pool.binary(operation, shape, left.start + a, entry)

    def _match_fixed(self, template: Fixed, top: slice, leaves: slice) -> Iterator[Apply]:
        count = len(template.sources)
        if not count:
            if top == leaves and self._equal(call(template.run), slice(None)).all():
                yield self.pool.fixed(template, ())
            return
        spans = [[top if i == k else leaves for i in range(count)] for k in range(count)] if top != leaves else [[leaves] * count]
        for span in spans:
            axes = {f"x{NUMBERS[name]}": Entries(self.pool, one) for name, one in zip(template.sources, span, strict=True)}
            for hit in self._scan(template.run, axes):
                yield self.pool.fixed(template, [one.start + i for one, i in zip(span, hit, strict=True)])

    def _equal(self, values: Array, states: np.intp | Index | slice) -> NDArray[np.bool_]:
        return ((values ^ self.target[states]) & self.mask) == 0

    def _scan(self, run: Compiled, axes: Mapping[str, Axis]) -> Iterator[tuple[int, ...]]:
        """Positions on the axes at which the function equals the target: all of them in one state, survivors in the others."""
        heads = {name: axis.at(self.order[0]) for name, axis in axes.items()}
        sizes = [len(head) for head in heads.values()]
        inner = int(np.prod(sizes[1:]))
        if not inner or not sizes[0]:
            return
        rows = max(_CHUNK // inner, 1)
        for start in range(0, sizes[0], rows):
            parts = [head[start : start + rows] if i == 0 else head for i, head in enumerate(heads.values())]
            if not self.meter.spend(len(parts[0]) * inner):
                return
            spread = {
                name: part.reshape([-1 if i == k else 1 for k in range(len(sizes))])
                for i, (name, part) in enumerate(zip(heads, parts, strict=True))
            }
            hits = list(np.nonzero(self._equal(call(run, **spread), self.order[0])))
            if len(hits[0]):
                hits[0] = hits[0] + start
                yield from self._refined(run, axes, hits)

    def _refined(self, run: Compiled, axes: Mapping[str, Axis], hits: list[Index]) -> Iterator[tuple[int, ...]]:
        steps = [self.order[1:2], self.order[2:4], self.order[4:8], self.order[8:16], self.order]
        for states in steps:
            hits = [hit[: _FEW * STATES] for hit in hits]
            columns = {name: axis.columns(hit, states) for (name, axis), hit in zip(axes.items(), hits, strict=True)}
            kept = self._equal(call(run, **columns), states).all(axis=1)
            hits = [hit[kept] for hit in hits]
            if not len(hits[0]):
                return
        yield from zip(*(hit.tolist() for hit in hits), strict=True)

    # --- conditional selections -------------------------------------------------------------------

    def _conditions(self, left: int, right: int) -> Conditions:
        """What comparisons of entries tell, each distinct condition once."""
        found = Conditions()
        numbers = self.wealth.first if left == 0 else self.wealth.core
        for operation in binaries("flags", self.wanted):
            first = self.pool.upto(left)
            second, origins = self.pool.operands(operation, self.pool.upto(right), numbers)
            rows = max(_CHUNK // (len(second) * STATES * CONDITIONS), 1)
            for start in range(first.start, first.stop, rows):
                part = self.pool.columns[start : min(start + rows, first.stop)]
                if not self.meter.spend(part.size * len(second) * 4):
                    return found
                pairs = [(start + i, b) for i in range(len(part)) for b in range(len(second))]
                producers = [(operation, origins[b][0], a, origins[b][1]) for a, b in pairs]
                enter(found, held(operation, part[:, None, :], second[None, :, :]), producers)
        return found

    def _nested(self) -> Conditions:
        """Comparisons of a two-instruction value with a value that it is computed from."""
        found = Conditions()
        level = self.pool.level(2)
        pairs = [(i, one) for i in range(level.start, level.stop) for one in parts(self.pool, i)]
        if not pairs:
            return found
        left, right = np.array(pairs, dtype=np.intp).T
        for operation in binaries("flags", self.wanted):
            plain = next(shape for shape in operation.shapes(Numbers((), ())) if shape.register)
            for start in range(0, len(left), _CHUNK // (STATES * CONDITIONS)):
                stop = start + _CHUNK // (STATES * CONDITIONS)
                a, b = left[start:stop], right[start:stop]
                if not self.meter.spend(a.size * STATES * 4):
                    return found
                for swap in (False, True):
                    one, two = (b, a) if swap else (a, b)
                    producers = [(operation, plain, int(x), int(y)) for x, y in zip(one, two, strict=True)]
                    enter(found, held(operation, self.pool.columns[one], self.pool.columns[two]), producers)
        return found

    def _select(self, conditions: Conditions, depth: int) -> Iterator[Apply]:
        """Selections between entries of at most ``depth`` instructions."""
        if not len(conditions.masks):
            return
        entries = self.pool.upto(depth)
        columns = self.pool.columns[entries]
        for row, sf, yes, no in self._sides(columns):
            for i, j in covering(yes, no):
                for k in between(conditions.masks, yes[i], no[j])[:4]:
                    producer, condition = conditions.origins[k]
                    sides = (self.pool.term(i), self.pool.term(j))
                    yield _selection(row, sf, condition, sides, self.pool.binary(*producer))

    def _sides(self, columns: Array) -> Iterator[tuple[Row, int, Masks, Masks]]:
        """For each selection the packed states in which each column is right as the first and as the second operand."""
        zero, ones = np.zeros((1, STATES), dtype=np.uint64), np.ones((1, STATES), dtype=np.uint64)
        for row, sf, run in selections(self.wanted):
            yes = packed(self._equal(call(run, x1=columns, x2=zero, z=ones), slice(None)))
            no = packed(self._equal(call(run, x1=zero, x2=columns, z=ones * np.uint64(0)), slice(None)))
            if (yes != 0).any() and (no != 0).any():
                yield row, sf, yes, no

    def _shared(self) -> Iterator[Apply]:
        """Two selections after one comparison, where the target takes few values: signs and three-way results."""
        if len(np.unique(self.target)) > 4:
            return
        by_producer: dict[Producer, list[tuple[int, np.uint64]]] = {}
        conditions = self._conditions(0, 0)
        for mask, (producer, condition) in zip(conditions.masks, conditions.origins, strict=True):
            by_producer.setdefault(producer, []).append((condition, mask))
        for producer, known in list(by_producer.items())[:_MAX_PRODUCERS]:
            if len(known) > 1 and self.meter.spend(STATES * 64):
                yield from self._twice(self.pool.binary(*producer), known)

    def _twice(self, flags: Apply, known: Sequence[tuple[int, np.uint64]]) -> Iterator[Apply]:
        masks = np.array([mask for _, mask in known] + [~mask for _, mask in known], dtype=np.uint64)
        numbers = [condition for condition, _ in known] + [condition ^ 1 for condition, _ in known]
        bits = np.unpackbits(masks.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little").astype(np.uint64)
        zero = np.zeros((1, STATES), dtype=np.uint64)
        zeros = self.pool.term(int(np.flatnonzero(~self.pool.columns.any(axis=1))[0])) if not self.pool.columns.all() else None
        if zeros is None:
            return
        columns, terms = [self.pool.columns[self.pool.level(0)]], [self.pool.term(i) for i in range(self.pool.ends[0])]
        for row, sf, run in selections(self.wanted):
            columns.append(call(run, x1=zero, x2=zero, z=bits))
            terms += [_selection(row, sf, number, (zeros, zeros), flags) for number in numbers]
        for row, sf, yes, no in self._sides(np.concatenate(columns)):
            for i, j in covering(yes, no):
                for k in between(masks, yes[i], no[j])[:2]:
                    yield _selection(row, sf, numbers[k], (terms[i], terms[j]), flags)


def _selection(row: Row, sf: int, condition: int, sides: tuple[Term, Term], flags: Apply) -> Apply:
    return Apply(row, (("cond", condition), ("sf", sf)), (("n", sides[0]), ("m", sides[1])), flags)
