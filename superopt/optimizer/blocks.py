"""The working copy of a basic block: its windows as they stand, and the edits that they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grammars.listing import Edit
from semantics.assembler import Instruction
from semantics.items import Item
from semantics.liveness import Liveness
from semantics.liveset import LiveSet
from semantics.program import Block
from semantics.windows import Window, dead_stack_at
from superopt.optimizer.slices import Slice, Surroundings, cut, live_points

MAX_CONTEXT = 96  # items; a longer block is priced by the code near a slice
NEAR = 24


@dataclass(slots=True)
class WorkingWindow:
    """A window and its current instructions."""

    window: Window
    surroundings: Surroundings
    current: tuple[Instruction, ...] = ()
    live: list[LiveSet] = field(default_factory=list[LiveSet])

    def __post_init__(self) -> None:
        self.become(self.window.instructions)

    def become(self, instructions: tuple[Instruction, ...]) -> None:
        """Make these the window's instructions."""
        self.current = instructions
        self.live = live_points(instructions, self.surroundings)

    def slice(self, start: int, stop: int) -> Slice:
        """The slice from ``start`` to ``stop`` of the current instructions."""
        return cut(self.current, start, stop, self.live[stop], self.surroundings)

    def edits(self) -> list[Edit]:
        """The edits that turn the original window into the current one; what is unchanged at both ends stays untouched."""
        old, new = self.window.instructions, self.current
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        changed = self.window.statements[head : len(old) - tail]
        replacement = tuple(i.operation for i in new[head : len(new) - tail])
        if not changed:
            return []
        edits = list[Edit]()
        for start, stop in _runs(changed):
            edits.append(Edit(start, stop, replacement))
            replacement = ()
        return edits


@dataclass(slots=True)
class WorkingBlock:
    """A block with its windows, in order."""

    block: Block
    windows: list[WorkingWindow] = field(default_factory=list[WorkingWindow])

    @property
    def loops(self) -> bool:
        """Whether the block is a loop body of its own."""
        return any(edge.target == self.block.index for edge in self.block.successors)

    def context(self, working: WorkingWindow, start: int, stop: int, instead: Sequence[Instruction]) -> list[Item]:
        """The code that prices a slice of a window replaced by ``instead``: the block, or what is near in a long one."""
        spliced = (*working.current[:start], *instead, *working.current[stop:])
        if len(self.block.items) <= MAX_CONTEXT:
            return self.items(working, spliced)
        return list(spliced[max(start - NEAR, 0) : start + len(instead) + NEAR])

    def items(self, instead: WorkingWindow | None = None, of: Sequence[Instruction] = ()) -> list[Item]:
        """The block as it stands, with window ``instead`` replaced by ``of``."""
        result, position = list[Item](), 0
        for working in self.windows:
            result += self.block.items[position : working.window.start]
            result += of if working is instead else working.current
            position = working.window.stop
        result += self.block.items[position:]
        return result

    def original(self) -> list[Item]:
        """The block as it was."""
        return list(self.block.items)


def surroundings_of(window: Window, liveness: Liveness, scratch: frozenset[str], dead_stack: bool) -> Surroundings:
    """What the window's place decides."""
    block = window.block
    returns = dead_stack and dead_stack_at(block, len(block.items) - 1)
    rest = block.items[window.stop :] if returns else None
    return Surroundings(liveness.before(block, window.stop), scratch, window.fixed, rest)


def _runs(statements: Sequence[int]) -> list[tuple[int, int]]:
    runs = list[tuple[int, int]]()
    for statement in statements:
        if runs and runs[-1][1] == statement:
            runs[-1] = (runs[-1][0], statement + 1)
        else:
            runs.append((statement, statement + 1))
    return runs
