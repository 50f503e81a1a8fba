"""Operands of vector instructions: elements, register lists, shift amounts, modified and floating-point immediates.

They are syntax and encoding only: the instructions that use them take their meaning from elsewhere.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from grammars.operands import FloatImmediate, Immediate, Memory, Modifier, Operand, Register, RegisterList, Symbol, VectorRegister
from semantics.operands.base import Fields, Kind, Matching
from semantics.operands.memory import base_of, base_register
from semantics.operands.registers import general_name, parse_general

type Parts = tuple[tuple[str, int], ...]  # fields that together hold one number, the high bits first, with their widths


def join(parts: Parts, fields: Fields) -> int:
    """The number that the fields hold."""
    value = 0
    for name, width in parts:
        value = value << width | fields[name]
    return value


def put(parts: Parts, value: int, matching: Matching) -> None:
    """Set the fields to hold ``value``."""
    for name, width in reversed(parts):
        matching.put(name, value & ((1 << width) - 1))
        value >>= width


def _check_index(index: int | None, parts: Parts, matching: Matching) -> int:
    limit = (1 << sum(width for _, width in parts)) - 1
    if index is None:
        raise matching.fail("expected an element index", close=True)
    if not 0 <= index <= limit:
        raise matching.fail(f"element index {index} is out of range 0 to {limit}", close=True)
    return index


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


def _consecutive(first: int, count: int, arrangement: str) -> tuple[VectorRegister, ...]:
    return tuple(VectorRegister((first + i) % 32, arrangement) for i in range(count))


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


@dataclass(frozen=True, slots=True)
class RightShift(Kind):
    """A number from 1 to ``limit``; the field of its own name holds ``limit`` minus the number."""

    limit: int

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(Immediate, "an immediate").value
        if not 1 <= value <= self.limit:
            raise matching.fail(f"immediate {value} is out of range 1 to {self.limit}", close=True)
        matching.put(name, self.limit - value)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Immediate(self.limit - fields[name])]


@dataclass(frozen=True, slots=True)
class Fixed(Kind):
    """An immediate that can only have one value: the ``#0`` of a comparison with zero."""

    number: int

    @property
    def shape(self) -> str:
        return "i"

    def fields(self, name: str) -> tuple[str, ...]:
        return ()

    def match(self, name: str, matching: Matching) -> None:
        if matching.take(Immediate, f"#{self.number}").value != self.number:
            raise matching.fail(f"only #{self.number} is allowed here", close=True)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Immediate(self.number)]


@dataclass(frozen=True, slots=True)
class FloatZero(Kind):
    """The ``#0.0`` of a comparison; ``#0`` is read too."""

    @property
    def shape(self) -> str:
        return "i"

    def fields(self, name: str) -> tuple[str, ...]:
        return ()

    def match(self, name: str, matching: Matching) -> None:
        operand = matching.peek()
        if operand == Immediate(0) or (isinstance(operand, FloatImmediate) and str(operand.value) == "0.0"):
            matching.at += 1
            return
        matching.take(FloatImmediate, "a register or #0.0")
        raise matching.fail("only #0.0 is allowed here", close=True)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [FloatImmediate(0.0)]


IMM8: Parts = (("abc", 3), ("defgh", 5))


@dataclass(frozen=True, slots=True)
class Modified(Kind):
    """An 8-bit immediate in ``abc`` and ``defgh`` with a shift of ``8 * (h + least)`` where there is a field ``h``."""

    shift: str | None  # lsl, msl, or None where no shift can be written
    steps: int = 1  # how many shifts there are
    least: int = 0

    @property
    def shape(self) -> str:
        return "i"

    def fields(self, name: str) -> tuple[str, ...]:
        return ("abc", "defgh", "h") if self.steps > 1 else ("abc", "defgh")

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(Immediate, "an immediate").value
        if not 0 <= value <= 255:
            raise matching.fail(f"immediate {value} is out of range 0 to 255", close=True)
        put(IMM8, value, matching)
        modifier, amount = matching.peek(), 0
        if isinstance(modifier, Modifier):
            matching.at += 1
            if modifier.kind != self.shift or modifier.amount is None:
                raise matching.fail(f"shift {modifier.kind} is not allowed here")
            amount = modifier.amount
        step, rest = divmod(amount, 8)
        if rest or not self.least <= step < self.least + self.steps:
            raise matching.fail(f"shift {amount} is not allowed here", close=True)
        if self.steps > 1:
            matching.put("h", step - self.least)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        value = Immediate(join(IMM8, fields))
        amount = 8 * (fields.get("h", 0) + self.least)
        return [value, Modifier(self.shift, amount)] if amount and self.shift else [value]


@dataclass(frozen=True, slots=True)
class ByteMask(Kind):
    """A 64-bit immediate of bytes 0x00 and 0xff, one bit each in ``abc`` and ``defgh``."""

    @property
    def shape(self) -> str:
        return "i"

    def fields(self, name: str) -> tuple[str, ...]:
        return "abc", "defgh"

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(Immediate, "an immediate").value
        octets = (value & (1 << 64) - 1).to_bytes(8, "little")
        if not set(octets) <= {0, 255}:
            raise matching.fail(f"immediate {value:#x} has bytes other than 0x00 and 0xff", close=True)
        put(IMM8, sum(1 << i for i, octet in enumerate(octets) if octet), matching)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        bits = join(IMM8, fields)
        return [Immediate(sum(255 << 8 * i for i in range(8) if bits >> i & 1))]


def _expand_float(bits: int) -> float:
    """The value of an 8-bit floating-point immediate (Arm ARM VFPExpandImm): (16 + mantissa) / 16 * 2**exponent."""
    exponent = ((bits >> 4 & 7) ^ 4) - 3
    return (-1 if bits >> 7 else 1) * (16 + (bits & 15)) / 16 * 2.0**exponent


FLOATS = {struct.pack("<d", _expand_float(bits)): bits for bits in range(256)}


@dataclass(frozen=True, slots=True)
class FloatConstant(Kind):
    """A floating-point immediate of 8 bits in ``parts``."""

    parts: Parts

    @property
    def shape(self) -> str:
        return "i"

    def fields(self, name: str) -> tuple[str, ...]:
        return tuple(part for part, _ in self.parts)

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(FloatImmediate, "a floating-point immediate").value
        bits = FLOATS.get(struct.pack("<d", value))
        if bits is None:
            raise matching.fail(f"{value} is no floating-point immediate of 8 bits", close=True)
        put(self.parts, bits, matching)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [FloatImmediate(_expand_float(join(self.parts, fields)))]


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
