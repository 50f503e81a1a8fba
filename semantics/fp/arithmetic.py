"""Sums, products, quotients, square roots and fused operations, each rounded once.

Operands and results are bits. The order of operands matters where several are NaNs.
"""

from __future__ import annotations

from math import isqrt

from semantics.fp.format import Format, propagated, unpack
from semantics.fp.rounding import rounded


def add(form: Format, mode: str, left: int, right: int) -> int:
    """FPAdd."""
    nan = propagated(form, left, right)
    return nan if nan is not None else _sum(form, mode, left, right)


def sub(form: Format, mode: str, left: int, right: int) -> int:
    """FPSub: a NaN on the right keeps its sign."""
    nan = propagated(form, left, right)
    return nan if nan is not None else _sum(form, mode, left, right ^ form.sign)


def _sum(form: Format, mode: str, left: int, right: int) -> int:
    if left & ~form.sign == form.infinity:
        return form.default_nan if right == left ^ form.sign else left
    if right & ~form.sign == form.infinity:
        return right
    sign, magnitude, exponent = unpack(form, left)
    other_sign, other, other_exponent = unpack(form, right)
    return _total(form, mode, (sign, magnitude, exponent), (other_sign, other, other_exponent))


def _total(form: Format, mode: str, left: tuple[int, int, int], right: tuple[int, int, int]) -> int:
    """The sum of two signed numbers; of an exact 0, the sign is the operands', or minus in rounding down alone."""
    exponent = min(left[2], right[2])
    a, b = left[1] << (left[2] - exponent), right[1] << (right[2] - exponent)
    total = (-a if left[0] else a) + (-b if right[0] else b)
    if total == 0:
        same = left[0] == right[0] and left[1] == right[1] == 0
        return form.sign if (left[0] if same else mode == "rm") else 0
    return rounded(form, int(total < 0), abs(total), exponent, mode)


def mul(form: Format, mode: str, left: int, right: int) -> int:
    """FPMul."""
    nan = propagated(form, left, right)
    if nan is not None:
        return nan
    a, b = left & ~form.sign, right & ~form.sign
    sign = (left ^ right) & form.sign
    if form.infinity in (a, b):
        return form.default_nan if 0 in (a, b) else sign | form.infinity
    return _product(form, mode, left, right)


def _product(form: Format, mode: str, left: int, right: int) -> int:
    sign, magnitude, exponent = unpack(form, left)
    other_sign, other, other_exponent = unpack(form, right)
    return rounded(form, sign ^ other_sign, magnitude * other, exponent + other_exponent, mode)


def div(form: Format, mode: str, left: int, right: int) -> int:
    """FPDiv."""
    nan = propagated(form, left, right)
    if nan is not None:
        return nan
    a, b = left & ~form.sign, right & ~form.sign
    sign = (left ^ right) & form.sign
    if a == b and a in (0, form.infinity):
        return form.default_nan
    if a == form.infinity or b == 0:
        return sign | form.infinity
    if b == form.infinity or a == 0:
        return sign
    _, magnitude, exponent = unpack(form, left)
    _, other, other_exponent = unpack(form, right)
    spare = 2 * form.fraction + 4  # bits enough for the precision and two more, also of a subnormal quotient
    quotient, rest = divmod(magnitude << spare, other)
    return rounded(form, int(sign != 0), quotient << 1 | (rest != 0), exponent - other_exponent - spare - 1, mode)


def sqrt(form: Format, mode: str, value: int) -> int:
    """FPSqrt."""
    nan = propagated(form, value)
    if nan is not None:
        return nan
    if value & ~form.sign == 0:
        return value
    if value & form.sign:
        return form.default_nan
    if value == form.infinity:
        return value
    _, magnitude, exponent = unpack(form, value)
    spare = 2 * form.fraction + 4 + (exponent & 1)
    magnitude, exponent = magnitude << spare, exponent - spare
    root = isqrt(magnitude)
    return rounded(form, 0, root << 1 | (root * root != magnitude), exponent // 2 - 1, mode)


def fma(form: Format, mode: str, left: int, right: int, addend: int) -> int:
    """``left * right + addend``, FPMulAdd; among NaNs the addend comes first.

    Infinity times zero is invalid even beside a quiet NaN, and then gives the default NaN.
    """
    nan = propagated(form, addend, left, right)
    a, b, c = left & ~form.sign, right & ~form.sign, addend & ~form.sign
    invalid = (a == form.infinity and b == 0) or (a == 0 and b == form.infinity)
    if nan is not None:
        return form.default_nan if invalid and addend & form.quiet else nan
    sign = (left ^ right) & form.sign
    if form.infinity in (a, b):
        opposed = c == form.infinity and addend & form.sign != sign
        return form.default_nan if invalid or opposed else sign | form.infinity
    if c == form.infinity:
        return addend
    sign_a, magnitude, exponent = unpack(form, left)
    sign_b, other, other_exponent = unpack(form, right)
    product = (sign_a ^ sign_b, magnitude * other, exponent + other_exponent)
    return _total(form, mode, product, unpack(form, addend))


def mulx(form: Format, mode: str, left: int, right: int) -> int:
    """FPMulX: a product in which infinity times zero is 2."""
    a, b = left & ~form.sign, right & ~form.sign
    if {a, b} == {0, form.infinity}:
        return (left ^ right) & form.sign | constant(form, 1, 1)
    return mul(form, mode, left, right)


def constant(form: Format, magnitude: int, exponent: int) -> int:
    """The bits of ``magnitude * 2**exponent``, rounded to nearest."""
    return rounded(form, 0, magnitude, exponent, "rne")


def recps(form: Format, left: int, right: int) -> int:
    """FPRecipStepFused: ``2 - left * right``, and 2 where the product is infinity times zero."""
    return _step(form, left, right, 2, 0)


def rsqrts(form: Format, left: int, right: int) -> int:
    """FPRSqrtStepFused: ``(3 - left * right) / 2``, and 1.5 where the product is infinity times zero."""
    return _step(form, left, right, 3, -1)


def _step(form: Format, left: int, right: int, minuend: int, scale: int) -> int:
    left ^= form.sign  # before NaNs are looked for: a NaN comes out with its sign changed
    nan = propagated(form, left, right)
    if nan is not None:
        return nan
    a, b = left & ~form.sign, right & ~form.sign
    if {a, b} == {0, form.infinity}:
        return constant(form, minuend, scale)
    if form.infinity in (a, b):
        return (left ^ right) & form.sign | form.infinity
    sign, magnitude, exponent = unpack(form, left)
    other_sign, other, other_exponent = unpack(form, right)
    product = (sign ^ other_sign, magnitude * other, exponent + other_exponent + scale)
    return _total(form, "rne", product, (0, minuend, scale))
