"""Pairs from de-optimising: short windows of compiled code are the answers, their expansions the questions."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from proposer.model.compiled import compile_all
from proposer.model.expansion import Expander, line, registers_in
from proposer.model.pairs import Judge, Pair, canonical_or_none, group_of, rename_into
from proposer.proposal import Block
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.locations import FLAGS, GENERAL

LONGEST = 24  # instructions of an expanded block
_STEPS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8)


def seeds(seed: int, count: int, random: Random) -> Iterator[Block]:
    """Windows of one to six instructions of optimised functions."""
    for versions in compile_all(seed, count):
        for name, block in versions.items():
            if not block or (name.endswith("-O0") and random.random() < 0.8):
                continue
            length = min(len(block), random.choice((1, 1, 2, 2, 3, 3, 4, 5, 6)))
            start = random.randrange(len(block) - length + 1)
            yield block[start : start + length]


def live_after(block: Block, random: Random) -> LiveSet:
    """A plausible live set: what the block computes last, memory, sometimes inputs and flags."""
    written = {location: i for i, instruction in enumerate(block) for location in effects(instruction).writes}
    results = sorted((location for location in written if location in GENERAL), key=lambda location: -written[location])
    live: dict[str, int] = {"mem": 1, "sp": 64}
    for number, location in enumerate(results):
        if number == 0 or random.random() < 0.6:
            live[location] = 32 if random.random() < 0.25 else 64
    for location in sorted(registers_in(block) - set(results)):
        if random.random() < 0.25:
            live[location] = 64
    flags = [flag for flag in FLAGS if flag in written]
    if flags and (not results or random.random() < 0.15):
        live |= dict.fromkeys(flags, 1)
    return LiveSet.of(live)


def pairs(seed: int, count: int, judge: Judge) -> Iterator[Pair]:
    """Pairs made from one translation unit; the same for the same seed and compilers."""
    random = Random(seed)
    for block in seeds(1_000_000 + seed, count, random):
        live_out = live_after(block, random)
        named = canonical_or_none(block, live_out)
        if named is None or named.symbols:
            continue
        for _ in range(3):
            found = _expanded(block, live_out, group_of(named), random, judge)
            if found is not None:
                yield found


def _expanded(block: Block, live_out: LiveSet, group: str, random: Random, judge: Judge) -> Pair | None:
    steps = random.choice(_STEPS)
    uses_stack = any("sp" in (*effects(i).reads, *effects(i).writes) for i in block)
    frame = random.choice((0, 0, 16, 32)) if steps > 1 and not uses_stack else 0
    taken = registers_in(block)
    spare = [f"x{i}" for i in range(8, 29) if f"x{i}" not in taken][: random.choice((1, 2, 4, 8))]
    expander = Expander(random, list(block), spare, frame)
    try:
        expander.grow(steps)
        longer = tuple(expander.block)
        dead = DeadStack(((0, frame),)) if frame else None
        if frame and random.random() < 0.4:
            longer = line(["sub", "sp", "sp", f"#{frame}"]), *longer, line(["add", "sp", "sp", f"#{frame}"])
            dead = DeadStack()
        if longer == block or len(longer) > LONGEST:
            return None
        named = canonical_or_none(longer, live_out)
        target = rename_into(named, block) if named is not None else None
        if named is None or target is None:
            return None
        return judge.pair(named, [target], dead_stack=dead, source="synthetic", group=group)
    except SemanticsError:
        return None
