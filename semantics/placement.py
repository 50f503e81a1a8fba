"""Where a single instruction stands when another source of meanings is asked about it."""

from __future__ import annotations

from semantics.errors import UnsupportedInstruction
from semantics.state import State

ADDRESS = 0x10000
"""Of an instruction whose operands do not depend on its place."""


def is_branch(code: int) -> bool:
    """Whether the word is a branch with an immediate target (Arm ARM C4.1.94)."""
    return code >> 26 & 31 == 0b00101 or code >> 24 == 0b01010100 or code >> 25 & 63 in (0b011010, 0b011011)


def address_of(code: int, state: State, text: str) -> int:
    """The state's pc where it is known, or ``ADDRESS``. Raises UnsupportedInstruction if an operand depends on an unknown pc."""
    if state.pc is not None and state.pc.is_const:
        return state.pc.value
    literal, pc_relative = code & 0x3B000000 == 0x18000000, code & 0x1F000000 == 0x10000000
    if literal or pc_relative:
        raise UnsupportedInstruction(text, "a numeric offset depends on where the code stands")
    return ADDRESS
