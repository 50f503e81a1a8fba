"""Which instruction waits for which, and for how many cycles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grammars.operands import Operation
from superopt.cost.prepared import Address, Prepared

MEMORY = "mem"

# Cycles from the issue of a store until a load of the same address may issue.  The load then has its own latency, so a
# value passed through memory takes one cycle longer than a load.  llvm-mca itself assumes that loads and stores never
# meet, which makes spilling look free.
STORE_TO_LOAD = 1


@dataclass(frozen=True, slots=True)
class Costed:
    """An instruction to price: ``reads`` and ``writes`` are locations such as ``x0``, ``sp``, ``n``, ``v3``, ``mem``."""

    operation: Operation
    reads: frozenset[str]
    writes: frozenset[str]


# (producer, cycles from its issue until the consumer may issue, iterations that lie between them: 0 or 1)
Edge = tuple[int, int, int]


def dependences(block: Sequence[Costed], prepared: Sequence[Prepared], *, loop: bool) -> list[list[Edge]]:
    """For each instruction of the block, the instructions that it waits for.

    In a loop body the values of the iteration before count too.  Output and anti-dependences do not count: renaming
    removes them.
    """
    count = len(block)
    writers: dict[str, int] = {}
    stores: dict[tuple[Address, tuple[int, ...]], int] = {}
    edges: list[list[Edge]] = [[] for _ in block]
    for time in range(2 * count if loop else count):
        position = time % count
        instruction, ready = block[position], prepared[position]
        into: list[Edge] = []
        for location in instruction.reads:
            writer = writers.get(location)
            if writer is not None and location != MEMORY:
                delay = _delay(prepared[writer % count], ready, location)
                into.append((writer % count, delay, time // count - writer // count))
        key = _access(instruction, ready, time, writers)
        store = stores.get(key) if key and MEMORY in instruction.reads else None
        if store is not None:
            into.append((store % count, STORE_TO_LOAD, time // count - store // count))
        if key and MEMORY in instruction.writes:
            stores[key] = time
        for location in instruction.writes:
            writers[location] = time
        edges[position] = into
    return edges


def _access(instruction: Costed, ready: Prepared, time: int, writers: dict[str, int]) -> tuple[Address, tuple[int, ...]] | None:
    """What an access is known by: its address as written, and who wrote the registers in it."""
    if ready.address is None or (MEMORY not in instruction.reads and MEMORY not in instruction.writes):
        return None
    versions = [writers.get(place, -1) for place in ready.address.places]
    if ready.address.updated_first:
        versions[0] = time
    return ready.address, tuple(versions)


def _delay(producer: Prepared, consumer: Prepared, location: str) -> int:
    """Cycles from the issue of the producer to that of a consumer of ``location``."""
    made, taken = producer.scheduling, consumer.scheduling
    if location == producer.updated:
        return made.latency if made.writeback is None else made.writeback
    if location == consumer.accumulator and taken.accumulate and made.accumulate and consumer.kind == producer.kind:
        return min(made.latency, taken.accumulate[1])
    if not made.early or not taken.late:
        return made.latency
    return made.latency - min(made.early, _late(consumer, location))


def _late(consumer: Prepared, location: str) -> int:
    """How long after its issue an instruction can wait for a location: as long as the most urgent operand."""
    named = [position for position, places in enumerate(consumer.places) if location in places]
    late = consumer.scheduling.late
    # Operand 0 has no entry where it is only written.
    if len(named) > 1 and named[0] == 0 and late[0] == 0:
        named = named[1:]
    return min((late[position] for position in named if position < len(late)), default=0)
