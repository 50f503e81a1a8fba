"""What one instruction does to a concrete state, by the meaning that we use: the row's, or VEX's where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grammars.operands import Symbol
from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.errors import UnsupportedInstruction
from semantics.locations import FLAGS
from semantics.memory_image import MASK64
from semantics.run.functions import has_arbitrary
from semantics.run.ints import Compiled, compile_words
from semantics.state import INITIAL, State
from semantics.words import Word, topological
from verifier.conformance.starts import Start
from verifier.qemu import CODE

_NOTHING: frozenset[tuple[str, int]] = frozenset()
_SP, _NZCV, _VECTORS = 248, 256, 264  # places in packed registers, see verifier.qemu.pack_registers


@dataclass(frozen=True, slots=True)
class Expected:
    """The outcome by our meaning: packed registers, bytes stored, bytes touched (``r`` or ``w``, address), the next pc."""

    registers: bytes
    stores: dict[int, int]
    touched: frozenset[tuple[str, int]]
    next_pc: int


class Meaning:
    """One instruction at CODE, compiled.

    Attributes:
        symbolic: its final state.
        reads: the locations that it depends on.
        unknown: locations computed by a function that only has a name: no concrete value is expected there.

    Raises UnsupportedInstruction where neither row nor VEX has a meaning.
    """

    def __init__(self, made: Instruction) -> None:
        self.instruction = made
        self.symbolic = _final(made)
        changed = [name for name, word in self.symbolic.registers.items() if word is not INITIAL[name]]
        self.unknown = tuple(name for name in changed if has_arbitrary([self.symbolic.get(name)]))
        self._written = [name for name in changed if name not in self.unknown]
        accesses = self.symbolic.accesses
        if has_arbitrary(word for access in accesses for word in (access.address, access.value)):
            raise UnsupportedInstruction(made.text, "it stores what no one can compute here")
        roots = [self.symbolic.get(name) for name in self._written]
        roots += [word for access in accesses for word in (access.address, access.value)]
        roots += _way_out(self.symbolic)
        self.reads = tuple(
            str(w.attrs[0]) for w in topological([*roots, *self._unknown_words()]) if w.op == "var" and w.attrs[0] in INITIAL
        )
        self._run: Compiled = compile_words(roots)
        self._first_address: Compiled | None = compile_words([accesses[0].address]) if accesses else None

    @property
    def accesses(self) -> bool:
        """Whether it reads or writes memory."""
        return self._first_address is not None

    def address(self, start: Start, base: str, value: int) -> int:
        """The address of its first access if the register ``base`` held ``value``."""
        if self._first_address is None:
            raise UnsupportedInstruction(self.instruction.text, "it has no memory operand")
        return self._first_address({**start.values, base: value}, start.state.memory.read)[0]

    def reach(self) -> tuple[int, int]:
        """The lowest and highest distance from the first access's address to a byte touched."""
        first = self.symbolic.accesses[0].address
        low, high = 0, 0
        for access in self.symbolic.accesses:
            difference = access.address - first
            if difference.is_const:
                offset = difference.value - (difference.value >> 63 << 64)
                low, high = min(low, offset), max(high, offset + access.size - 1)
        return low, high

    def expected(self, start: Start) -> Expected:
        """What comes of one start."""
        *values, condition, target = self._run(start.values, start.state.memory.read)
        registers = bytearray(start.registers)
        for name, value in zip(self._written, values, strict=False):
            _put(registers, name, value)
        going = target if condition else CODE + 4
        if not self.symbolic.accesses:
            return Expected(self.without_unknown(registers), {}, _NOTHING, going)
        stores, touched = self._stored(values[len(self._written) :])
        return Expected(self.without_unknown(registers), stores, touched, going)

    def _stored(self, values: Sequence[int]) -> tuple[dict[int, int], frozenset[tuple[str, int]]]:
        """Bytes stored and touched, from the address and the value of each access."""
        stores: dict[int, int] = {}
        touched: list[tuple[str, int]] = []
        for i, access in enumerate(self.symbolic.accesses):
            address, kind = values[2 * i], access.kind[0]
            addresses = [address + offset & MASK64 for offset in range(access.size)]
            touched += [(kind, at) for at in addresses]
            if kind == "w":
                stores.update(zip(addresses, values[2 * i + 1].to_bytes(access.size, "little"), strict=True))
        return stores, frozenset(touched)

    def without_unknown(self, registers: bytes | bytearray) -> bytes:
        """Packed registers with zeros at the locations that are ``unknown``."""
        if not self.unknown:
            return bytes(registers)
        blanked = bytearray(registers)
        for name in self.unknown:
            _put(blanked, name, 0)
        return bytes(blanked)

    def _unknown_words(self) -> list[Word]:
        return [self.symbolic.get(name) for name in self.unknown]


def _final(made: Instruction) -> State:
    state = State(pc=s.const(CODE, 64))
    if made.row.ordered:
        raise UnsupportedInstruction(made.text, "ordered or system instruction")
    if made.row.function is not None:
        made.row.run(dict(made.fields), made.symbol, state)
        return state
    from semantics import vex

    vex.execute(made, state)
    return state


def _way_out(state: State) -> Sequence[Word]:
    """Whether it branches, and where to."""
    leaving = state.exit
    if leaving is None:
        return s.FALSE, s.const(0, 64)
    condition = leaving.condition if leaving.condition is not None else s.TRUE
    if isinstance(leaving.target, Symbol):
        raise UnsupportedInstruction(leaving.target.name, "a relocated branch has no address")
    target = leaving.target if isinstance(leaving.target, Word) else s.const(CODE + leaving.target & MASK64, 64)
    return condition, target


def _put(registers: bytearray, name: str, value: int) -> None:
    if name in FLAGS:
        at, bit = _NZCV + 3, 1 << (7 - FLAGS.index(name))
        registers[at] = registers[at] | bit if value else registers[at] & ~bit
        return
    if name[0] == "v":
        at, size = _VECTORS + 16 * int(name[1:]), 16
    else:
        at, size = (_SP if name == "sp" else 8 * int(name[1:])), 8
    registers[at : at + size] = value.to_bytes(size, "little")


def place_of(offset: int) -> str:
    """The location whose packed value holds the byte at ``offset``."""
    if offset < _SP:
        return f"x{offset // 8}"
    if offset < _VECTORS:
        return "sp" if offset < _NZCV else "nzcv"
    return f"v{(offset - _VECTORS) // 16}"


def value_at(registers: bytes, place: str) -> int:
    """The value of a location, as :func:`place_of` names them, in packed registers."""
    if place == "nzcv":
        return int.from_bytes(registers[_NZCV : _NZCV + 8], "little") >> 28
    if place[0] == "v":
        at, size = _VECTORS + 16 * int(place[1:]), 16
    else:
        at, size = (_SP if place == "sp" else 8 * int(place[1:])), 8
    return int.from_bytes(registers[at : at + size], "little")
