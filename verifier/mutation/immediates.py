"""Mutations of numbers, shifts and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from grammars.operands import Immediate, Memory, Mode, Modifier, Operand, Operation
from verifier.mutation.base import Block, Draft, with_operand

type _Values = Callable[[int, bool], Sequence[int]]
"""Other values for a number, by whether it is the offset of an address."""

_SHIFTS = ("lsl", "lsr", "asr", "ror")
_EXTENDS = ("uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx")
_STEPS = (1, -1, 2, -2, 4, -4, 8, -8, 16, -16)
_MODES: tuple[Mode, ...] = ("offset", "pre", "post")


def off_by_one(operation: Operation) -> Iterator[Operation]:
    """A number one more or less; an offset one step of its access more or less."""
    yield from _numbers_changed(operation, lambda value, memory: [value + d for d in (_STEPS if memory else (1, -1))])


def flipped_bit(operation: Operation) -> Iterator[Operation]:
    """A number with one bit inverted."""
    yield from _numbers_changed(operation, lambda value, memory: [value ^ 1 << k for k in range(12 if memory else 64)])


def dropped_number(operation: Operation) -> Iterator[Operation]:
    """A number that is 0, negated or complemented."""
    yield from _numbers_changed(operation, lambda value, memory: [0, -value, ~value, 1])


def changed_shift(operation: Operation) -> Iterator[Operation]:
    """Another kind of shift or extension of an operand, or none."""
    for i, operand in enumerate(operation.operands):
        modifier = operand.modifier if isinstance(operand, Memory) else operand
        if not isinstance(modifier, Modifier):
            continue
        for kind in (*_SHIFTS, *_EXTENDS):
            if kind != modifier.kind:
                yield with_operand(operation, i, _modified(operand, replace(modifier, kind=kind)))
        without = operation.operands[:i] + operation.operands[i + 1 :]
        yield (
            with_operand(operation, i, replace(operand, modifier=None))
            if isinstance(operand, Memory)
            else replace(operation, operands=without)
        )


def changed_mode(operation: Operation) -> Iterator[Operation]:
    """Pre-indexed, post-indexed or plain."""
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, Memory):
            for mode in _MODES:
                if mode != operand.mode:
                    yield with_operand(operation, i, replace(operand, mode=mode))
                    if operand.offset is None:
                        yield with_operand(operation, i, replace(operand, mode=mode, offset=Immediate(8)))
            if operand.offset is not None:
                yield with_operand(operation, i, Memory(operand.base))


def writeback_on_its_own(block: Block, at: int) -> Iterator[Draft]:
    """The update of a base register on the wrong side of its access, or left out."""
    operation = block[at].plain
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, Memory) and operand.mode != "offset" and isinstance(operand.offset, Immediate):
            step = operand.offset.value
            update = Operation("add" if step >= 0 else "sub", (operand.base, operand.base, Immediate(abs(step))))
            plain = with_operand(operation, i, Memory(operand.base))
            order = (update, plain) if operand.mode == "post" else (plain, update)
            yield (*block[:at], *order, *block[at + 1 :])


def _modified(operand: Operand, modifier: Modifier) -> Operand:
    return replace(operand, modifier=modifier) if isinstance(operand, Memory) else modifier


def _numbers_changed(operation: Operation, values: _Values) -> Iterator[Operation]:
    for i, operand in enumerate(operation.operands):
        match operand:
            case Immediate(value):
                found = [Immediate(_signed(other)) for other in values(value, False) if other != value]
                yield from (with_operand(operation, i, other) for other in found)
            case Modifier(amount=int(amount)):
                found = [replace(operand, amount=other) for other in values(amount, False) if other != amount and 0 <= other < 64]
                yield from (with_operand(operation, i, other) for other in found)
            case Memory(offset=Immediate(value)):
                found = [replace(operand, offset=Immediate(_signed(other))) for other in values(value, True) if other != value]
                yield from (with_operand(operation, i, other) for other in found)
            case Memory(offset=None):
                yield from (with_operand(operation, i, replace(operand, offset=Immediate(other))) for other in values(0, True) if other)
            case Memory(modifier=Modifier(amount=int(amount)) as modifier):
                found = [replace(modifier, amount=other) for other in values(amount, False) if other != amount and 0 <= other < 64]
                yield from (with_operand(operation, i, replace(operand, modifier=other)) for other in found)
            case _:
                continue


def _signed(value: int) -> int:
    """Within what an Immediate may be."""
    return value if -(1 << 63) <= value < 1 << 64 else value & ((1 << 64) - 1)
