"""Proposers for tests: simple enough to be obviously what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from grammars.instruction import parse_operation
from proposer.proposal import Candidate, Context, Outcome
from semantics.assembler import Instruction, assemble
from semantics.canonical import Canonical


def block(*texts: str) -> tuple[Instruction, ...]:
    """Instructions from their texts."""
    return tuple(assemble(parse_operation(text)) for text in texts)


class Deleting:
    """Proposes the block without one or two of its instructions."""

    name = "deleting"

    def __init__(self) -> None:
        self.learnt: list[tuple[Outcome, str]] = []

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        for count in (1, 2):
            for gone in combinations(range(len(block.instructions)), count):
                kept = tuple(i for number, i in enumerate(block.instructions) if number not in gone)
                yield Candidate(kept, self.name)

    def learn(self, block: Canonical, candidate: Candidate, outcome: Outcome, message: str) -> None:
        self.learnt.append((outcome, message))


class Saying:
    """Proposes the same blocks whatever it is asked."""

    name = "saying"

    def __init__(self, *candidates: Sequence[str]) -> None:
        self.candidates = [block(*texts) for texts in candidates]

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        yield from (Candidate(candidate, self.name) for candidate in self.candidates)

    def learn(self, block: Canonical, candidate: Candidate, outcome: Outcome, message: str) -> None:
        return
