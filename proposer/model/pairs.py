"""Training pairs: a canonical block and a cheaper block that was proved to replace it.

Nothing here can prove: what builds pairs is *given* a proof and a price. A pair carries the group it was made from (a
function, or the block that was de-optimised), and whole groups go to training or to the held-out set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from proposer.errors import ProposerError
from proposer.proposal import Block, CostKey, Outcome
from semantics.assembler import Instruction, assemble, assemble_text
from semantics.canonical import Canonical, canonicalise, locations_in, map_operation
from semantics.errors import SemanticsError
from semantics.frames import DeadStack
from semantics.liveset import LiveSet

type Prove = Callable[[Block, Block, LiveSet, DeadStack | None], Outcome]
"""Original, candidate, live-out, dead stack memory: is the candidate right?"""
type Price = Callable[[str, Sequence[Instruction]], CostKey]
"""What a block costs under an objective."""

HELD_OUT_PERCENT = 4


class PairsError(ProposerError):
    """A file of pairs that cannot be read."""


@dataclass(frozen=True, slots=True)
class Pair:
    """``original`` and ``replacement`` are canonical lines; ``replacement`` is cheaper under every one of ``objectives``."""

    original: tuple[str, ...]
    replacement: tuple[str, ...]
    live_out: str
    dead_stack: DeadStack | None
    objectives: tuple[str, ...]
    source: str
    group: str

    @property
    def blocks(self) -> tuple[Block, Block]:
        """Both sides assembled."""
        return tuple(map(assemble_text, self.original)), tuple(map(assemble_text, self.replacement))

    @property
    def live(self) -> LiveSet:
        """The live-outs."""
        return LiveSet.parse(self.live_out)

    @property
    def key(self) -> str:
        """What makes two pairs the same task."""
        return "\n".join((*self.original, self.live_out, str(self.dead_stack is not None)))

    @property
    def held_out(self) -> bool:
        """Whether the pair's group is kept for measuring."""
        return int(hashlib.sha256(self.group.encode()).hexdigest()[:8], 16) % 100 < HELD_OUT_PERCENT

    def json(self) -> str:
        """One line of JSON."""
        fields = {"original": self.original, "replacement": self.replacement, "live_out": self.live_out}
        dead = None if self.dead_stack is None else self.dead_stack.ranges
        return json.dumps({**fields, "dead_stack": dead, "objectives": self.objectives, "source": self.source, "group": self.group})


def read(path: Path) -> Iterator[Pair]:
    """The pairs of a JSON-lines file; raises PairsError."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            found = json.loads(line)
            sides = tuple(found["original"]), tuple(found["replacement"])
            dead = None if found["dead_stack"] is None else DeadStack(tuple((low, high) for low, high in found["dead_stack"]))
            rest = found["live_out"], dead, tuple(found["objectives"]), found["source"], found["group"]
        except (ValueError, KeyError, TypeError) as error:
            raise PairsError(f"{path}:{number}: not a pair: {error}") from error
        yield Pair(*sides, *rest)


def read_folder(folder: Path) -> tuple[list[Pair], list[Pair]]:
    """All pairs of a folder without repeats, for training and held out; no task of the latter is among the former."""
    everything = {pair.key: pair for path in sorted(folder.glob("*.jsonl")) for pair in read(path)}
    kept = [pair for pair in everything.values() if pair.held_out]
    return [pair for pair in everything.values() if not pair.held_out], kept


def group_of(block: Canonical) -> str:
    """The group of everything made from this block."""
    return hashlib.sha256(block.text.encode()).hexdigest()[:16]


def rename_into(block: Canonical, target: Sequence[Instruction]) -> Block | None:
    """A block in original names put into the canonical names of ``block``.

    A register that the canonical block does not have becomes one that it has, is not live, and the target does not
    use; None if there is none left, or if a symbol is unknown.
    """
    names = {old: new for new, old in block.names.items()}
    used = {location for instruction in target for location in locations_in(instruction.plain)}
    free = [new for new, old in block.names.items() if new[0] == "x" and old not in used and new not in block.live_out]
    for location in sorted(used - set(names)):
        if not free or location[0] != "x":
            return None
        names[location] = free.pop()
    if any(instruction.symbol is not None for instruction in target):
        return None
    try:
        return tuple(assemble(map_operation(i.plain, lambda old: names[old], lambda symbol: symbol)) for i in target)
    except SemanticsError:
        return None


@dataclass(frozen=True, slots=True)
class Judge:
    """A proof and a price: what decides which pairs are kept."""

    prove: Prove
    price: Price
    objectives: tuple[str, ...] = ("cycles", "count")

    def cheaper(self, candidate: Sequence[Instruction], original: Sequence[Instruction]) -> tuple[str, ...]:
        """The objectives under which the candidate is strictly cheaper."""
        return tuple(o for o in self.objectives if self.price(o, candidate) < self.price(o, original))

    def pair(self, block: Canonical, candidates: Sequence[Block], *, dead_stack: DeadStack | None, source: str, group: str) -> Pair | None:
        """The pair with the cheapest candidate (in canonical names) that is cheaper and proved; at most three are tried."""
        tried = sorted(dict.fromkeys(candidates), key=lambda candidate: self.price("cycles", candidate))
        for candidate in tried[:3]:
            objectives = self.cheaper(candidate, block.instructions)
            if "cycles" not in objectives:
                return None
            if self.prove(block.instructions, candidate, block.live_out, dead_stack) == "proved":
                texts = tuple(i.text for i in block.instructions), tuple(i.text for i in candidate)
                return Pair(*texts, str(block.live_out), dead_stack, objectives, source, group)
        return None


def canonical_or_none(block: Sequence[Instruction], live_out: LiveSet) -> Canonical | None:
    """The canonical form, or None where a row ties registers together."""
    try:
        return canonicalise(block, live_out)
    except SemanticsError:
        return None
