"""Vectors as lanes: what the meanings of vector instructions are written with. Lane 0 is the lowest.

Nothing here comes from or goes to :mod:`semantics.vex`, so that a row's proof against VEX compares two translations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import overload

from semantics import simplify as s
from semantics.words import Word


def split(word: Word, width: int) -> list[Word]:
    """The lanes of ``width`` bits; raises WidthError if they do not fill the word."""
    return [s.extract(word, low, width) for low in range(0, word.width, width)]


def join(lanes: Iterable[Word]) -> Word:
    """The vector of these lanes."""
    return s.concat(*reversed(list(lanes)))


@overload
def each(width: int, lane: Callable[[Word], Word], first: Word, /) -> Word: ...
@overload
def each(width: int, lane: Callable[[Word, Word], Word], first: Word, second: Word | int, /) -> Word: ...
@overload
def each(width: int, lane: Callable[[Word, Word, Word], Word], first: Word, second: Word, third: Word, /) -> Word: ...
def each(width: int, lane: Callable[..., Word], *words: Word | int) -> Word:
    """``lane`` of the corresponding lanes of ``width`` bits; a number, or a word of one lane, stands for every lane."""
    parts = [split(word, width) if isinstance(word, Word) else [s.const(word, width)] for word in words]
    count = max(len(part) for part in parts)
    return join(lane(*lanes) for lanes in zip(*(part * count if len(part) == 1 else part for part in parts), strict=True))


def pairs(width: int, lane: Callable[[Word, Word], Word], *words: Word) -> Word:
    """``lane`` of each two neighbouring lanes of the words laid side by side, the first word lowest."""
    lanes = [part for word in words for part in split(word, width)]
    return join(lane(low, high) for low, high in zip(lanes[::2], lanes[1::2], strict=True))


def across(width: int, lane: Callable[[Word, Word], Word], word: Word) -> Word:
    """All lanes combined to one by an associative and commutative ``lane``: neighbours, then neighbouring results."""
    lanes = split(word, width)
    while len(lanes) > 1:
        lanes = [lane(high, low) for low, high in zip(lanes[::2], lanes[1::2], strict=True)]
    return lanes[0]


def mask(bit: Word, width: int) -> Word:
    """All ones if the one-bit word is 1, else 0."""
    return s.sext(bit, width)


def extend(word: Word, width: int, signed: int) -> Word:
    """Sign or zero extension."""
    return s.sext(word, width) if signed else s.zext(word, width)


def less(left: Word, right: Word, signed: int) -> Word:
    """Whether ``left`` is below ``right``: one bit."""
    return s.slt(left, right) if signed else s.ult(left, right)


# --- lanes of another width ---------------------------------------------------------------------


def upper(word: Word) -> Word:
    """The upper half of a whole register; a smaller word as it is. So the forms called ``2`` share the others' meaning."""
    return s.extract(word, 64, 64) if word.width == 128 else word


def long(word: Word, width: int, signed: int) -> Word:
    """Lanes of ``width`` bits extended to twice that, of the upper half (see :func:`upper`)."""
    return join(extend(lane, 2 * width, signed) for lane in split(upper(word), width))


def narrow(old: Word, width: int, lane: Callable[[Word], Word], word: Word) -> Word:
    """``lane`` of each lane of ``2 * width`` bits, half as wide; over the lower half of ``old`` if that is twice as wide."""
    lanes = join(lane(part) for part in split(word, 2 * width))
    return lanes if lanes.width == old.width else s.concat(lanes, s.truncate(old, lanes.width))


# --- bits and tables ----------------------------------------------------------------------------


def absolute(word: Word) -> Word:
    """The magnitude of a signed word, modulo ``2**width``."""
    return s.ite(s.bit(word, word.width - 1), -word, word)


def absolute_difference(left: Word, right: Word, signed: int) -> Word:
    """The distance of two words, which fits as an unsigned word of their width."""
    return s.ite(less(right, left, signed), left - right, right - left)


def polynomial_product(left: Word, right: Word) -> Word:
    """The product of two polynomials over GF(2), twice as wide; the order of the factors is theirs, as in sums."""
    if left.uid > right.uid:
        left, right = right, left
    base = s.zext(left, 2 * left.width)
    rows = (mask(s.bit(right, i), base.width) & s.shl(base, s.const(i, base.width)) for i in range(right.width))
    return s.xor(*rows)


def pick(table: Sequence[Word], index: Word, other: Word) -> Word:
    """The entry of ``table`` at ``index``, or ``other`` beyond its end."""
    level = [*table, *[table[-1]] * (-len(table) % (1 << (len(table) - 1).bit_length()))]
    position = 0
    while len(level) > 1:
        odd = s.bit(index, position)
        level = [s.ite(odd, high, low) for low, high in zip(level[::2], level[1::2], strict=True)]
        position += 1
    return s.ite(s.ult(index, s.const(len(table), index.width)), level[0], other)
