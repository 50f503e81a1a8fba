"""libVEX's helper functions for AArch64: condition flags from a thunk, and CRC-32.

A thunk is an operation code and up to three operands. That these are the codes is not taken on trust: every
flag-setting row is proved equal to VEX through them::

    0 copy: dep1 = NZCV << 28        1/2 add    3/4 sub    5/6 adc (ndep: old carry)
    7/8 sbc (ndep: old carry)        9/10 logic: dep1 = result          odd: 32 bits, even: 64 bits

After a conditional compare the operation code is an if-then-else; the thunk is then taken apart by its condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from semantics import simplify as s
from semantics.isa.multiply import CRC32, CRC32C, crc
from semantics.state import Flags
from semantics.vex.errors import VexError
from semantics.words import Word


class ThunkError(VexError):
    """A thunk whose operation code is neither a known constant nor a choice between such."""

    def __init__(self, operation: Word) -> None:
        super().__init__(f"VEX flags with operation code {operation!r}")
        self.operation = operation


@dataclass(frozen=True, slots=True)
class Thunk:
    """libVEX's four flag registers, 64 bits each."""

    op: Word
    dep1: Word
    dep2: Word
    ndep: Word


def flags_of(thunk: Thunk) -> Flags:
    """The condition flags that a thunk stands for."""
    if thunk.op.is_const:
        return _flags(thunk.op.value, thunk)
    condition = _condition(thunk.op)
    if condition is None:
        raise ThunkError(thunk.op)
    then, other = (flags_of(_assume(thunk, condition, value)) for value in (s.TRUE, s.FALSE))
    return Flags(*(s.ite(condition, a, b) for a, b in zip(then, other, strict=True)))


def _condition(word: Word) -> Word | None:
    """The one-bit word that decides an operation code."""
    if word.op == "ite":
        return word.args[0]
    if word.op == "zext":
        return _condition(word.args[0])
    if word.op == "concat":
        return next((found for found in map(_condition, word.args) if found is not None), None)
    if word.width == 1 and not word.is_const:
        return word.args[0] if word.op == "not" else word
    return None


def _assume(thunk: Thunk, condition: Word, value: Word) -> Thunk:
    parts = (_given(word, condition, value) for word in (thunk.op, thunk.dep1, thunk.dep2, thunk.ndep))
    return Thunk(*parts)


def _given(word: Word, condition: Word, value: Word) -> Word:
    """``word`` where ``condition`` has the constant ``value``, as far as the outer choices show it."""
    if word is condition:
        return value
    if word.op == "ite" and word.args[0] is condition:
        return _given(word.args[1] if value.value else word.args[2], condition, value)
    if word.op == "not":
        return s.not_(_given(word.args[0], condition, value))
    if word.op == "zext":
        return s.zext(_given(word.args[0], condition, value), word.width)
    if word.op == "concat":
        return s.concat(*(_given(arg, condition, value) for arg in word.args))
    return word


# --- the flags of one operation -----------------------------------------------------------------


def _sign(word: Word) -> Word:
    return s.bit(word, word.width - 1)


def _zero(word: Word) -> Word:
    return s.eq(word, s.const(0, word.width))


def copy_flags(thunk: Thunk) -> Flags:
    """Bits 31 to 28 of the first operand."""
    return Flags(*(s.bit(thunk.dep1, position) for position in (31, 30, 29, 28)))


def add_flags(left: Word, right: Word, carry: Word) -> Flags:
    """``left + right``; C is ``result < left``."""
    result = left + right
    return Flags(_sign(result), _zero(result), s.ult(result, left), _sign((left ^ result) & (right ^ result)))


def sub_flags(left: Word, right: Word, carry: Word) -> Flags:
    """``left - right``; C is ``left >= right``; V, "signs differ and the result's is not left's", in its signed-less form."""
    result = left - right
    return Flags(_sign(result), _zero(result), ~s.ult(left, right), s.slt(left, right) ^ _sign(result))


