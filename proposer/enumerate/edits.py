"""Small edits of a block: deletions, and values taken from where they already are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from proposer.enumerate.allocation import allocate
from proposer.enumerate.bench import Bench
from proposer.enumerate.graph import Graph, build, cleaned, merged
from proposer.proposal import Block

_MAX_PAIRED = 40  # longer blocks are not searched for pairs of deletions


def without(block: Block, *positions: int) -> Block:
    """The block less some instructions."""
    return tuple(instruction for i, instruction in enumerate(block) if i not in positions)


def swept(bench: Bench, block: Block) -> Block:
    """Delete one instruction after the other, from the end, until none can go."""
    changed = True
    while changed and not bench.spent:
        changed = False
        for position in reversed(range(len(block))):
            shorter = without(block, position)
            if not bench.spent and bench.accepts(shorter, "deletion"):
                block, changed = shorter, True
                bench.rebase(block)
    return block


def single_deletions(bench: Bench, block: Block) -> None:
    """Every deletion of one instruction on its own: alternatives should the greedy result not be right."""
    for position in range(len(block)):
        if bench.spent:
            return
        bench.accepts(without(block, position), "deletion")


def paired(bench: Bench, block: Block) -> Block:
    """Delete two instructions that only go together, such as the stack pointer's way down and up."""
    if len(block) > _MAX_PAIRED:
        return block
    for first, second in combinations(range(len(block)), 2):
        if bench.spent:
            break
        if bench.accepts(without(block, first, second), "deletion of two"):
            return swept(bench, without(block, first, second))
    return block


def registers(bench: Bench) -> list[int]:
    """The general registers that a candidate may write."""
    return sorted(int(name[1:]) for name in bench.allowed if name[0] == "x")


def graph_of(bench: Bench, block: Block) -> Graph | None:
    """The block as a graph with columns in the bench's states."""
    return build(block, bench.trail(block), bench.canonical.live_out)


def forwarded(bench: Bench, block: Block) -> Block:
    """Take every value from where it is first found, drop what becomes useless, and give out registers anew."""
    graph = graph_of(bench, block)
    if graph is None:
        return block
    best = block
    for variant in _variants(graph):
        made = allocate(variant, registers(bench))
        if made is not None and made != best and bench.accepts(made, "forwarding") and improves(bench, made, best):
            best = made
    return best


def _variants(graph: Graph) -> Iterator[Graph]:
    yield merged(graph)
    yield cleaned(graph)


def improves(bench: Bench, block: Block, than: Block) -> bool:
    """Whether a block is better to go on from: cheaper, or as cheap and shorter."""
    mine, other = bench.price(block), bench.price(than)
    return mine < other or (mine == other and len(block) < len(than))
