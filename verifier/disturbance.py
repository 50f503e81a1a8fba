"""Rule 5 of the contract seen on the emulator: after any instruction a signal handler may overwrite what lies below sp.

Blocks are run one instruction at a time, and after each the bytes below sp are filled with noise. Where that leaves the
original's results as they were, it must leave the candidate's the same: so a candidate that reads below sp, or lifts sp off data
that are still wanted, shows.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from semantics.assembler import Instruction
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.liveset import LiveSet
from semantics.machine import MachineState
from semantics.memory_image import MASK64, splitmix64
from verifier.differential import difference, shared_emulator
from verifier.obligations import live_registers
from verifier.replay import body, calls, runnable
from verifier.verdict import Difference

ZONE = 160  # bytes below sp that a handler overwrites
_FAR = 1 << 20  # bytes below the final sp that are compared by nobody
_NOISE = (0x00, 0xFF)  # complements, so that no byte is the same by chance


def uses_stack(*blocks: Sequence[Instruction]) -> bool:
    """Whether sp takes part in a block: only then is anything below it the block's business."""
    return any(name == "sp" for block in blocks for instruction in block for name in _locations(instruction))


def _locations(instruction: Instruction) -> frozenset[str]:
    try:
        found = effects(instruction)
    except SemanticsError:
        return frozenset()
    return found.reads | found.writes


def _plain(*blocks: Sequence[Instruction]) -> bool:
    """Whether every instruction has a meaning: what a signal does to an exclusive access or in a system call is not asked."""
    try:
        for instruction in itertools.chain(*blocks):
            effects(instruction)
    except SemanticsError:
        return False
    return True


def disturbed(block: Sequence[Instruction], state: MachineState, noise: int) -> MachineState | None:
    """The state after the instructions before a final branch, with a signal after each; None where the emulator faults."""
    from verifier.oracle import Ran

    pc = state.pc
    state = _signalled(state, noise)
    for instruction in body(block):
        ran = shared_emulator().run(instruction.bytes, state)
        if not isinstance(ran, Ran):
            return None
        state = _signalled(ran.state.replace(pc=pc), noise)
    return state


def _signalled(state: MachineState, noise: int) -> MachineState:
    low = state.sp - ZONE
    filled = {address: splitmix64(address & MASK64) & 0xFF ^ noise for address in range(low, state.sp)}
    return state.replace(written={**state.written, **filled})


def disturbance(
    original: Sequence[Instruction], candidate: Sequence[Instruction], states: Sequence[MachineState], live_out: LiveSet
) -> tuple[MachineState, Difference] | None:
    """A state from which signals change what the candidate does but not what the original does; None if none is found."""
    if not uses_stack(original, candidate) or not _plain(original, candidate) or not runnable([*body(original), *body(candidate)]):
        return None
    if any(calls(block) for block in (original, candidate)):
        live_out = live_out.without(["x30"])
    for state in states:
        if state.sp < 2 * _FAR:
            continue
        first, second = (disturbed(original, state, noise) for noise in _NOISE)
        other = disturbed(candidate, state, _NOISE[0])
        if first is None or second is None or other is None:
            continue
        found = difference(first, other, *_undisturbed(first, second, live_out))
        if found is not None:
            return state, Difference(f"{found.what} after a signal", found.original, found.candidate)
    return None


def _undisturbed(first: MachineState, second: MachineState, live_out: LiveSet) -> tuple[LiveSet, tuple[range, ...]]:
    """What signals leave alone in the original: live locations, and addresses that do not count."""
    changed = [name for name, _ in live_registers(live_out) if first.get(name) != second.get(name)]
    places = {*first.written, *second.written}
    noisy = [a for a in places if a >= first.sp and first.read_written(a, 1) != second.read_written(a, 1)]
    return live_out.without(changed), (range(first.sp - _FAR, first.sp), *(range(a, a + 1) for a in noisy))
