"""Both blocks run on the emulator from the same states, with pointers that overlap: the last word after a proof."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from semantics.assembler import Instruction
from semantics.block import execute
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from semantics.state import LOCATIONS
from verifier.counterexample import body, runnable
from verifier.obligations import live_registers
from verifier.screen import pointers


@cache
def _emulator():  # type: ignore[no-untyped-def]
    from verifier.oracle import Emulator

    return Emulator()


def contradiction(
    original: Sequence[Instruction],
    candidate: Sequence[Instruction],
    live_out: LiveSet,
    dead_stack: DeadStack | None = None,
    count: int = 16,
    seed: int = 1,
) -> str | None:
    """A description of the first live-out that differs on some state, or None if none does.

    Blocks that wait for the linker are not run, nor do branches at the end take part; states on which the emulator
    faults are passed over.
    """
    left, right = body(original), body(candidate)
    if not runnable([*left, *right]):
        return None
    from verifier.oracle import Ran
    from verifier.states import random_states

    bases = sorted(name for name in pointers(execute(left), execute(right)) if name in LOCATIONS and name[0] in "xs")
    codes = [b"".join(i.bytes for i in block) for block in (left, right)]
    for state in random_states(count, seed, pointers=bases):
        first, second = (_emulator().run(code, state) for code in codes)
        if isinstance(first, Ran) and isinstance(second, Ran):
            found = difference(first.state, second.state, live_out, _dead(first.state, dead_stack))
            if found is not None:
                return found
    return None


def _dead(after: MachineState, dead_stack: DeadStack | None) -> tuple[range, ...]:
    """Addresses whose contents are dead: generously everything up to 1 MiB below the final sp, and what is listed."""
    if dead_stack is None:
        return ()
    below = range(max(after.sp - (1 << 20), 0), after.sp)
    return below, *(range(after.sp + low, after.sp + high) for low, high in dead_stack.ranges)


def difference(left: MachineState, right: MachineState, live_out: LiveSet, dead: Sequence[range]) -> str | None:
    """The first live-out in which two final states differ."""
    for location, bits in live_registers(live_out):
        a, b = (state.get(location) & ((1 << bits) - 1) for state in (left, right))
        if a != b:
            return f"{location}: {a:#x} against {b:#x}"
    if "mem" not in live_out:
        return None
    for address in sorted({*left.written, *right.written}):
        a, b = left.read_written(address, 1), right.read_written(address, 1)
        if a != b and not any(address in addresses for addresses in dead):
            return f"byte at {address:#x}: {a:#x} against {b:#x}"
    return None