def adc_flags(left: Word, right: Word, carry: Word) -> Flags:
    """``left + right + carry``; C is ``carry ? result <= left : result < left``, which is bit ``width`` of the sum."""
    result = left + right + carry
    width = left.width + 1
    exact = s.zext(left, width) + s.zext(right, width) + s.zext(carry, width)
    return Flags(_sign(result), _zero(result), _sign(exact), _sign((left ^ result) & (right ^ result)))


def sbc_flags(left: Word, right: Word, carry: Word) -> Flags:
    """``left - right - !carry``; C is ``carry ? left >= right : left > right``."""
    result = left - right - (carry ^ 1)
    c = s.ite(s.bit(carry, 0), ~s.ult(left, right), s.ult(right, left))
    return Flags(_sign(result), _zero(result), c, _sign((left ^ right) & (left ^ result)))


def logic_flags(left: Word, right: Word, carry: Word) -> Flags:
    """The result itself; C and V are 0."""
    return Flags(_sign(left), _zero(left), s.FALSE, s.FALSE)


_BY_PAIR: tuple[Callable[[Word, Word, Word], Flags], ...] = (add_flags, sub_flags, adc_flags, sbc_flags, logic_flags)


def _flags(op: int, thunk: Thunk) -> Flags:
    if op == 0:
        return copy_flags(thunk)
    if not 1 <= op <= 10:
        raise ThunkError(thunk.op)
    width = 32 if op % 2 else 64
    left, right, carry = (s.truncate(word, width) for word in (thunk.dep1, thunk.dep2, thunk.ndep))
    return _BY_PAIR[(op - 1) // 2](left, right, carry)


# --- the helpers --------------------------------------------------------------------------------


def condition_bit(number: int, flags: Flags) -> Word:
    """Whether condition ``number`` holds: the odd ones negate the even ones, but 14 and 15 always hold."""
    n, z, c, v = flags
    same = ~(n ^ v)
    positive = (z, c, n, v, c & ~z, same, ~z & same, s.TRUE)[number >> 1]
    return ~positive if number & 1 and number < 14 else positive


def _calculate_condition(args: Sequence[Word]) -> Word:
    """The condition in bits 4 to 7 of the first argument, over the thunk with the operation code below it."""
    selector = args[0]
    if not selector.is_const or selector.value >> 8:
        raise ThunkError(selector)
    thunk = Thunk(s.const(selector.value & 15, 64), *args[1:])
    return s.zext(condition_bit(selector.value >> 4, flags_of(thunk)), 64)


def _calculate_nzcv(args: Sequence[Word]) -> Word:
    return s.shl(s.zext(s.concat(*flags_of(Thunk(*args))), 64), s.const(28, 64))


def _crc(bits: int, polynomial: int) -> Callable[[Sequence[Word]], Word]:
    def run(args: Sequence[Word]) -> Word:
        return s.zext(crc(s.truncate(args[0], 32), s.truncate(args[1], bits), polynomial), 64)

    return run


CCALLS: dict[str, Callable[[Sequence[Word]], Word]] = {
    "arm64g_calculate_condition": _calculate_condition,
    "arm64g_calculate_flags_nzcv": _calculate_nzcv,
    "arm64g_calculate_flag_n": lambda args: s.zext(flags_of(Thunk(*args)).n, 64),
    "arm64g_calculate_flag_z": lambda args: s.zext(flags_of(Thunk(*args)).z, 64),
    "arm64g_calculate_flag_c": lambda args: s.zext(flags_of(Thunk(*args)).c, 64),
    "arm64g_calculate_flag_v": lambda args: s.zext(flags_of(Thunk(*args)).v, 64),
    **{f"arm64g_calc_crc32{letter}": _crc(8 << size, CRC32) for size, letter in enumerate("bhwx")},
    **{f"arm64g_calc_crc32c{letter}": _crc(8 << size, CRC32C) for size, letter in enumerate("bhwx")},
}
"""Every helper that is understood: 64-bit arguments to a 64-bit result."""
