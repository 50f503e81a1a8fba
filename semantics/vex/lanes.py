"""Vectors as lists of lanes: the helpers that the tables of libVEX operations are written with.

Lane 0 is the lowest. A lane function maps words of the lane's width to a word; results may be wider or narrower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantics import simplify as s
from semantics.words import Word

type Builder = Callable[[Sequence[Word]], Word]
"""One operation: argument words, in libVEX's order, to the result."""
type Lane = Callable[[Word, Word], Word]
"""A function of one lane of each of two arguments."""

SIZES = ((8, 16), (16, 8), (32, 4), (64, 2))
"""Lane width and number of lanes of the 128-bit vectors."""


def split(word: Word, width: int) -> list[Word]:
    """The lanes of ``width`` bits, lowest first."""
    return [s.extract(word, low, width) for low in range(0, word.width, width)]


def join(lanes: Sequence[Word]) -> Word:
    """The vector of these lanes, lowest first."""
    return s.concat(*reversed(lanes))


def each(width: int, lane: Callable[[Word], Word]) -> Builder:
    """Apply ``lane`` to each lane of the one argument."""
    return lambda args: join([lane(part) for part in split(args[0], width)])


def lanewise(width: int, lane: Lane) -> Builder:
    """Apply ``lane`` to the corresponding lanes of two arguments."""
    return lambda args: join([lane(a, b) for a, b in zip(*(split(arg, width) for arg in args), strict=True)])


def by_count(width: int, lane: Lane) -> Builder:
    """Apply ``lane(x, count)`` to each lane of the first argument; the second is an 8-bit count for all of them."""
    return lambda args: join([lane(part, s.zext(args[1], width)) for part in split(args[0], width)])


def mask(bit: Word, width: int) -> Word:
    """All ones if the one-bit word is 1, else 0."""
    return s.sext(bit, width)


# --- shifts by a signed count -------------------------------------------------------------------


def widen(word: Word, width: int, signed: bool) -> Word:
    """Sign or zero extension."""
    return s.sext(word, width) if signed else s.zext(word, width)


def shift_right(word: Word, count: Word, signed: bool) -> Word:
    """Arithmetic or logical right shift; any count of the word's width."""
    return s.ashr(word, count) if signed else s.lshr(word, count)


def rounding_shift_right(word: Word, count: Word, signed: bool) -> Word:
    """``(word + 2**(count-1)) >> count`` in unbounded precision, one bit wider than ``word``, for a count above 0.

    It equals ``((word >> (count-1)) + 1) >> 1``, which fits.
    """
    width = word.width + 1
    exact = shift_right(widen(word, width, signed), s.zext(count, width) - 1, signed)
    return shift_right(exact + 1, s.const(1, width), signed)


def signed_byte(count: Word) -> tuple[Word, Word, Word]:
    """The count of a shift by register: whether it is negative, itself, and its negation, at the lane's width.

    Only the low byte counts; it is signed. The negation of -128 is 128.
    """
    low = s.truncate(count, 8)
    width = count.width
    return s.bit(low, 7), s.zext(low, width), s.zext(-low, width)


# --- saturation ---------------------------------------------------------------------------------


def saturate_signed(word: Word, width: int) -> Word:
    """A signed word as the nearest signed word of ``width`` bits."""
    top, bottom = (1 << (width - 1)) - 1, -(1 << (width - 1))
    too_high, too_low = s.slt(s.const(top, word.width), word), s.slt(word, s.const(bottom, word.width))
    return s.ite(too_high, s.const(top, width), s.ite(too_low, s.const(bottom, width), s.truncate(word, width)))


def saturate_unsigned(word: Word, width: int, signed: bool) -> Word:
    """A word, signed or not, as the nearest unsigned word of ``width`` bits."""
    top = s.const((1 << width) - 1, word.width)
    low = s.truncate(word, width)
    if not signed:
        return s.ite(s.ult(top, word), s.const(-1, width), low)
    negative = s.bit(word, word.width - 1)
    return s.ite(negative, s.const(0, width), s.ite(s.slt(top, word), s.const(-1, width), low))
