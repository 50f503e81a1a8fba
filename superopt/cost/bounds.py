"""Lower bounds on time: what the ports allow, and what chains of dependences allow.

All of these grow, or stay, when work is added: none of them can be lowered by one more instruction.  A greedy
simulation has no such property (Graham's anomalies: one more task can make a list schedule shorter), and a search that
is driven by cost finds such accidents.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from heapq import heappop, heappush, heapreplace
from math import inf

from superopt.cost.dependences import Edge
from superopt.cost.scheduling import Scheduling


@lru_cache(maxsize=4096)
def port_sets(masks: frozenset[int]) -> tuple[int, ...]:
    """The sets of ports that can be the bottleneck for work confined to these pools: unions of pools that overlap."""
    pools = set(masks)
    found = set(pools)
    fresh = set(pools)
    while fresh:
        fresh = {left | pool for left in fresh for pool in pools if left & pool} - found
        found |= fresh
    return tuple(sorted(found, key=lambda mask: (mask.bit_count(), mask)))


def port_work(costs: Sequence[Scheduling]) -> dict[int, int]:
    """Cycles of work for each pool (set of ports as a bit mask)."""
    work: dict[int, int] = {}
    for cost in costs:
        for mask, cycles in cost.ports:
            work[mask] = work.get(mask, 0) + cycles
    return work


def confined(work: dict[int, int], ports: int) -> float:
    """Cycles that the work which only these ports can do keeps each of them busy."""
    return sum(cycles for mask, cycles in work.items() if mask & ports == mask) / ports.bit_count()


def heads(costs: Sequence[Scheduling], edges: Sequence[Sequence[Edge]], dispatched: Sequence[int]) -> list[int]:
    """The earliest cycle at which each instruction can issue, given its dispatch and the values that it waits for."""
    starts: list[int] = []
    for index in range(len(costs)):
        start = dispatched[index]
        for producer, delay, distance in edges[index]:
            if distance == 0 and starts[producer] + delay > start:
                start = starts[producer] + delay
        starts.append(start)
    return starts


def tails(costs: Sequence[Scheduling], edges: Sequence[Sequence[Edge]]) -> list[int]:
    """Cycles from the issue of each instruction to the end of everything that waits for it."""
    lengths = [cost.latency for cost in costs]
    for index in range(len(costs) - 1, -1, -1):
        for producer, delay, distance in edges[index]:
            if distance == 0 and lengths[index] + delay > lengths[producer]:
                lengths[producer] = lengths[index] + delay
    return lengths


def one_machine(jobs: list[tuple[int, int, int]]) -> int:
    """The makespan of Jackson's preemptive schedule on one machine, for jobs (head, work, tail).

    It is the largest of ``min(head) + sum(work) + min(tail)`` over all sets of jobs (Carlier 1982).
    """
    jobs.sort()
    waiting: list[tuple[int, int]] = []
    time = makespan = index = 0
    while index < len(jobs) or waiting:
        if not waiting:
            time = max(time, jobs[index][0])
        while index < len(jobs) and jobs[index][0] <= time:
            heappush(waiting, (-jobs[index][2], jobs[index][1]))
            index += 1
        tail, work = waiting[0]
        room = jobs[index][0] - time if index < len(jobs) else inf
        if work <= room:
            time += work
            heappop(waiting)
            makespan = max(makespan, time - tail)
        else:
            time += int(room)
            heapreplace(waiting, (tail, work - int(room)))
    return makespan


def contention(costs: Sequence[Scheduling], starts: Sequence[int], lengths: Sequence[int], ports: int) -> int:
    """Cycles until all is done if the work confined to ``ports`` is spread over them as well as can be.

    Work is measured in ``1 / number of ports`` of a cycle.
    """
    size = ports.bit_count()
    jobs = [
        (start * size, cycles, (length - cycles) * size)
        for cost, start, length in zip(costs, starts, lengths, strict=True)
        for mask, cycles in cost.ports
        if mask & ports == mask
    ]
    return -(-one_machine(jobs) // size) if len(jobs) > size else 0


def recurrence(edges: Sequence[Sequence[Edge]]) -> float:
    """Cycles an iteration that dependences from one iteration to the next cost in the steady state."""
    if not any(distance for into in edges for _, _, distance in into):
        return 0.0
    starts = [0] * len(edges)
    settled = 0
    for iteration in range(_SETTLE + _MEASURE):
        before, starts = starts, [0] * len(edges)
        for index, into in enumerate(edges):
            for producer, delay, distance in into:
                start = (before if distance else starts)[producer] + delay
                if start > starts[index]:
                    starts[index] = start
        if iteration == _SETTLE - 1:
            settled = max(starts)
    return (max(starts) - settled) / _MEASURE


# Iterations before the measurement, and measured: the steady state of a chain that goes through k iterations repeats
# every k iterations, and 12 is a multiple of 1, 2, 3, 4 and 6.
_SETTLE = 8
_MEASURE = 12
