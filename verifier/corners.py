"""Values at which integers, and IEEE 754 numbers, change their behaviour: what random draws would hardly ever hit."""

from __future__ import annotations


def lane_corners(width: int) -> list[int]:
    """Values that matter to a lane or register of `width` bits."""
    top = 1 << (width - 1)
    return [
        0,
        1,
        2,
        3,
        (1 << width) - 1,
        (1 << width) - 2,
        top,
        top - 1,
        top + 1,
        (1 << width // 2) - 1,
        1 << width // 2,
    ]


def float_corners(width: int, mantissa: int) -> list[int]:
    """Encodings that matter to IEEE 754 numbers of `width` bits, `mantissa` of them stored fraction."""
    sign = 1 << (width - 1)
    bias = (1 << (width - mantissa - 2)) - 1
    one, infinity = bias << mantissa, (2 * bias + 1) << mantissa
    positive = [0, one, one | 1 << (mantissa - 1), infinity - 1, 1 << mantissa, 1, (1 << mantissa) - 1, infinity]
    positive += [(bias + power) << mantissa for power in (1, mantissa, 31, 32, 63, 64) if power <= bias]
    return positive + [sign | value for value in positive] + not_finite(width, mantissa)


def not_finite(width: int, mantissa: int) -> list[int]:
    """Infinities, and NaNs of both kinds and signs with different payloads."""
    sign, quiet = 1 << (width - 1), 1 << (mantissa - 1)
    infinity = ((1 << (width - mantissa - 1)) - 1) << mantissa
    return [infinity, sign | infinity, infinity | quiet, sign | infinity | quiet | 1, infinity | 1, sign | infinity | 2]


def halfway(width: int, mantissa: int) -> list[int]:
    """Numbers of halves about 0, and those about the ends of integers of 16, 32 and 64 bits and of the exact integers."""
    bias = (1 << (width - mantissa - 2)) - 1
    ends = [power for power in (15, 16, 31, 32, 63, 64, mantissa) if power <= bias]
    doubled = [1, 3, 5, 7, 9, 11, *((1 << power + 1) + step for power in ends for step in (-3, -2, -1, 1, 2, 3))]
    found = [(bias + power << mantissa) + step for power in ends for step in (-2, -1, 1)]
    for number in doubled:
        spare = mantissa + 1 - number.bit_length()
        if spare >= 0:
            exponent = bias + number.bit_length() - 2
            found.append((exponent << mantissa) + (number << spare) - (1 << mantissa))
    return found + [1 << (width - 1) | bits for bits in found]
