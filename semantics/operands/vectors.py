"""Operands of vector instructions: elements, register lists and the addresses of structures.

A list is one word to a row's function, the first register or element lowest. Writing an element keeps the register's
other elements; writing whole registers clears what is above them (see :mod:`semantics.operands.registers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grammars.operands import Immediate, Memory, Operand, Register, RegisterList, Symbol, VectorRegister
from semantics import simplify as s
from semantics.operands.base import Fields, Kind, Matching
from semantics.operands.memory import base_of, base_register, base_value
from semantics.operands.registers import ARRANGEMENTS, SCALARS, general_name, parse_general, read_general, write_general, write_vector
from semantics.operands.vector_immediates import Parts, join, put
from semantics.state import State
from semantics.words import Word


def _check_index(index: int | None, parts: Parts, matching: Matching) -> int:
    limit = (1 << sum(width for _, width in parts)) - 1
    if index is None:
        raise matching.fail("expected an element index", close=True)
    if not 0 <= index <= limit:
        raise matching.fail(f"element index {index} is out of range 0 to {limit}", close=True)
    return index


# lane names and widths in bits; 4b is a group of four bytes, as sdot takes
LANES = {**SCALARS, "4b": 32}


def read_element(state: State, register: int, letter: str, index: int) -> Word:
    """One element of a vector register."""
    return s.extract(state.get(f"v{register}"), index * LANES[letter], LANES[letter])


def write_element(state: State, register: int, letter: str, index: int, word: Word) -> None:
    """Write one element of a vector register; the others keep their values."""
    old, low = state.get(f"v{register}"), index * LANES[letter]
    if word.width != LANES[letter]:
        raise s.WidthError(f"write to element .{letter}", (LANES[letter], word.width))
    above = low + word.width
    parts = [word]
    if above < old.width:
        parts.insert(0, s.extract(old, above, old.width - above))
    if low:
        parts.append(s.truncate(old, low))
    state.set(f"v{register}", s.concat(*parts))


@dataclass(frozen=True, slots=True)
class Element(Kind):
    """``v3.s[2]``: the register in a field of its own name, the index in ``parts``; registers up to ``last``."""

    letter: str
    parts: Parts
    last: int = 31

    @property
    def shape(self) -> str:
        return "v"

    def fields(self, name: str) -> tuple[str, ...]:
        return name, *(part for part, _ in self.parts)

    def match(self, name: str, matching: Matching) -> None:
        register = matching.take(VectorRegister, f"an element of a vector register .{self.letter}")
        if register.arrangement != self.letter:
            raise matching.fail(f"expected an element .{self.letter}")
        if register.number > self.last:
            raise matching.fail(f"v{register.number} is out of range v0 to v{self.last} here", close=True)
        put(self.parts, _check_index(register.index, self.parts, matching), matching)
        matching.put(name, register.number)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [VectorRegister(fields[name], self.letter, join(self.parts, fields))]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return read_element(state, fields[name], self.letter, join(self.parts, fields))

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        write_element(state, fields[name], self.letter, join(self.parts, fields), word)


@dataclass(frozen=True, slots=True)
class TopHalf(Kind):
    """``v3.d[1]``, the only element that fmov takes."""

    @property
    def shape(self) -> str:
        return "v"

    def match(self, name: str, matching: Matching) -> None:
        register = matching.take(VectorRegister, "an element .d[1] of a vector register")
        if (register.arrangement, register.index) != ("d", 1):
            raise matching.fail("only the element .d[1] is allowed here")
        matching.put(name, register.number)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [VectorRegister(fields[name], "d", 1)]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return read_element(state, fields[name], "d", 1)

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        write_element(state, fields[name], "d", 1, word)


def _numbers(first: int, count: int) -> Iterator[int]:
    """Consecutive register numbers: after 31 comes 0."""
    return ((first + i) % 32 for i in range(count))


def _consecutive(first: int, count: int, arrangement: str) -> tuple[VectorRegister, ...]:
    return tuple(VectorRegister(number, arrangement) for number in _numbers(first, count))


def _split(word: Word, count: int, width: int) -> Iterator[Word]:
    if word.width != count * width:
        raise s.WidthError("write to a list", (count * width, word.width))
    return (s.extract(word, low, width) for low in range(0, word.width, width))


@dataclass(frozen=True, slots=True)
class VectorList(Kind):
    """``{v0.4s, v1.4s}``: consecutive registers, the first in a field of its own name."""

    count: int
    arrangement: str

    @property
    def shape(self) -> str:
        return "l"

    def match(self, name: str, matching: Matching) -> None:
        self.take(name, matching)
        if matching.take(RegisterList, "").index is not None:
            raise matching.fail("no element index is allowed here")

    def take(self, name: str, matching: Matching) -> None:
        """Check the registers of the next operand without consuming it."""
        operand = matching.take(RegisterList, "a register list")
        first = operand.registers[0].number
        if len(operand.registers) != self.count:
            raise matching.fail(f"expected a list of registers of length {self.count}")
        if any(register.arrangement != self.arrangement for register in operand.registers):
            raise matching.fail(f"expected arrangement .{self.arrangement}")
        if operand.registers != _consecutive(first, self.count, self.arrangement):
            raise matching.fail("the registers of a list must be consecutive", close=True)
        matching.put(name, first)
        matching.at -= 1

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [RegisterList(_consecutive(fields[name], self.count, self.arrangement))]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        width, lanes = ARRANGEMENTS[self.arrangement]
        registers = [s.truncate(state.get(f"v{number}"), width * lanes) for number in _numbers(fields[name], self.count)]
        return s.concat(*reversed(registers))

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        width, lanes = ARRANGEMENTS[self.arrangement]
        parts = _split(word, self.count, width * lanes)
        for number, part in zip(_numbers(fields[name], self.count), parts, strict=True):
            write_vector(state, number, part)


@dataclass(frozen=True, slots=True)
class ElementList(Kind):
    """``{v0.s, v1.s}[2]``: one element of each of consecutive registers."""

    count: int
    letter: str
    parts: Parts

    @property
    def shape(self) -> str:
        return "l"

    def fields(self, name: str) -> tuple[str, ...]:
        return name, *(part for part, _ in self.parts)

    def match(self, name: str, matching: Matching) -> None:
        VectorList(self.count, self.letter).take(name, matching)
        index = matching.take(RegisterList, "").index
        put(self.parts, _check_index(index, self.parts, matching), matching)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [RegisterList(_consecutive(fields[name], self.count, self.letter), join(self.parts, fields))]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        index = join(self.parts, fields)
        elements = [read_element(state, number, self.letter, index) for number in _numbers(fields[name], self.count)]
        return s.concat(*reversed(elements))

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        index = join(self.parts, fields)
        parts = _split(word, self.count, LANES[self.letter])
        for number, part in zip(_numbers(fields[name], self.count), parts, strict=True):
            write_element(state, number, self.letter, index, part)


@dataclass(frozen=True, slots=True)
class PostIndexed(Kind):
    """``[Xn|SP], #size`` with the one size there is, or ``[Xn|SP], Xm`` (``size`` 0) with the register in ``m``."""

    size: int

    @property
    def shape(self) -> str:
        return "m"

    def fields(self, name: str) -> tuple[str, ...]:
        return ("n",) if self.size else ("n", "m")

    def match(self, name: str, matching: Matching) -> None:
        memory = matching.take(Memory, "a memory operand")
        if memory.mode != "post":
            raise matching.fail(f"expected addressing mode post, found {memory.mode}")
        base_of(memory, matching)
        if self.size and memory.offset == Immediate(self.size):
            return
        if self.size or not isinstance(memory.offset, Register):
            wanted = f"the increment #{self.size}" if self.size else "an increment in a register"
            raise matching.fail(f"expected {wanted}", close=isinstance(memory.offset, Immediate))
        number, width, _ = parse_general(memory.offset)
        if width != 64 or number == 31:
            raise matching.fail(f"{memory.offset.name} cannot be the increment", close=True)
        matching.put("m", number)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        offset = Immediate(self.size) if self.size else Register(general_name(fields["m"], 64, False))
        return [Memory(base_register(fields), offset, None, "post")]

    def valid(self, name: str, fields: Fields) -> bool:
        return bool(self.size) or fields["m"] != 31

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return base_value(fields, state)

    def finish(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> None:
        increment = s.const(self.size, 64) if self.size else read_general(state, fields["m"], 64, False)
        write_general(state, fields["n"], base_value(fields, state) + increment, True)
