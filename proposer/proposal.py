"""The protocol of proposers: a canonical block and a context in, a stream of candidates out.

A proposer is given what it needs to judge cost; it never reaches the verifier. Verdicts come back through
:meth:`Proposer.learn`, so that search can be guided by counterexamples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from semantics.assembler import Instruction
from semantics.canonical import Canonical
from semantics.frames import DeadStack

type Block = tuple[Instruction, ...]
type CostKey = tuple[float, ...]  # compared lexicographically, smaller is better
type Outcome = Literal["proved", "different", "unknown", "unsupported", "not cheaper"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a proposer may know besides the block.

    Attributes:
        cpu: name of the processor to optimise for.
        objective: ``cycles``, ``size`` or ``count``.
        cost: price of a block of instructions under the objective; compare keys, smaller is better.
        budget: seconds that the proposer may take for this block.
        scratch: how many further general and vector registers a candidate may use.
        dead_stack: stack memory that is dead after the block; None if all memory counts.
        seed: for everything random.
    """

    cpu: str
    objective: str
    cost: Callable[[Sequence[Instruction]], CostKey]
    budget: float
    scratch: tuple[int, int] = (0, 0)
    dead_stack: DeadStack | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed replacement, in the block's canonical names."""

    instructions: Block
    proposer: str
    note: str = ""


@dataclass(slots=True)
class Tally:
    """What became of a proposer's output, by kind: for reports and for comparing proposers."""

    counts: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, kind: str, number: int = 1) -> None:
        """Count ``number`` more of ``kind``."""
        self.counts[kind] = self.counts.get(kind, 0) + number


class Proposer(Protocol):
    """Anything that suggests replacements for a block."""

    @property
    def name(self) -> str:
        """The name on the command line."""
        ...

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        """Candidates, most promising first; stops of itself when the budget is spent."""
        ...

    def learn(self, block: Canonical, candidate: Candidate, outcome: Outcome, message: str) -> None:
        """What became of a candidate: ``message`` is a counterexample or an error as text."""
        ...
