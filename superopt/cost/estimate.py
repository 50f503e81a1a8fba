"""What a block costs, quickly: the price that search and filtering go by (llvm-mca has the last word where present).

**Straight-line blocks.**  The surrounding code is unknown.  At one extreme everything waits for the block, which then
costs its *latency*: the cycles from issuing its first instruction on an idle machine to having its last result.  At
the other nothing does, and it costs its *reciprocal throughput*: the cycles for which it keeps the busiest resource
busy.  The price is the mean of both, for a CPU that reorders.  On an in-order CPU independent code cannot fill the
gaps, so the price is the latency alone.  No copy of the block ever feeds another: repeating a block, as llvm-mca does
by itself, chains its live-outs into the next copy, and longer code that happens to break that chain looks cheaper.

**Loop bodies.**  Cycles an iteration in the steady state: the largest of what the ports, the dispatch width, the chains
from one iteration to the next, and the reorder window allow.

Except for in-order loops the price is made of bounds that never fall when an instruction is added whose results nothing
else uses (see :mod:`superopt.cost.bounds`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from superopt.cost import bounds, inorder
from superopt.cost.dependences import Costed, Edge, dependences
from superopt.cost.machine import Machine
from superopt.cost.scheduling import Scheduling

__all__ = ["Costed", "Estimate", "estimate"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The price of a block on one CPU.

    ``cycles``: the figure of merit (see the module).  ``latency``: cycles for one execution on an idle machine.
    ``throughput``: cycles for which the busiest resource is busy.  ``bottleneck``: ``dispatch``, ``latency``,
    ``recurrence``, ``window`` or a set of ports.  ``port_pressure``: cycles of work on each port of each pool.
    ``guessed``: notes on instructions whose cost is not in the table.
    """

    cycles: float
    latency: float
    throughput: float
    micro_ops: int
    instructions: int
    bottleneck: str
    port_pressure: Mapping[str, float]
    guessed: tuple[str, ...]


def estimate(block: Sequence[Costed], machine: Machine, *, loop: bool = False) -> Estimate:
    """Price a block, or one iteration of a loop body, on a CPU."""
    prepared = [machine.prepare(instruction.operation) for instruction in block]
    costs = [ready.scheduling for ready in prepared]
    edges = dependences(block, prepared, loop=loop)
    micro_ops = sum(cost.micro_ops for cost in costs)
    work = bounds.port_work(costs)
    limits = _throughput_limits(work, micro_ops, machine)
    throughput = max(limits.values())
    latency = _latency(costs, edges, work, machine)
    if loop:
        limits |= _loop_limits(costs, edges, latency, micro_ops, machine)
        cycles = max(limits.values())
    else:
        limits["latency"] = latency
        cycles = latency if machine.in_order else (latency + throughput) / 2
    return Estimate(
        cycles=cycles,
        latency=latency,
        throughput=throughput,
        micro_ops=micro_ops,
        instructions=len(block),
        bottleneck=max(limits, key=lambda name: limits[name]),
        port_pressure={machine.pools[mask]: cycles / mask.bit_count() for mask, cycles in work.items()},
        guessed=tuple(dict.fromkeys(ready.guess for ready in prepared if ready.guess)),
    )


def _throughput_limits(work: dict[int, int], micro_ops: int, machine: Machine) -> dict[str, float]:
    """Cycles that the block needs of each resource, by the resource's name."""
    limits = {"dispatch": micro_ops / machine.dispatch_width}
    for ports in bounds.port_sets(frozenset(work)):
        limits[machine.ports_name(ports)] = bounds.confined(work, ports)
    return limits


def _latency(costs: Sequence[Scheduling], edges: Sequence[Sequence[Edge]], work: dict[int, int], machine: Machine) -> float:
    if not costs:
        return 0.0
    if machine.in_order:
        return float(inorder.makespan(costs, edges, machine.dispatch_width))
    starts = bounds.heads(costs, edges, _dispatch_times(costs, machine))
    lengths = bounds.tails(costs, edges)
    longest = max(start + length for start, length in zip(starts, lengths, strict=True))
    for ports in bounds.port_sets(frozenset(work)):
        longest = max(longest, bounds.contention(costs, starts, lengths, ports))
    return float(longest)


def _dispatch_times(costs: Sequence[Scheduling], machine: Machine) -> list[int]:
    """The cycle in which each instruction enters the machine, in program order."""
    times: list[int] = []
    before = 0
    for cost in costs:
        times.append(before // machine.dispatch_width)
        before += cost.micro_ops
    return times


def _loop_limits(
    costs: Sequence[Scheduling], edges: Sequence[Sequence[Edge]], latency: float, micro_ops: int, machine: Machine
) -> dict[str, float]:
    if not costs:
        return {}
    if machine.in_order:
        return {"recurrence": inorder.steady_state(costs, edges, machine.dispatch_width)}
    # An iteration holds its slots of the window for as long as it runs (Little's law).
    return {"recurrence": bounds.recurrence(edges), "window": latency * micro_ops / machine.window}
