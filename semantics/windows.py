"""Which runs of instructions of a block may be replaced as a whole.

A window holds consecutive instructions with a meaning and no way out. It never crosses a label, a directive that is a
barrier, data, or a call. In procedures with unwind tables (``.cfi_startproc``) the tables stay true, because

1. no window crosses a ``.cfi_*`` directive, so what a directive says of its place still holds there: all live registers
   and all of memory are as before at both ends of every window;
2. an instruction that writes a register from which frames are found (sp, x29, and what ``.cfi_def_cfa`` and
   ``.cfi_register`` name) is *pinned*: no window holds it. So at every instruction, within windows too, the address of
   the frame is computed as the tables say, provided that rewrites leave :attr:`Window.fixed` alone;
3. a store to the frame of a register whose place the tables give (``.cfi_offset``), and a load of it back, are pinned,
   so that between any two directives these saves happen where they did.

Calls are never inside a window, so exceptions thrown by callees find exact frames. Unwinding from within a window
(a signal handler, a profiler) finds the right frame addresses and saved registers; what it cannot find are the
values of registers that a window is still computing.
"""

from __future__ import annotations

from dataclasses import dataclass

from semantics.assembler import Instruction
from semantics.block import Effects, effects
from semantics.items import Item, exit_of
from semantics.program import Block, Frame


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """``move_frames`` gives up rules 2 and 3 above, for code that is never unwound from within a procedure."""

    move_frames: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """``block.items[start:stop]``, all instructions; ``statements`` are theirs in the listing, in order."""

    block: Block
    start: int
    stop: int

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """The instructions that a rewrite replaces."""
        return tuple(item for item in self.block.items[self.start : self.stop] if isinstance(item, Instruction))

    @property
    def statements(self) -> tuple[int, ...]:
        """Indices of the instructions in ``listing.statements``. Between them lie only directives that do not matter."""
        return self.block.statements[self.start : self.stop]

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """``statements`` as half-open ranges without gaps; ``.loc`` and its kind lie in the gaps."""
        ranges = list[tuple[int, int]]()
        for statement in self.statements:
            if ranges and ranges[-1][1] == statement:
                ranges[-1] = ranges[-1][0], statement + 1
            else:
                ranges.append((statement, statement + 1))
        return tuple(ranges)

    @property
    def fixed(self) -> frozenset[str]:
        """Registers that a rewrite must not even write and restore: sp and those that find frames, if not written here."""
        anchors = self.block.frame.anchors if self.block.frame is not None else frozenset[str]()
        return (anchors | {"sp"}).difference(*(effects(instruction).writes for instruction in self.instructions))


def windows(block: Block, options: WindowOptions | None = None) -> tuple[Window, ...]:
    """The maximal windows of a block, in order; none where the block is frozen."""
    options = options if options is not None else WindowOptions()
    frame = None if options.move_frames else block.frame
    if block.frozen is not None or (frame is not None and not frame.clear):
        return ()
    found = list[Window]()
    start = 0
    for position in range(len(block.items) + 1):
        ended = position == len(block.items) or not _rewritable(block.items[position], frame)
        if ended or position in block.barriers:
            if start < position:
                found.append(Window(block, start, position))
            start = position + 1 if ended else position
    return tuple(found)


def dead_stack_at(block: Block, position: int) -> bool:
    """Whether memory below sp is dead before item ``position``: it is the return of a function with callers elsewhere.

    False for code that only code of this listing calls under a private label, which may have rules of its own.
    """
    if position >= len(block.items):
        return False
    leave = exit_of(block.items[position])
    if leave is None or leave.kind != "return":
        return False
    private = block.function.name is not None and not block.function.exported
    return not private and not any(edge.kind in ("unknown", "indirect") for edge in block.successors)


def _rewritable(item: Item, frame: Frame | None) -> bool:
    if not isinstance(item, Instruction):
        return False
    what = effects(item)
    return what.exit is None and (frame is None or not _pinned(what, frame))


def _pinned(what: Effects, frame: Frame) -> bool:
    if what.writes & frame.anchors:
        return True
    if not what.reads & frame.anchors:
        return False
    return ("mem" in what.writes and bool(what.reads & frame.saved)) or ("mem" in what.reads and bool(what.writes & frame.saved))
