"""Blocks with labels and relocated operands made to run: labels are put at addresses, as a linker would.

The meaning of a block takes the address of a label to be any constant. A run needs one; near the code, 16 bytes aligned, and
for several labels often close together. Only the common relocations are resolved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from semantics.assembler import Instruction
from semantics.memory_image import splitmix64
from semantics.operands.immediates import AddImmediate, PcRelative
from semantics.operands.memory import PcLiteral, UnsignedOffset

PLACES = 0x40000, 0xC0000  # where labels are put: within reach of adr from the usual place of code, and off it
ALIGNMENT = 16
_WHOLE = (None, "pg_hi21", "pg_hi21_nc", "lo12", "lo12_nc")


def labels(*blocks: Sequence[Instruction]) -> tuple[str, ...]:
    """The names that the blocks refer to, in order."""
    return tuple(dict.fromkeys(i.symbol.name for block in blocks for i in block if i.symbol is not None))


def placed(names: Sequence[str], seed: int) -> dict[str, int]:
    """An address for each label, a function of the seed; every second one lies next to the one before."""
    first, last = PLACES
    found, previous = dict[str, int](), first
    for number, name in enumerate(names):
        random = splitmix64(seed << 8 ^ number)
        near = previous + ALIGNMENT * (random >> 8 & 3)
        previous = near if number % 2 else first + random % (last - first) // ALIGNMENT * ALIGNMENT
        found[name] = previous
    return found


def linked(block: Sequence[Instruction], places: Mapping[str, int], pc: int) -> tuple[Instruction, ...] | None:
    """The block as it runs at ``pc`` with labels at these places; None if a relocation is of another kind or does not fit."""
    found = list[Instruction]()
    for number, instruction in enumerate(block):
        resolved = _resolved(instruction, places, pc + 4 * number) if instruction.symbol is not None else instruction
        if resolved is None:
            return None
        found.append(resolved)
    return tuple(found)


def _resolved(instruction: Instruction, places: Mapping[str, int], pc: int) -> Instruction | None:
    symbol = instruction.symbol
    if symbol is None or symbol.specifier not in _WHOLE or symbol.name not in places:
        return None
    address = places[symbol.name] + symbol.addend
    for _, kind in instruction.row.placeholders:
        match kind:
            case AddImmediate():
                return _with(instruction, {"imm12": address & 0xFFF})
            case UnsignedOffset(scale):
                return _with(instruction, {"imm12": (address & 0xFFF) // scale}) if not address % scale else None
            case PcRelative(pages):
                distance = (address >> 12) - (pc >> 12) if pages else address - pc
                return (
                    _with(instruction, {"immhi": distance >> 2 & 0x7FFFF, "immlo": distance & 3})
                    if -(1 << 20) <= distance < 1 << 20
                    else None
                )
            case PcLiteral():
                fits = not (address - pc) % 4 and -(1 << 20) <= address - pc < 1 << 20
                return _with(instruction, {"imm19": (address - pc) // 4 & 0x7FFFF}) if fits else None
            case _:
                continue
    return None


def _with(instruction: Instruction, fields: Mapping[str, int]) -> Instruction:
    return replace(instruction, fields=tuple((name, fields.get(name, value)) for name, value in instruction.fields), symbol=None)
