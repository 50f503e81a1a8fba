"""Prices of instructions and blocks: the cost model applied to instructions with a meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from proposer.proposal import CostKey
from semantics.assembler import Instruction
from semantics.block import effects
from semantics.items import Item, Opaque
from superopt.cost import Costed, Estimate, Machine, Objective, estimate, from_syntax


@lru_cache(maxsize=65536)
def costed(item: Item) -> Costed:
    """What the cost model needs to know of an instruction; an opaque one is priced by its text."""
    if isinstance(item, Opaque):
        return from_syntax(item.operation)
    what = effects(item)
    return Costed(item.operation, what.reads, what.writes)


def price(items: Sequence[Item], machine: Machine, *, loop: bool = False) -> Estimate:
    """Predicted cost of straight-line code, or of one iteration of a loop body."""
    return estimate([costed(item) for item in items], machine, loop=loop)


def cost_of(machine: Machine, objective: Objective) -> Callable[[Sequence[Instruction]], CostKey]:
    """The cost function that proposers are given: straight-line, smaller is better."""
    return lambda block: objective.key(price(block, machine))
