"""What can be seen of a block when it runs on the emulator: its final state, its way out, and the bytes it touches.

Unlike :mod:`verifier.differential`, which runs what comes before a final branch, the branch takes part: labels get
places behind the code, so that where control goes can be observed. Indirect branches are compared by kind and target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grammars.operands import Symbol
from semantics.assembler import Instruction
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from semantics.run.ints import evaluate
from semantics.state import Exit
from semantics.words import Word
from verifier.differential import difference, shared_emulator
from verifier.errors import VerifierError
from verifier.replay import runnable
from verifier.verdict import Difference

MASK = (1 << 64) - 1
LONGEST = 128  # instructions: the labels lie behind them in the same kilobyte of code
_CODE_FRAME = 1024  # bytes; the emulator reports a jump within the code's frame as the end of the run
_PLACES = 64
_DEAD = 1 << 20  # bytes below the final sp that count as dead with a dead stack


class NotRunnable(VerifierError):
    """A block that cannot be run alone: why."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One run. ``exit`` says where control went; addresses are of single bytes."""

    state: MachineState
    exit: str
    reads: frozenset[int]
    writes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Runnable:
    """A block made ready to run: its code, its exit, and which label stands at which distance from the start."""

    code: bytes
    exit: Exit | None
    labels: dict[int, str]

    @classmethod
    def of(cls, block: Sequence[Instruction]) -> Runnable:
        """Raises NotRunnable for relocated operands, places counted from the code itself, and blocks that are too long."""
        if len(block) > LONGEST:
            raise NotRunnable(f"{len(block)} instructions, more than {LONGEST}")
        leave = _exit(block)
        body = block[:-1] if leave is not None else block
        if not runnable(body):
            raise NotRunnable("an operand waits for the linker")
        code = b"".join(instruction.bytes for instruction in body)
        if leave is None or leave.kind == "return" or not isinstance(leave.target, Symbol):
            if leave is not None and isinstance(leave.target, int):
                raise NotRunnable("a branch by a distance")
            return cls(code, leave, {})
        place = _place(leave.target)
        last = block[-1]
        fields = dict(last.fields) | {"target": (place - len(code)) // 4}
        linked = replace(last, fields=tuple((name, fields[name]) for name, _ in last.fields), symbol=None)
        return cls(code + linked.bytes, leave, {place: f"{leave.kind} {leave.target.name}+{leave.target.addend}"})

    def run(self, state: MachineState) -> Observed | None:
        """The run from one state; None where the emulator faults."""
        from verifier.oracle import Ran

        ran = shared_emulator().run(self.code, state)
        if not isinstance(ran, Ran):
            return None
        reads = frozenset((a + i) & MASK for kind, a, size, _ in ran.accesses if kind == "r" for i in range(size))
        writes = frozenset((a + i) & MASK for kind, a, size, _ in ran.accesses if kind == "w" for i in range(size))
        return Observed(self._after(ran.state), self._way(ran.next_pc - state.pc, ran.state), reads, writes)

    def _way(self, distance: int, after: MachineState) -> str:
        leave = self.exit
        if leave is not None and not isinstance(leave.target, Symbol | int):
            return f"{leave.kind} {_value(leave.target, after):#x}"
        return self.labels.get(distance, "end")

    def _after(self, state: MachineState) -> MachineState:
        """A call's return address depends on where the code stands, not on what it does."""
        return state.with_location("x30", 0) if self.exit is not None and self.exit.kind == "call" else state


def _exit(block: Sequence[Instruction]) -> Exit | None:
    try:
        return effects(block[-1]).exit if block else None
    except SemanticsError:
        return None


def _place(target: Symbol) -> int:
    """A distance from the start of the code, in its first kilobyte and behind any block; labels may share one."""
    return _CODE_FRAME - 4 * (1 + sum(f"{target.name}+{target.addend}".encode()) % _PLACES)


def _value(target: Word, after: MachineState) -> int:
    """Where an indirect branch goes: the value of its register in front of it."""
    return evaluate([target], {str(word.attrs[0]): after.get(str(word.attrs[0])) for word in (target,) if word.op == "var"}, _no_memory)[0]


def _no_memory(address: int, size: int) -> int:
    raise NotRunnable(f"a branch target in memory at {address:#x}, {size} bytes")


def disagreement(original: Observed, candidate: Observed, live_out: LiveSet, *, dead_stack: bool = False) -> Difference | None:
    """The first thing that the contract forbids: another way out, live register, memory, or bytes touched beyond the original's."""
    if original.exit != candidate.exit:
        return Difference("exit", _way_text(original), _way_text(candidate))
    sp = original.state.sp
    dead = (range(max(sp - _DEAD, 0), sp),) if dead_stack else ()
    found = difference(original.state, candidate.state, live_out, dead)
    if found is not None:
        return found
    for what, beyond in (
        ("read of", candidate.reads - original.reads - original.writes),
        ("write of", candidate.writes - original.writes),
    ):
        outside = [address for address in sorted(beyond) if not any(address in addresses for addresses in dead)]
        if outside:
            return Difference(f"{what} {outside[0]:#x}", "no", "yes")
    return None


def _way_text(observed: Observed) -> str:
    return "falls through" if observed.exit == "end" else observed.exit
