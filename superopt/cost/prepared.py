"""One instruction made ready for pricing: its cost, and which locations its operands name."""

from __future__ import annotations

from dataclasses import dataclass

from grammars.operands import Immediate, Memory, Modifier, Operand, Operation, Register, RegisterList, VectorRegister
from superopt.cost.scheduling import Scheduling


@dataclass(frozen=True, slots=True)
class Address:
    """An address as written.  ``places``: the locations of its registers, the base first; ``updated_first``: the access
    is to the updated base (pre-indexing)."""

    base: str
    offset: Operand | None
    modifier: Modifier | None
    places: tuple[str, ...]
    updated_first: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """``guess``: how the cost was guessed, empty if it is known.  ``places``: the locations that each operand names.
    ``updated``: the base register that the instruction writes back.  ``accumulator``: the location that it adds to,
    and ``kind``: instructions of one kind pass accumulators early."""

    scheduling: Scheduling
    guess: str
    places: tuple[tuple[str, ...], ...]
    updated: str | None
    accumulator: str | None
    kind: str
    address: Address | None


def prepare(operation: Operation, scheduling: Scheduling, guess: str) -> Prepared:
    """Look at an instruction's operands once, so that pricing a block does not have to."""
    places = tuple(operand_places(operand) for operand in operation.operands)
    memory = next((operand for operand in operation.operands if isinstance(operand, Memory)), None)
    updated = operand_places(memory.base)[0] if memory and memory.mode != "offset" else None
    accumulator = None
    if scheduling.accumulate is not None and scheduling.accumulate[0] < len(places):
        named = places[scheduling.accumulate[0]]
        alone = sum(named == place for place in places[1:]) <= (scheduling.accumulate[0] > 0)
        accumulator = named[0] if named and alone else None
    return Prepared(scheduling, guess, places, updated, accumulator, _kind(operation), _address(memory))


def _address(memory: Memory | None) -> Address | None:
    if memory is None:
        return None
    offset = memory.offset if memory.mode == "offset" else None
    if offset == Immediate(0):
        offset = None
    return Address(memory.base.name, offset, memory.modifier, operand_places(memory), memory.mode == "pre")


def operand_places(operand: Operand) -> tuple[str, ...]:
    """The locations that an operand names (the zero register is none); the base of an address comes first."""
    match operand:
        case Register(name=name):
            return _register_place(name)
        case VectorRegister(number=number):
            return (f"v{number}",)
        case RegisterList(registers=registers):
            return tuple(f"v{register.number}" for register in registers)
        case Memory(base=base, offset=offset):
            index = _register_place(offset.name) if isinstance(offset, Register) else ()
            return (*_register_place(base.name), *index)
        case _:
            return ()


def _register_place(name: str) -> tuple[str, ...]:
    if name in ("xzr", "wzr"):
        return ()
    if name in ("sp", "wsp"):
        return ("sp",)
    return (f"{'x' if name[0] in 'xw' else 'v'}{name[1:]}",)


def _kind(operation: Operation) -> str:
    """Which accumulators feed which: checksums, floating point and integers, in general or vector registers."""
    if operation.mnemonic.startswith("crc32"):
        return "crc"
    number = "float" if operation.mnemonic.startswith("f") else "integer"
    first = operation.operands[0] if operation.operands else None
    general = isinstance(first, Register) and first.name[0] in "xw"
    return f"{'general' if general else 'vector'} {number}"
