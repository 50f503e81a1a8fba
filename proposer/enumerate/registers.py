"""Which encoding fields of an instruction name general registers, and whether they are read or written.

Found out by running the row with a different register in each field, so that no table of operands has to be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from semantics.assembler import Instruction
from semantics.block import effects
from semantics.locations import FLAGS, GENERAL
from semantics.operands.base import Kind
from semantics.operands.memory import RegisterOffset, SignedOffset, UnsignedOffset
from semantics.operands.registers import Extended, General, Shifted
from semantics.row import Row

NONE = 31  # the zero register or the stack pointer, by the kind of operand
_FIRST_FREE = 3  # fields are told apart by the registers from here on


@dataclass(frozen=True, slots=True)
class Slot:
    """A field that names a general register.

    Attributes:
        field: name of the encoding field.
        width: low bits of the register that are read, or written.
        zero: 31 is the zero register here, not the stack pointer.
        read: the register is read.
        written: the register is written.
    """

    field: str
    width: int
    zero: bool
    read: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class Footing:
    """How one instruction uses registers: its slots, and what else it touches."""

    slots: tuple[Slot, ...]
    reads_flags: bool
    writes_flags: bool
    fixed: bool  # it has effects besides slots and flags: memory written, sp, vectors, control


def _fields(row: Row, fields: dict[str, int]) -> Iterator[Slot]:
    for name, kind in row.placeholders:
        yield from _slots_of(name, kind, fields)


def _slots_of(name: str, kind: Kind, fields: dict[str, int]) -> Iterator[Slot]:
    match kind:
        case General():
            yield Slot(name, kind.bits(fields), not kind.sp)
        case Shifted():
            yield Slot(name, 64 if fields.get("sf", 1) else 32, True)
        case Extended():
            yield Slot(name, 64 if fields["option"] & 3 == 3 and fields["sf"] else 32, True)
        case UnsignedOffset() | SignedOffset():
            yield Slot("n", 64, False)
        case RegisterOffset():
            yield Slot("n", 64, False)
            yield Slot("m", 64 if fields["option"] & 1 else 32, True)
        case _:
            return


@lru_cache(maxsize=65536)
def footing(instruction: Instruction) -> Footing | None:
    """The registers of an instruction, or None where they cannot be told apart."""
    fields = dict(instruction.fields)
    slots = [slot for slot in _fields(instruction.row, fields) if fields[slot.field] != NONE]
    numbers = {slot.field: _FIRST_FREE + i for i, slot in enumerate(slots)}
    if len(numbers) != len(slots) or not instruction.row.valid(fields | numbers):
        return None
    apart = effects(Instruction(instruction.row, tuple((fields | numbers).items()), instruction.symbol))
    named = {f"x{number}" for number in numbers.values()}
    if ((apart.reads | apart.writes) & set(GENERAL)) - named:
        return None
    flags = set(FLAGS)
    return Footing(
        tuple(
            Slot(
                slot.field,
                slot.width,
                slot.zero,
                f"x{numbers[slot.field]}" in apart.reads,
                f"x{numbers[slot.field]}" in apart.writes,
            )
            for slot in slots
        ),
        bool(apart.reads & flags),
        bool(apart.writes & flags),
        apart.exit is not None or bool(apart.writes - flags - named),
    )
