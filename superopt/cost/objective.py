"""What "better" means: the order in which candidates are compared."""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from superopt.cost.estimate import Estimate

BYTES_PER_INSTRUCTION = 4

# Smaller is better, compared from left to right.
Key = tuple[float, float, float]


class Objective(Enum):
    """What to minimise.  Fewer instructions are not fewer cycles, so each is an objective of its own."""

    CYCLES = "cycles"
    SIZE = "size"
    COUNT = "count"

    def key(self, price: Estimate) -> Key:
        """A key that orders blocks; differences are never cut off, so that a loss shows as a loss."""
        match self:
            case Objective.CYCLES:
                return (price.cycles, price.micro_ops, price.instructions)
            case Objective.SIZE:
                return (price.instructions * BYTES_PER_INSTRUCTION, price.cycles, price.micro_ops)
            case Objective.COUNT:
                return (price.instructions, price.cycles, price.micro_ops)
            case _:
                assert_never(self)

    def better(self, candidate: Estimate, original: Estimate) -> bool:
        """Whether the candidate is strictly cheaper."""
        return self.key(candidate) < self.key(original)
