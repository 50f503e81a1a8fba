"""A CPU that issues in program order: each instruction waits for the one before it, its operands and its ports.

Results are written in program order too (LLVM's in-order models say which instructions are exempt), so an instruction
also waits until its first result cannot overtake an earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence

from superopt.cost.dependences import Edge
from superopt.cost.scheduling import Scheduling

# Iterations until a loop has settled, and iterations that are then measured.
_SETTLE = 4
_MEASURE = 6


class Pipeline:
    """The state of an in-order CPU: the current cycle, its used issue slots and when every port is free.

    Time only grows, and every instruction issues at the latest of the times that it has to wait for, so an additional
    instruction can delay others but never hurries them.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._cycle = 0
        self._slots = 0
        self._free: dict[int, list[int]] = {}
        self._written = 0

    def issue(self, cost: Scheduling, ready: int) -> int:
        """Issue an instruction whose operands are there at ``ready``; the cycle in which it issues."""
        cycle = max(self._cycle + (self._slots + cost.micro_ops > self._width and self._slots > 0), ready)
        if not cost.unordered:
            cycle = max(cycle, self._written - cost.first_result)
        for mask, _ in cost.ports:
            cycle = max(cycle, min(self._free.setdefault(mask, [0] * mask.bit_count())))
        for mask, work in cost.ports:
            self._occupy(self._free[mask], cycle, work)
        if not cost.unordered:
            self._written = cycle + cost.latency
        self._slots = cost.micro_ops if cycle > self._cycle else self._slots + cost.micro_ops
        further = max(0, self._slots - 1) // self._width
        self._cycle = cycle + further
        self._slots -= further * self._width
        return cycle

    @staticmethod
    def _occupy(free: list[int], cycle: int, work: int) -> None:
        """The port that is free first does the work; more work than one port's cycle is spread over all."""
        share = -(-work // len(free)) if work >= len(free) > 1 else work
        chosen = range(len(free)) if work >= len(free) > 1 else (free.index(min(free)),)
        for port in chosen:
            free[port] = max(free[port], cycle) + share


def _run(costs: Sequence[Scheduling], edges: Sequence[Sequence[Edge]], width: int, iterations: int) -> list[tuple[int, int]]:
    """For every iteration: (cycle of its first issue, cycle when its last result is there)."""
    pipeline = Pipeline(width)
    spans: list[tuple[int, int]] = []
    before: list[int] = []
    for _ in range(iterations):
        starts: list[int] = []
        finish = 0
        for cost, into in zip(costs, edges, strict=True):
            ready = 0
            for producer, delay, distance in into:
                if distance == 0:
                    ready = max(ready, starts[producer] + delay)
                elif before:
                    ready = max(ready, before[producer] + delay)
            starts.append(pipeline.issue(cost, ready))
            finish = max(finish, starts[-1] + cost.latency)
        spans.append((starts[0], finish))
        before = starts
    return spans


def makespan(costs: Sequence[Scheduling], edges: Sequence[Sequence[Edge]], width: int) -> int:
    """Cycles from issuing the first instruction to having the last result, for one execution."""
    return _run(costs, edges, width, 1)[0][1]


def steady_state(costs: Sequence[Scheduling], edges: Sequence[Sequence[Edge]], width: int) -> float:
    """Cycles an iteration once the loop has settled."""
    spans = _run(costs, edges, width, _SETTLE + _MEASURE)
    return (spans[-1][0] - spans[_SETTLE - 1][0]) / _MEASURE
