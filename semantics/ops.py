"""The primitive operations of words, one documented row each, with their meaning on Python ints.

This table is the definition. Every interpreter (:mod:`semantics.run`) is a further column and is
tested against it, exhaustively at 4 and 8 bits. Values are unsigned integers below ``2**width``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

type Evaluate = Callable[[int, Sequence[int], Sequence[int], Sequence[int | str | tuple[int, ...]]], int]


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: what it computes, in words, and as a function on unsigned ints.

    ``evaluate(width, widths, values, attrs)`` takes the result's width, the arguments' widths and
    values, and the attributes; it returns a value below ``2**width``. It is None for the leaves
    whose value comes from the environment.
    """

    name: str
    meaning: str
    evaluate: Evaluate | None


def signed(value: int, width: int) -> int:
    """Two's complement reading of an unsigned ``value`` of ``width`` bits."""
    return value - (1 << width) if value >> (width - 1) & 1 else value


def _and(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    result = (1 << width) - 1
    for value in values:
        result &= value
    return result


def _or(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    result = 0
    for value in values:
        result |= value
    return result


def _xor(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    result = 0
    for value in values:
        result ^= value
    return result


def _lin(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    coefficients, constant = attrs
    assert isinstance(coefficients, tuple) and isinstance(constant, int)
    return (sum(c * v for c, v in zip(coefficients, values, strict=True)) + constant) & ((1 << width) - 1)


def _sdiv(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    left, right = signed(values[0], width), signed(values[1], width)
    if right == 0:
        return 0
    quotient = abs(left) // abs(right)
    return (quotient if (left < 0) == (right < 0) else -quotient) & ((1 << width) - 1)


def _ashr(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    return (signed(values[0], width) >> min(values[1], width - 1)) & ((1 << width) - 1)


def _concat(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    result = 0
    for value, part in zip(values, widths, strict=True):
        result = result << part | value
    return result


def _extract(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    low = attrs[0]
    assert isinstance(low, int)
    return values[0] >> low & ((1 << width) - 1)


def _rbit(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    return int(f"{values[0]:0{width}b}"[::-1], 2)


def _slt(width: int, widths: Sequence[int], values: Sequence[int], attrs: Sequence[object]) -> int:
    return int(signed(values[0], widths[0]) < signed(values[1], widths[1]))


OPS: dict[str, Op] = {
    op.name: op
    for op in (
        Op("const", "the attribute", lambda w, ws, a, k: k[0] if isinstance(k[0], int) else 0),
        Op("var", "the input named by the attribute", None),
        Op("load", "attribute-many bytes of the initial memory at a 64-bit address, little-endian", None),
        Op("uf", "an uninterpreted function, named by the attribute, of the arguments", None),
        Op("not", "bitwise complement", lambda w, ws, a, k: a[0] ^ ((1 << w) - 1)),
        Op("and", "bitwise and of two or more", _and),
        Op("or", "bitwise or of two or more", _or),
        Op("xor", "bitwise exclusive or of two or more", _xor),
        Op("lin", "sum of coefficient times argument, plus a constant, modulo 2**width", _lin),
        Op("mul", "product modulo 2**width", lambda w, ws, a, k: a[0] * a[1] & ((1 << w) - 1)),
        Op("udiv", "unsigned quotient; 0 if the divisor is 0", lambda w, ws, a, k: a[0] // a[1] if a[1] else 0),
        Op("sdiv", "signed quotient rounded to zero; 0 if the divisor is 0; wraps", _sdiv),
        Op("shl", "left shift; 0 from width on", lambda w, ws, a, k: a[0] << a[1] & ((1 << w) - 1) if a[1] < w else 0),
        Op("lshr", "right shift; 0 from width on", lambda w, ws, a, k: a[0] >> a[1] if a[1] < w else 0),
        Op("ashr", "arithmetic right shift; all sign from width on", _ashr),
        Op("concat", "the arguments side by side, the first highest", _concat),
        Op("extract", "width bits from the attribute's bit up", _extract),
        Op("zext", "zero extension", lambda w, ws, a, k: a[0]),
        Op("sext", "sign extension", lambda w, ws, a, k: signed(a[0], ws[0]) & ((1 << w) - 1)),
        Op("eq", "1 if equal", lambda w, ws, a, k: int(a[0] == a[1])),
        Op("ult", "1 if unsigned less", lambda w, ws, a, k: int(a[0] < a[1])),
        Op("slt", "1 if signed less", _slt),
        Op("ite", "the second argument if the first (one bit) is 1, else the third", lambda w, ws, a, k: a[1] if a[0] else a[2]),
        Op("clz", "leading zeros; width for 0", lambda w, ws, a, k: w - a[0].bit_length()),
        Op("rbit", "bits in reverse order", _rbit),
        Op("popcount", "number of ones", lambda w, ws, a, k: a[0].bit_count()),
    )
}
