"""The symbolic state that meanings are run on: a word for each location, and the memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from grammars.operands import Symbol
from semantics import simplify as s
from semantics.locations import FLAGS, WIDTHS
from semantics.memory import Access, Memory
from semantics.words import Word

INITIAL: dict[str, Word] = {location: s.var(location, width) for location, width in WIDTHS.items()}


class Flags(NamedTuple):
    """The four condition flags, one bit each."""

    n: Word
    z: Word
    c: Word
    v: Word


@dataclass(frozen=True, slots=True)
class Exit:
    """How a block is left: where to, and under which one-bit condition (None: always).

    ``target`` is a label, a 64-bit word for an indirect target, or an offset in bytes from the
    instruction. When the condition is 0 control falls through to the next instruction.
    ``through`` is the number of the register of a ``br``: where branch targets are guarded, ``bti c`` lets in jumps
    through x16 and x17 only.
    """

    kind: Literal["jump", "call", "return"]
    condition: Word | None
    target: Symbol | Word | int
    through: int | None = None


@dataclass(slots=True)
class State:
    """A symbolic machine state: every location's word in terms of the initial state, and the memory."""

    registers: dict[str, Word] = field(default_factory=dict[str, Word])
    memory: Memory = field(default_factory=Memory)
    exit: Exit | None = None
    pc: Word | None = None  # the instruction's own address, where it is known (single-instruction comparison)
    stack: list[tuple[int, Word]] = field(default_factory=list[tuple[int, Word]])
    """Every further value of sp, with the number of memory accesses before it."""

    def get(self, location: str) -> Word:
        """The current word of a location."""
        found = self.registers.get(location)
        return found if found is not None else INITIAL[location]

    def set(self, location: str, word: Word) -> None:
        """Overwrite a location; the word must have the location's width."""
        if word.width != WIDTHS[location]:
            raise s.WidthError(location, (WIDTHS[location], word.width))
        if location == "sp" and word is not self.get("sp"):
            self.stack.append((len(self.memory.accesses), word))
        self.registers[location] = word

    @property
    def flags(self) -> Flags:
        """The current condition flags."""
        return Flags(*(self.get(flag) for flag in FLAGS))

    @property
    def return_address(self) -> Word:
        """What a call puts into x30: the address after the instruction, the same unknown for any block ending there."""
        return self.pc + 4 if self.pc is not None else s.var("pc:next", 64)

    def load(self, address: Word, size: int) -> Word:
        """Read ``size`` bytes, little-endian, and record the access."""
        return self.memory.load(address, size, self.get("sp"))

    def store(self, address: Word, value: Word) -> None:
        """Write ``value`` (a whole number of bytes) and record the access."""
        self.memory.store(address, value, self.get("sp"))

    @property
    def accesses(self) -> tuple[Access, ...]:
        """Every memory access so far, in order."""
        return tuple(self.memory.accesses)
