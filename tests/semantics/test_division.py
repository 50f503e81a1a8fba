"""Multiplications by magic numbers are recognised as divisions: checked for every 8-bit value and many multipliers."""

from __future__ import annotations

import pytest

from semantics import simplify as s
from semantics.memory_image import MemoryImage
from semantics.ops import signed
from semantics.run.ints import evaluate
from semantics.words import Word, topological

X = s.var("x", 8)
MEMORY = MemoryImage(0, {})


def values(word: Word) -> list[int]:
    return [evaluate([word], {"x": x}, MEMORY.read)[0] for x in range(256)]


def quotients(word: Word) -> bool:
    return any(w.op in ("udiv", "sdiv") for w in topological([word]))


@pytest.mark.parametrize("width", [12, 16, 17])
@pytest.mark.parametrize("is_signed", [False, True])
def test_high_parts_of_products_keep_their_values(width: int, is_signed: bool) -> None:
    mask, recognised = (1 << width) - 1, 0
    for multiplier in range(3, 600, 2):
        product = (s.sext if is_signed else s.zext)(X, width) * multiplier
        exact = [(signed(x, 8) if is_signed else x) * multiplier & mask for x in range(256)]
        for low in range(8, width):
            part = s.extract(product, low, width - low)
            shifted = s.ashr(product, s.const(low, width))
            if quotients(part):
                recognised += 1
                assert values(part) == [value >> low for value in exact]
            if quotients(shifted):
                assert values(shifted) == [(signed(value, width) >> low) & mask for value in exact]
    assert recognised > (0 if width == 12 else 10)


def test_the_compilers_divisions_by_ten_and_by_three_are_divisions() -> None:
    x = s.var("x0", 32)
    assert s.extract(s.zext(x, 64) * 0xCCCCCCCD, 35, 29) is s.extract(s.udiv(x, s.const(10, 32)), 0, 29)
    assert s.ashr(s.sext(x, 64) * 0x66666667, s.const(34, 64)) is s.sext(s.sdiv(x, s.const(10, 32)) - s.zext(s.bit(x, 31), 32), 64)
    y = s.var("x1", 64)
    assert s.extract(s.zext(y, 128) * 0xAAAAAAAAAAAAAAAB, 65, 63) is s.extract(s.udiv(y, s.const(3, 64)), 0, 63)


def test_a_multiplier_that_is_off_by_one_is_no_division() -> None:
    assert not quotients(s.extract(s.zext(s.var("x0", 32), 64) * 0xCCCCCCCC, 35, 29))


def test_products_that_are_corrected_keep_their_values() -> None:
    recognised = [0, 0]
    for rest in range(256):
        high = s.extract(s.sext(X, 16) * (rest - 256), 8, 8)
        exact = [(signed(x, 8) * rest >> 8) & 255 for x in range(256)]
        for k in range(1, 8):
            moved, part = s.ashr(high + X, s.const(k, 8)), s.lshr(high + X, s.const(k, 8))
            recognised[0] += quotients(moved)
            assert values(moved) == [(signed(value, 8) >> k) & 255 for value in exact]
            assert values(part) == [value >> k for value in exact]
        high = s.extract(s.zext(X, 16) * rest, 8, 8)
        exact = [x * (rest + 256) >> 9 for x in range(256)]
        sum_ = s.lshr(X - high, s.const(1, 8)) + high
        for k in range(1, 8):
            moved, part = s.ashr(sum_, s.const(k, 8)), s.lshr(sum_, s.const(k, 8))
            recognised[1] += quotients(part)
            assert values(moved) == [(signed(value, 8) >> k) & 255 for value in exact]
            assert values(part) == [value >> k for value in exact]
            assert not quotients(s.lshr(high + s.var("y", 8), s.const(k, 8)))
    assert min(recognised) > 250


def test_the_compilers_divisions_by_seven_are_divisions() -> None:
    x = s.var("x0", 32)
    high = s.extract(s.zext(x, 64) * 0x24924925, 32, 32)
    assert s.extract(s.lshr(x - high, s.const(1, 32)) + high, 2, 30) is s.extract(s.udiv(x, s.const(7, 32)), 0, 30)
    high = s.extract(s.sext(x, 64) * (0x92492493 - (1 << 32)), 32, 32)
    assert s.ashr(high + x, s.const(2, 32)) is s.sdiv(x, s.const(7, 32)) - s.zext(s.bit(x, 31), 32)


def test_multiples_are_recognised_by_their_inverses() -> None:
    recognised = 0
    for multiplier in range(3, 256, 2):
        divisor = pow(multiplier, -1, 256)
        for limit in {255 // divisor + off for off in (-1, 0, 1)} - {-1, 256}:
            within, above = s.ult(X * multiplier, s.const(limit, 8)), s.ult(s.const(limit, 8), X * multiplier)
            recognised += quotients(within) + quotients(above)
            assert values(within) == [int(x * multiplier % 256 < limit) for x in range(256)]
            assert values(above) == [int(x * multiplier % 256 > limit) for x in range(256)]
    assert recognised > 250
    x = s.var("x0", 32)
    remainder = x - s.udiv(x, s.const(5, 32)) * 5
    assert s.ult(s.const(0x33333333, 32), x * 0xCCCCCCCD) is ~s.eq(remainder, s.const(0, 32))


def test_quotients_of_extended_words_are_extended_quotients() -> None:
    a, b = s.var("x0", 8), s.var("x1", 8)
    assert s.udiv(s.zext(a, 16), s.zext(b, 16)) is s.zext(s.udiv(a, b), 16)
    assert s.truncate(s.sdiv(s.sext(a, 16), s.sext(b, 16)), 8) is s.sdiv(a, b)
    assert s.udiv(s.zext(a, 16), s.const(300, 16)).op == "udiv"
    for divisor in (0, 1, 7, 0x80, 0xFF, 0xFF80, 0xFFFF):
        unsigned, low = s.udiv(s.zext(X, 16), s.const(divisor, 16)), s.truncate(s.sdiv(s.sext(X, 16), s.const(divisor, 16)), 8)
        assert values(unsigned) == [x // divisor if divisor else 0 for x in range(256)]
        by = signed(divisor, 16)
        exact = [abs(signed(x, 8)) // abs(by) * (-1 if (x > 127) != (by < 0) else 1) if by else 0 for x in range(256)]
        assert values(low) == [value & 255 for value in exact]
