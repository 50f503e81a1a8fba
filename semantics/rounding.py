"""Shifts that round, results that saturate, sums that are halved: arithmetic on single lanes beside that of words.

"Exact" means: wide enough that nothing is lost. Counts have the width of the word they apply to.
"""

from __future__ import annotations

from semantics import simplify as s
from semantics.lanes import extend
from semantics.words import Word


def exact(word: Word, signed: int) -> Word:
    """Two bits wider: sums and differences of two such words, signed or not, cannot overflow."""
    return extend(word, word.width + 2, signed)


def halve(total: Word) -> Word:
    """Half an exact sum or difference (see :func:`exact`), rounded down, at the width of the operands."""
    return s.extract(total, 1, total.width - 2)


# --- saturation ---------------------------------------------------------------------------------


def saturate(word: Word, width: int, signed: int) -> Word:
    """The signed or unsigned number of ``width`` bits nearest to a signed word, which is wider."""
    lowest, highest = (-1 << (width - 1), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    below, above = s.slt(word, s.const(lowest, word.width)), s.slt(s.const(highest, word.width), word)
    return s.ite(above, s.const(highest, width), s.ite(below, s.const(lowest, width), s.truncate(word, width)))


def saturate_unsigned(word: Word, width: int) -> Word:
    """The unsigned number of ``width`` bits nearest to an unsigned word, which is wider."""
    highest = (1 << width) - 1
    return s.ite(s.ult(s.const(highest, word.width), word), s.const(highest, width), s.truncate(word, width))


def narrowed(word: Word, width: int, signed: int, result_signed: int) -> Word:
    """The number of ``width`` bits, signed or not, nearest to a signed or unsigned word."""
    return saturate(word, width, result_signed) if signed else saturate_unsigned(word, width)


# --- shifts -------------------------------------------------------------------------------------


def shift_right(word: Word, count: Word, signed: int) -> Word:
    """Arithmetic or logical right shift."""
    return s.ashr(word, count) if signed else s.lshr(word, count)


def round_right(word: Word, count: Word, signed: int) -> Word:
    """``word / 2**count`` rounded to nearest, ties upwards, for a count above 0; one bit wider than ``word``, hence exact.

    ``(word + 2**(count - 1)) >> count`` is ``((word >> (count - 1)) + 1) >> 1``, in which nothing overflows.
    """
    wide = extend(word, word.width + 1, signed)
    return shift_right(shift_right(wide, s.zext(count, wide.width) - 1, signed) + 1, s.const(1, wide.width), signed)


def saturating_left(word: Word, count: Word, signed: int) -> Word:
    """``word * 2**count``, or the nearest number of the width: it fits if shifting back restores the word."""
    width = word.width
    shifted = s.shl(word, count)
    sign = s.sext(s.bit(word, width - 1), width)
    nearest = s.const((1 << (width - 1)) - 1, width) ^ sign if signed else s.const(-1, width)
    return s.ite(s.eq(shift_right(shifted, count, signed), word), shifted, nearest)


def saturating_left_to_unsigned(word: Word, count: Word) -> Word:
    """A signed ``word * 2**count``, or the nearest unsigned number of the width."""
    return s.ite(s.bit(word, word.width - 1), s.const(0, word.width), saturating_left(word, count, 0))


def shift_by(word: Word, other: Word, signed: int, rounding: int, saturating: int) -> Word:
    """Shift by the signed number in the low byte of ``other``: to the left, or to the right if it is negative."""
    width, low = word.width, s.truncate(other, 8)
    left, right = s.zext(low, width), s.zext(-low, width)
    up = saturating_left(word, left, signed) if saturating else s.shl(word, left)
    down = s.truncate(round_right(word, right, signed), width) if rounding else shift_right(word, right, signed)
    return s.ite(s.bit(low, 7), down, up)


# --- products -----------------------------------------------------------------------------------


def double_product(left: Word, right: Word) -> Word:
    """Twice the product of two signed words, exact: twice their width and a bit."""
    wide = 2 * left.width + 1
    return s.shl(s.sext(left, wide) * s.sext(right, wide), s.const(1, wide))


def high_product(left: Word, right: Word, rounding: int) -> Word:
    """The upper half of twice the product of two signed words, saturated."""
    width = left.width
    double = double_product(left, right)
    return saturate(s.ashr(double + (rounding << (width - 1)), s.const(width, double.width)), width, 1)
