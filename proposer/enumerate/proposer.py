"""The proposer ``enumerate``: exhaustive search for short replacements."""

from __future__ import annotations

from collections.abc import Iterator

from proposer.enumerate.addresses import folded, rebranched
from proposer.enumerate.bench import Bench, Found, Limits, plainness
from proposer.enumerate.edits import forwarded, improves, paired, single_deletions, swept
from proposer.enumerate.improve import synthesised
from proposer.proposal import Block, Candidate, Context, Outcome
from semantics.canonical import Canonical

_REMEMBERED = 4096  # refuted candidates


class Enumerate:
    """Deletions, values taken from where they already are, and bottom-up synthesis, by observational equivalence.

    ``name`` is what the command line calls it. The search runs first, until it finds nothing more or the budget is
    spent; then candidates come cheapest first.
    """

    name = "enumerate"

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits if limits is not None else Limits()
        self._refuted: dict[tuple[str, Block], None] = {}

    def propose(self, block: Canonical, context: Context) -> Iterator[Candidate]:
        """Cheaper blocks that behave like the given one in every state looked at, cheapest first."""
        bench = Bench.of(block, context, self.limits)
        if bench is None or not block.instructions:
            return
        search(bench)
        given = 0
        for found in sorted(bench.found, key=_rank):
            if (block.key, found.block) in self._refuted:
                continue
            yield Candidate(found.block, self.name, found.note)
            given += 1
            if given >= self.limits.candidates:
                return

    def learn(self, block: Canonical, candidate: Candidate, outcome: Outcome, message: str) -> None:
        """Refuted candidates are not proposed again for the same block."""
        if outcome != "different":
            return
        self._refuted[block.key, candidate.instructions] = None
        while len(self._refuted) > _REMEMBERED:
            del self._refuted[next(iter(self._refuted))]


def _rank(found: Found) -> tuple[object, ...]:
    return found.cost, plainness(found.block)


def search(bench: Bench) -> None:
    """Fill ``bench.found``, until nothing more is found or the bench is spent."""
    start = bench.canonical.instructions
    single_deletions(bench, start)
    best = start
    while not bench.spent:
        before = best
        best = _step(bench, best)
        if best == before:
            return


def _step(bench: Bench, block: Block) -> Block:
    """One round: the cheapest kind of edit that changes the block, at last one replaced computation."""
    bench.rebase(block)
    tidy = swept(bench, block)
    bench.rebase(tidy)
    renamed = forwarded(bench, tidy)
    if renamed != tidy and improves(bench, renamed, tidy):
        return renamed
    for edit in (rebranched, folded, paired, synthesised):
        changed = edit(bench, tidy)
        if changed != tidy:
            return changed
    return tidy
