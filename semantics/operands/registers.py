"""General, scalar and vector register operands.

Register 31 is the zero register or the stack pointer by kind; writing a W register clears the upper
half of its X register; writing any form of a vector register clears the bits above it. Those rules
live here and in no row.
"""

from __future__ import annotations

from dataclasses import dataclass

from grammars.operands import Modifier, Operand, Register, Symbol, VectorRegister
from semantics import simplify as s
from semantics.operands.base import Fields, Kind, Matching, Mismatch
from semantics.state import State
from semantics.words import Word

SHIFTS = ("lsl", "lsr", "asr", "ror")
EXTENDS = ("uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx")
# name: (lane width in bits, lanes); the last three name a part of a register, as sdot and fmlal do
ARRANGEMENTS = {
    "8b": (8, 8), "16b": (8, 16), "4h": (16, 4), "8h": (16, 8), "2s": (32, 2), "4s": (32, 4), "1d": (64, 1), "2d": (64, 2),
    "1q": (128, 1), "4b": (8, 4), "2h": (16, 2), "2b": (8, 2),
}  # fmt: skip
SCALARS = {"b": 8, "h": 16, "s": 32, "d": 64, "q": 128}


def parse_general(register: Register) -> tuple[int, int, bool | None]:
    """``(number, width, is_sp)``; is_sp is None unless the number is 31; width 0 if not a general register."""
    name = register.name
    if name in ("sp", "wsp"):
        return 31, 64 if name == "sp" else 32, True
    if name in ("xzr", "wzr"):
        return 31, 64 if name == "xzr" else 32, False
    if name[0] in "xw" and name[1:].isdigit():
        return int(name[1:]), 64 if name[0] == "x" else 32, None
    return 0, 0, None


def general_name(number: int, width: int, sp: bool) -> str:
    """Assembly name of a general register; 31 is sp or the zero register."""
    if number == 31:
        return {(64, True): "sp", (32, True): "wsp", (64, False): "xzr", (32, False): "wzr"}[width, sp]
    return f"{'x' if width == 64 else 'w'}{number}"


def read_general(state: State, number: int, width: int, sp: bool) -> Word:
    """Value of a general register read at ``width`` bits."""
    if number == 31 and not sp:
        return s.const(0, width)
    return s.truncate(state.get("sp" if number == 31 else f"x{number}"), width)


def write_general(state: State, number: int, word: Word, sp: bool) -> None:
    """Write a general register; a 32-bit word clears the upper half, the zero register swallows it."""
    if number == 31 and not sp:
        return
    state.set("sp" if number == 31 else f"x{number}", s.zext(word, 64))


def write_vector(state: State, number: int, word: Word) -> None:
    """Write a vector register in any view; what lies above the word is cleared."""
    state.set(f"v{number}", s.zext(word, 128))


@dataclass(frozen=True, slots=True)
class General(Kind):
    """A general register: ``width`` 32 or 64, or 0 to follow the row's ``sf`` field."""

    width: int = 0
    sp: bool = False

    def bits(self, fields: Fields) -> int:
        """The width in force."""
        return self.width or (64 if fields["sf"] else 32)

    def match(self, name: str, matching: Matching) -> None:
        register = matching.take(Register, "a general register")
        number, width, is_sp = parse_general(register)
        if not width:
            raise matching.fail(f"expected a general register, found {register.name}")
        if is_sp is not None and is_sp != self.sp:
            raise matching.fail(f"{register.name} is not allowed here")
        if self.width == 0 and "sf" not in matching.fields:
            matching.put("sf", int(width == 64))
        elif width != self.bits(matching.fields):
            raise matching.fail(f"expected a {self.bits(matching.fields)}-bit register, found {register.name}", close=True)
        matching.put(name, number)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Register(general_name(fields[name], self.bits(fields), self.sp))]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return read_general(state, fields[name], self.bits(fields), self.sp)

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        if word.width != self.bits(fields):
            raise s.WidthError(f"write to {name}", (self.bits(fields), word.width))
        write_general(state, fields[name], word, self.sp)


@dataclass(frozen=True, slots=True)
class Shifted(Kind):
    """A general register with an optional shift: fields of its own name, ``shift`` and ``imm6``."""

    ror: bool = False

    def fields(self, name: str) -> tuple[str, ...]:
        return name, "shift", "imm6"

    def match(self, name: str, matching: Matching) -> None:
        GENERAL.match(name, matching)
        shift, amount = 0, 0
        modifier = matching.peek()
        if isinstance(modifier, Modifier):
            matching.at += 1
            if modifier.kind not in SHIFTS[: 4 if self.ror else 3]:
                raise matching.fail(f"shift {modifier.kind} is not allowed here")
            if modifier.amount is None:
                raise matching.fail(f"shift {modifier.kind} needs an amount", close=True)
            shift, amount = SHIFTS.index(modifier.kind), modifier.amount
            limit = 64 if matching.fields["sf"] else 32
            if not 0 <= amount < limit:
                raise matching.fail(f"shift amount {amount} is out of range 0 to {limit - 1}", close=True)
        matching.put("shift", shift)
        matching.put("imm6", amount)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        register = GENERAL.render(name, fields, symbol)
        if fields["shift"] == 0 and fields["imm6"] == 0:
            return register
        return [*register, Modifier(SHIFTS[fields["shift"]], fields["imm6"])]

    def valid(self, name: str, fields: Fields) -> bool:
        return fields["imm6"] < (64 if fields["sf"] else 32) and fields["shift"] < (4 if self.ror else 3)

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        word = GENERAL.value(name, fields, symbol, state)
        amount = s.const(fields["imm6"], word.width)
        return (s.shl, s.lshr, s.ashr, s.ror)[fields["shift"]](word, amount)


