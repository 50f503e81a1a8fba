"""Immediate, condition and label operands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grammars.operands import Immediate, Modifier, Name, Operand, Symbol
from semantics import simplify as s
from semantics.conditions import PREFERRED, condition_number, holds
from semantics.errors import UnsupportedInstruction
from semantics.operands.base import Fields, Kind, Matching
from semantics.state import State
from semantics.words import Word


def symbol_address(symbol: Symbol) -> Word:
    """The 64-bit address a label expression stands for; every label is an unknown constant.

    What a linker computes of a label beyond its own address, such as the place of its entry in the global offset
    table, is a constant of its own, and another one for each addend.
    """
    if symbol.name == ".":
        raise UnsupportedInstruction(".", "the meaning depends on where the instruction stands")
    if symbol.specifier is not None:
        return s.var(f"linker:{symbol.specifier}:{symbol.name}{symbol.addend:+d}", 64)
    return s.var(f"label:{symbol.name}", 64) + symbol.addend


# The relocations with one value wherever the instruction stands, by the operands that take them. Others depend on the
# place (prel), may turn the instruction into another one (tlsdesc, gottprel; movz into movn: abs_g0_s, tprel_g1), or
# fill more bits than 12 (gotpage_lo15).
PAGES = (None, "pg_hi21", "pg_hi21_nc", "got")
LOW_TWELVE = ("lo12", "lo12_nc", "got_lo12", *(f"{tls}_{part}" for tls in ("tprel", "dtprel") for part in ("lo12", "lo12_nc", "hi12")))
MOVES = tuple(f"abs_g{group}{check}" for group in range(4) for check in ("", "_nc"))


def _expect(symbol: Symbol, known: Sequence[str | None]) -> None:
    if symbol.specifier not in known:
        raise UnsupportedInstruction(f":{symbol.specifier}:{symbol.name}", "a relocation whose value is not known to be constant")


def low12(symbol: Symbol) -> Word:
    """The 12 bits that a ``:lo12:``-like relocation puts into an instruction."""
    if symbol.specifier is None:
        raise UnsupportedInstruction(symbol.name, "a symbol needs a relocation specifier such as :lo12: here")
    _expect(symbol, LOW_TWELVE)
    if symbol.specifier.endswith("hi12"):
        return s.extract(symbol_address(symbol), 0, 12)
    return s.truncate(symbol_address(_common(symbol)), 12)


def page(symbol: Symbol) -> Word:
    """The 4 KiB page address that ``adrp`` computes."""
    _expect(symbol, PAGES)
    return symbol_address(_common(symbol)) & -4096


def _common(symbol: Symbol) -> Symbol:
    """One name for the halves of a split address: ``:got:x`` with ``:got_lo12:x``, ``:lo12:x`` with plain ``x``."""
    base = (symbol.specifier or "").removesuffix("_nc").removesuffix("lo12").removesuffix("_")
    if base in ("", "pg_hi21"):
        return Symbol(symbol.name, None, symbol.addend)
    return Symbol(symbol.name, base, symbol.addend)


@dataclass(frozen=True, slots=True)
class Unsigned(Kind):
    """An unsigned immediate in a field of its own name; ``limit`` is the largest value, in units of ``scale``."""

    limit: int
    scale: int = 1
    minus: int = 0  # the field holds value/scale - minus

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(Immediate, "an immediate").value
        low, high = self.minus * self.scale, (self.limit + self.minus) * self.scale
        if not low <= value <= high:
            raise matching.fail(f"immediate {value} is out of range {low} to {high}", close=True)
        if value % self.scale:
            raise matching.fail(f"immediate {value} is not a multiple of {self.scale}", close=True)
        matching.put(name, value // self.scale - self.minus)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Immediate((fields[name] + self.minus) * self.scale)]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> int:
        return (fields[name] + self.minus) * self.scale


@dataclass(frozen=True, slots=True)
class BitPosition(Kind):
    """A bit number below the register width in a field of its own name."""

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(Immediate, "an immediate").value
        limit = 64 if matching.fields["sf"] else 32
        if not 0 <= value < limit:
            raise matching.fail(f"immediate {value} is out of range 0 to {limit - 1}", close=True)
        matching.put(name, value)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Immediate(fields[name])]

    def valid(self, name: str, fields: Fields) -> bool:
        return fields[name] < (64 if fields["sf"] else 32)

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> int:
        return fields[name]


@dataclass(frozen=True, slots=True)
class TestBit(Kind):
    """The bit number of tbz and tbnz, split in ``b5`` (also the register width) and ``b40``."""

    def fields(self, name: str) -> tuple[str, ...]:
        return "sf", "b40"

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(Immediate, "a bit number").value
        if not 0 <= value < (64 if matching.fields["sf"] else 32):
            raise matching.fail(f"bit number {value} is out of range for the register", close=True)
        # Bits below 32 are encoded with the W form whichever register was written.
        matching.fields["sf"] = value >> 5
        matching.put("b40", value & 31)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Immediate(fields["sf"] << 5 | fields["b40"])]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> int:
        return fields["sf"] << 5 | fields["b40"]


@dataclass(frozen=True, slots=True)
class AddImmediate(Kind):
    """A 12-bit immediate, optionally shifted left by 12 (``sh``), or a relocated symbol."""

    def fields(self, name: str) -> tuple[str, ...]:
        return "imm12", "sh"

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        operand = matching.peek()
        value, shift = 0, 0
        if isinstance(operand, Symbol):
            matching.at += 1
            if operand.specifier is None:
                raise matching.fail(f"symbol {operand.name} needs a relocation specifier such as :lo12:")
            matching.symbol = operand
            shift = int(operand.specifier.endswith("_hi12"))  # as LLVM writes it, without lsl #12
        else:
            value = matching.take(Immediate, "an immediate or a register").value
        modifier = matching.peek()
        if isinstance(modifier, Modifier):
            matching.at += 1
            if modifier.kind != "lsl" or modifier.amount not in (0, 12):
                raise matching.fail("only lsl #0 and lsl #12 are allowed here")
            shift |= int(modifier.amount == 12)
        elif value > 4095 and value % 4096 == 0:
            value, shift = value // 4096, 1
        if not 0 <= value <= 4095:
            raise matching.fail(f"immediate {value} is out of range 0 to 4095, or a multiple of 4096", close=True)
        matching.put("imm12", value)
        matching.put("sh", shift)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        first: Operand = symbol if symbol is not None else Immediate(fields["imm12"])
        return [first, Modifier("lsl", 12)] if fields["sh"] else [first]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        width = 64 if fields["sf"] else 32
        word = s.zext(low12(symbol), width) if symbol is not None else s.const(fields["imm12"], width)
        return s.shl(word, s.const(12 * fields["sh"], width))


def decode_bitmask(n: int, imms: int, immr: int, width: int) -> int | None:
    """The value of a logical immediate (Arm ARM DecodeBitMasks), or None if the encoding is reserved."""
    combined = n << 6 | (~imms & 0x3F)
    length = combined.bit_length() - 1
    if length < 1 or (1 << length) > width:
        return None
    size = 1 << length
    ones, rotation = (imms & (size - 1)) + 1, immr & (size - 1)
    if ones == size:
        return None
    element = (1 << ones) - 1
    element = (element >> rotation | element << (size - rotation)) & ((1 << size) - 1)
    return sum(element << i for i in range(0, width, size))


def encode_bitmask(value: int, width: int) -> tuple[int, int, int] | None:
    """``(N, immr, imms)`` of a logical immediate, or None if it has no encoding."""
    mask = (1 << width) - 1
    if value in (0, mask) or not 0 < value < mask:
        return None
    size = width
    while size > 2 and value == _repeat(value & ((1 << size // 2) - 1), size // 2, width):
        size //= 2
    element = value & ((1 << size) - 1)
    ones = element.bit_count()
    for rotation in range(size):
        if (element << rotation | element >> (size - rotation)) & ((1 << size) - 1) == (1 << ones) - 1:
            imms = (0x3F & ~(2 * size - 1)) | (ones - 1) if size < 64 else ones - 1
            return int(size == 64), rotation, imms
    return None


def _repeat(element: int, size: int, width: int) -> int:
    return sum(element << i for i in range(0, width, size))


@dataclass(frozen=True, slots=True)
class Bitmask(Kind):
    """A logical immediate in the fields ``N``, ``immr`` and ``imms``."""

    def fields(self, name: str) -> tuple[str, ...]:
        return "N", "immr", "imms"

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        value = matching.take(Immediate, "an immediate or a register").value
        width = 64 if matching.fields["sf"] else 32
        # Assemblers accept the sign-extended spelling of a mask.
        if value < 0 or (width == 32 and value >> 32 == 0xFFFFFFFF):
            value &= (1 << width) - 1
        found = encode_bitmask(value, width)
        if found is None:
            raise matching.fail(f"immediate {value:#x} is not a {width}-bit mask that can be encoded", close=True)
        for field, part in zip(("N", "immr", "imms"), found, strict=True):
            matching.put(field, part)

    def _value(self, fields: Fields) -> int | None:
        return decode_bitmask(fields["N"], fields["imms"], fields["immr"], 64 if fields["sf"] else 32)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Immediate(self._value(fields) or 0)]

    def valid(self, name: str, fields: Fields) -> bool:
        # Bits of immr above the element size are ignored by the machine; only the plain spelling is ours.
        value = self._value(fields)
        return value is not None and encode_bitmask(value, 64 if fields["sf"] else 32) == (
            fields["N"],
            fields["immr"],
            fields["imms"],
        )

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        width = 64 if fields["sf"] else 32
        return s.const(self._value(fields) or 0, width)


_MOVE_GROUP = re.compile(r"(?:abs|prel|tprel|dtprel|gottprel)_g([0-3])(?:_s|_nc)?")


@dataclass(frozen=True, slots=True)
class MoveWide(Kind):
    """A 16-bit immediate with an optional shift by a multiple of 16: fields ``imm16`` and ``hw``."""

    def fields(self, name: str) -> tuple[str, ...]:
        return "imm16", "hw"

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        operand, value, hw = matching.peek(), 0, 0
        if isinstance(operand, Symbol) and operand.specifier is not None:
            matching.at += 1
            matching.symbol = operand
            group = _MOVE_GROUP.fullmatch(operand.specifier)
            if group is None:
                raise matching.fail(f"relocation :{operand.specifier}: is not allowed here")
            hw = int(group[1])
        else:
            value = matching.take(Immediate, "an immediate").value
        if not 0 <= value <= 0xFFFF:
            raise matching.fail(f"immediate {value} is out of range 0 to 65535", close=True)
        modifier = matching.peek()
        if isinstance(modifier, Modifier):
            matching.at += 1
            if modifier.kind != "lsl" or modifier.amount is None or modifier.amount % 16:
                raise matching.fail("only lsl by a multiple of 16 is allowed here")
            hw = modifier.amount // 16
        if not 0 <= hw < (4 if matching.fields["sf"] else 2):
            raise matching.fail(f"shift {16 * hw} is out of range for the register", close=True)
        matching.put("imm16", value)
        matching.put("hw", hw)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        if symbol is not None:
            return [symbol]
        first = Immediate(fields["imm16"])
        return [first, Modifier("lsl", 16 * fields["hw"])] if fields["hw"] else [first]

    def valid(self, name: str, fields: Fields) -> bool:
        return fields["hw"] < (4 if fields["sf"] else 2)

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> tuple[Word, int]:
        """``(16-bit word, bit position)``."""
        if symbol is None:
            return s.const(fields["imm16"], 16), 16 * fields["hw"]
        _expect(symbol, MOVES)
        return s.truncate(symbol_address(symbol), 16), 16 * fields["hw"]


@dataclass(frozen=True, slots=True)
class Condition(Kind):
    """A condition code; the function receives one bit, whether it holds."""

    @property
    def shape(self) -> str:
        return "n"

    def match(self, name: str, matching: Matching) -> None:
        operand = matching.take(Name, "a condition")
        number = condition_number(operand.text)
        if number is None:
            raise matching.fail(f"{operand.text} is not a condition")
        matching.put(name, number)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Name(PREFERRED[fields[name]])]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return holds(fields[name], state.flags)


@dataclass(frozen=True, slots=True)
class Label(Kind):
    """A PC-relative target: a symbol, or an offset in bytes; ``bits`` of words of ``scale`` bytes."""

    bits: int
    scale: int = 4

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        operand = matching.peek()
        if isinstance(operand, Symbol):
            matching.at += 1
            if operand.specifier is not None:
                raise matching.fail(f"relocation :{operand.specifier}: is not allowed here")
            matching.symbol = operand
            matching.put(name, 0)
            return
        value = matching.take(Immediate, "a label").value
        limit = self.scale << (self.bits - 1)
        if not -limit <= value < limit or value % self.scale:
            raise matching.fail(f"offset {value} is out of range {-limit} to {limit - self.scale}", close=True)
        matching.put(name, value // self.scale & ((1 << self.bits) - 1))

    def offset(self, name: str, fields: Fields) -> int:
        """The offset in bytes from the instruction."""
        value = fields[name]
        return (value - (value >> (self.bits - 1) << self.bits)) * self.scale

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [symbol if symbol is not None else Immediate(self.offset(name, fields))]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Symbol | int:
        return symbol if symbol is not None else self.offset(name, fields)


@dataclass(frozen=True, slots=True)
class PcRelative(Kind):
    """The target of adr (``pages`` false) and adrp: fields ``immhi`` and ``immlo``; gives its address."""

    pages: bool

    def fields(self, name: str) -> tuple[str, ...]:
        return "immhi", "immlo"

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        operand = matching.peek()
        value, scale = 0, 4096 if self.pages else 1
        if isinstance(operand, Symbol):
            matching.at += 1
            matching.symbol = operand
        else:
            value = matching.take(Immediate, "a label").value
            if not -(scale << 20) <= value < scale << 20 or value % scale:
                raise matching.fail(f"offset {value} is out of range", close=True)
            value //= scale
        matching.put("immhi", value >> 2 & 0x7FFFF)
        matching.put("immlo", value & 3)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        if symbol is not None:
            return [symbol]
        value = fields["immhi"] << 2 | fields["immlo"]
        value -= value >> 20 << 21
        return [Immediate(value * (4096 if self.pages else 1))]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        if symbol is not None:
            if not self.pages:
                _expect(symbol, (None,))
            return page(symbol) if self.pages else symbol_address(symbol)
        if state.pc is None:
            raise UnsupportedInstruction("adrp" if self.pages else "adr", "a numeric offset depends on where the code stands")
        value = fields["immhi"] << 2 | fields["immlo"]
        value -= value >> 20 << 21
        return (state.pc & -4096) + value * 4096 if self.pages else state.pc + value
