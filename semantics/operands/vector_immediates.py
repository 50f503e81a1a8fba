"""Immediate operands of vector instructions: shift amounts, modified, masking and floating-point immediates."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from grammars.operands import FloatImmediate, Immediate, Modifier, Operand, Symbol
from semantics.operands.base import Fields, Kind, Matching
from semantics.state import State

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

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> int:
        return self.limit - fields[name]


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

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> int:
        return self.number


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

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> int:
        """The shifted number; ``msl`` shifts ones in."""
        amount = 8 * (fields.get("h", 0) + self.least)
        return join(IMM8, fields) << amount | ((1 << amount) - 1 if self.shift == "msl" else 0)


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
        return [Immediate(self.value(name, fields))]

    def value(self, name: str, fields: Fields, symbol: Symbol | None = None, state: State | None = None) -> int:
        bits = join(IMM8, fields)
        return sum(255 << 8 * i for i in range(8) if bits >> i & 1)


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

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> int:
        return join(self.parts, fields)