def extend_register(state: State, number: int, option: int, amount: int, width: int) -> Word:
    """The extended-register operand: low part, zero or sign extended to ``width``, shifted left."""
    part = min(8 << (option & 3), width)
    low = read_general(state, number, part if part >= 32 else 32, False)
    low = s.truncate(low, part)
    word = s.sext(low, width) if option & 4 else s.zext(low, width)
    return s.shl(word, s.const(amount, width))


@dataclass(frozen=True, slots=True)
class Extended(Kind):
    """An extended register: fields of its own name, ``option`` and ``imm3``.

    ``into_sp`` tells that register 31 as destination is sp; the plain spelling of the natural extension
    belongs to the shifted-register form unless sp is involved.
    """

    into_sp: bool

    def fields(self, name: str) -> tuple[str, ...]:
        return name, "option", "imm3"

    def match(self, name: str, matching: Matching) -> None:
        register = matching.take(Register, "a general register")
        number, width, is_sp = parse_general(register)
        if not width or is_sp:
            raise matching.fail(f"{register.name} is not allowed here")
        option, amount = 3 if matching.fields["sf"] else 2, 0
        modifier = matching.peek()
        if isinstance(modifier, Modifier):
            matching.at += 1
            amount = modifier.amount or 0
            if modifier.kind != "lsl":
                if modifier.kind not in EXTENDS:
                    raise matching.fail(f"{modifier.kind} is not an extension")
                option = EXTENDS.index(modifier.kind)
            elif modifier.amount is None:
                raise matching.fail("lsl needs an amount")
        if not 0 <= amount <= 4:
            raise matching.fail(f"shift amount {amount} is out of range 0 to 4", close=True)
        if width != (64 if option & 3 == 3 and matching.fields["sf"] else 32):
            raise Mismatch(f"{register.name} has the wrong width for this extension", matching.at - 1, True)
        matching.put(name, number)
        matching.put("option", option)
        matching.put("imm3", amount)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        option, amount, wide = fields["option"], fields["imm3"], bool(fields["sf"])
        register = Register(general_name(fields[name], 64 if option & 3 == 3 and wide else 32, False))
        natural = option == (3 if wide else 2)
        if natural and (fields["n"] == 31 or (self.into_sp and fields["d"] == 31)):
            return [register, Modifier("lsl", amount)] if amount else [register]
        return [register, Modifier(EXTENDS[option], amount or None)]

    def valid(self, name: str, fields: Fields) -> bool:
        return fields["imm3"] <= 4

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return extend_register(state, fields[name], fields["option"], fields["imm3"], 64 if fields["sf"] else 32)


@dataclass(frozen=True, slots=True)
class Scalar(Kind):
    """A scalar view (b, h, s, d or q) of a vector register."""

    letter: str

    @property
    def shape(self) -> str:
        return "f"

    def match(self, name: str, matching: Matching) -> None:
        register = matching.take(Register, f"a scalar register {self.letter}0..{self.letter}31")
        if register.name[0] != self.letter or not register.name[1:].isdigit():
            raise matching.fail(f"expected a scalar register {self.letter}0..{self.letter}31")
        matching.put(name, int(register.name[1:]))

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [Register(f"{self.letter}{fields[name]}")]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return s.truncate(state.get(f"v{fields[name]}"), SCALARS[self.letter])

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        if word.width != SCALARS[self.letter]:
            raise s.WidthError(f"write to {name}", (SCALARS[self.letter], word.width))
        write_vector(state, fields[name], word)


@dataclass(frozen=True, slots=True)
class Vector(Kind):
    """A vector register with a fixed arrangement such as ``4s``."""

    arrangement: str

    @property
    def bits(self) -> int:
        """Total width in bits."""
        width, lanes = ARRANGEMENTS[self.arrangement]
        return width * lanes

    @property
    def shape(self) -> str:
        return "v"

    def match(self, name: str, matching: Matching) -> None:
        register = matching.take(VectorRegister, f"a vector register .{self.arrangement}")
        if register.arrangement != self.arrangement or register.index is not None:
            raise matching.fail(f"expected arrangement .{self.arrangement}")
        matching.put(name, register.number)

    def render(self, name: str, fields: Fields, symbol: Symbol | None) -> list[Operand]:
        return [VectorRegister(fields[name], self.arrangement, None)]

    def value(self, name: str, fields: Fields, symbol: Symbol | None, state: State) -> Word:
        return s.truncate(state.get(f"v{fields[name]}"), self.bits)

    def assign(self, name: str, fields: Fields, state: State, word: Word) -> None:
        if word.width != self.bits:
            raise s.WidthError(f"write to {name}", (self.bits, word.width))
        write_vector(state, fields[name], word)


GENERAL = General()
