"""The meaning of straight-line code: instructions run in order on a symbolic state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from semantics.assembler import Instruction
from semantics.errors import SemanticsError, UnsupportedInstruction
from semantics.locations import LOCATIONS
from semantics.memory import distance
from semantics.row import ORDERED
from semantics.state import INITIAL, Exit, State
from semantics.words import Word, topological

type Source = Literal["rows", "vex", "sleigh"]
"""Whose meanings: the rows' (VEX's where a row has none), VEX's alone, or those of SLEIGH's p-code alone."""

MAX_INSTRUCTIONS = 1024  # longer straight-line code is refused rather than run symbolically


class BlockTooLong(SemanticsError):
    """More instructions than ``MAX_INSTRUCTIONS``."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} instructions in one block, the limit is {MAX_INSTRUCTIONS}")
        self.length = length


def step(state: State, instruction: Instruction, source: Source = "rows") -> None:
    """Run one instruction; ``rows`` uses VEX where the row has no meaning of its own.

    Raises UnsupportedInstruction when no source covers it.
    """
    before, seen = state.get("sp"), len(state.memory.accesses)
    _run(state, instruction, source)
    if state.exit is not None and instruction.row.mnemonic == "br":
        state.exit = replace(state.exit, through=dict(instruction.fields)["n"])
    if len(state.memory.accesses) > seen and state.get("sp") is not before:
        _settle_stack_pointer(state, seen)


def _settle_stack_pointer(state: State, first: int) -> None:
    """A pre-indexed push moves sp and writes as one step: its accesses happen under the lower sp."""
    after = state.get("sp")
    for i in range(first, len(state.memory.accesses)):
        access = state.memory.accesses[i]
        moved = distance(after, access.sp)
        if moved is not None and moved < 0:
            state.memory.accesses[i] = replace(access, sp=after)


def _run(state: State, instruction: Instruction, source: Source) -> None:
    if instruction.row.ordered:
        raise UnsupportedInstruction(instruction.text, ORDERED)
    if source == "rows" and instruction.row.function is not None:
        instruction.row.run(dict(instruction.fields), instruction.symbol, state)
        return
    other = "SLEIGH" if source == "sleigh" else "VEX"
    if instruction.symbol is not None and not _branches(instruction):
        raise UnsupportedInstruction(instruction.text, f"{other} cannot be asked about a relocated operand")
    if source == "sleigh":
        from semantics import pcode

        pcode.execute(instruction, state)
        return
    from semantics import vex

    vex.execute(instruction, state)


def _branches(instruction: Instruction) -> bool:
    return any(name == "target" for name, _ in instruction.fields)


def execute(instructions: Sequence[Instruction], source: Source = "rows", state: State | None = None) -> State:
    """The state after all instructions, in terms of the state before; a branch may only come last."""
    if len(instructions) > MAX_INSTRUCTIONS:
        raise BlockTooLong(len(instructions))
    state = state if state is not None else State()
    for instruction in instructions:
        if state.exit is not None:
            raise SemanticsError(f"{instruction.text} follows a branch in the same block")
        step(state, instruction, source)
    return state


@dataclass(frozen=True, slots=True)
class Effects:
    """What one instruction reads and writes, for liveness and dependences.

    ``reads`` and ``writes`` are locations, plus ``"mem"``. ``exit`` is how it leaves the block.
    """

    reads: frozenset[str]
    writes: frozenset[str]
    exit: Exit | None

    @property
    def uses_memory(self) -> bool:
        """Whether it reads or writes memory."""
        return "mem" in self.reads or "mem" in self.writes


@lru_cache(maxsize=65536)
def effects(instruction: Instruction) -> Effects:
    """Effects of one instruction; raises UnsupportedInstruction when it has no meaning."""
    state = State()
    step(state, instruction)
    roots = [word for location, word in state.registers.items() if word is not INITIAL[location]]
    for access in state.accesses:
        roots += [access.address, access.value]
    if state.exit is not None:
        roots += [word for word in (state.exit.condition, state.exit.target) if isinstance(word, Word)]
    reads = {str(word.attrs[0]) for word in topological(roots) if word.op == "var"} & set(LOCATIONS)
    writes = {location for location, word in state.registers.items() if word is not INITIAL[location]}
    reads |= {"mem" for access in state.accesses if access.kind == "read"}
    writes |= {"mem" for access in state.accesses if access.kind == "write"}
    return Effects(frozenset(reads), frozenset(writes), state.exit)
