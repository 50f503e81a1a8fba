"""Canonical blocks: registers and symbols renamed in order of first use, aliases normalised.

Renaming registers, sp and the zero register apart, changes no meaning, so a proof for the canonical block
serves every block that has this canonical form. It is the cache key and what a language model sees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grammars.operands import Memory, Operand, Operation, Register, RegisterList, Symbol, VectorRegister
from semantics.assembler import Instruction, assemble
from semantics.errors import SemanticsError
from semantics.liveset import LiveSet
from semantics.locations import FLAGS

UNNAMED = frozenset((*FLAGS, "sp", "mem", "fpsr"))  # locations that keep their names


def location_of(operand: Register | VectorRegister) -> str | None:
    """The location behind a register operand; None for sp and the zero register, which keep their names."""
    if isinstance(operand, VectorRegister):
        return f"v{operand.number}"
    letter, number = operand.name[0], operand.name[1:]
    if not number.isdigit():
        return None
    return f"x{number}" if letter in "xw" else f"v{number}"


def map_operation(operation: Operation, location: Callable[[str], str], symbol: Callable[[Symbol], Symbol]) -> Operation:
    """The operation with every register and symbol renamed."""

    def register(operand: Register) -> Register:
        old = location_of(operand)
        return operand if old is None else Register(operand.name[0] + location(old)[1:])

    def vector(operand: VectorRegister) -> VectorRegister:
        return replace(operand, number=int(location(f"v{operand.number}")[1:]))

    def rename(operand: Operand) -> Operand:
        match operand:
            case Register():
                return register(operand)
            case VectorRegister():
                return vector(operand)
            case RegisterList(registers=registers):
                return replace(operand, registers=tuple(vector(r) for r in registers))
            case Memory(base=base, offset=offset):
                moved = register(offset) if isinstance(offset, Register) else symbol(offset) if isinstance(offset, Symbol) else offset
                return replace(operand, base=register(base), offset=moved)
            case Symbol():
                return symbol(operand)
            case _:
                return operand

    return Operation(operation.mnemonic, tuple(rename(operand) for operand in operation.operands))


def locations_in(operation: Operation) -> Iterator[str]:
    """Register locations in the order in which the operation is written; repeats included."""
    found: list[str] = []

    def note(location: str) -> str:
        found.append(location)
        return location

    map_operation(operation, note, lambda symbol: symbol)
    yield from found


@dataclass(frozen=True, slots=True)
class Canonical:
    """A block in canonical form and the way back.

    Attributes:
        instructions: the renamed block.
        live_out: the live-outs under the new names, restricted to what the block can change.
        names: original location by canonical location.
        symbols: original symbol name by canonical symbol name.
    """

    instructions: tuple[Instruction, ...]
    live_out: LiveSet
    names: Mapping[str, str]
    symbols: Mapping[str, str]

    @property
    def text(self) -> str:
        """The block as text, one instruction a line."""
        return "\n".join(instruction.text for instruction in self.instructions)

    @property
    def key(self) -> str:
        """SHA-256 over the text and the live-outs."""
        return hashlib.sha256(f"{self.text}\n-> {self.live_out}".encode()).hexdigest()

    def restore(self, candidate: Sequence[Instruction], scratch: Sequence[str]) -> tuple[Instruction, ...] | None:
        """A rewrite of the canonical block in the original names.

        Registers that the block does not have are taken from ``scratch`` in order; None if these do not suffice or
        a symbol is not the block's.
        """
        names = dict(self.names)
        spare = {kind: [s for s in scratch if s[0] == kind and s not in names.values()] for kind in "xv"}
        try:
            return tuple(assemble(map_operation(i.plain, lambda old: _place(old, names, spare), self._symbol)) for i in candidate)
        except (_NoRoomError, SemanticsError):
            return None

    def _symbol(self, symbol: Symbol) -> Symbol:
        if symbol.name not in self.symbols:
            raise _NoRoomError
        return replace(symbol, name=self.symbols[symbol.name])


class _NoRoomError(SemanticsError):
    """No register or symbol of the original stands for one of the candidate."""


def _place(old: str, names: dict[str, str], spare: Mapping[str, list[str]]) -> str:
    if old not in names:
        if not spare[old[0]]:
            raise _NoRoomError
        names[old] = spare[old[0]].pop(0)
    return names[old]


def renamed_live_set(live_out: LiveSet, names: Mapping[str, str]) -> LiveSet:
    """The live set under new names, without the registers that have none."""
    bits = {names.get(location, location): count for location, count in live_out.items() if location in names or location in UNNAMED}
    return LiveSet.of(bits)


def canonicalise(instructions: Sequence[Instruction], live_out: LiveSet) -> Canonical:
    """The canonical form of a block; vectors keep their names where an encoding ties them together."""
    try:
        return _canonicalise(instructions, live_out, vectors=True)
    except SemanticsError:
        return _canonicalise(instructions, live_out, vectors=False)


def _canonicalise(instructions: Sequence[Instruction], live_out: LiveSet, *, vectors: bool) -> Canonical:
    forward: dict[str, str] = {}
    symbols: dict[str, str] = {}
    counts = {"x": 0, "v": 0}

    def location(old: str) -> str:
        if old[0] == "v" and not vectors:
            return forward.setdefault(old, old)
        if old not in forward:
            forward[old] = f"{old[0]}{counts[old[0]]}"
            counts[old[0]] += 1
        return forward[old]

    def symbol(old: Symbol) -> Symbol:
        return replace(old, name=symbols.setdefault(old.name, f"sym{len(symbols)}"))

    renamed = tuple(assemble(map_operation(i.plain, location, symbol)) for i in instructions)
    return Canonical(
        renamed,
        renamed_live_set(live_out, forward),
        {new: old for old, new in forward.items()},
        {new: old for old, new in symbols.items()},
    )
