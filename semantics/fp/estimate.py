"""Reciprocal and reciprocal square root estimates, by the formulas of the Arm ARM (RecipEstimate, RecipSqrtEstimate)."""

from __future__ import annotations

from semantics.fp.format import Format, propagated


def _reciprocal(a: int) -> int:
    """9 bits in, 9 bits out: the reciprocal of (2a + 1) / 2**10 in units of 2**-8, for a from 256 to 511."""
    b = (1 << 19) // (2 * a + 1)
    return (b + 1) // 2


def _reciprocal_root(a: int) -> int:
    """9 bits in, 9 bits out, for a from 128 to 511."""
    a = 2 * a + 1 if a < 256 else 2 * ((a >> 1) << 1) + 2
    b = 512
    while a * (b + 1) * (b + 1) < 1 << 28:
        b += 1
    return (b + 1) // 2


def recpe(form: Format, value: int) -> int:
    """FPRecipEstimate, rounding to nearest on overflow."""
    nan = propagated(form, value)
    if nan is not None:
        return nan
    sign, magnitude = value & form.sign, value & ~form.sign
    if magnitude == form.infinity:
        return sign
    field, fraction = magnitude >> form.fraction, magnitude & ((1 << form.fraction) - 1)
    # Below 2**-(bias + 1) the reciprocal overflows.
    if field == 0 and fraction < 1 << (form.fraction - 2):
        return sign | form.infinity
    if field == 0:
        shift = 1 if fraction >> (form.fraction - 1) else 2
        field, fraction = 1 - shift, fraction << shift & ((1 << form.fraction) - 1)
    estimate = _reciprocal(256 | fraction >> (form.fraction - 8))
    exponent = 2 * form.bias - 1 - field
    fraction = (estimate & 255) << (form.fraction - 8)
    if exponent <= 0:
        fraction = (fraction | 1 << form.fraction) >> (1 - exponent)
        exponent = 0
    return sign | exponent << form.fraction | fraction


def rsqrte(form: Format, value: int) -> int:
    """FPRSqrtEstimate."""
    nan = propagated(form, value)
    if nan is not None:
        return nan
    sign, magnitude = value & form.sign, value & ~form.sign
    if magnitude == 0:
        return sign | form.infinity
    if sign:
        return form.default_nan
    if magnitude == form.infinity:
        return 0
    field, fraction = magnitude >> form.fraction, magnitude & ((1 << form.fraction) - 1)
    if field == 0:
        shift = form.fraction + 1 - fraction.bit_length()
        field, fraction = 1 - shift, fraction << shift & ((1 << form.fraction) - 1)
    scaled = 128 | fraction >> (form.fraction - 7) if field & 1 else 256 | fraction >> (form.fraction - 8)
    estimate = _reciprocal_root(scaled)
    exponent = (3 * form.bias - 1 - field) // 2
    return exponent << form.fraction | (estimate & 255) << (form.fraction - 8)


def recpx(form: Format, value: int) -> int:
    """FPRecpX: the exponent inverted, no fraction."""
    nan = propagated(form, value)
    if nan is not None:
        return nan
    field = value >> form.fraction & ((1 << form.exponent) - 1)
    ones = (1 << form.exponent) - 1
    return value & form.sign | (field ^ ones if field else ones - 1) << form.fraction


def recpe_integer(value: int) -> int:
    """UnsignedRecipEstimate of 32 bits: a number from 1/2 to 1 as a fraction; below, all ones."""
    return _reciprocal(value >> 23) << 23 if value >> 31 else 0xFFFF_FFFF


def rsqrte_integer(value: int) -> int:
    """UnsignedRSqrtEstimate of 32 bits: a number from 1/4 to 1 as a fraction; below, all ones."""
    return _reciprocal_root(value >> 23) << 23 if value >> 30 else 0xFFFF_FFFF
