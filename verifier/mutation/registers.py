"""Mutations of operands that are registers: which one, how wide, which lanes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from grammars.operands import Memory, Operand, Operation, Register, RegisterList, VectorRegister
from verifier.mutation.base import Block, Draft, with_operand, with_operands

ARRANGEMENTS = ("8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d", "b", "h", "s", "d")
_SCALARS = "bhsdq"


def swapped_operands(operation: Operation) -> Iterator[Operation]:
    """Two operands of one kind in each other's place; base and index of an address too."""
    for i, j in combinations(range(len(operation.operands)), 2):
        left, right = operation.operands[i], operation.operands[j]
        if type(left) is type(right) and left != right:
            yield with_operand(with_operand(operation, i, right), j, left)
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, Memory) and isinstance(operand.offset, Register):
            yield with_operand(operation, i, replace(operand, base=operand.offset, offset=operand.base))


def substituted_register(block: Block, at: int) -> Iterator[Draft]:
    """One register of an instruction replaced: by its neighbours, by register 31, by another of the block."""
    operation = block[at].plain
    numbers = sorted({number for instruction in block for number in _numbers(instruction.plain)})
    for i, operand in enumerate(operation.operands):
        for other in _substitutes(operand, numbers):
            yield (*block[:at], with_operand(operation, i, other), *block[at + 1 :])


def changed_width(operation: Operation) -> Iterator[Operation]:
    """W for X and X for W: of all registers, of each alone; another width of scalar vector registers."""
    whole = with_operands(operation, lambda operand: _other_width(operand) if isinstance(operand, Register) else operand)
    if whole != operation:
        yield whole
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, Register):
            yield from (with_operand(operation, i, other) for other in _other_widths(operand))
        elif isinstance(operand, Memory) and isinstance(operand.offset, Register):
            yield with_operand(operation, i, replace(operand, offset=_other_width(operand.offset)))
    letters = {o.name[0] for o in operation.operands if isinstance(o, Register) and o.name[0] in _SCALARS and o.name != "sp"}
    for letter in _SCALARS:
        if len(letters) == 1 and letter not in letters:
            yield with_operands(operation, lambda operand, letter=letter: _as_scalar(operand, letter))


def changed_arrangement(operation: Operation) -> Iterator[Operation]:
    """Lanes of another size or number, in all vector operands or in one."""
    vectors = [o for o in operation.operands if isinstance(o, VectorRegister | RegisterList)]
    if not vectors:
        return
    for arrangement in ARRANGEMENTS:
        changed = with_operands(operation, lambda operand, a=arrangement: _rearranged(operand, a))
        if changed != operation:
            yield changed
        for i, operand in enumerate(operation.operands):
            if isinstance(operand, VectorRegister) and operand.arrangement is not None and operand.arrangement != arrangement:
                yield with_operand(operation, i, replace(operand, arrangement=arrangement))


def changed_element(operation: Operation) -> Iterator[Operation]:
    """Another element of a vector."""
    for i, operand in enumerate(operation.operands):
        if isinstance(operand, VectorRegister | RegisterList) and operand.index is not None:
            for index in {operand.index + 1, operand.index - 1, operand.index ^ 1, 0} - {operand.index}:
                if index >= 0:
                    yield with_operand(operation, i, replace(operand, index=index))


def _numbers(operation: Operation) -> Iterator[int]:
    for operand in operation.operands:
        for register in (operand.base, operand.offset) if isinstance(operand, Memory) else (operand,):
            if isinstance(register, VectorRegister):
                yield register.number
            elif isinstance(register, Register) and register.name[1:].isdecimal():
                yield int(register.name[1:])


def _substitutes(operand: Operand, numbers: list[int]) -> Iterator[Operand]:
    match operand:
        case Register():
            yield from _other_registers(operand, numbers)
        case VectorRegister(number=number):
            wanted = dict.fromkeys([*numbers, (number + 1) % 32, (number - 1) % 32, 31])
            yield from (replace(operand, number=other) for other in wanted if other != number)
        case RegisterList(registers=registers):
            yield replace(operand, registers=tuple(replace(r, number=(r.number + 1) % 32) for r in registers))
        case Memory(base=base, offset=offset):
            yield from (replace(operand, base=other) for other in _other_registers(base, numbers))
            if isinstance(offset, Register):
                yield from (replace(operand, offset=other) for other in _other_registers(offset, numbers))
        case _:
            return


def _other_registers(register: Register, numbers: list[int]) -> Iterator[Register]:
    letter, suffix = register.name[0], register.name[1:]
    general = letter in "xw" or register.name == "sp"
    letter = "x" if register.name == "sp" else letter
    own = [int(suffix)] if suffix.isdecimal() else []
    near = [number for n in own for number in (n + 1, n - 1)]
    last = 30 if general else 31
    names = [f"{letter}{number}" for number in (*numbers, *near) if 0 <= number <= last]
    if general:
        names += [f"{letter}zr", "sp" if letter == "x" else "wsp"]
    yield from (Register(name) for name in dict.fromkeys(names) if name != register.name)


def _other_width(register: Register) -> Register:
    other = {"w": "x", "x": "w"}.get(register.name[0])
    if register.name in ("sp", "wsp"):
        return Register("wsp" if register.name == "sp" else "sp")
    return Register(other + register.name[1:]) if other else register


def _other_widths(register: Register) -> Iterator[Register]:
    if register.name[0] in "xw" or register.name == "sp":
        yield _other_width(register)
    else:
        yield from (Register(letter + register.name[1:]) for letter in _SCALARS if letter != register.name[0])


def _as_scalar(operand: Operand, letter: str) -> Operand:
    if isinstance(operand, Register) and operand.name[0] in _SCALARS and operand.name != "sp":
        return Register(letter + operand.name[1:])
    return operand


def _rearranged(operand: Operand, arrangement: str) -> Operand:
    match operand:
        case VectorRegister(arrangement=old) if old is not None:
            return replace(operand, arrangement=arrangement)
        case RegisterList(registers=registers):
            return replace(operand, registers=tuple(replace(r, arrangement=arrangement) for r in registers))
        case _:
            return operand
