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
