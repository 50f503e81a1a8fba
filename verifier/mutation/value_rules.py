"""Equivalent instructions for one that computes a value: right in every state, flags and all (Arm ARM C6.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from grammars.operands import Immediate, Modifier, Name, Operand, Operation, Register, VectorRegister
from semantics.conditions import PREFERRED, condition_number
from verifier.mutation.base import with_operand

type Expand = Callable[[Operation], Iterator[Sequence[Operation]]]

_COMMUTATIVE = re.compile(
    r"adds?|ands?|orr|eor|eon|adcs?|madd|msub|[su]maddl|[su]msubl|[su]mulh|mul|mla|mls|[su]max|[su]min|cmeq|cmtst|"
    r"[su]abd|[su]aba|[su]qadd|[su]r?hadd|[su]mull|pmull?"
)
_INVERTED = {"bic": "and", "orn": "orr", "eon": "eor", "bics": "ands"}
_WITH_SHIFTS = frozenset(["add", "adds", "sub", "subs", "and", "ands", "orr", "eor", "bic", "bics", "orn", "eon"])


def op(mnemonic: str, *operands: Operand | int) -> Operation:
    """An operation; bare numbers are immediates."""
    return Operation(mnemonic, tuple(Immediate(o) if isinstance(o, int) else o for o in operands))


def is_zero(operand: Operand) -> bool:
    """The zero register."""
    return isinstance(operand, Register) and operand.name in ("xzr", "wzr")


def is_stack(operand: Operand) -> bool:
    """The stack pointer."""
    return isinstance(operand, Register) and operand.name in ("sp", "wsp")


def numbered(operand: Operand) -> bool:
    """A general register that is neither the zero register nor sp."""
    return isinstance(operand, Register) and operand.name[0] in "xw" and operand.name[1:].isdecimal()


def same(left: Operand, right: Operand) -> bool:
    """One register, under whatever width."""
    return isinstance(left, Register) and isinstance(right, Register) and left.name[1:] == right.name[1:]


def width(register: Register) -> int:
    """Bits of a general register."""
    return 64 if register.name[0] == "x" or register.name == "sp" else 32


def zero_like(register: Register) -> Register:
    """The zero register of the same width."""
    return Register("xzr" if width(register) == 64 else "wzr")


def commuted(o: Operation) -> Iterator[Sequence[Operation]]:
    """The two sources in the other order."""
    if _COMMUTATIVE.fullmatch(o.mnemonic) is None:
        return
    match o.operands:
        case (_, Register() as n, Register() as m, *rest) if n != m and all(isinstance(r, Register) for r in rest):
            yield [with_operand(with_operand(o, 1, m), 2, n)]
        case (_, VectorRegister(index=None) as n, VectorRegister(index=None) as m) if n != m:
            yield [with_operand(with_operand(o, 1, m), 2, n)]
        case _:
            return


def select_inverted(o: Operation) -> Iterator[Sequence[Operation]]:
    """``csel`` with its sources and its condition turned round."""
    match o:
        case Operation("csel", (d, n, m, Name(name))) if name not in ("al", "nv") and n != m:
            yield [op("csel", d, m, n, Name(PREFERRED[(condition_number(name) or 0) ^ 1]))]
        case _:
            return


def move_by_add(o: Operation) -> Iterator[Sequence[Operation]]:
    """A move as a sum with 0, as a field of the whole width, as an or with itself."""
    match o:
        case Operation("orr", (Register() as d, Register() as z, Register() as m)) if is_zero(z) and numbered(m) and numbered(d):
            yield [op("add", d, m, 0)]
            yield [op("sub", d, m, 0)]
            yield [op("ubfm", d, m, 0, width(d) - 1)]
            yield [op("orr", d, m, m)]
            yield [op("and", d, m, m)]
        case _:
            return


def double_by_shift(o: Operation) -> Iterator[Sequence[Operation]]:
    """A sum of a register with itself."""
    match o:
        case Operation("add", (Register() as d, Register() as n, Register() as m)) if n == m and numbered(n) and numbered(d):
            yield [op("lsl", d, n, 1)]
        case _:
            return


def _left_shift(o: Operation) -> tuple[Register, Register, int] | None:
    match o:
        case Operation("ubfm", (Register() as d, Register() as n, Immediate(low), Immediate(high))) if numbered(d):
            bits = width(d)
            return (d, n, bits - low) if low == high + 1 and high != bits - 1 else None
        case _:
            return None


def shift_by_steps(o: Operation) -> Iterator[Sequence[Operation]]:
    """A shift in two steps, or by a sum."""
    found = _left_shift(o)
    if found is not None:
        d, n, amount = found
        if amount == 1 and numbered(n):
            yield [op("add", d, n, n)]
        if amount > 1:
            yield [op("lsl", d, n, amount - 1), op("lsl", d, d, 1)]
            yield [op("lsl", d, n, 1), op("lsl", d, d, amount - 1)]
    match o:
        case Operation("ubfm" | "sbfm", (Register() as d, n, Immediate(low), Immediate(high))) if numbered(d):
            if high == width(d) - 1 and low > 1:
                name = "lsr" if o.mnemonic == "ubfm" else "asr"
                yield [op(name, d, n, 1), op(name, d, d, low - 1)]
        case _:
            return


def shift_by_multiplication(o: Operation) -> Iterator[Sequence[Operation]]:
    """A shift to the left as a product with a power of two, one to the right as a quotient."""
    found = _left_shift(o)
    if found is not None and not same(found[0], found[1]):
        d, n, amount = found
        yield [_power(d, amount), op("mul", d, n, d)]
    match o:
        case Operation("ubfm", (Register() as d, n, Immediate(low), Immediate(high))) if numbered(d) and not same(d, n):
            if high == width(d) - 1 and low:
                yield [_power(d, low), op("udiv", d, n, d)]
        case _:
            return


def _power(d: Register, exponent: int) -> Operation:
    return op("movz", d, 1 << exponent % 16, Modifier("lsl", exponent - exponent % 16))


def immediate_split(o: Operation) -> Iterator[Sequence[Operation]]:
    """A sum with a constant in two steps, or by its negative."""
    match o:
        case Operation("add" | "sub", (Register() as d, n, Immediate(value))) if value > 1 and not is_stack(d):
            for part in (1, value // 2):
                yield [op(o.mnemonic, d, n, value - part), op(o.mnemonic, d, d, part)]
            other = "sub" if o.mnemonic == "add" else "add"
            if value < 0xFFF:
                yield [op(o.mnemonic, d, n, value + 1), op(other, d, d, 1)]
        case _:
            return


def move_split(o: Operation) -> Iterator[Sequence[Operation]]:
    """A constant put together from parts."""
    match o:
        case Operation("movz", (Register() as d, Immediate(value), *rest)) if numbered(d):
            shift = rest[0] if rest else Modifier("lsl", 0)
            yield [op("movz", d, 0), op("movk", d, value, shift)]
            yield [op("movz", d, value ^ 0x5A5A, shift), op("movk", d, value, shift)]
            if not rest and value:
                yield [op("movz", d, value - 1), op("add", d, d, 1)]
            if not rest and 0 < value < 1 << 15:
                yield [op("movn", d, value - 1), op("sub", d, zero_like(d), d)]
        case _:
            return


def zero(o: Operation) -> Iterator[Sequence[Operation]]:
    """Zero, in other ways; no flags are written."""
    match o:
        case Operation("movz", (Register() as d, Immediate(0))) if numbered(d):
            yield [op("eor", d, d, d)]
            yield [op("sub", d, d, d)]
            yield [op("bic", d, d, d)]
        case Operation("eor" | "sub", (Register() as d, n, m)) if n == m and numbered(d):
            yield [op("movz", d, 0)]
        case _:
            return


def negate(o: Operation) -> Iterator[Sequence[Operation]]:
    """The negative as complement plus one, and through a difference of one less."""
    match o:
        case Operation("sub", (Register() as d, Register() as z, Register() as m)) if is_zero(z) and numbered(d) and numbered(m):
            yield [op("orn", d, z, m), op("add", d, d, 1)]
            yield [op("sub", d, m, 1), op("orn", d, z, d)]
        case _:
            return


def complemented_operand(o: Operation) -> Iterator[Sequence[Operation]]:
    """``bic``, ``orn`` and ``eon`` with the complement made first."""
    match o:
        case Operation(name, (Register() as d, Register() as n, Register() as m, *rest)) if name in _INVERTED:
            if numbered(d) and not same(d, n) and not (is_zero(n) and name == "orn"):
                yield [op("orn", d, zero_like(d), m, *rest), op(_INVERTED[name], d, n, d)]
        case _:
            return


def shifted_operand(o: Operation) -> Iterator[Sequence[Operation]]:
    """A shifted operand shifted first."""
    match o:
        case Operation(name, (Register() as d, n, Register() as m, Modifier(kind, int(amount)))) if name in _WITH_SHIFTS:
            if kind in ("lsl", "lsr", "asr", "ror") and amount and numbered(d) and not same(d, n) and not is_stack(n):
                yield [op(kind, d, m, amount), op(name, d, n, d)]
        case _:
            return


def multiply_add(o: Operation) -> Iterator[Sequence[Operation]]:
    """A product and a sum instead of both in one."""
    match o:
        case Operation("madd" | "msub" as name, (Register() as d, n, m, Register() as a)) if numbered(d) and numbered(a):
            if not same(d, a):
                yield [op("mul", d, n, m), op("add" if name == "madd" else "sub", d, a, d)]
        case Operation("smaddl" | "umaddl" | "smsubl" | "umsubl" as name, (Register() as d, n, m, Register() as a)) if numbered(d):
            if numbered(a) and not same(d, a):
                product = op("smull" if name[0] == "s" else "umull", d, n, m)
                yield [product, op("add" if "add" in name else "sub", d, a, d)]
        case _:
            return


def select_expanded(o: Operation) -> Iterator[Sequence[Operation]]:
    """``csinc``, ``csinv`` and ``csneg`` with the second source made first."""
    match o:
        case Operation("csinc" | "csinv" | "csneg", (Register() as d, n, Register() as m, Name() as condition)):
            if not numbered(d) or same(d, n):
                return
            z = zero_like(d)
            if o.mnemonic == "csinc":
                other = op("add", d, m, 1) if numbered(m) else op("movz", d, 1)
            else:
                other = op("orn" if o.mnemonic == "csinv" else "sub", d, z, m)
            yield [other, op("csel", d, n, d, condition)]
        case _:
            return


def field_by_mask(o: Operation) -> Iterator[Sequence[Operation]]:
    """Low bits kept, by a mask or as a field."""
    match o:
        case Operation("ubfm", (Register() as d, n, Immediate(0), Immediate(high))) if numbered(d) and high < width(d) - 1:
            yield [op("and", d, n, (2 << high) - 1)]
        case Operation("and", (Register() as d, n, Immediate(mask))) if numbered(d) and mask > 0 and mask & (mask + 1) == 0:
            yield [op("ubfm", d, n, 0, mask.bit_length() - 1)]
        case _:
            return


def field_by_shifts(o: Operation) -> Iterator[Sequence[Operation]]:
    """A field taken out by a shift up and a shift down."""
    match o:
        case Operation("ubfm" | "sbfm", (Register() as d, n, Immediate(low), Immediate(high))) if numbered(d):
            up = width(d) - 1 - high
            if low <= high and up:
                yield [op("lsl", d, n, up), op("lsr" if o.mnemonic == "ubfm" else "asr", d, d, up + low)]
        case _:
            return


def compare_with_zero(o: Operation) -> Iterator[Sequence[Operation]]:
    """A comparison with 0 as one with the zero register, and back."""
    match o:
        case Operation("subs", (Register() as d, Register() as n, Immediate(0))) if not is_stack(n):
            yield [op("subs", d, n, zero_like(d))]
        case Operation("subs", (d, Register() as n, Register() as m)) if is_zero(m) and numbered(n):
            yield [op("subs", d, n, 0)]
        case _:
            return


def vector_move(o: Operation) -> Iterator[Sequence[Operation]]:
    """A vector moved by an ``and`` with itself, or cleared in other ways."""
    match o:
        case Operation("orr", (VectorRegister() as d, VectorRegister() as n, VectorRegister() as m)) if n == m:
            yield [op("and", d, n, n)]
        case Operation("eor", (VectorRegister() as d, VectorRegister() as n, VectorRegister() as m)) if n == m:
            yield [op("bic", d, n, n)]
        case _:
            return
