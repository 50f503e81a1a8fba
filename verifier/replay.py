"""Counterexamples run on the emulator: does an independent witness see the difference too?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from semantics.assembler import Instruction
from semantics.block import effects
from semantics.locations import LOCATIONS
from semantics.machine import MachineState
from semantics.memory_image import MemoryImage
from verifier.obligations import Obligation
from verifier.screen import Assignment

DEFAULT_SP = 0x7FFF_FFF0_0000


def machine_state(assignment: Assignment) -> MachineState:
    """The assignment as a whole machine state; inputs that do not occur are 0, sp points somewhere usual."""
    state = MachineState.zero().replace(memory=MemoryImage(assignment.seed, dict(assignment.memory)))
    if "sp" not in assignment.inputs:
        state = state.with_location("sp", DEFAULT_SP)
    for name, value in assignment.inputs.items():
        if name in LOCATIONS:
            state = state.with_location(name, value)
    return state


def body(instructions: Sequence[Instruction]) -> Sequence[Instruction]:
    """The instructions before a final branch."""
    if instructions and effects(instructions[-1]).exit is not None:
        return instructions[:-1]
    return instructions


def calls(instructions: Sequence[Instruction]) -> bool:
    """Whether the block ends in a call, which writes x30 beyond what :func:`body` shows."""
    leave = effects(instructions[-1]).exit if instructions else None
    return leave is not None and leave.kind == "call"


def runnable(instructions: Sequence[Instruction]) -> bool:
    """Whether the emulator can run the block: nothing in it waits for the linker."""
    return all(instruction.symbol is None for instruction in instructions)


def replay(
    failed: Sequence[Obligation], assignment: Assignment, original: Sequence[Instruction], candidate: Sequence[Instruction]
) -> bool | None:
    """Whether the emulator shows the difference; None where it cannot tell (relocations, exits, footprint)."""
    left, right = body(original), body(candidate)
    unseen = {"x30"} if any(calls(block) for block in (original, candidate)) else set[str]()
    names = [o.what for o in failed if (o.what in LOCATIONS or o.what == "memory") and o.what not in unseen]
    if not names or not runnable([*left, *right]):
        return None
    from verifier.differential import shared_emulator
    from verifier.oracle import Ran

    state = machine_state(assignment)
    first, second = (shared_emulator().run(b"".join(i.bytes for i in block), state) for block in (left, right))
    if not isinstance(first, Ran) or not isinstance(second, Ran):
        return None
    widths: Mapping[str, int] = {o.what: o.original.width for o in failed if o.original is not None}
    return any(_differs(name, widths.get(name, 128), first.state, second.state) for name in names)


def _differs(name: str, width: int, left: MachineState, right: MachineState) -> bool:
    if name != "memory":
        return (left.get(name) ^ right.get(name)) & ((1 << width) - 1) != 0
    return any(left.read_written(a, 1) != right.read_written(a, 1) for a in {*left.written, *right.written})
