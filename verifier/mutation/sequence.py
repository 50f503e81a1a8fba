"""Mutations of the order and number of instructions, and of where a block goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grammars.operands import Immediate, Memory, Operation, Symbol
from semantics.assembler import Instruction
from semantics.block import effects
from semantics.errors import SemanticsError
from verifier.mutation.base import Block, Draft, leaves, with_operand

_BARRIERS = ("dmb", "dsb", "isb", "sb")


def dropped(block: Block, at: int) -> Iterator[Draft]:
    """One instruction less."""
    yield block[:at] + block[at + 1 :]


def duplicated(block: Block, at: int) -> Iterator[Draft]:
    """One instruction twice."""
    if not leaves(block[at]):
        yield block[: at + 1] + block[at:]


def exchanged(block: Block, at: int) -> Iterator[Draft]:
    """Two neighbours in the other order."""
    if at + 1 < len(block) and block[at] != block[at + 1]:
        yield (*block[:at], block[at + 1], block[at], *block[at + 2 :])


def moved(block: Block, at: int) -> Iterator[Draft]:
    """One instruction at any other place."""
    rest = block[:at] + block[at + 1 :]
    for to in range(len(rest) + 1):
        if abs(to - at) > 1:
            yield (*rest[:to], block[at], *rest[to:])


def dropped_store(block: Block, at: int) -> Iterator[Draft]:
    """A store that does not happen; its writeback may."""
    if stores(block[at]):
        yield block[:at] + block[at + 1 :]
        operation = block[at].plain
        place = operation.operands[-1]
        if isinstance(place, Memory) and place.mode != "offset" and isinstance(place.offset, Immediate):
            step = place.offset.value
            update = Operation("add" if step >= 0 else "sub", (place.base, place.base, Immediate(abs(step))))
            yield (*block[:at], update, *block[at + 1 :])


def duplicated_store(block: Block, at: int) -> Iterator[Draft]:
    """A store that happens again, later or earlier."""
    if stores(block[at]):
        for to in range(len(block) + 1):
            yield (*block[:to], block[at], *block[to:])


def reordered_stores(block: Block, at: int) -> Iterator[Draft]:
    """Two stores in each other's place."""
    if stores(block[at]):
        for other in range(at + 1, len(block)):
            if stores(block[other]) and block[other] != block[at]:
                yield (*block[:at], block[other], *block[at + 1 : other], block[at], *block[other + 1 :])


def load_across_store(block: Block, at: int) -> Iterator[Draft]:
    """A load on the other side of a store."""
    if not accesses(block[at]):
        return
    for other in range(at + 1, len(block)):
        if accesses(block[other]) and stores(block[at]) != stores(block[other]):
            middle = block[at + 1 : other]
            yield (*block[:at], block[other], block[at], *middle, *block[other + 1 :])
            yield (*block[:at], *middle, block[other], block[at], *block[other + 1 :])


def dropped_barrier(block: Block, at: int) -> Iterator[Draft]:
    """A barrier less."""
    if block[at].row.mnemonic in _BARRIERS:
        yield block[:at] + block[at + 1 :]


def other_target(block: Block, at: int) -> Iterator[Draft]:
    """A branch to somewhere else, or to no place."""
    if not leaves(block[at]):
        return
    operation = block[at].plain
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, Symbol):
            for target in (replace(operand, name=f"{operand.name}_other"), replace(operand, addend=operand.addend + 4)):
                yield (*block[:at], with_operand(operation, i, target), *block[at + 1 :])


def added_access(block: Block, at: int) -> Iterator[Draft]:
    """A load or store that was there is made again one place further on: beyond the original's footprint, often."""
    if not accesses(block[at]):
        return
    operation = block[at].plain
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, Memory) and operand.mode == "offset" and not isinstance(operand.offset, Symbol):
            base = operand.offset.value if isinstance(operand.offset, Immediate) else 0
            for step in (1, -1, 8, -8, 16):
                elsewhere = with_operand(operation, i, Memory(operand.base, Immediate(base + step)))
                yield (*block[:at], elsewhere, *block[at:])


def stores(instruction: Instruction) -> bool:
    """Whether an instruction writes memory, as far as its meaning is known."""
    return "mem" in _writes(instruction)


def accesses(instruction: Instruction) -> bool:
    """Whether an instruction reads or writes memory, as far as its meaning is known."""
    try:
        return effects(instruction).uses_memory
    except SemanticsError:
        return False


def _writes(instruction: Instruction) -> frozenset[str]:
    try:
        return effects(instruction).writes
    except SemanticsError:
        return frozenset()
