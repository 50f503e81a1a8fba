"""Mutations that show in one state of many: what tests miss and a proof must not.

The register that an instruction writes is changed only where a 64-bit comparison with one constant holds. The flags
decide where they are overwritten before anything reads them; where they are not, the mutant differs in them as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from grammars.operands import Immediate, Name, Operation, Register
from semantics.block import effects
from semantics.errors import SemanticsError
from verifier.mutation.base import Block, Draft, leaves

_CONSTANTS = (0x0, 0x1, 0x7F, 0x80, 0xFFF, 0xABC)


def needle(block: Block, at: int) -> Iterator[Draft]:
    """A result that is one too large where it is one certain number."""
    for name in _written(block, at):
        register = Register(name)
        for constant in _CONSTANTS:
            test = Operation("subs", (Register("xzr"), register, Immediate(constant)))
            bump = Operation("csinc", (register, register, register, Name("ne")))
            yield (*block[: at + 1], test, bump, *block[at + 1 :])


def lost_carry(block: Block, at: int) -> Iterator[Draft]:
    """A result without its top bit: halved and doubled."""
    for name in _written(block, at):
        register = Register(name)
        up = Operation("ubfm", (register, register, Immediate(63), Immediate(62)))
        down = Operation("ubfm", (register, register, Immediate(1), Immediate(63)))
        yield (*block[: at + 1], up, down, *block[at + 1 :])


def _written(block: Block, at: int) -> list[str]:
    """The general registers that an instruction writes; none if it is a branch or has no meaning."""
    if leaves(block[at]):
        return []
    try:
        return [name for name in effects(block[at]).writes if name[0] == "x"]
    except SemanticsError:
        return []
