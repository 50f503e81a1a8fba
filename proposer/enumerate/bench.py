"""The workbench: what the search has found so far, and the tests a block must pass to count."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from proposer.enumerate.execution import Lanes, run
from proposer.enumerate.observation import Observation
from proposer.enumerate.pool import STATES, Meter
from proposer.enumerate.states import Selection, Universe
from proposer.proposal import Block, Context, CostKey
from semantics.block import effects, execute
from semantics.canonical import Canonical
from semantics.errors import SemanticsError
from semantics.locations import GENERAL, VECTORS
from semantics.words import variables


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on the work for one block, besides the budget of time; with these alone a run can be repeated.

    Attributes:
        trials: blocks that are run.
        elements: numbers computed in synthesis.
        pool: values kept in one synthesis pool (about 600 bytes each).
        depth: most instructions that replace a computation.
        candidates: most candidates given out for one block.
        states: states in which a candidate is compared before it is given out.
    """

    trials: int = 20_000
    elements: int = 4_000_000_000
    pool: int = 60_000
    depth: int = 4
    candidates: int = 24
    states: int = 768


@dataclass(slots=True)
class Found:
    """A block that passed, and how it came about."""

    block: Block
    cost: CostKey
    note: str


@dataclass(slots=True)
class Bench:
    """One block under the search."""

    canonical: Canonical
    context: Context
    limits: Limits
    meter: Meter
    universe: Universe
    states: Selection
    everywhere: Observation
    here: Observation
    cost: CostKey
    allowed: frozenset[str]
    trials: int = 0
    seen: dict[Block, bool] = field(default_factory=dict[Block, bool])
    found: list[Found] = field(default_factory=list[Found])
    asked: set[tuple[object, ...]] = field(default_factory=set[tuple[object, ...]])  # targets hunted in vain

    @classmethod
    def of(cls, canonical: Canonical, context: Context, limits: Limits) -> Bench | None:
        """The bench for a block, or None if it cannot be run."""
        block = canonical.instructions
        meter = Meter(time.monotonic() + context.budget, limits.elements)
        try:
            pointers = frozenset(variables([access.address for access in execute(block).accesses]))
            universe = Universe(max(limits.states, STATES), context.seed, pointers)
            states = Selection(universe, range(STATES))
            wide = Selection(universe, range(universe.count))
            everywhere, here = (Observation(one, block, canonical.live_out, dead_stack=context.dead_stack) for one in (wide, states))
        except SemanticsError:
            return None
        allowed = _allowed(canonical, context.scratch)
        return cls(canonical, context, limits, meter, universe, states, everywhere, here, context.cost(block), allowed)

    @property
    def spent(self) -> bool:
        """Whether the search must stop."""
        return self.trials >= self.limits.trials or self.meter.spent

    def accepts(self, block: Block, note: str) -> bool:
        """Whether a block behaves like the original; if it does and is cheaper, it is kept."""
        if block in self.seen:
            return self.seen[block]
        self.trials += 1
        self.seen[block] = self._passes(block)
        if self.seen[block]:
            cost = self.context.cost(block)
            if cost < self.cost:
                self.found.append(Found(block, cost, note))
        return self.seen[block]

    def price(self, block: Block) -> CostKey:
        """The cost of a block."""
        return self.context.cost(block)

    def _passes(self, block: Block) -> bool:
        try:
            written = {location for instruction in block for location in effects(instruction).writes}
            if written & set((*GENERAL, *VECTORS)) - self.allowed or self.here.differing(block, 1).any():
                return False
            wrong = self.everywhere.differing(block, 4)
        except SemanticsError:
            return False
        if wrong.any():
            self.states = self.states.with_rows([int(row) for row in wrong.nonzero()[0][:4]])
            self.rebase(self.here.block)
        return not wrong.any()

    def rebase(self, block: Block) -> None:
        """Compare with ``block``, which must behave like the original, from now on; it shares prefixes with what follows."""
        self.here = Observation(self.states, block, self.canonical.live_out, dead_stack=self.context.dead_stack)

    def trail(self, block: Block) -> list[Lanes]:
        """The states before each instruction of a block, and after the last."""
        return self.here.trail if block == self.here.block else run(Lanes(self.states), block)


def _allowed(canonical: Canonical, scratch: tuple[int, int]) -> frozenset[str]:
    """Registers that a candidate may write: the block's own, and as many new ones as the context grants."""
    names = set(canonical.names)
    for kind, extra, everything in (("x", scratch[0], GENERAL), ("v", scratch[1], VECTORS)):
        free = [name for name in everything if name not in names and name not in canonical.live_out]
        names |= set([name for name in free if name[0] == kind][:extra])
    return frozenset(names)


def plainness(block: Block) -> tuple[int, int, str]:
    """An order among blocks of equal cost: short ones first, then those that are written in the fewest characters."""
    text = "\n".join(instruction.text for instruction in block)
    return len(block), len(text), text
