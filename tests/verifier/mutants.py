"""Blocks and wrong copies of them, for tests of the judge; everything is drawn through a ``Choose`` (semantics.sampling)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from semantics.assembler import Instruction, base_rows
from semantics.block import effects
from semantics.errors import SemanticsError
from semantics.locations import LOCATIONS
from semantics.machine import MachineState
from semantics.row import Row
from semantics.sampling import Choose, NoInstance, draw_fields, instance
from verifier.oracle import Access, Emulator, Ran

REGISTERS = frozenset({"d", "n", "m", "a", "t", "t2", "vt", "vt2"})
OFFSETS = frozenset({"imm12", "imm9", "imm7"})
PLACED, LEAVING = frozenset({"target", "immhi", "imm19"}), frozenset({"br", "blr", "ret"})
POOL = 4  # registers 0 to 3, so that instructions meet
MASK = (1 << 64) - 1


@cache
def straight_rows() -> tuple[Row, ...]:
    """Rows that neither branch nor depend on where the code stands."""
    return tuple(
        row for row in base_rows() if row.function is not None and not PLACED & set(row.encoding.fields) and row.mnemonic not in LEAVING
    )


def _width(row: Row, field: str) -> int:
    return row.encoding.fields[field][0][1]


def instruction(choose: Choose) -> Instruction:
    """A valid instruction over few registers, its offsets small, every other one a load or store."""
    rows = straight_rows()
    while True:
        row = rows[choose(len(rows))]
        if choose(2) and "m" not in row.shape:
            continue
        try:
            fields = draw_fields(row, choose)
        except NoInstance:
            continue
        for name in fields:
            if name in REGISTERS and fields[name] != 31:
                fields[name] %= POOL
            elif name in OFFSETS:
                fields[name] = (choose(9) - 4) & ((1 << _width(row, name)) - 1)
        if row.valid(fields):
            return instance(row, fields)


def _siblings(row: Row) -> list[Row]:
    """Rows with the same fields: another operation, width, extension or addressing mode."""
    return [other for other in straight_rows() if other is not row and other.encoding.fields.keys() == row.encoding.fields.keys()]


def _altered(choose: Choose, old: Instruction) -> Instruction:
    """The instruction with another register, immediate or row; as it is if that would not be valid."""
    fields, row = dict(old.fields), old.row
    name = [*fields][choose(len(fields))] if fields else None
    siblings = _siblings(row)
    if siblings and (name is None or choose(3) == 0):
        row = siblings[choose(len(siblings))]
    elif name in REGISTERS:
        fields[name] = (*range(POOL), 31)[choose(POOL + 1)]
    elif name is not None:
        width = _width(row, name)
        fields[name] = (fields[name] + 1, fields[name] - 1, fields[name] ^ 1 << choose(width))[choose(3)] & ((1 << width) - 1)
    new = instance(row, fields)
    try:
        return new if row.valid(fields) and effects(new) and new.text else old
    except (SemanticsError, KeyError):
        return old


def mutant(choose: Choose, block: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """The block with one or two small changes."""
    result = list(block)
    for _ in range(1 + choose(2)):
        at = choose(len(result)) if result else 0
        match choose(8):
            case 0 if result:
                del result[at]
            case 1 if result:
                result.insert(choose(len(result)), result[at])
            case 2 if at + 1 < len(result):
                result[at], result[at + 1] = result[at + 1], result[at]
            case 3:
                result.insert(at, instruction(choose))
            case _ if result:
                result[at] = _altered(choose, result[at])
            case _:
                pass
    return tuple(result)


def run(emulator: Emulator, block: tuple[Instruction, ...], state: MachineState) -> Ran | None:
    """The end of a straight block; None where the emulator faults."""
    outcome = emulator.run(b"".join(i.bytes for i in block), state)
    return outcome if isinstance(outcome, Ran) else None


def differences(left: Ran, right: Ran) -> Iterator[str]:
    """What the contract forbids when everything is live: other registers, other memory, bytes touched beyond the original's."""
    for name in LOCATIONS:
        if left.state.get(name) != right.state.get(name):
            yield f"{name}: {left.state.get(name):#x} against {right.state.get(name):#x}"
    for address in sorted({*left.state.written, *right.state.written}):
        if left.state.read_written(address, 1) != right.state.read_written(address, 1):
            yield f"byte at {address:#x}"
    reads = _touched(right.accesses, "r") <= _touched(left.accesses, "rw")
    if not reads or not _touched(right.accesses, "w") <= _touched(left.accesses, "w"):
        yield "footprint"


def _touched(accesses: tuple[Access, ...], kinds: str) -> set[int]:
    return {(address + i) & MASK for kind, address, size, _ in accesses if kind in kinds for i in range(size)}
