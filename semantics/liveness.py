"""What is live at each point of a program: a backward analysis over blocks, exact in the widths that can be named.

A location is live where some continuation may depend on it. What a function may assume of its surroundings:

- At a return, what AAPCS64 lets a caller use is live (:meth:`LiveSet.aapcs64_return`), or what the user says; for callers
  in the listing also what is live after their calls, since compilers (gcc's ``-fipa-ra``) keep values in registers that
  they know a callee leaves alone. Flags are dead at returns to callers elsewhere (AAPCS64 6.1.1).
- A call reads all argument registers, and what its callee needs if that is in the listing. It overwrites x30. Nothing
  else that is live after it is taken to be overwritten (``clobbers`` changes that), except the flags by code elsewhere.
- An opaque instruction with unknown effects, and every unknown way out of a block, keeps everything alive.

An instruction whose results are dead needs nothing but its addresses, so chains of dead code are dead as a whole. This
is sound for rewriting many windows at once: each rewrite preserves, from any state, whatever is live after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grammars.listing import Directive
from semantics.assembler import Instruction
from semantics.items import Item, exit_of, item_effects
from semantics.liveset import LiveSet, LiveSetError, mask_of
from semantics.needs import bits_read, needs
from semantics.program import Block, Edge, Function, Program

__all__ = ["LiveSet", "LiveSetError", "Liveness", "LivenessOptions", "bits_read", "live_sets", "written_registers"]

ARGUMENTS = LiveSet.of([*(f"x{i}" for i in range(9)), *(f"v{i}" for i in range(8)), "x18", "x29", "sp", "mem"])
"""What a call may read: arguments and the indirect result (AAPCS64 6.4.2), the static chain or platform register x18,
and what finds the frames of callers."""

CALLEE_SAVED = LiveSet.of([*(f"x{i}" for i in range(19, 29)), *(f"d{i}" for i in range(8, 16))])
"""What a callee leaves as it was, and whoever unwinds the stack through a call restores in callers."""

CLOBBERED = LiveSet.everything().without([*(f"x{i}" for i in range(18, 30)), *(f"v{i}" for i in range(8, 16)), "sp", "mem"])
"""What an AAPCS64 callee may overwrite: x0 to x17, x30, v0 to v7, v16 to v31, flags."""

_FLAGS = mask_of("n") | mask_of("z") | mask_of("c") | mask_of("v")
_LINK = mask_of("x30")


@dataclass(frozen=True, slots=True)
class LivenessOptions:
    """``live_out_at_return`` replaces what AAPCS64 keeps alive at returns to callers elsewhere; sp stays live.

    ``at_end``: control may run off the end of the listing, and then what is live is the same as at a return: for pieces of
    code that are no whole functions. Without it everything is live there.

    ``aapcs_calls`` lets calls of code elsewhere overwrite whatever AAPCS64 lets them overwrite. That is wrong for callees
    with conventions of their own (vector calls, sanitizer helpers), so it is for users who know that there are none.
    """

    live_out_at_return: LiveSet | None = None
    at_end: bool = False
    aapcs_calls: bool = False


@dataclass(frozen=True)
class Liveness:
    """Live sets at the points of a program's blocks."""

    program: Program
    options: LivenessOptions
    entries: tuple[LiveSet, ...]
    """What is live at the start of each block."""
    ends: tuple[LiveSet, ...]
    """What is live after the last item of each block, on any way out."""
    everything: LiveSet
    _points: dict[int, tuple[LiveSet, ...]] = field(default_factory=dict[int, tuple[LiveSet, ...]], repr=False)

    def before(self, block: Block, position: int) -> LiveSet:
        """What is live before item ``position``; ``len(block.items)`` is the end of the block."""
        return self._of(block)[position]

    def after(self, block: Block, position: int) -> LiveSet:
        """What is live after item ``position``; after a call that ends the block, what callee and caller need."""
        return self._of(block)[position + 1]

    def _of(self, block: Block) -> tuple[LiveSet, ...]:
        if self.program.blocks[block.index] is not block:
            raise ValueError(f"block {block.index} belongs to another program")
        found = self._points.get(block.index)
        if found is None:
            live, points = self.ends[block.index].mask, list[LiveSet]()
            points.append(LiveSet(live))
            for item in reversed(block.items):
                live = _before(item, live, self.everything.mask)
                points.append(LiveSet(live))
            found = self._points[block.index] = tuple(reversed(points))
        return found


