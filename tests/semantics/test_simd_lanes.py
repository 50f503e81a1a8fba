"""Lanes and the arithmetic on them: every value of a few bits against Python's integers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from semantics import rounding
from semantics import simplify as s
from semantics.errors import WidthError
from semantics.lanes import absolute, absolute_difference, across, each, join, long, narrow, pairs, pick, polynomial_product, split, upper
from semantics.ops import signed as signed_value
from semantics.rounding import (
    double_product,
    exact,
    halve,
    high_product,
    narrowed,
    round_right,
    saturate,
    saturate_unsigned,
    saturating_left,
    saturating_left_to_unsigned,
    shift_by,
)
from semantics.words import Word

W = 4


def read(word: Word, signed: int) -> int:
    return signed_value(word.value, word.width) if signed else word.value


def clamp(value: int, width: int, signed: int) -> int:
    low, high = (-1 << (width - 1), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    return min(max(value, low), high)


def couples(width: int = W) -> Iterator[tuple[Word, Word]]:
    words = [s.const(value, width) for value in range(1 << width)]
    return product(words, words)


@pytest.mark.parametrize("signed", [0, 1])
def test_sums_are_halved_and_saturated_exactly(signed: int) -> None:
    for x, y in couples():
        for sign in (1, -1):
            total = read(x, signed) + sign * read(y, signed)
            word = exact(x, signed) + sign * exact(y, signed)
            assert read(word, 1) == total
            assert halve(word).value == total >> 1 & 15
            assert read(saturate(word, W, signed), signed) == clamp(total, W, signed)


def test_narrowing_takes_the_nearest_number() -> None:
    for value in range(256):
        word = s.const(value, 8)
        for signed, result in ((0, 0), (1, 0), (1, 1)):
            assert read(narrowed(word, W, signed, result), result) == clamp(read(word, signed), W, result)
        assert saturate_unsigned(word, W).value == min(value, 15)


@pytest.mark.parametrize("signed", [0, 1])
def test_shifts_by_a_count(signed: int) -> None:
    for word, count in couples():
        value, k = read(word, signed), count.value
        fit = clamp(value << k, W, signed)
        assert read(saturating_left(word, count, signed), signed) == fit
        assert saturating_left_to_unsigned(word, count).value == clamp(read(word, 1) << k, W, 0)
        if k:
            assert read(round_right(word, count, signed), signed) == (value + (1 << (k - 1))) >> k


@pytest.mark.parametrize(("signed", "rounding_", "saturating"), list(product((0, 1), repeat=3)))
def test_shifts_by_a_register_take_the_low_byte(signed: int, rounding_: int, saturating: int) -> None:
    words = [s.const(value, 16) for value in (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0x5A5A)]
    for word, count in product(words, range(256)):
        value, k = read(word, signed), signed_value(count, 8)
        if k >= 0:
            expected = clamp(value << k, 16, signed) if saturating else value << k
        else:
            expected = (value + (1 << (-k - 1) if rounding_ else 0)) >> -k
        found = shift_by(word, s.const(count | 0xA500, 16), signed, rounding_, saturating)
        assert found.value == expected & 0xFFFF, (word, k)


def test_products() -> None:
    for x, y in couples():
        double = 2 * read(x, 1) * read(y, 1)
        assert read(double_product(x, y), 1) == double
        for half in (0, 1):
            assert read(high_product(x, y, half), 1) == clamp((double + (half << (W - 1))) >> W, W, 1)
        polynomial = 0
        for i in range(W):
            polynomial ^= (x.value << i) * (y.value >> i & 1)
        assert polynomial_product(x, y).value == polynomial


def test_the_factors_of_a_polynomial_product_may_be_exchanged() -> None:
    x, y = s.var("x", 64), s.var("y", 64)
    assert polynomial_product(x, y) is polynomial_product(y, x)


def test_distances() -> None:
    for x, y in couples():
        for signed in (0, 1):
            assert absolute_difference(x, y, signed).value == abs(read(x, signed) - read(y, signed))
        assert absolute(x).value == abs(read(x, 1))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 6])
def test_a_table_ends_where_it_ends(length: int) -> None:
    table = [s.const(3 * i + 1, 8) for i in range(length)]
    for index in range(16):
        assert pick(table, s.const(index, 8), s.const(200, 8)).value == (3 * index + 1 if index < length else 200)


# --- lanes --------------------------------------------------------------------------------------

VECTOR = s.const(0x0F0E0D0C_0B0A0908_07060504_03020100, 128)


def test_lane_0_is_the_lowest() -> None:
    assert [lane.value for lane in split(VECTOR, 32)] == [0x03020100, 0x07060504, 0x0B0A0908, 0x0F0E0D0C]
    assert join(split(VECTOR, 8)) is VECTOR
    assert pairs(8, s.sub, VECTOR, VECTOR).value == int("ff" * 16, 16)
    assert across(8, s.add, VECTOR).value == sum(range(16))


def test_one_lane_stands_for_all_and_other_numbers_of_lanes_are_errors() -> None:
    assert each(32, s.add, VECTOR, s.const(1, 32)) is each(32, s.add, VECTOR, 1)
    with pytest.raises(ValueError):
        each(32, s.add, VECTOR, s.const(1, 64))
    with pytest.raises(WidthError):
        split(VECTOR, 48)


def test_long_and_narrow() -> None:
    assert upper(VECTOR).value == 0x0F0E0D0C_0B0A0908 and upper(s.truncate(VECTOR, 64)).value == 0x07060504_03020100
    assert long(s.const(0xFF80_0001, 32), 16, 1).value == 0xFFFF_FF80_0000_0001
    low: Callable[[Word], Word] = lambda lane: s.truncate(lane, 16)  # noqa: E731
    assert narrow(s.const(0, 64), 16, low, VECTOR).value == 0x0D0C0908_05040100
    assert narrow(VECTOR, 16, low, VECTOR).value == 0x0D0C0908_05040100_07060504_03020100


def test_nothing_is_shared_with_the_translation_of_vex() -> None:
    for module in (rounding, each.__globals__):
        names = vars(module) if not isinstance(module, dict) else module
        assert not [name for name, thing in names.items() if getattr(thing, "__module__", "").startswith("semantics.vex")]
