"""What an optimisation did, as data; tables and JSON are made from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from verifier.certificates.queries import Statement
from verifier.verdict import Certificate


@dataclass(frozen=True, slots=True)
class Step:
    """One applied rewrite: where, what, who proposed it and how it was proved.

    ``statement`` is what was proved, in canonical names, and ``certificate`` what is known of the proof.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    proposer: str
    method: str
    engines: tuple[str, ...]
    proof_seconds: float
    cached: bool
    statement: Statement
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class BlockReport:
    """One improved block: instruction counts and predicted cycles, before and after."""

    function: str
    line: int
    instructions_before: int
    instructions_after: int
    cycles_before: float
    cycles_after: float
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Report:
    """The whole file.

    Attributes:
        blocks: number of basic blocks; ``considered`` of them had something to rewrite.
        improved: the blocks that changed.
        skipped: reasons why code was left alone, with how many instructions each.
        candidates: outcomes by proposer.
        interrupted: the search was stopped by the user; what is here was proved.
        exhausted: the budget ran out before everything was tried.
    """

    source: str
    cpu: str
    objective: str
    blocks: int = 0
    considered: int = 0
    improved: list[BlockReport] = field(default_factory=list[BlockReport])
    skipped: dict[str, int] = field(default_factory=dict[str, int])
    candidates: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    notes: list[str] = field(default_factory=list[str])
    seconds: float = 0.0
    proof_seconds: float = 0.0
    interrupted: bool = False
    exhausted: bool = False

    @property
    def cycle_ratio(self) -> float:
        """Geometric mean over the improved blocks of predicted cycles after / before; 1 if there is none."""
        return _geometric([(b.cycles_before, b.cycles_after) for b in self.improved])

    @property
    def count_ratio(self) -> float:
        """Geometric mean over the improved blocks of instructions after / before."""
        return _geometric([(b.instructions_before, b.instructions_after) for b in self.improved])

    def as_json(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "source": self.source,
            "cpu": self.cpu,
            "objective": self.objective,
            "blocks": self.blocks,
            "considered": self.considered,
            "improved": [_block_json(block) for block in self.improved],
            "cycle_ratio": self.cycle_ratio,
            "count_ratio": self.count_ratio,
            "skipped": self.skipped,
            "candidates": {name: dict(counts) for name, counts in self.candidates.items()},
            "notes": self.notes,
            "seconds": self.seconds,
            "proof_seconds": self.proof_seconds,
            "interrupted": self.interrupted,
            "exhausted": self.exhausted,
        }


def _block_json(block: BlockReport) -> dict[str, Any]:
    return {
        "function": block.function,
        "line": block.line,
        "instructions": [block.instructions_before, block.instructions_after],
        "cycles": [block.cycles_before, block.cycles_after],
        "steps": [
            {
                "before": list(step.before),
                "after": list(step.after),
                "proposer": step.proposer,
                "method": step.method,
                "engines": list(step.engines),
                "proof_seconds": step.proof_seconds,
                "cached": step.cached,
            }
            for step in block.steps
        ],
    }


def _geometric(pairs: Sequence[tuple[float, float]]) -> float:
    """Geometric mean of after / before; an empty result counts as one unit, so that it is not infinitely good."""
    if not pairs:
        return 1.0
    return math.exp(sum(math.log(max(after, 1.0) / max(before, 1.0)) for before, after in pairs) / len(pairs))