def live_sets(program: Program, options: LivenessOptions | None = None) -> Liveness:
    """Solve for the live sets of a program."""
    options = options if options is not None else LivenessOptions()
    solver = _Solver(program, options)
    solver.solve()
    entries, ends = tuple(map(LiveSet, solver.entries)), tuple(map(LiveSet, solver.ends))
    return Liveness(program, options, entries, ends, LiveSet(solver.everything))


def written_registers(program: Program, function: Function) -> frozenset[str]:
    """Locations that a function's own instructions write: what a rewrite in it may use as scratch.

    What its callees or opaque instructions of unknown effect write is left out, memory too.
    """
    written = set[str]()
    for block in program.blocks_of(function):
        for item in block.items:
            effects = item_effects(item)
            if effects is not None:
                written |= effects.writes
                if effects.exit is not None and effects.exit.kind == "call":
                    written.add("x30")
    return frozenset(written) - {"mem"}


def _before(item: Item, live: int, everything: int) -> int:
    if isinstance(item, Instruction):
        leave = exit_of(item)
        if leave is not None and leave.kind == "call":
            live &= ~_LINK
        return needs(item).before(live)
    if item.effects is None:
        return everything
    for location in item.effects.writes:
        live &= ~mask_of(location)
    for location in item.effects.reads:
        live |= mask_of(location)
    return live


class _Solver:
    def __init__(self, program: Program, options: LivenessOptions) -> None:
        self.program = program
        at_return = options.live_out_at_return
        self.at_return = (at_return if at_return is not None else LiveSet.aapcs64_return()).mask
        self.at_return |= mask_of("sp")
        fpsr = "fpsr" in LiveSet(self.at_return) or _reads_fpsr(program.blocks)
        self.everything = LiveSet.everything(fpsr=fpsr).mask
        self.clobbered = CLOBBERED.mask if options.aapcs_calls else _LINK | _FLAGS
        self.last = _runs_off(program) if options.at_end else None
        self.kept = [self._kept(function) for function in program.functions]
        self.entries = [0] * len(program.blocks)
        self.ends = [0] * len(program.blocks)

    def _kept(self, function: Function) -> int:
        """The callee-saved registers that a function leaves alone: only there are its caller's values at its calls."""
        return CALLEE_SAVED.without(written_registers(self.program, function) & set(CALLEE_SAVED)).mask

    def solve(self) -> None:
        pending = list(range(len(self.program.blocks)))
        waiting = set(pending)
        while pending:
            number = pending.pop()
            waiting.discard(number)
            block = self.program.blocks[number]
            self.ends[number] |= self.end(block)
            live = self.ends[number]
            for item in reversed(block.items):
                live = _before(item, live, self.everything)
            if live | self.entries[number] == self.entries[number]:
                continue
            self.entries[number] |= live
            for edge in block.predecessors:
                if edge.source not in waiting:
                    waiting.add(edge.source)
                    pending.append(edge.source)

    def end(self, block: Block) -> int:
        """What is live after a block's last item on any way out."""
        elsewhere = any(edge.kind == "call" and edge.target is None for edge in block.successors)
        here = any(edge.kind == "call" and edge.target is not None for edge in block.successors)
        live = 0
        for edge in block.successors:
            along = self.along(edge, block.function)
            if edge.kind == "call-return" and elsewhere and not here:
                along &= ~self.clobbered
            live |= along
        return live

    def along(self, edge: Edge, function: Function) -> int:
        """What is live at the end of an edge."""
        if edge.kind == "unknown":
            return self.at_return if edge.source == self.last else self.everything
        if edge.target is not None:
            return self.entries[edge.target]
        match edge.kind:
            case "call":
                return ARGUMENTS.mask | self.kept[function.index]
            case "return":
                return self.at_return
            case "tail-call":
                return ARGUMENTS.mask | self.at_return | _LINK
            case _:
                return self.everything


def _runs_off(program: Program) -> int | None:
    """The block after which the listing ends, if control runs off it: nothing but transparent directives follows."""
    block = max(program.blocks, key=lambda block: block.statements[-1], default=None)
    if block is None or len(block.successors) != 1 or not isinstance(block.items[-1], Instruction):
        return None
    leave = exit_of(block.items[-1])
    if leave is not None and leave.condition is None:
        return None
    rest = program.listing.statements[block.statements[-1] + 1 :]
    return block.index if all(isinstance(item, Directive) and item.transparent for item in rest) else None


def _reads_fpsr(blocks: Sequence[Block]) -> bool:
    return any((effects := item_effects(item)) is not None and "fpsr" in effects.reads for block in blocks for item in block.items)
