"""Conversions between formats, to and from integers and fixed-point numbers, and rounding to integral values."""

from __future__ import annotations

from semantics.fp.format import Format, is_nan, propagated, unpack
from semantics.fp.rounding import rounded, shifted


def convert(source: Format, target: Format, mode: str, value: int) -> int:
    """FPConvert: a NaN keeps sign and the high bits of its payload, and becomes quiet."""
    sign = value >> (source.width - 1)
    magnitude = value & ~source.sign
    if magnitude > source.infinity:
        payload = value & (source.quiet - 1)
        gap = target.fraction - source.fraction
        payload = payload << gap if gap >= 0 else payload >> -gap
        return sign << (target.width - 1) | target.default_nan | payload
    if magnitude == source.infinity:
        return sign << (target.width - 1) | target.infinity
    return rounded(target, *unpack(source, value), mode)


def to_integer(form: Format, mode: str, value: int, width: int, signed: bool, fraction: int = 0) -> int:
    """FPToFixed: ``value * 2**fraction`` rounded to an integer of ``width`` bits, saturated; 0 for a NaN."""
    if is_nan(form, value):
        return 0
    least, most = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    if value & ~form.sign == form.infinity:
        result = least if value & form.sign else most
    else:
        sign, magnitude, exponent = unpack(form, value)
        whole = shifted(sign, magnitude, -exponent - fraction, mode)
        result = min(max(-whole if sign else whole, least), most)
    return result & ((1 << width) - 1)


def to_integer_modulo(form: Format, value: int, width: int) -> int:
    """FPToFixedJS: rounded to zero, modulo ``2**width``; 0 for infinities and NaNs."""
    if value & ~form.sign >= form.infinity:
        return 0
    sign, magnitude, exponent = unpack(form, value)
    whole = shifted(sign, magnitude, -exponent, "rz")
    return (-whole if sign else whole) & ((1 << width) - 1)


def from_integer(form: Format, mode: str, value: int, width: int, signed: bool, fraction: int = 0) -> int:
    """FixedToFP: an integer of ``width`` bits times ``2**-fraction``, rounded."""
    sign = value >> (width - 1) if signed else 0
    return rounded(form, sign, (1 << width) - value if sign else value, -fraction, mode) if value else 0


def rint(form: Format, mode: str, value: int) -> int:
    """FPRoundInt: rounded to an integral value in the same format; a zero keeps the operand's sign."""
    nan = propagated(form, value)
    if nan is not None:
        return nan
    if value & ~form.sign == form.infinity:
        return value
    sign, magnitude, exponent = unpack(form, value)
    if exponent >= 0:
        return value
    return rounded(form, sign, shifted(sign, magnitude, -exponent, mode), 0, mode)


def rint_sized(form: Format, mode: str, value: int, size: int) -> int:
    """FPRoundIntN: as :func:`rint`, but all that is no signed integer of ``size`` bits gives minus ``2**(size-1)``."""
    outside = rounded(form, 1, 1, size - 1, "rne")
    if value & ~form.sign >= form.infinity:
        return outside
    sign, magnitude, exponent = unpack(form, value)
    whole = shifted(sign, magnitude, -exponent, mode)
    if whole >= (1 << (size - 1)) + sign:
        return outside
    return rounded(form, sign, whole, 0, mode)
