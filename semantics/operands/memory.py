"""Memory operands: the addressing modes of loads and stores. The row's function receives the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grammars.operands import Immediate, Memory, Modifier, Operand, Register, Symbol
from semantics import simplify as s
from semantics.errors import UnsupportedInstruction
from semantics.operands.base import Fields, Kind, Matching
from semantics.operands.immediates import Label, low12, symbol_address
from semantics.operands.registers import extend_register, general_name, parse_general, read_general, write_general
from semantics.state import State
from semantics.words import Word


def base_of(memory: Memory, matching: Matching) -> None:
    """Set ``n`` to the base register, X or sp."""
    number, width, is_sp = parse_general(memory.base)
    if width != 64 or is_sp is False:
        raise matching.fail(f"{memory.base.name} cannot be a base register", close=True)
    matching.put("n", number)


def _offset_of(memory: Memory, matching: Matching) -> int:
    if memory.modifier is not None or isinstance(memory.offset, (Register, Symbol)):
        raise matching.fail("expected a plain immediate offset")
    return memory.offset.value if memory.offset is not None else 0


def _signed(value: int, bits: int) -> int:
    return value - (value >> (bits - 1) << bits)


def base_value(fields: Fields, state: State) -> Word:
    """Value of the base register."""
    return read_general(state, fields["n"], 64, True)


def base_register(fields: Fields) -> Register:
    """The base register as an operand."""
    return Register(general_name(fields["n"], 64, True))


@dataclass(frozen=True, slots=True)
class UnsignedOffset(Kind):
    """``[Xn|SP{, #imm}]`` with an unsigned offset in units of ``scale`` bytes, or a relocated symbol."""

    scale: int

    def fields(self, name: str) -> tuple[str, ...]:
        return "n", "imm12"

    @property
    def shape(self) -> str:
        return "m"

    def match(self, name: str, matching: Matching) -> None:
        memory = matching.take(Memory, "a memory operand")
        if memory.mode != "offset":
            raise matching.fail("expected an offset addressing mode")
        base_of(memory, matching)
        if isinstance(memory.offset, Symbol) and memory.modifier is None:
            if memory.offset.specifier is None:
                raise matching.fail(f"symbol {memory.offset.name} needs a relocation specifier such as :lo12:")
            matching.symbol = memory.offset
            matching.put("imm12", 0)
            return
        offset = _offset_of(memory, matching)
        if not 0 <= offset <= 4095 * self.scale or offset % self.scale:
            step = f" in steps of {self.scale}" if self.scale > 1 else ""
            raise matching.fail(f"offset {offset} is out of range 0 to {4095 * self.scale}{step}", close=True)
        matching.put("imm12", offset // self.scale)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        offset = symbol if symbol is not None else Immediate(self.scale * fields["imm12"]) if fields["imm12"] else None
        return [Memory(base_register(fields), offset, None, "offset")]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        if symbol is not None:
            return base_value(fields, state) + s.zext(low12(symbol), 64)
        return base_value(fields, state) + self.scale * fields["imm12"]


@dataclass(frozen=True, slots=True)
class SignedOffset(Kind):
    """A signed immediate offset of ``bits`` bits in units of ``scale``, plain or with writeback."""

    bits: int
    scale: int
    mode: Literal["offset", "pre", "post"]

    @property
    def field(self) -> str:
        """Name of the offset's encoding field."""
        return f"imm{self.bits}"

    def fields(self, name: str) -> tuple[str, ...]:
        return "n", self.field

    @property
    def shape(self) -> str:
        return "m"

    def match(self, name: str, matching: Matching) -> None:
        memory = matching.take(Memory, "a memory operand")
        if memory.mode != self.mode:
            raise matching.fail(f"expected addressing mode {self.mode}, found {memory.mode}")
        base_of(memory, matching)
        offset = _offset_of(memory, matching)
        limit = self.scale << (self.bits - 1)
        if not -limit <= offset < limit:
            raise matching.fail(f"offset {offset} is out of range {-limit} to {limit - self.scale}", close=True)
        if offset % self.scale:
            raise matching.fail(f"offset {offset} is not a multiple of {self.scale}", close=True)
        matching.put(self.field, offset // self.scale & ((1 << self.bits) - 1))

    def _offset(self, fields: Fields) -> int:
        return _signed(fields[self.field], self.bits) * self.scale

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        offset = self._offset(fields)
        shown = Immediate(offset) if offset or self.mode != "offset" else None
        return [Memory(base_register(fields), shown, None, self.mode)]

    def valid(self, name: str, fields: Fields) -> bool:
        # With writeback, a transfer register that is also the base is constrained unpredictable.
        if self.mode == "offset" or fields["n"] == 31:
            return True
        return all(fields.get(transfer) != fields["n"] for transfer in ("t", "t2"))

    @property
    def reason(self) -> str:
        return "with writeback the base must not be transferred too: unpredictable"

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        base = base_value(fields, state)
        return base if self.mode == "post" else base + self._offset(fields)

    def finish(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> None:
        if self.mode != "offset":
            write_general(state, fields["n"], base_value(fields, state) + self._offset(fields), True)


@dataclass(frozen=True, slots=True)
class BaseOnly(Kind):
    """``[Xn|SP]`` without offset."""

    @property
    def shape(self) -> str:
        return "m"

    def fields(self, name: str) -> tuple[str, ...]:
        return ("n",)

    def match(self, name: str, matching: Matching) -> None:
        memory = matching.take(Memory, "a memory operand")
        if memory.mode != "offset":
            raise matching.fail("expected a plain base register")
        base_of(memory, matching)
        if _offset_of(memory, matching):
            raise matching.fail("no offset is allowed here", close=True)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Memory(base_register(fields), None, None, "offset")]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return base_value(fields, state)


INDEX_EXTENDS = {"uxtw": 2, "lsl": 3, "sxtw": 6, "sxtx": 7}
INDEX_NAMES = {number: name for name, number in INDEX_EXTENDS.items()}


@dataclass(frozen=True, slots=True)
class RegisterOffset(Kind):
    """``[Xn|SP, Rm{, extend {#amount}}]``: the amount is 0 or log2 of the access size (``shift``)."""

    shift: int

    def fields(self, name: str) -> tuple[str, ...]:
        return "n", "m", "option", "S"

    @property
    def shape(self) -> str:
        return "m"

    def match(self, name: str, matching: Matching) -> None:
        memory = matching.take(Memory, "a memory operand")
        if memory.mode != "offset" or not isinstance(memory.offset, Register):
            raise matching.fail("expected a register offset")
        base_of(memory, matching)
        number, width, is_sp = parse_general(memory.offset)
        modifier = memory.modifier or Modifier("lsl", 0 if self.shift else None)
        option = INDEX_EXTENDS.get(modifier.kind)
        if option is None or not width or is_sp:
            raise matching.fail("not an index register with lsl, uxtw, sxtw or sxtx")
        if width != (64 if option & 1 else 32):
            raise matching.fail(f"{memory.offset.name} has the wrong width for {modifier.kind}", close=True)
        if modifier.amount not in (None, 0, self.shift):
            raise matching.fail(f"index shift must be {f'0 or {self.shift}' if self.shift else '0'}", close=True)
        matching.put("m", number)
        matching.put("option", option)
        # A byte access has no scaling; S then records whether an amount of 0 is written out.
        scaled = modifier.amount == self.shift if self.shift else modifier.amount == 0 and memory.modifier is not None
        matching.put("S", int(scaled))

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        kind = INDEX_NAMES[fields["option"]]
        index = Register(general_name(fields["m"], 64 if fields["option"] & 1 else 32, False))
        modifier = Modifier(kind, self.shift) if fields["S"] else Modifier(kind) if kind != "lsl" else None
        return [Memory(base_register(fields), index, modifier, "offset")]

    def valid(self, name: str, fields: Fields) -> bool:
        return fields["option"] in INDEX_NAMES

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        amount = self.shift * fields["S"]
        return base_value(fields, state) + extend_register(state, fields["m"], fields["option"], amount, 64)


@dataclass(frozen=True, slots=True)
class PcLiteral(Kind):
    """A PC-relative literal: gives its address."""

    def fields(self, name: str) -> tuple[str, ...]:
        return ("imm19",)

    @property
    def shape(self) -> str:
        return "i"

    def match(self, name: str, matching: Matching) -> None:
        Label(19).match("imm19", matching)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return Label(19).render("imm19", fields, symbol)

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        if symbol is not None:
            return symbol_address(symbol)
        if state.pc is None:
            raise UnsupportedInstruction("ldr (literal)", "a numeric offset depends on where the code stands")
        return state.pc + Label(19).offset("imm19", fields)
