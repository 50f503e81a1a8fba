"""Blocks drawn from the rows of the instruction set: what real code does rarely (aliasing, register 31, odd immediates) is common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from semantics.assembler import Instruction, rows
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.row import Row
from semantics.sampling import Choose, NoInstance, draw_fields, instance
from verifier.mutation.base import Block

CLASSES = ("integer", "flags", "memory", "neon")
"""Kinds of instructions: on general registers alone; that read or write flags; loads and stores; on vector registers."""

_REGISTERS = frozenset({"d", "n", "m", "a", "t", "t2", "vt", "vt2"})
_OFFSETS = frozenset({"imm12", "imm9", "imm7"})
_PLACED = frozenset({"target", "immhi", "imm19"})
_FLOAT = re.compile(r"f.*|[su]cvtf|b?f.*cvt.*|[su]?[qr]*recpe|ursqrte")
_FLAGS = re.compile(r"(add|sub|and|bic|adc|sbc)s|adc|sbc|cs(el|inc|inv|neg)|ccm[np]|cfinv")
_TRIES = 50


@cache
def rows_of(kind: str) -> tuple[Row, ...]:
    """The rows of a class; floating-point arithmetic and ordered instructions are in none."""
    return tuple(row for row in rows() if _class(row) == kind)


def _class(row: Row) -> str | None:
    if row.ordered or _PLACED & row.encoding.fields.keys() or _FLOAT.fullmatch(row.mnemonic) or row.mnemonic in ("br", "blr", "ret"):
        return None
    shape = row.shape
    if "m" in shape:
        return "memory" if row.function is not None else None
    if any(letter in shape for letter in "vfl"):
        return "neon"
    flags = _FLAGS.fullmatch(row.mnemonic) is not None
    return "flags" if flags else "integer"


def draw_instruction_of(kind: str, registers: int, choose: Choose) -> Instruction | None:
    """An instruction of a class over the first few registers, with small offsets; None if a few draws gave none."""
    table = rows_of(kind)
    for _ in range(_TRIES):
        row = table[choose(len(table))]
        try:
            fields = draw_fields(row, choose)
        except NoInstance:
            continue
        for name in fields:
            width = row.encoding.fields[name][0][1]
            if name in _REGISTERS and width == 5 and fields[name] != 31:
                fields[name] %= registers
            elif name in _OFFSETS and kind == "memory":
                fields[name] = (choose(9) - 4) & ((1 << width) - 1)
        made = instance(row, fields)
        if row.valid(fields) and _has_meaning(made):
            return made
    return None


def _has_meaning(instruction: Instruction) -> bool:
    try:
        return effects(instruction).exit is None and bool(instruction.text)
    except (SemanticsError, KeyError):
        return False


def draw_block(choose: Choose, length: int, classes: Sequence[str] = CLASSES, registers: int = 4) -> Block:
    """At most ``length`` instructions of these classes over few registers, every third one a load or store if there are any."""
    found = list[Instruction]()
    for _ in range(length):
        kind = "memory" if "memory" in classes and choose(3) == 0 else classes[choose(len(classes))]
        made = draw_instruction_of(kind, registers, choose)
        if made is not None:
            found.append(made)
    return tuple(found)
