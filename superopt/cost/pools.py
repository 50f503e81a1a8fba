"""From llvm-mca's cycles on single ports back to the sets of ports that may do the work.

llvm-mca spreads the work of a repeated instruction evenly over the ports that can do it, so one micro-operation on any
of three ports shows as a third of a cycle on each.  A *pool* is such a set of ports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

Pool = frozenset[str]
Uses = tuple[tuple[Pool, int], ...]

_TOLERANCE = 0.04  # cycles; 120 executions over up to 6 ports leave an uneven rest below this


def short_port_names(resources: Sequence[str]) -> dict[str, str]:
    """Resource names without the model's prefix: ``A57UnitI.0`` is ``I.0``."""
    return {resource: re.sub(r"^.*?Unit", "", resource) for resource in resources}


def pool_name(pool: Pool, ports: Sequence[str]) -> str:
    """A short name: the stem where the pool is all units of one resource, else its ports joined by ``|``."""
    stems = {port.partition(".")[0] for port in pool}
    whole = frozenset(port for port in ports if port.partition(".")[0] in stems)
    names = sorted(stems, key=lambda stem: [port.partition(".")[0] for port in ports].index(stem))
    return "|".join(names if whole == pool else sorted(pool))


def declared_pools(ports: Sequence[str]) -> set[Pool]:
    """The pools that port names alone show: single ports, units of one resource, numbered units of one kind."""
    pools = {frozenset({port}) for port in ports}
    for stem_of in (_resource, _kind):
        for stem in {stem_of(port) for port in ports}:
            pools.add(frozenset(port for port in ports if stem_of(port) == stem))
    return pools


def _resource(port: str) -> str:
    return port.partition(".")[0]


def _kind(port: str) -> str:
    return re.sub(r"\d+$", "", _resource(port))


def learn_pools(observations: Iterable[Mapping[str, float]]) -> set[Pool]:
    """Pools seen on their own: one cycle of work in all, spread evenly."""
    pools: set[Pool] = set()
    for pressure in observations:
        total = sum(pressure.values())
        if pressure and abs(total - 1) < _TOLERANCE and max(pressure.values()) - min(pressure.values()) < _TOLERANCE:
            pools.add(frozenset(pressure))
    return pools


def decompose(pressure: Mapping[str, float], throughput: float, pools: Iterable[Pool]) -> Uses | None:
    """The fewest uses of pools that explain the pressure on every port and the reciprocal throughput, or None.

    ``pressure``: cycles of work on each port in one execution.  ``throughput``: cycles an execution, at best.
    """
    if not pressure:
        return ()
    support = frozenset(pressure)
    usable = sorted((pool for pool in pools if pool <= support), key=lambda pool: (len(pool), sorted(pool)))
    found = list(_explanations(dict(pressure), usable, ()))
    found += list(_widened(pressure, throughput, pools)) or ([] if found else list(_uneven(pressure, usable, ())))
    if not found:
        return None
    return min(found, key=lambda uses: (abs(bound(uses) - throughput) > _TOLERANCE, len(uses), _order(uses)))


def _order(uses: Uses) -> list[tuple[int, list[str], int]]:
    return [(-len(pool), sorted(pool), cycles) for pool, cycles in uses]


def _widened(pressure: Mapping[str, float], throughput: float, pools: Iterable[Pool]) -> Iterator[Uses]:
    """Explanations by one pool of which llvm-mca's simulation happens to leave some ports idle."""
    total = round(sum(pressure.values()))
    for pool in pools:
        if frozenset(pressure) < pool and total and abs(total / len(pool) - throughput) < _TOLERANCE:
            yield ((pool, total),)


def _uneven(rest: Mapping[str, float], pools: Sequence[Pool], uses: Uses) -> Iterator[Uses]:
    """Explanations by pools without a common port, each with whole cycles however they are spread."""
    if not rest:
        yield uses
        return
    first = min(rest)
    for pool in pools:
        if first not in pool or not pool <= rest.keys():
            continue
        total = sum(rest[port] for port in pool)
        if round(total) > 0 and abs(total - round(total)) < _TOLERANCE * len(pool):
            left = {port: cycles for port, cycles in rest.items() if port not in pool}
            yield from _uneven(left, pools, (*uses, (pool, round(total))))


def _explanations(rest: dict[str, float], pools: Sequence[Pool], uses: Uses) -> Iterator[Uses]:
    busy = [port for port, cycles in rest.items() if cycles > _TOLERANCE]
    if not busy:
        yield tuple(sorted(uses, key=lambda use: (sorted(use[0]), use[1])))
        return
    if len(uses) == 4:
        return
    first = min(busy)
    for pool in pools:
        if first in pool and all(rest[port] > _TOLERANCE for port in pool):
            room = min(rest[port] for port in pool) * len(pool)
            for cycles in _amounts(room, len(pool)):
                left = {port: value - cycles / len(pool) * (port in pool) for port, value in rest.items()}
                yield from _explanations(left, pools, (*uses, (pool, cycles)))


def _amounts(room: float, size: int) -> range:
    most = int(room + _TOLERANCE * size)
    return range(most, max(most - 3, 0), -1)


def by_kind(pressure: Mapping[str, float]) -> Uses:
    """The last resort: ports of the same kind (``S0`` and ``S1``) are taken as one pool, with whole cycles of work."""
    kinds: dict[str, set[str]] = {}
    for port in sorted(pressure):
        kinds.setdefault(_kind(port), set()).add(port)
    return tuple((frozenset(kind), max(1, round(sum(pressure[port] for port in kind)))) for kind in kinds.values())


def bound(uses: Uses) -> float:
    """Cycles an execution that the pools allow at best (largest work over number of ports, over unions of two)."""
    sets = {left | right for left, _ in uses for right, _ in uses}
    return max((sum(cycles for pool, cycles in uses if pool <= ports) / len(ports) for ports in sets), default=0.0)
